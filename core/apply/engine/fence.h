// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>

#include "core/apply/engine/token_age.h"
#include "core/ports/ledger.h"
#include "core/ports/outside.h"

namespace hookplan {

// How long a lease lasts if it is not renewed: what a run that died costs the next one.
inline constexpr std::chrono::seconds kLeaseLength{120};

// Keeps the runs of one store apart. A store compares and swaps, a forge does not: a run that stood
// still, and was given up by the others, could set a hook to a token that is gone by now. So a run
// calls a forge only while its lease lives, and nobody takes a lease over before everything that
// its holder may have begun has arrived.
//
// Own leases are measured by a clock that no one sets and that runs while the machine sleeps. Those
// of others have dates by clocks that nobody has compared with ours.
class Fence {
 public:
  explicit Fence(const Outside& outside) : outside_(outside) {}

  // The run will call a forge whose calls may take so long to arrive.
  void expect(std::chrono::seconds longest_call);

  // Whether this run may write where the ledger names that lease: there is none, it is ours, or its
  // holder can do no more harm. Remembers when it saw the lease first.
  bool admits(const std::optional<Lease>& lease);

  // Ours, from now on. A write that stores it must begin after this and be told to taken().
  Lease next();
  void taken();
  void released() { held_until_.reset(); }

  // Right before a call to a forge: false if the lease could end before the call has arrived.
  bool covers_a_call() const;

  // Whether the lease has not ended yet: after a call, for it may have taken longer than it should.
  bool is_alive() const;

 private:
  struct Watched {
    Lease lease = {};
    std::chrono::milliseconds since = {};
    std::optional<std::chrono::milliseconds> gone_since = {};
  };

  const Outside& outside_;
  std::chrono::seconds longest_call_ = {};
  std::optional<Instant> since_ = {};
  std::chrono::milliseconds begun_ = {};  // when next() was called last
  std::optional<std::chrono::milliseconds> held_until_ = {};
  std::optional<Watched> watched_ = {};
};

}  // namespace hookplan
