// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

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
  // destroys is asked for again. Where there are many items, fibers that come at the same time
  // share a write: one for each of ten thousand entries would write some gigabytes.
  template <typename Edit>
  std::invoke_result_t<Edit, Handover&> update(Edit edit) {
    std::optional<std::invoke_result_t<Edit, Handover&>> answer;
    Request request;
    request.edit = [&](Handover& handover) {
      answer.emplace(std::invoke(edit, handover));
      return answer->has_value();
    };
    TRY_VOID(carry_out(request));
    return *std::move(answer);
  }

 private:
  // One edit, which lives in the fiber that asks for it.
  struct Request {
    std::function<bool(Handover&)> edit = {};  // whether what it did is to be kept
    std::optional<Result<void>> outcome = {};  // once it was carried out
  };
  // A request among those that are carried out next, for as long as its fiber lives.
  class Waiting;

  Result<void> carry_out(Request& request);
  void carry_out_all();
  Result<void> apply(const std::vector<Request*>& requests);
  Result<FolderLock> lock() const;
  Result<void> write(Handover next);

  std::filesystem::path shown_;  // as it was named
  std::filesystem::path file_;
  // What the file held when it was last read or written: its bytes and what they mean. Whoever uses
  // the meaning compares the bytes first.
  Secret bytes_;
  Handover handover_;
  std::optional<std::string> stamp_;  // with which the file held that; see PrivateFolder::stamp()
  std::vector<Request*> requests_;
  HandoverWriter writer_;
  std::optional<std::chrono::steady_clock::time_point> synced_;  // the last time it waited
  bool is_synced_ = true;
};

}  // namespace hookplan
