// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/base/secret.h"

namespace hookplan {

// Under which codes the user of a private folder reports what is wrong with it or its files.
struct PrivateFileCodes {
  Code unsafe = Code::secret_exposed;
  Code unavailable = Code::unwritable_file;
};

// A lock that the kernel releases when its holder is gone.
class PrivateLock {
 public:
  explicit PrivateLock(int file) : file_(file) {}
  PrivateLock(PrivateLock&& other) noexcept;
  PrivateLock& operator=(PrivateLock&&) = delete;
  PrivateLock(const PrivateLock&) = delete;
  PrivateLock& operator=(const PrivateLock&) = delete;
  ~PrivateLock();

 private:
  int file_;
};

// When what is written must be on the disk: `now`, or when the system gets to it. The second loses
// nothing when a program dies, but may when the power fails; then the file may be cut off, too.
enum class Sync { now, later };

// An open folder and files in it that hold secrets: regular ones without other names, that belong
// to the user or to root and that nobody else may read or write. Names are those of files in the
// folder; a symbolic link there is never followed. Errors have kind `unavailable` (nothing
// happened) unless said otherwise.
class PrivateFolder {
 public:
  // The folder of that file. Refuses one in which others could replace the file.
  static Result<PrivateFolder> of(const std::filesystem::path& file, PrivateFileCodes codes);
  PrivateFolder(PrivateFolder&& other) noexcept;
  PrivateFolder& operator=(PrivateFolder&&) = delete;
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;
  ~PrivateFolder();

  bool has(const std::string& name) const;

  // What can be seen of a file without reading it: as long as this is the same, so is the content.
  // Nothing if it changed so lately that the clock of the file system might not tell two changes
  // apart. A file that is not there has a stamp, too.
  std::optional<std::string> stamp(const std::string& name) const;

  // Nothing if there is no such file.
  Result<std::optional<Secret>> read(const std::string& name, std::size_t most_bytes) const;

  // Writes what create() left to the system onto the disk. Best effort.
  void sync_file(const std::string& name) const;

  // Makes a new file that only its owner may read and write. One that is there already is an
  // error and stays.
  Result<void> create(const std::string& name, const Secret& bytes, Sync sync = Sync::now) const;

  // `from` takes the place of `to` as one step. Kind `unknown` if it may have happened.
  Result<void> move(const std::string& from, const std::string& to, Sync sync = Sync::now) const;

  // A reader sees the old content or the new, also after a crash. Kind `unknown` if the new one is
  // in its place but a power failure could bring the old one back. REQUIRES: writers of the file
  // keep each other out by a lock; what a dead one left is replaced.
  Result<void> replace(const std::string& name, const Secret& bytes, Sync sync = Sync::now) const;

  // Where replace() collects the new content of a file.
  static std::string temporary_for(const std::string& name);

  void remove(const std::string& name) const;

  // The lock that is this file, which is made if need be and never removed: whoever removed it
  // could lock another one than the others. Nothing if it is not free in that time.
  Result<std::optional<PrivateLock>> lock(const std::string& name,
                                          std::chrono::milliseconds patience) const;

 private:
  PrivateFolder(int folder, std::filesystem::path path, PrivateFileCodes codes);
  Error unavailable(const std::string& name, std::string_view doing, int error_number) const;
  Error unsafe(const std::string& name, std::string_view why, std::string hint) const;
  Result<void> check(int file, const std::string& name) const;
  bool sync_folder() const;

  int folder_;
  std::filesystem::path path_;
  PrivateFileCodes codes_;
};

}  // namespace hookplan
