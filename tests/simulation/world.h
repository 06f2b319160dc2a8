// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/ports/ledger.h"
#include "core/ports/receiver.h"
#include "core/ports/token.h"

namespace hookplan::simulation {

// A token as the world sees it: nothing is secret here.
struct SimToken {
  std::string value = {};
  Instant created = kZeroInstant;

  bool operator==(const SimToken&) const = default;
};
using SimTokens = std::map<std::string, std::vector<SimToken>>;

struct SimStore {
  SimTokens tokens = {};
  Ledger ledger = {};
  std::uint64_t version = 1;
  std::deque<std::pair<std::int64_t, SimTokens>> history = {};  // since when, oldest first
};

struct SimHook {
  std::string entry = {};
  std::string url = {};
  std::string token = {};  // it signs with
  bool broken = false;     // it was refused before anybody did anything
  bool active = true;
  std::vector<std::string> events = {"*"};

  bool operator==(const SimHook&) const = default;
};

// A delivery that is on its way.
struct SimDelivery {
  SimHook hook = {};
  std::string repository = {};  // full name, or the organization
  std::int64_t arrives = 0;
};

// Forge, store, receivers and time. Whatever happens to it, it notices the moment in which somebody
// could lose a delivery.
class World {
 public:
  std::int64_t now = 1'800'000'000;  // seconds
  ReceiverFamily family = ReceiverFamily::many_tokens;
  std::int64_t lag = 0;   // seconds until the receiver sees what its store holds
  std::int64_t late = 0;  // longest way of a delivery, in seconds
  std::map<std::string, SimStore> stores = {};
  std::vector<SimHook> hooks = {};
  std::set<std::string> repositories = {};  // which exist, beside the entries of hooks
  std::set<std::string> covered = {};       // of which some hook must send the events, always
  std::map<std::string, std::string> spelled = {};  // how the forge does, by the name in lower case
  std::set<std::string> denied = {};                // entries whose forge refuses for good
  bool foresees = false;                            // forges tell beforehand what they would refuse
  std::set<std::string> odd = {};  // entries whose pings the receiver answers oddly
  bool is_silent = false;          // no receiver answers anything
  bool is_watched = true;          // check() looks
  std::int64_t call_seconds = 1;   // how long a call takes, but for those over HTTP
  std::vector<std::string> violations = {};
  std::uint64_t minted = 0;
  std::size_t calls = 0;  // of all runs
  // Effects that happen when so many calls were made, or as long as a call may take has passed,
  // whether or not their caller still lives.
  struct Delayed {
    std::size_t calls = 0;
    std::int64_t latest = 0;
    std::function<void()> effect = {};
  };
  std::vector<Delayed> delayed = {};
  std::size_t runs = 0;
  std::set<std::string> dead_runs = {};  // by their ids; everybody can see that they are dead

  // The repository gets another name, or owner, and its hooks go with it.
  void rename(const std::string& entry, const std::string& to);
  void tick(std::int64_t seconds);
  void run_delayed(bool all = false);
  void commit(const std::string& store);  // its content was changed just now

  // The state in which a run begins is nobody's fault.
  void excuse_what_is_broken();
  // Every hook must be accepted, by what the receiver sees now and by what its store holds.
  void check(const std::string& when);

  bool accepts(const SimTokens& tokens, const SimHook& hook, const std::string& repository) const;
  const SimTokens& seen_by_receiver(const std::string& store) const;
  // Which store the receiver behind a URL reads: https://RECEIVER.example/...
  static std::string store_of(const std::string& url);

 private:
  std::vector<std::string> senders_of(const SimHook& hook) const;
  void emit();
  void deliver();

  std::deque<SimDelivery> on_the_way_ = {};
  std::uint64_t emitted_ = 0;
};

std::string in_words(const SimTokens& tokens);

}  // namespace hookplan::simulation
