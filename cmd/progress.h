// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "cmd/console.h"
#include "core/ports/outside.h"

namespace hookplan {

// Shows a run that takes longer than a second: how many entries, how fast, how long still. On a
// terminal one line that changes, elsewhere a line now and then.
class ProgressView final : public Observer {
 public:
  ProgressView(const Console& console, bool quiet);
  ~ProgressView() override;
  ProgressView(const ProgressView&) = delete;
  ProgressView& operator=(const ProgressView&) = delete;

  void run_started(std::size_t entries) override;
  void step(const StepEvent& event) override;
  void entry_ended(std::string_view entry) override;
  // At once and always: whoever waits should know what for.
  void held_up(std::string_view why) override;

 private:
  using Time = std::chrono::steady_clock::time_point;
  void show(bool is_last);

  const Console& console_;
  bool quiet_;
  bool on_terminal_;
  std::size_t entries_ = 0;
  std::size_t ended_ = 0;
  std::string now_ = {};
  Time start_ = {};
  Time shown_ = {};
  bool has_line_ = false;
};

}  // namespace hookplan
