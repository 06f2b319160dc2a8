// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"

namespace hookplan {

struct GitCommit {
  std::string id = {};  // 40 hexadecimal digits, like all ids here
  std::string tree = {};
  std::string first_parent = {};   // empty for the first commit of a history
  std::string second_parent = {};  // what was merged; empty unless the commit is a merge
};

struct GitFile {
  std::string blob = {};
  std::string bytes = {};
};

// The content of a file where git's library has unpacked it, without a copy of ours.
struct GitContent {
  std::string_view bytes = {};  // as long as `owner` lives
  std::shared_ptr<const void> owner = {};
};

// Reads files at revisions from git objects, never writes, and looks at the work tree only where a
// function says so. Errors have kind `repository` and the codes HP3001 to HP3018. What git and
// libgit2 would show differently (replaced objects, grafts, trees that list a name twice) is
// refused.
class GitRepository {
 public:
  // Opens the repository that `directory` is in, or is.
  static Result<GitRepository> open(const std::filesystem::path& directory);
  GitRepository(GitRepository&&) noexcept;
  GitRepository& operator=(GitRepository&&) noexcept;
  ~GitRepository();

  // Any name of a commit that git understands: "main", "v1.0", "HEAD~3", an abbreviated id.
  Result<GitCommit> commit(std::string_view revision) const;

  // The commit of the reference with exactly that full name, such as refs/heads/main; nothing if
  // there is none. Unlike commit() it takes no other name for it.
  Result<std::optional<GitCommit>> reference(std::string_view full_name) const;

  // The work tree as a commit on top of HEAD, in memory only; see commit_work_tree(). `paths`:
  // files that count beside those in YAML.
  Result<GitCommit> work_tree(const std::vector<std::string>& paths, std::size_t most_bytes) const;

  // The id of the content that the file has in the work tree; empty where it has none.
  std::string work_tree_blob(std::string_view path, std::size_t most_bytes) const;

  // The first parent. REQUIRES: the commit has one.
  Result<GitCommit> first_parent_of(const GitCommit& commit) const;

  // The regular file at that path; nothing if the commit has no such path.
  // REQUIRES: repository_path_problem(path) is empty.
  Result<std::optional<GitFile>> file(const GitCommit& commit, std::string_view path,
                                      std::size_t most_bytes) const;

  // The id of the content of the regular file at that path, without reading the content.
  Result<std::optional<std::string>> blob_id(const GitCommit& commit, std::string_view path) const;

  // The content with that id and its size; `what` names it in messages.
  Result<GitContent> content(std::string_view id, std::size_t most_bytes,
                             std::string_view what) const;
  Result<std::uint64_t> content_size(std::string_view id, std::string_view what) const;

  // Whether objects are hashed again when they are read, in the whole process. It takes longer than
  // unpacking them, and git itself does not do it either. On unless it is switched off.
  static void hash_objects(bool on);

  // False if no file whose path ends with one of `endings` differs between the two commits. True
  // also where that cannot be said.
  bool may_differ(const GitCommit& one, const GitCommit& other,
                  const std::vector<std::string_view>& endings) const;

  // The regular files of the commit, wherever they are, whose path ends with one of `endings` and
  // whose content holds `text`; none of more than `most_bytes` is looked at, nor the one at
  // `except`. In the order of git.
  Result<std::vector<std::pair<std::string, GitFile>>> files_with(
      const GitCommit& commit, const std::vector<std::string_view>& endings, std::string_view text,
      std::size_t most_bytes, std::string_view except = {}) const;

  // The content with that id, wherever it is in the history. REQUIRES: 40 hexadecimal digits.
  Result<GitFile> blob(std::string_view id, std::size_t most_bytes) const;

  // Whether one can come from the other to `ancestor` by going to parents, or both are one. A
  // history that is cut off cannot say no: that is an error (HP3005).
  Result<bool> is_ancestor(std::string_view ancestor, const GitCommit& descendant) const;

  // Where two histories parted: the best common ancestor, as `git merge-base` has it. HP3018 if
  // there is none.
  Result<GitCommit> merge_base(const GitCommit& one, const GitCommit& other) const;

  // The history is cut off somewhere, so that an ancestor may look like none.
  bool is_shallow() const;

  // Where the remote `origin` is, without user name and password; empty if there is none.
  std::string origin() const;

 private:
  struct Implementation;
  explicit GitRepository(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace hookplan
