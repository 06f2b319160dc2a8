// SPDX-License-Identifier: Apache-2.0
#include "core/git/work_tree.h"

#include <sys/stat.h>

#include <array>
#include <filesystem>
#include <memory>
#include <stdexcept>

#include "core/base/text.h"

namespace hookplan {
namespace {

using IndexHandle = std::unique_ptr<git_index, GitRelease<git_index_free>>;
using SignatureHandle = std::unique_ptr<git_signature, GitRelease<git_signature_free>>;
using CommitHandle = std::unique_ptr<git_commit, GitRelease<git_commit_free>>;

bool is_regular(const std::filesystem::path& file, std::size_t most_bytes) {
  struct stat status = {};
  return ::lstat(file.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         static_cast<std::uint64_t>(status.st_size) <= most_bytes;
}

std::filesystem::path work_folder(const OpenedRepository& opened) {
  const char* const folder = git_repository_workdir(opened.repository.get());
  return folder == nullptr ? std::filesystem::path() : std::filesystem::path(folder);
}

Error unreadable() {
  return fail(Code::work_tree_unreadable, "the work tree cannot be read: {}", last_git_words());
}

// What git_index_add_all() asks for each file: 0 takes it, 1 leaves it out.
struct Limits {
  std::filesystem::path folder;
  std::size_t most_bytes;
};
int leave_out_special_files(const char* path, const char* /*pattern*/, void* payload) {
  const auto& limits = *static_cast<const Limits*>(payload);
  return is_regular(limits.folder / path, limits.most_bytes) ? 0 : 1;
}

// Whatever is written from now on stays in memory. The repository owns what this adds.
Result<void> keep_in_memory(const OpenedRepository& opened) {
  constexpr int kBeforeAllOthers = 1000;
  git_odb_backend* memory = nullptr;
  if (git_mempack_new(&memory) != 0) return unreadable();
  if (git_odb_add_backend(opened.odb.get(), memory, kBeforeAllOthers) == 0) return {};
  memory->free(memory);
  return unreadable();
}

}  // namespace

Result<std::string> commit_work_tree(const OpenedRepository& opened, const std::string& parent,
                                     const std::vector<std::string>& paths,
                                     std::size_t most_bytes) {
  git_repository* const repository = opened.repository.get();
  Limits limits{work_folder(opened), most_bytes};
  if (limits.folder.empty())
    return fail(Code::work_tree_unreadable, "the repository has no work tree");
  TRY_VOID(keep_in_memory(opened));

  // A copy of git's own, which is not written back.
  git_index* index = nullptr;
  if (git_repository_index(&index, repository) != 0) return unreadable();
  const IndexHandle index_owner(index);
  std::vector<std::string> patterns = paths;
  patterns.insert(patterns.end(), {"*.yaml", "*.yml"});
  std::vector<char*> texts;
  texts.reserve(patterns.size());
  for (std::string& pattern : patterns) texts.push_back(pattern.data());
  const git_strarray wanted{texts.data(), texts.size()};
  git_oid tree_id = {};
  if (git_index_add_all(index, &wanted, GIT_INDEX_ADD_DEFAULT, leave_out_special_files, &limits) !=
          0 ||
      git_index_update_all(index, &wanted, nullptr, nullptr) != 0 ||
      git_index_write_tree_to(&tree_id, index, repository) != 0)
    return unreadable();

  git_oid parent_id = {};
  if (git_oid_fromstr(&parent_id, parent.c_str()) != 0) throw std::logic_error("not an id");
  git_commit* before = nullptr;
  git_tree* tree = nullptr;
  git_signature* nobody = nullptr;
  const bool found = git_commit_lookup(&before, repository, &parent_id) == 0;
  const CommitHandle before_owner(before);
  const bool is_there = found && git_tree_lookup(&tree, repository, &tree_id) == 0;
  const TreeHandle tree_owner(tree);
  const bool is_signed = is_there && git_signature_new(&nobody, "work tree", "-", 0, 0) == 0;
  const SignatureHandle nobody_owner(nobody);
  git_oid made = {};
  const std::array<const git_commit*, 1> parents = {before};
  if (!is_signed ||
      git_commit_create(&made, repository, nullptr, nobody, nobody, nullptr, "the work tree", tree,
                        parents.size(), const_cast<const git_commit**>(parents.data())) != 0)
    return unreadable();
  return hex(made);
}

std::string work_tree_blob(const OpenedRepository& opened, std::string_view path,
                           std::size_t most_bytes) {
  const std::filesystem::path folder = work_folder(opened);
  if (folder.empty() || !is_regular(folder / path, most_bytes)) return {};
  git_oid id = {};
  const std::string name(path);
  const bool hashed = git_repository_hashfile(&id, opened.repository.get(), name.c_str(),
                                              GIT_OBJECT_BLOB, nullptr) == 0;
  return hashed ? hex(id) : std::string();
}

}  // namespace hookplan
