// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace hookplan {

// What can be said of a .git folder by looking at its files, without reading it as git.

// A FIFO, device or folder where git expects a file would block or mislead its reader: the error
// HP3015 for the first one found.
std::optional<Error> special_file_in(const std::filesystem::path& git_directory);

// The folder that safe.directory must name: the work tree, or the repository itself if it is bare.
std::filesystem::path owned_folder(const std::filesystem::path& git_directory);

// The folder as a person would write it: absolute, without dots and links where that is known.
std::string shown_folder(const std::filesystem::path& directory);

// The URL of a remote without what may be secret in it: user name, password, query and fragment.
std::string without_credentials(std::string_view url);

}  // namespace hookplan
