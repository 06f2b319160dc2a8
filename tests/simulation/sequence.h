// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/apply/engine/run.h"
#include "tests/simulation/ports.h"
#include "tests/simulation/world.h"

namespace hookplan::simulation {

// When the tokens of the base were due, and a threshold that only new ones meet.
inline constexpr Instant kThen{1'700'000'000, 0};
inline constexpr Instant kBefore{kThen.seconds - 5, 0};
inline constexpr Instant kAfter{kThen.seconds + 5, 0};
inline constexpr Instant kNew{1'800'000'000, 0};

using Violations = std::vector<std::string>;

// A world in which several plans are applied, one after the other. Copies go their own ways.
struct Sequence {
  World world = {};
  // What the config lists: what plans have asked for and no other took away.
  std::map<std::string, Route> listed = {};

  Sequence();

  // The entry has one token, and a hook that signs with it; the token is where the hook leads.
  void has(const std::string& entry, const std::string& token, Instant created,
           const Route& route = route_to("prow"));

  // The world is as it was found from here on.
  void begin();

  // A plan of these goals; without any, what settle does.
  Work work(std::vector<Goal> goals);

  // One run; an empty report if it was killed.
  ApplyReport go(const Work& work, const std::string& only = {},
                 std::map<std::size_t, Fault> faults = {});

  // A run that is killed just before, or after, its first call of that kind: "delete ".
  void die_before(const std::string& call, const Work& work) {
    die(Fault::dead_before, call, work);
  }
  void die_after(const std::string& call, const Work& work) { die(Fault::dead_after, call, work); }

  // A run into which another one slips before call `number`, as if nobody held a store. False if it
  // makes fewer calls.
  bool go_overtaken(const Work& work, const Work& other, std::size_t number);

  // Settles twice, each time after the overlap.
  void settle_later();

  bool has_hook_at(const Route& route) const;
  // All of the world, for messages.
  std::string state() const;

 private:
  void die(Fault fault, const std::string& call, const Work& work);

  int plans_ = 0;
};

Goal want(const std::string& entry, Instant threshold = kThen,
          const Route& route = route_to("prow"));
Goal gone(const std::string& entry, const Route& route = route_to("prow"));
// From one route to another, in one plan.
Goal rerouted(const std::string& entry, const Route& from, const Route& to,
              Instant threshold = kThen);
SimHook hook(const std::string& entry, const std::string& token,
             const Route& route = route_to("prow"));

}  // namespace hookplan::simulation
