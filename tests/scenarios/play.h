// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/apply/engine/run.h"
#include "core/plan/plan.h"
#include "tests/simulation/ports.h"
#include "tests/simulation/world.h"

namespace hookplan::scenarios {

// 2026-08-22T00:00:00Z: when every scenario begins.
inline constexpr std::int64_t kStart = 1'787'356'800;
inline constexpr std::int64_t kOverlap = 600;

// The threshold of most entries.
inline constexpr std::string_view kThreshold = "2020-08-12T00:00:00Z";
inline constexpr std::string_view kUrl = "https://prow.example/hook";

// Instants by their text. REQUIRES: it is RFC 3339.
Instant at(std::string_view text);

// One world and what is asked of it, plan after plan. The world watches: a delivery that is
// refused, or would be, at any moment is among its violations.
class Play {
 public:
  simulation::World world = {};
  Work work = {};

  Play();

  // What there is at first.
  Play& token(const std::string& entry, const std::string& value, std::string_view created);
  Play& hook(const std::string& entry, const std::string& token, std::string_view url = kUrl);
  // The scenario begins: what is refused already is nobody's fault.
  Play& begin();

  // What the next plan asks for.
  Play& onboard(const std::string& entry, std::string_view threshold);
  Play& rotate(const std::string& entry, std::string_view threshold);
  Play& remove(const std::string& entry);
  Play& reroute(const std::string& entry, const Route& from, const Route& to);
  // The plan that holds them, made so many seconds after the scenario began.
  Play& plan(const std::string& digest, std::int64_t made = 0);

  ApplyReport run();
  // The first call of this name goes wrong: "write prow", "put o/r". Nothing if that kills it.
  // REQUIRES: the run makes such a call.
  std::optional<ApplyReport> run_with(
      std::string_view call, simulation::Fault fault,
      const std::function<void(std::chrono::seconds)>& second_run = {});
  // The overlap passes, and what earlier plans left is finished.
  ApplyReport settle();
  // As many calls as a run from here makes.
  std::size_t calls() const;

  bool is_emergency = false;

  bool signs_with(const std::string& entry, std::string_view token) const;
  std::size_t hooks_of(const std::string& entry) const;
  // The values of an entry's tokens, in the order of the store.
  std::vector<std::string> values(const std::string& entry) const;
  std::vector<simulation::SimToken> tokens(const std::string& entry) const;

  std::vector<Change> changes = {};
};

using Texts = std::vector<std::string>;

// The document as the traces of Prow's own runs show it: minted tokens are <HEX40>, of <NOW>.
std::string document_of(const simulation::SimTokens& tokens);

// The part of a trace of Prow's run after "### TITLE", of the reference data; nothing where they
// are absent, which is said.
std::optional<std::string> trace_of_prow(std::string_view title);

// Why the outcome of the entry is what it is: "done", or the words of the error.
std::string outcome_of(const ApplyReport& report, std::string_view entry);

}  // namespace hookplan::scenarios
