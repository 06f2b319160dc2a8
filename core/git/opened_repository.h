// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "core/base/result.h"
#include "core/git/git_handles.h"

namespace hookplan {

// A repository that may be trusted to show what git would show, and what is missing from it. What
// is read from it is for GitRepository.
struct OpenedRepository {
  std::unique_ptr<GitLibrary> library =
      std::make_unique<GitLibrary>();  // first, so that it ends last
  RepositoryHandle repository = {};
  OdbHandle odb = {};
  std::filesystem::path common_directory = {};  // of all work trees of the repository

  // Opens the repository that `directory` is in, or is. Refused: one of another user, unless the
  // user's git says that it is safe; special files that a reader would hang on; grafts; formats
  // that libgit2 reads otherwise than git.
  static Result<OpenedRepository> open(const std::filesystem::path& directory);

  // Whether the history is cut off, or contents are left out: then what is missing is not broken.
  bool is_shallow() const;
  bool is_partial_clone() const;

  // The errors for something that is not there, and for something that cannot be read.
  Error missing(std::string_view what) const;
  Error broken(std::string_view what) const;

  // What git would show instead of the object; libgit2 does not look there.
  Result<void> require_not_replaced(const git_oid& id) const;
};

}  // namespace hookplan
