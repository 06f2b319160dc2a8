// SPDX-License-Identifier: Apache-2.0
#include "core/git/git_handles.h"

#include <array>
#include <string>

#include "core/base/text.h"

namespace hookplan {

GitLibrary::GitLibrary() {
  git_libgit2_init();
  // Only what reading objects does not depend on; libgit2 refuses every other extension by itself.
  std::array<const char*, 3> extensions = {"partialclone", "worktreeconfig", "preciousobjects"};
  git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions.data(), extensions.size());
}

GitLibrary::~GitLibrary() { git_libgit2_shutdown(); }

std::string hex(const git_oid& id) {
  std::string text(GIT_OID_HEXSZ, '0');
  git_oid_fmt(text.data(), &id);
  return text;
}

std::string last_git_words() {
  const git_error* const last = git_error_last();
  return last == nullptr || last->message == nullptr ? "no reason given" : printable(last->message);
}

}  // namespace hookplan
