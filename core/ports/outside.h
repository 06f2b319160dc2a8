// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/base/fibers.h"
#include "core/base/result.h"
#include "core/ports/forge.h"
#include "core/ports/receiver.h"
#include "core/ports/token_store.h"

namespace hookplan {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() = 0;
  // Time since some moment, by a clock that nobody sets and that runs while the machine sleeps.
  virtual std::chrono::milliseconds running() = 0;
  // May return earlier, for instance when the run is asked to stop. In a fiber the others go on
  // meanwhile.
  virtual void sleep_for(std::chrono::milliseconds time) = 0;
};

// A state to reach on one system.
enum class Step {
  accept_invitation,  // the credential may manage what it was invited to
  take_lease,         // the ledger says that this run is at work
  store_token,        // the store holds the new token beside the old ones
  await_receiver,     // the receiver proves that it accepts the newest token
  point_hook,         // the hook leads to the receiver and signs with the newest token
  prove_delivery,     // a delivery signed with it was accepted
  delete_hook,        // the hook is gone
  check_name,         // the forge does not use the spelling that goes
  record,             // the ledger knows what was reached
  drop_tokens,        // the store holds only what is asked for
};
std::string_view to_string(Step step);

enum class StepState { started, done, waiting, failed };
std::string_view to_string(StepState state);

struct StepEvent {
  std::string entry = {};  // empty: it concerns the store as a whole
  Step step = Step::store_token;
  StepState state = StepState::started;
  const Error* error = nullptr;  // of `failed`
};

// A lasting record of what was done, for audits. Nothing outside is touched before the journal has
// taken the event that says so.
class Journal {
 public:
  virtual ~Journal() = default;
  virtual Result<void> write(const StepEvent& event, Instant at) = 0;
};

// Shows a run to whoever watches it. Gets names, never secrets.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void run_started(std::size_t /*entries*/) {}
  virtual void step(const StepEvent& /*event*/) {}
  virtual void entry_ended(std::string_view /*entry*/) {}
  // The run goes on, but slower than it could, or not at all for a while.
  virtual void held_up(std::string_view /*why*/) {}
};

// The systems that a route leads to.
struct Systems {
  Forge& forge;
  TokenStore& store;  // the same object for every route that names the same store
  Receiver& receiver;
  ReceiverTraits traits = {};
};

// A run, for other runs.
struct Runner {
  std::string id = {};    // no other run ever has the same
  std::string name = {};  // for people: "process 123 on ci-7"
};

// Everything a run may touch outside of itself.
struct Outside {
  std::function<Result<Systems>(const Route&)> systems_of;
  Clock& clock;
  Fibers& fibers;  // in which entries go on side by side; they wait by that clock
  Journal& journal;
  Observer& observer;
  Runner runner = {};
  // Whether the run of that id is known to be dead. False if nobody can tell from here.
  std::function<bool(std::string_view)> is_gone = [](std::string_view) { return false; };
  std::function<bool()> asked_to_stop = [] { return false; };
};

}  // namespace hookplan
