// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace hookplan::bad_input {

// What is in a folder, by path: kind, permissions, size, time of the last change, content.
using FolderState = std::map<std::string, std::string>;

FolderState state_of(const std::filesystem::path& folder);

// The first path that is not the same in both, and how; empty if there is none.
std::string difference(const FolderState& before, const FolderState& after);

}  // namespace hookplan::bad_input
