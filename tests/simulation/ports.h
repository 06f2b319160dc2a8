// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

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
};
std::string_view to_string(Fault fault);
inline constexpr Fault kFaults[] = {Fault::refused,     Fault::lost,       Fault::vanished,
                                    Fault::dead_before, Fault::dead_after, Fault::slow,
                                    Fault::duplicated,  Fault::denied,     Fault::second_run};

// The run is dead: nothing of it may happen any more.
struct Killed {};

// Counts the calls of a run, and makes those go wrong that it is told to.
class Calls {
 public:
  std::map<std::size_t, Fault> plan = {};
  std::function<void()> second_run = [] {};

  explicit Calls(World& world) : world_(world) {}

  // One call with its effect. `effect` says whether the service did as it was asked; it may happen
  // later again, when the caller is gone.
  Result<Progress> call(const std::string& what, std::function<Result<Progress>()> effect);

  std::size_t count() const { return count_; }
  const std::string& last() const { return last_; }

 private:
  World& world_;
  std::size_t count_ = 0;
  std::string last_ = {};
};

// The ports of one run onto the world. Runs at the same time each have their own.
class SimOutside {
 public:
  SimOutside(World& world, Calls& calls, bool holds_count);
  ~SimOutside();
  SimOutside(const SimOutside&) = delete;
  SimOutside& operator=(const SimOutside&) = delete;

  const Outside& outside() const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

// A route to the receiver of that name, at a path of its own.
Route route_to(const std::string& receiver, const std::string& path = "hook");

}  // namespace hookplan::simulation
