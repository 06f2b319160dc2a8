// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include "core/base/file.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "plugins/manual/handover.h"
#include "plugins/manual/handover_text.h"

namespace hookplan {

// The file that tells people what to do, and the only way to change it. What cannot be understood
// is an error (kind `unavailable`, HP8106) and never overwritten.
class HandoverFile {
 public:
  explicit HandoverFile(const std::filesystem::path& file);
  HandoverFile(const HandoverFile&) = delete;
  HandoverFile& operator=(const HandoverFile&) = delete;
  ~HandoverFile();

  // Empty if there is no file. Parses only what somebody else has changed.
  Result<Handover> read();

  // Keeps other programs out, works the edit out on what the file holds, and writes what it made.
  // `edit` takes a Handover& and returns a Result, which is the answer; if that is an error, or the
  // edit did nothing, nothing is written. Each write survives the death of the program. One a
  // second, and the last one, waits for the disk, because that takes long and what a power failure
  // destroys is asked for again.
  template <typename Edit>
  std::invoke_result_t<Edit, Handover&> update(Edit edit) {
    TRY(const FolderLock held, lock());
    TRY(Handover next, read());
    auto answer = std::invoke(edit, next);
    if (answer && next != handover_) {
      TRY_VOID(write(std::move(next)));
    }
    return answer;
  }

 private:
  Result<FolderLock> lock() const;
  Result<void> write(Handover next);

  std::filesystem::path shown_;  // as it was named
  std::filesystem::path file_;
  // What the file held when it was last read or written: its bytes and what they mean. Whoever uses
  // the meaning compares the bytes first.
  Secret bytes_;
  Handover handover_;
  HandoverWriter writer_;
  std::optional<std::chrono::steady_clock::time_point> synced_;  // the last time it waited
  bool is_synced_ = true;
};

}  // namespace hookplan
