// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include <git2.h>
#include <git2/sys/mempack.h>
#include <git2/sys/odb_backend.h>

namespace hookplan {

// What libgit2 lends, each given back when its handle goes. The one place that includes git2.h.

template <auto release>
struct GitRelease {
  template <typename T>
  void operator()(T* pointer) const {
    release(pointer);
  }
};
using RepositoryHandle = std::unique_ptr<git_repository, GitRelease<git_repository_free>>;
using OdbHandle = std::unique_ptr<git_odb, GitRelease<git_odb_free>>;
using ObjectHandle = std::unique_ptr<git_object, GitRelease<git_object_free>>;
using TreeHandle = std::unique_ptr<git_tree, GitRelease<git_tree_free>>;
using DiffHandle = std::unique_ptr<git_diff, GitRelease<git_diff_free>>;
using BlobHandle = std::unique_ptr<git_blob, GitRelease<git_blob_free>>;
using ConfigHandle = std::unique_ptr<git_config, GitRelease<git_config_free>>;
using ReferenceHandle = std::unique_ptr<git_reference, GitRelease<git_reference_free>>;

// libgit2 counts how often it is started: it ends with the last of these.
class GitLibrary {
 public:
  GitLibrary();
  GitLibrary(const GitLibrary&) = delete;
  GitLibrary& operator=(const GitLibrary&) = delete;
  ~GitLibrary();
};

// The 40 digits of an id.
std::string hex(const git_oid& id);

// libgit2's own words for its last failure, printable.
std::string last_git_words();

}  // namespace hookplan
