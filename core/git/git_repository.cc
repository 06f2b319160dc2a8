// SPDX-License-Identifier: Apache-2.0
#include "core/git/git_repository.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/git/git_directory.h"
#include "core/git/git_handles.h"
#include "core/git/opened_repository.h"
#include "core/git/work_tree.h"

namespace hookplan {
namespace {

constexpr std::size_t kMaxTreeBytes = std::size_t{64} << 20;

git_oid id_from(std::string_view digits) {
  git_oid id = {};
  if (git_oid_fromstr(&id, std::string(digits).c_str()) != 0) throw std::logic_error("not an id");
  return id;
}

// A file as messages name it.
std::string name_of(const GitCommit& commit, std::string_view path) {
  return fmt::format("{} at {}", printable(path), commit.id.substr(0, 12));
}

bool is_hex_id(std::string_view text) {
  return text.size() == GIT_OID_HEXSZ &&
         text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

// Why git does not know the name, as far as it shows.
std::string revision_hint(std::string_view name) {
  if (name.find("..") != std::string_view::npos)
    return "one revision is asked for here; a range, BASE...HEAD, is one word of its own";
  if (name.ends_with(".yaml") || name.ends_with(".yml")) {
    return "BASE and HEAD are revisions; a file is named with --config-path";
  }
  if (name.find_first_not_of('0') == std::string_view::npos) {
    return "forges send zeros for a new branch: leave BASE out, or name the branch it came from";
  }
  return "check the spelling; fetch it first if it is only on the server";
}

}  // namespace

struct GitRepository::Implementation : OpenedRepository {
  explicit Implementation(OpenedRepository opened) : OpenedRepository(std::move(opened)) {}

  // HEAD is a branch without a commit: because nothing is there, or because the branch is not.
  Error unborn_head() const {
    git_strarray names = {};
    const bool others = git_reference_list(&names, repository.get()) == 0 && names.count > 0;
    git_strarray_dispose(&names);
    if (!others) {
      return fail(Code::empty_repository, "the repository has no commit yet");
    }
    git_reference* head = nullptr;
    const bool found = git_reference_lookup(&head, repository.get(), "HEAD") == 0;
    const ReferenceHandle owner(head);
    const char* const target = found ? git_reference_symbolic_target(head) : nullptr;
    return fail(Code::no_such_revision, "HEAD points to {}, which is not a branch here",
                excerpt(target == nullptr ? "nothing" : target))
        .hint("check out a branch, or name both revisions: hookplan plan BASE HEAD");
  }

  // What a reference is of; empty if there is none of that full name.
  std::string target_of(const std::string& full_name) const {
    git_reference* reference = nullptr;
    if (git_reference_lookup(&reference, repository.get(), full_name.c_str()) != 0) return {};
    const ReferenceHandle reference_owner(reference);
    git_object* object = nullptr;
    if (git_reference_peel(&object, reference, GIT_OBJECT_ANY) != 0) return {};
    const ObjectHandle object_owner(object);
    return hex(*git_object_id(object));
  }

  // A branch and a tag of one name: git takes the tag and warns, so that whoever may push a tag
  // chooses what `origin/main` is. The rules are those of gitrevisions(7); a full name has one
  // meaning.
  Result<void> require_one_meaning(const std::string& revision) const {
    const std::size_t end = std::min(revision.find_first_of("^~:"), revision.find("@{"));
    const std::string name = revision.substr(0, end);
    if (name.empty() || name == "HEAD" || name == "@" || is_hex_id(name)) return {};
    if (name.starts_with("refs/") && !target_of(name).empty()) return {};
    std::map<std::string, std::string> meanings;  // object to its name
    for (const char* const rule :
         {"refs/heads/{}", "refs/remotes/{}", "refs/remotes/{}/HEAD", "refs/{}", "refs/tags/{}"}) {
      const std::string full = fmt::format(fmt::runtime(rule), name);
      const std::string target = target_of(full);
      if (!target.empty()) meanings.emplace(target, full);
    }
    git_object* object = nullptr;
    git_oid prefix = {};
    constexpr std::size_t kLeastDigits = 4;
    if (name.size() >= kLeastDigits && git_oid_fromstrn(&prefix, name.data(), name.size()) == 0 &&
        git_object_lookup_prefix(&object, repository.get(), &prefix, name.size(), GIT_OBJECT_ANY) ==
            0) {
      const ObjectHandle object_owner(object);
      meanings.emplace(hex(*git_object_id(object)), "the id " + hex(*git_object_id(object)));
    }
    if (meanings.size() < 2) return {};
    std::vector<std::string> names;
    names.reserve(meanings.size());
    for (const auto& [id, full] : meanings) names.push_back(printable(full));
    return fail(Code::ambiguous_revision, "{} fits {}", excerpt(name), fmt::join(names, " and "))
        .hint(
            "write the full name of the one you mean, or the id of its commit; tags "
            "may come from others");
  }

  // The size is known before the content is loaded.
  Result<std::size_t> size_of(const git_oid& id, std::string_view what) const {
    std::size_t size = 0;
    git_object_t type = GIT_OBJECT_INVALID;
    const int status = git_odb_read_header(&size, &type, odb.get(), &id);
    if (status == GIT_ENOTFOUND) return missing(what);
    if (status != 0) return broken(what);
    return size;
  }

  Result<void> require_size(const git_oid& id, std::size_t most_bytes,
                            std::string_view what) const {
    TRY(const std::size_t size, size_of(id, what));
    if (size > most_bytes) {
      return fail(Code::file_too_large, "{} has {} bytes, the limit is {}", what, size, most_bytes);
    }
    return {};
  }

  Result<GitContent> content(const git_oid& id, std::size_t most_bytes,
                             const std::string& what) const {
    TRY_VOID(require_not_replaced(id));
    TRY_VOID(require_size(id, most_bytes, what));
    git_blob* blob = nullptr;
    if (git_blob_lookup(&blob, repository.get(), &id) != 0) return broken(what);
    std::shared_ptr<git_blob> owner(blob, git_blob_free);
    return GitContent{{static_cast<const char*>(git_blob_rawcontent(blob)),
                       static_cast<std::size_t>(git_blob_rawsize(blob))},
                      std::move(owner)};
  }

  // The one entry of that name; nothing if there is none.
  Result<std::optional<std::pair<git_oid, git_filemode_t>>> entry_of(const git_oid& tree_id,
                                                                     std::string_view name,
                                                                     std::string_view path) const {
    const std::string what = fmt::format("the tree {}", hex(tree_id));
    TRY_VOID(require_not_replaced(tree_id));
    TRY_VOID(require_size(tree_id, kMaxTreeBytes, what));
    git_tree* tree = nullptr;
    if (git_tree_lookup(&tree, repository.get(), &tree_id) != 0) return broken(what);
    const TreeHandle owner(tree);
    std::optional<std::pair<git_oid, git_filemode_t>> found;
    // By index: lookups by name are binary searches, which a malformed tree can mislead.
    for (std::size_t i = 0; i < git_tree_entrycount(tree); ++i) {
      const git_tree_entry* const entry = git_tree_entry_byindex(tree, i);
      if (name != git_tree_entry_name(entry)) continue;
      if (found) {
        return fail(Code::malformed_tree, "{} stands twice in {}", printable(path), what)
            .hint("run git fsck; make the commit again");
      }
      found.emplace(*git_tree_entry_id(entry), git_tree_entry_filemode_raw(entry));
    }
    return found;
  }
};

GitRepository::GitRepository(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}
GitRepository::GitRepository(GitRepository&&) noexcept = default;
GitRepository& GitRepository::operator=(GitRepository&&) noexcept = default;
GitRepository::~GitRepository() = default;

Result<GitRepository> GitRepository::open(const std::filesystem::path& directory) {
  TRY(OpenedRepository opened, OpenedRepository::open(directory));
  return GitRepository(std::make_unique<Implementation>(std::move(opened)));
}

Result<GitCommit> GitRepository::commit(std::string_view revision) const {
  const Implementation& self = *implementation_;
  const std::string name(revision);
  const std::string shown = excerpt(name);
  TRY_VOID(self.require_one_meaning(name));
  git_object* object = nullptr;
  const int status = git_revparse_single(&object, self.repository.get(), name.c_str());
  const ObjectHandle object_owner(object);
  if (status == GIT_EAMBIGUOUS) {
    return fail(Code::ambiguous_revision, "{} fits several objects", shown);
  }
  if (status != 0) {
    if (git_repository_head_unborn(self.repository.get()) == 1 && name.starts_with("HEAD")) {
      return self.unborn_head();
    }
    // A name that git cannot know is a typing error; history that is cut off is not.
    const bool known_to_exist = is_hex_id(name) || name.find_first_of("^~") != std::string::npos;
    if (known_to_exist && (self.is_shallow() || self.is_partial_clone())) {
      return self.missing(fmt::format("the revision {}", shown));
    }
    if (name == "HEAD") return self.broken("HEAD");
    git_reference* reference = nullptr;
    if (git_reference_dwim(&reference, self.repository.get(), name.c_str()) == 0) {
      const ReferenceHandle reference_owner(reference);
      return self.missing(fmt::format("the commit of {}", shown));
    }
    return fail(Code::no_such_revision, "no such revision: {}", shown).hint(revision_hint(name));
  }
  git_object* peeled = nullptr;
  const int peel = git_object_peel(&peeled, object, GIT_OBJECT_COMMIT);
  const ObjectHandle peeled_owner(peeled);
  if (peel == GIT_ENOTFOUND) return self.missing(fmt::format("the commit of {}", shown));
  if (peel != 0) {
    return fail(Code::not_a_commit, "{} is a {}, not a commit", shown,
                git_object_type2string(git_object_type(object)));
  }
  const auto* const commit = reinterpret_cast<const git_commit*>(peeled);
  const git_oid& id = *git_commit_id(commit);
  TRY_VOID(self.require_not_replaced(id));
  GitCommit result;
  result.id = hex(id);
  result.tree = hex(*git_commit_tree_id(commit));
  if (git_commit_parentcount(commit) > 0)
    result.first_parent = hex(*git_commit_parent_id(commit, 0));
  if (git_commit_parentcount(commit) > 1)
    result.second_parent = hex(*git_commit_parent_id(commit, 1));
  return result;
}

Result<std::optional<GitCommit>> GitRepository::reference(std::string_view full_name) const {
  const Implementation& self = *implementation_;
  git_oid id = {};
  const int status =
      git_reference_name_to_id(&id, self.repository.get(), std::string(full_name).c_str());
  if (status == GIT_ENOTFOUND || status == GIT_EINVALIDSPEC) return std::optional<GitCommit>();
  if (status != 0) return self.broken(excerpt(full_name));
  TRY(GitCommit found, commit(hex(id)));
  return std::optional<GitCommit>(std::move(found));
}

Result<GitCommit> GitRepository::work_tree(const std::vector<std::string>& paths,
                                           std::size_t most_bytes) const {
  TRY(const GitCommit head, commit("HEAD"));
  TRY(const std::string made, commit_work_tree(*implementation_, head.id, paths, most_bytes));
  return commit(made);
}

std::string GitRepository::work_tree_blob(std::string_view path, std::size_t most_bytes) const {
  return hookplan::work_tree_blob(*implementation_, path, most_bytes);
}

Result<GitCommit> GitRepository::first_parent_of(const GitCommit& child) const {
  Result<GitCommit> parent = commit(child.first_parent);
  if (parent || parent.error().first().code != Code::no_such_revision) return parent;
  return implementation_->missing(fmt::format("the first parent of {}", child.id.substr(0, 12)));
}

Result<std::optional<std::string>> GitRepository::blob_id(const GitCommit& commit,
                                                          std::string_view path) const {
  const Implementation& self = *implementation_;
  git_oid id = {};
  if (git_oid_fromstr(&id, commit.tree.c_str()) != 0) throw std::logic_error("not a tree id");
  git_filemode_t mode = GIT_FILEMODE_TREE;
  for (std::string_view rest = path; !rest.empty();) {
    if (mode != GIT_FILEMODE_TREE)
      return std::optional<std::string>();  // a file where a folder should be
    const std::size_t slash = rest.find('/');
    TRY(const auto entry, self.entry_of(id, rest.substr(0, slash), path));
    if (!entry) return std::optional<std::string>();
    id = entry->first;
    mode = entry->second;
    rest.remove_prefix(slash == std::string_view::npos ? rest.size() : slash + 1);
    const bool last = rest.empty();
    const bool regular = (mode & 0170000) == 0100000;
    if (mode == GIT_FILEMODE_TREE ? !last : last && regular) continue;
    if (!last && regular) continue;
    const std::string_view kind = mode == GIT_FILEMODE_LINK     ? "a symbolic link"
                                  : mode == GIT_FILEMODE_COMMIT ? "a submodule"
                                  : mode == GIT_FILEMODE_TREE   ? "a folder"
                                                                : "of an unknown kind";
    return fail(Code::not_a_regular_file, "{} at {} is {}", printable(path),
                commit.id.substr(0, 12), kind);
  }
  return std::optional<std::string>(hex(id));
}

Result<std::optional<GitFile>> GitRepository::file(const GitCommit& commit, std::string_view path,
                                                   std::size_t most_bytes) const {
  TRY(auto id, blob_id(commit, path));
  if (!id) return std::optional<GitFile>();
  TRY(const GitContent found, content(*id, most_bytes, name_of(commit, path)));
  return std::optional<GitFile>(GitFile{*std::move(id), std::string(found.bytes)});
}

Result<GitContent> GitRepository::content(std::string_view id, std::size_t most_bytes,
                                          std::string_view what) const {
  return implementation_->content(id_from(id), most_bytes, std::string(what));
}

Result<std::uint64_t> GitRepository::content_size(std::string_view id,
                                                  std::string_view what) const {
  const git_oid oid = id_from(id);
  TRY_VOID(implementation_->require_not_replaced(oid));
  TRY(const std::size_t size, implementation_->size_of(oid, what));
  return std::uint64_t{size};
}

void GitRepository::hash_objects(bool on) {
  const GitLibrary library;
  git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, on ? 1 : 0);
}

bool GitRepository::may_differ(const GitCommit& one, const GitCommit& other,
                               const std::vector<std::string_view>& endings) const {
  git_repository* const repository = implementation_->repository.get();
  std::array<TreeHandle, 2> trees;
  for (std::size_t i = 0; i < trees.size(); ++i) {
    const git_oid id = id_from(i == 0 ? one.tree : other.tree);
    git_tree* tree = nullptr;
    if (git_tree_lookup(&tree, repository, &id) != 0) return true;
    trees[i].reset(tree);
  }
  git_diff* diff = nullptr;
  if (git_diff_tree_to_tree(&diff, repository, trees[0].get(), trees[1].get(), nullptr) != 0)
    return true;
  const DiffHandle owner(diff);
  for (std::size_t i = 0; i < git_diff_num_deltas(diff); ++i) {
    const std::string_view path = git_diff_get_delta(diff, i)->new_file.path;
    const auto fits = [&](std::string_view ending) { return path.ends_with(ending); };
    if (std::ranges::any_of(endings, fits)) return true;
  }
  return false;
}

Result<std::vector<std::pair<std::string, GitFile>>> GitRepository::files_with(
    const GitCommit& commit, const std::vector<std::string_view>& endings, std::string_view text,
    std::size_t most_bytes, std::string_view except) const {
  const Implementation& self = *implementation_;
  const std::string what = fmt::format("the files of {}", commit.id.substr(0, 12));
  struct Walk {
    const std::vector<std::string_view>& endings;
    std::vector<std::pair<std::string, git_oid>> found = {};
  } walk{endings};
  const auto note = [](const char* folder, const git_tree_entry* entry, void* payload) {
    Walk& all = *static_cast<Walk*>(payload);
    const bool is_regular = (git_tree_entry_filemode(entry) & 0170000) == 0100000;
    const std::string path = std::string(folder) + git_tree_entry_name(entry);
    const bool fits = std::ranges::any_of(
        all.endings, [&](std::string_view ending) { return path.ends_with(ending); });
    if (is_regular && fits) all.found.emplace_back(path, *git_tree_entry_id(entry));
    return 0;
  };
  git_oid id = {};
  if (git_oid_fromstr(&id, commit.tree.c_str()) != 0) throw std::logic_error("not a tree id");
  git_tree* tree = nullptr;
  const int status = git_tree_lookup(&tree, self.repository.get(), &id);
  const TreeHandle owner(tree);
  if (status != 0 || git_tree_walk(tree, GIT_TREEWALK_PRE, note, &walk) != 0) {
    return self.is_shallow() || self.is_partial_clone() ? self.missing(what) : self.broken(what);
  }
  std::vector<std::pair<std::string, GitFile>> files;
  for (auto& [path, blob] : walk.found) {
    if (path == except) continue;
    const Result<GitContent> file = self.content(blob, most_bytes, printable(path));
    if (!file && file.error().first().code == Code::file_too_large) continue;
    if (!file) return file.error();
    if (file->bytes.find(text) == std::string_view::npos) continue;
    files.emplace_back(std::move(path), GitFile{hex(blob), std::string(file->bytes)});
  }
  return files;
}

Result<GitFile> GitRepository::blob(std::string_view id, std::size_t most_bytes) const {
  TRY(const GitContent found, content(id, most_bytes, fmt::format("blob {}", id.substr(0, 12))));
  return GitFile{std::string(id), std::string(found.bytes)};
}

Result<bool> GitRepository::is_ancestor(std::string_view ancestor,
                                        const GitCommit& descendant) const {
  if (ancestor == descendant.id) return true;
  const Implementation& self = *implementation_;
  git_oid above = {};
  git_oid below = {};
  if (git_oid_fromstr(&above, std::string(ancestor).c_str()) != 0 ||
      git_oid_fromstr(&below, descendant.id.c_str()) != 0)
    throw std::logic_error("not a commit id");
  const int found = git_graph_descendant_of(self.repository.get(), &below, &above);
  // Newer libgit2 ends at the border of a shallow clone, as git does, and finds nothing there.
  if (found == 1 || (found == 0 && !self.is_shallow())) return found == 1;
  const std::string what =
      fmt::format("the history from {} to {}", ancestor.substr(0, 12), descendant.id.substr(0, 12));
  return self.is_shallow() ? self.missing(what) : self.broken(what);
}

Result<GitCommit> GitRepository::merge_base(const GitCommit& one, const GitCommit& other) const {
  const Implementation& self = *implementation_;
  git_oid first = {};
  git_oid second = {};
  if (git_oid_fromstr(&first, one.id.c_str()) != 0 ||
      git_oid_fromstr(&second, other.id.c_str()) != 0)
    throw std::logic_error("not a commit id");
  git_oid found = {};
  const int status = git_merge_base(&found, self.repository.get(), &first, &second);
  if (status == 0) return commit(hex(found));
  const std::string what =
      fmt::format("where {} and {} parted", one.id.substr(0, 12), other.id.substr(0, 12));
  if (self.is_shallow()) return self.missing(what);
  if (status != GIT_ENOTFOUND) return self.broken(what);
  return fail(Code::no_merge_base, "{} and {} have no commit in common", one.id.substr(0, 12),
              other.id.substr(0, 12));
}

bool GitRepository::is_shallow() const { return implementation_->is_shallow(); }

std::string GitRepository::origin() const {
  // Not git_remote_lookup(): it rewrites the URL by the user's `insteadOf`, so that the plan would
  // depend on who makes it.
  git_config* config = nullptr;
  if (git_repository_config_snapshot(&config, implementation_->repository.get()) != 0) return {};
  const ConfigHandle owner(config);
  const char* url = nullptr;
  if (git_config_get_string(&url, config, "remote.origin.url") != 0) return {};
  return without_credentials(url);
}

}  // namespace hookplan
