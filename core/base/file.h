// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace hookplan {

// Whose word a file is: `anybody` for data that is judged by what it says, `only_us` for what
// decides whom to trust (a policy, a public key). Such a file must not be writable for everybody
// (HP7003).
enum class Trust { anybody, only_us };

// The bytes of a regular file. Never blocks: a FIFO, a device or a directory is an error, as is a
// file of more than `most_bytes`.
Result<std::string> read_file(const std::filesystem::path& path, std::size_t most_bytes,
                              Trust trust = Trust::anybody);

// Puts `bytes` into the file so that a reader sees the old content or the new, never a part. A
// program that dies meanwhile leaves nothing behind, or one file (`.NAME.hookplan-new`) that the
// next write takes away. Follows a symbolic link to a regular file, but not one that another user
// laid into a folder for everybody; writes straight into what is not a regular file (/dev/stdout, a
// pipe that somebody reads). A file of ours keeps its permissions, short of what lets everybody
// write or gives a program rights.
Result<void> write_file(const std::filesystem::path& path, std::string_view bytes);

// As open(2); -1 and errno. A FIFO that nobody reads would block it for ever: a reader gets two
// seconds to come, then errno is ENXIO. What is written later may block as usual.
int open_for_writing(const std::filesystem::path& path, int flags, unsigned mode);

// Keeps other programs of ours from changing files of the same folder between reading and writing
// one, for as long as it lives. Waits for them for ten seconds and then goes on: others can hold a
// lock on what they can read, and must not stop us with it. So look once more before writing.
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
