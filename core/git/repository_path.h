// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace hookplan {

// Why this cannot be the path of a file inside a repository ("a/b.yaml": relative, with single
// slashes, no `.` or `..`); empty if it can.
std::string repository_path_problem(std::string_view path);

// "a/b" for "a/b/c.yaml", empty for "c.yaml".
std::string_view folder_of(std::string_view path);

}  // namespace hookplan
