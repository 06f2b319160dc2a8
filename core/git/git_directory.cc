// SPDX-License-Identifier: Apache-2.0
#include "core/git/git_directory.h"

#include <sys/stat.h>

#include <algorithm>
#include <fstream>

#include <fmt/format.h>

namespace hookplan {

std::optional<Error> special_file_in(const std::filesystem::path& git_directory) {
  for (const char* const name :
       {"config", "config.worktree", "HEAD", "commondir", "gitdir", "packed-refs", "shallow",
        "info/grafts", "objects/info/alternates"}) {
    struct stat status = {};
    const std::filesystem::path path = git_directory / name;
    if (::stat(path.c_str(), &status) != 0 || S_ISREG(status.st_mode)) continue;
    return fail(Code::special_file, "{} is not a regular file", path.string());
  }
  return std::nullopt;
}

std::filesystem::path owned_folder(const std::filesystem::path& git_directory) {
  std::filesystem::path folder =
      git_directory.filename().empty() ? git_directory.parent_path() : git_directory;
  if (folder.filename() == ".git") return folder.parent_path();
  std::ifstream link(folder / "gitdir");  // of a linked work tree: where its .git file is
  std::string target;
  if (std::getline(link, target) && !target.empty()) {
    return std::filesystem::path(target).parent_path();
  }
  return folder;
}

std::string shown_folder(const std::filesystem::path& directory) {
  std::error_code ignored;
  const std::filesystem::path real = std::filesystem::weakly_canonical(directory, ignored);
  return ignored ? directory.string() : real.string();
}

std::string without_credentials(std::string_view url) {
  std::string shown(url);
  // Tokens hide in "https://user:token@host/" and in queries; neither belongs into a plan.
  if (const std::size_t scheme = shown.find("://"); scheme != std::string::npos) {
    const std::size_t host = scheme + 3;
    const std::size_t end = std::min(shown.find('/', host), shown.size());
    const std::size_t at = shown.rfind('@', end);
    if (at != std::string::npos && at >= host && at < end) shown.erase(host, at + 1 - host);
    shown.erase(std::min(shown.find_first_of("?#"), shown.size()));
  }
  return shown;
}

}  // namespace hookplan
