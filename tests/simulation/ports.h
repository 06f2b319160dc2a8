// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/apply/apply.h"
#include "core/ports/outside.h"
#include "tests/simulation/world.h"

namespace hookplan::simulation {

// How a call to the outside goes wrong.
enum class Fault {
  none,
  refused,      // it did not happen, and we know
  lost,         // it happened, and we do not know
  vanished,     // it did not happen, and we do not know
  dead_before,  // the run is killed before it
  dead_after,   // and after it
  slow,         // it happens some calls later; we do not know
  duplicated,   // it happens now, and again some calls later
  denied,       // the service refuses for good, this once
  second_run,   // another run slips in before it
  stalled,      // the run stands still before it, and another one takes over
  heard_late,   // the same after it, before the run hears of it
};
std::string_view to_string(Fault fault);
inline constexpr Fault kFaults[] = {Fault::refused,     Fault::lost,       Fault::vanished,
                                    Fault::dead_before, Fault::dead_after, Fault::slow,
                                    Fault::duplicated,  Fault::denied,     Fault::second_run,
                                    Fault::stalled,     Fault::heard_late};

// The run is dead: nothing of it may happen any more.
struct Killed {};

// Counts the calls of a run, and makes those go wrong that it is told to.
class Calls {
 public:
  std::map<std::size_t, Fault> plan = {};
  std::set<std::size_t> stalls = {};  // at which entries of the journal the run stands still
  // Does what another run does that is ready to wait for so long; see RunOptions.
  std::function<void(std::chrono::seconds lease_patience)> second_run = [](std::chrono::seconds) {};

  // In which order entries go on that could all go on; 0: by turns.
  std::uint64_t order = 0;
  std::uint64_t next_number();

  // Nothing of the run goes on for so long. REQUIRES: it is one of several, in fibers of its own.
  void stands_still(std::chrono::seconds time);
  // What its entries do before one of them goes on: of several runs another one may come first.
  void let_others_run();

  const std::string run;  // its id

  explicit Calls(World& world);

  // The run writes its journal, which it does right before whatever it does outside.
  void journal(const StepEvent& event);

  // One call with its effect. `effect` says whether the service did as it was asked; it may happen
  // later again, when the caller is gone.
  Result<Progress> call(const std::string& what, std::function<Result<Progress>()> effect);

  std::size_t count() const { return count_; }
  std::size_t journals() const { return journals_; }
  // What the run began to do, in order: entry and step.
  std::vector<std::pair<std::string, Step>> begun = {};
  const std::string& last() const { return last_; }

 private:
  void died();

  World& world_;
  std::size_t count_ = 0;
  std::size_t journals_ = 0;
  std::string last_ = {};
  std::chrono::seconds still_ = {};
};

// The ports of one run onto the world. Runs at the same time each have their own.
class SimOutside {
 public:
  SimOutside(World& world, Calls& calls);
  ~SimOutside();
  SimOutside(const SimOutside&) = delete;
  SimOutside& operator=(const SimOutside&) = delete;

  const Outside& outside() const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

// Of a run that is patient with others, but for `lease_patience`.
RunOptions options(std::string only = {},
                   std::chrono::seconds lease_patience = std::chrono::seconds(1000));

// A route to the receiver of that name, at a path of its own.
Route route_to(const std::string& receiver, const std::string& path = "hook");

}  // namespace hookplan::simulation
