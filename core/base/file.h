// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace hookplan {

// The bytes of a regular file. Never blocks: a FIFO, a device or a directory is an error, as is a
// file of more than `most_bytes`.
Result<std::string> read_file(const std::filesystem::path& path, std::size_t most_bytes);

// Puts `bytes` into the file so that a reader sees the old content or the new, never a part.
// Follows a symbolic link to a regular file; writes straight into what is not a regular file
// (/dev/stdout, a pipe). A file that is there keeps its permissions.
Result<void> write_file(const std::filesystem::path& path, std::string_view bytes);

// Keeps other programs of ours from changing files of the same folder between reading and writing
// one, for as long as it lives. Waits for them for ten seconds, then gives up (kind `output`).
class FolderLock {
 public:
  static Result<FolderLock> take(const std::filesystem::path& file);
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&&) = delete;
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;
  ~FolderLock();

 private:
  explicit FolderLock(int folder) : folder_(folder) {}
  int folder_;
};

enum class FileMode { only_owner, everybody_reads };

// Makes a new file; a file or a link that is there already is an error and stays as it is.
Result<void> create_file(const std::filesystem::path& path, std::string_view bytes, FileMode mode);

}  // namespace hookplan
