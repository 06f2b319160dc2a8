// SPDX-License-Identifier: Apache-2.0
#include "tests/bad_input/folder_state.h"

#include <sys/stat.h>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <sstream>
#include <system_error>

namespace hookplan::bad_input {
namespace {

// Larger files are hostile sizes, mostly holes; their time and size must do.
constexpr off_t kMaxHashed = off_t{4} << 20;

// FNV-1a: against accidents only.
std::uint64_t hash_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::uint64_t hash = 0xcbf2'9ce4'8422'2325;
  for (std::istreambuf_iterator<char> byte(stream), end; byte != end; ++byte) {
    hash = (hash ^ static_cast<unsigned char>(*byte)) * 0x100'0000'01b3;
  }
  return hash;
}

std::string state_of_file(const std::filesystem::path& file) {
  struct stat status = {};
  if (::lstat(file.c_str(), &status) != 0) return "gone";
  std::ostringstream state;
  state << std::oct << "mode " << status.st_mode << std::dec << " owner " << status.st_uid
        << " size " << status.st_size << " changed " << status.st_mtim.tv_sec << '.'
        << status.st_mtim.tv_nsec;
  if (S_ISLNK(status.st_mode)) {
    std::error_code ignored;
    state << " to " << std::filesystem::read_symlink(file, ignored).string();
  }
  if (S_ISREG(status.st_mode) && status.st_size <= kMaxHashed) {
    state << " content " << std::hex << hash_of(file);
  }
  return state.str();
}

}  // namespace

FolderState state_of(const std::filesystem::path& folder) {
  FolderState state;
  state["."] = state_of_file(folder);
  const auto options = std::filesystem::directory_options::skip_permission_denied;
  std::error_code ignored;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(folder, options, ignored)) {
    state[entry.path().lexically_relative(folder).string()] = state_of_file(entry.path());
  }
  return state;
}

std::string difference(const FolderState& before, const FolderState& after) {
  for (const auto& [path, state] : before) {
    const auto now = after.find(path);
    if (now == after.end()) return path + " is gone";
    if (now->second != state) return path + " was " + state + ", is " + now->second;
  }
  for (const auto& [path, state] : after) {
    if (!before.contains(path)) return path + " is new: " + state;
  }
  return {};
}

}  // namespace hookplan::bad_input
