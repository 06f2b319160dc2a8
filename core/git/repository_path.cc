// SPDX-License-Identifier: Apache-2.0
#include "core/git/repository_path.h"

#include <algorithm>

namespace hookplan {

std::string repository_path_problem(std::string_view path) {
  constexpr std::size_t kLongest = 4096;
  constexpr std::size_t kDeepest = 64;
  if (path.empty()) return "it is empty";
  if (path.size() > kLongest) return "it is too long";
  if (path.front() == '/') return "it is absolute";
  if (path.find('\0') != std::string_view::npos) return "it has a zero byte";
  if (static_cast<std::size_t>(std::ranges::count(path, '/')) > kDeepest) return "it is too deep";
  for (std::string_view rest = path;;) {
    const std::size_t slash = rest.find('/');
    const std::string_view segment = rest.substr(0, slash);
    if (segment.empty()) return "it has an empty part";
    if (segment == "." || segment == "..") return "it has a part that is `.` or `..`";
    if (slash == std::string_view::npos) return {};
    rest.remove_prefix(slash + 1);
  }
}

std::string_view folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

}  // namespace hookplan
