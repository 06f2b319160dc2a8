// SPDX-License-Identifier: Apache-2.0
#include "core/apply/report.h"

#include <algorithm>
#include <stdexcept>

namespace hookplan {

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::unchanged: return "unchanged";
    case Outcome::planned: return "to do";
    case Outcome::done: return "done";
    case Outcome::settling: return "settling";
    case Outcome::waiting: return "waiting";
    case Outcome::failed: return "failed";
    case Outcome::not_started: return "not started";
    case Outcome::left_out: return "left out";
  }
  throw std::logic_error("no such outcome");
}

std::size_t ApplyReport::count(Outcome outcome) const {
  return static_cast<std::size_t>(std::ranges::count(entries, outcome, &EntryReport::outcome));
}

bool ApplyReport::is_complete() const {
  return has_done_its_part() && count(Outcome::left_out) == 0;
}

bool ApplyReport::has_done_its_part() const {
  return errors.empty() && !interrupted && count(Outcome::waiting) == 0 &&
         count(Outcome::failed) == 0 && count(Outcome::not_started) == 0;
}

}  // namespace hookplan
