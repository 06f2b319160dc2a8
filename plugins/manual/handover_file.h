// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/instant.h"
#include "core/base/private_folder.h"
#include "core/base/result.h"
#include "core/base/secret.h"

namespace hookplan {

enum class HandoverTask { set_hook, delete_hook };

// What a person is asked to do, or has confirmed to have done, for one hook.
struct HandoverItem {
  HandoverTask task = HandoverTask::set_hook;
  bool is_confirmed = false;
  bool has_changed =
      false;  // another task or token stood here before, which somebody may have seen
  std::string entry = {};
  std::string page = {};  // where to do it; empty: not known
  Secret url = {};        // empty once a secret one is confirmed
  // Of a URL that is secret: a random salt, a colon, and SHA-256 of both. It tells whose hook was
  // confirmed when the URL is gone from the file.
  std::string url_mark = {};
  std::vector<std::string> events = {};  // to set
  Instant created = kZeroInstant;        // to set: of the token
  Secret secret = {};                    // to set: the token; empty once confirmed

  bool is_for(std::string_view wanted_entry, const Secret& wanted_url) const;
  // Takes what is secret out of the item.
  void confirm();

  Secret text = {};  // as the file has it; empty: not written yet
};

std::string mark_of(const Secret& url);

// The file that tells people what to do. It is YAML that they may read, not edit; what cannot be
// understood is an error (kind `unavailable`, HP8106) and never overwritten. REQUIRES: whoever
// changes it holds the FolderLock between reading and writing.
class HandoverFile {
 public:
  explicit HandoverFile(const std::filesystem::path& file);
  HandoverFile(const HandoverFile&) = delete;
  HandoverFile& operator=(const HandoverFile&) = delete;
  ~HandoverFile();

  // All items; none if there is no file. Parses only what somebody else has changed. Changes to
  // the items count once they are written. An item that is changed must lose its `text`.
  Result<std::vector<HandoverItem>*> read();
  // Each write survives the death of the program. One a second, and the last one, waits for the
  // disk, because that takes long and what a power failure destroys is asked for again.
  Result<void> write();

  Error error(std::string_view why, std::string hint = {}, std::uint32_t line = 0) const;
  const std::filesystem::path& path() const { return file_; }

 private:
  Result<Secret> text_of_all();

  std::filesystem::path shown_;  // as it was named
  std::filesystem::path file_;
  std::vector<HandoverItem> items_;
  std::optional<std::chrono::steady_clock::time_point> synced_;  // the last time it waited
  bool is_synced_ = true;
  Secret known_;  // the bytes of the file that the items are
};

}  // namespace hookplan
