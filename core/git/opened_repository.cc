// SPDX-License-Identifier: Apache-2.0
#include "core/git/opened_repository.h"

#include <string>
#include <utility>

#include "core/base/text.h"
#include "core/git/git_directory.h"

namespace hookplan {
namespace {

int open_at(const std::filesystem::path& git_directory, git_repository** repository) {
  return git_repository_open_ext(repository, git_directory.c_str(), GIT_REPOSITORY_OPEN_NO_SEARCH,
                                 nullptr);
}

// libgit2 1.5.1 says only that its own look-up of safe.directory found nothing.
bool is_foreign(int status) {
  return status == GIT_EOWNER ||
         (status != 0 && last_git_words().find("safe.directory") != std::string::npos);
}

// `safe.directory = *`, usual in CI: git honours it, libgit2 1.5.1 does not.
bool all_owners_are_safe() {
  git_config* config = nullptr;
  if (git_config_open_default(&config) != 0) return false;
  const ConfigHandle owner(config);
  bool all = false;
  // An empty value forgets what came before it, as in git.
  const auto note = [](const git_config_entry* entry, void* payload) {
    bool& flag = *static_cast<bool*>(payload);
    const std::string_view value = entry->value == nullptr ? "" : entry->value;
    if (value.empty()) flag = false;
    if (value == "*") flag = true;
    return 0;
  };
  git_config_get_multivar_foreach(config, "safe.directory", nullptr, note, &all);
  return all;
}

Error opening_error(int status, const std::filesystem::path& git_directory) {
  const std::string words = last_git_words();
  if (is_foreign(status)) {
    const std::string folder = owned_folder(git_directory).string();
    return fail(Code::foreign_owner, "the repository {} belongs to another user", folder)
        .hint("git config --global --add safe.directory {}", shell_word(folder));
  }
  if (words.find("extension") != std::string::npos || words.find("version") != std::string::npos) {
    return fail(Code::unsupported_repository, "this repository format cannot be read: {}", words)
        .hint("use a clone in the default format (SHA-1, references in files)");
  }
  return fail(Code::broken_object, "git cannot open {}: {}", git_directory.string(), words)
      .hint("run git fsck, or clone again");
}

// The .git folder of the repository that `directory` is in, or is. Needs a started libgit2.
Result<std::filesystem::path> git_directory_around(const std::filesystem::path& directory) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(directory, ignored)) {
    return fail(Code::not_a_repository, "{} is not a folder", directory.string())
        .hint("name the folder of a clone with --repo");
  }
  git_buf found = GIT_BUF_INIT;
  const int discovered = git_repository_discover(&found, directory.c_str(), 0, nullptr);
  std::filesystem::path git_directory =
      discovered == 0 ? std::filesystem::path(found.ptr) : std::filesystem::path();
  git_buf_dispose(&found);
  if (discovered == 0) return git_directory;
  for (const std::filesystem::path& candidate : {directory / ".git", directory}) {
    if (auto error = special_file_in(candidate)) return std::move(*error);
  }
  return fail(Code::not_a_repository, "no git repository around {}", shown_folder(directory));
}

Result<RepositoryHandle> open_owned(const std::filesystem::path& git_directory) {
  git_repository* repository = nullptr;
  int status = open_at(git_directory, &repository);
  if (is_foreign(status) && all_owners_are_safe()) {
    git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    status = open_at(git_directory, &repository);
  }
  RepositoryHandle owner(repository);
  if (status != 0) return opening_error(status, git_directory);
  return owner;
}

Result<void> require_no_grafts(const std::filesystem::path& common_directory) {
  std::error_code ignored;
  const std::filesystem::path grafts = common_directory / "info" / "grafts";
  if (std::filesystem::file_size(grafts, ignored) == 0 || ignored) return {};
  return fail(Code::replaced_object, "{} changes the history that git shows", grafts.string())
      .hint("remove .git/info/grafts");
}

}  // namespace

Result<OpenedRepository> OpenedRepository::open(const std::filesystem::path& directory) {
  OpenedRepository opened;
  TRY(const std::filesystem::path git_directory, git_directory_around(directory));
  if (auto error = special_file_in(git_directory)) return std::move(*error);
  TRY(opened.repository, open_owned(git_directory));
  opened.common_directory = git_repository_commondir(opened.repository.get());
  if (auto error = special_file_in(opened.common_directory)) return std::move(*error);
  TRY_VOID(require_no_grafts(opened.common_directory));
  git_odb* odb = nullptr;
  if (git_repository_odb(&odb, opened.repository.get()) != 0) {
    return opened.broken("the object store");
  }
  opened.odb.reset(odb);
  return opened;
}

bool OpenedRepository::is_shallow() const {
  std::error_code ignored;
  const auto size = std::filesystem::file_size(common_directory / "shallow", ignored);
  return !ignored && size > 0;
}

bool OpenedRepository::is_partial_clone() const {
  std::error_code ignored;
  const std::filesystem::path packs = common_directory / "objects" / "pack";
  for (const auto& file : std::filesystem::directory_iterator(packs, ignored)) {
    if (file.path().extension() == ".promisor") return true;
  }
  return false;
}

Error OpenedRepository::missing(std::string_view what) const {
  if (is_shallow()) {
    return fail(Code::shallow_history, "{} is not in this shallow clone", what)
        .hint(
            "set fetch-depth: 2 in actions/checkout (GIT_DEPTH in GitLab), or git fetch "
            "--deepen=1");
  }
  if (is_partial_clone()) {
    return fail(Code::partial_clone, "{} is missing from this partial clone", what)
        .hint("clone without --filter, or let git fetch it: git show REVISION:PATH >/dev/null");
  }
  return fail(Code::broken_object, "{} is missing", what).hint("run git fsck, or clone again");
}

Error OpenedRepository::broken(std::string_view what) const {
  return fail(Code::broken_object, "git cannot read {}: {}", what, last_git_words())
      .hint("run git fsck, or clone again");
}

Result<void> OpenedRepository::require_not_replaced(const git_oid& id) const {
  git_reference* reference = nullptr;
  const std::string name = "refs/replace/" + hex(id);
  if (git_reference_lookup(&reference, repository.get(), name.c_str()) != 0) return {};
  const ReferenceHandle owner(reference);
  return fail(Code::replaced_object, "git shows another object in place of {}", hex(id))
      .hint("git replace -d {}", hex(id));
}

}  // namespace hookplan
