// SPDX-License-Identifier: Apache-2.0
#include "core/apply/engine/fence.h"

#include <algorithm>

namespace hookplan {
namespace {

// What a ledger says may be damaged, so nobody is kept waiting for longer than this.
constexpr std::chrono::seconds kMaxLeaseLength = std::chrono::minutes{10};

std::chrono::seconds length_of(const Lease& lease) {
  return std::clamp(std::chrono::seconds(lease.until.seconds - lease.renewed.seconds + 1),
                    std::chrono::seconds(0), kMaxLeaseLength);
}

}  // namespace

void Fence::expect(std::chrono::seconds longest_call) {
  longest_call_ = std::max(longest_call_, longest_call);
}

bool Fence::admits(const std::optional<Lease>& lease) {
  if (!lease || lease->run == outside_.runner.id) return true;
  const std::chrono::milliseconds now = outside_.clock.running();
  if (!watched_ || watched_->lease != *lease) watched_ = Watched{*lease, now, {}};
  // Seen after it was written, so for as long as it lasts by its holder's clock, or longer.
  if (now - watched_->since >= length_of(*lease)) return true;
  // A holder that is dead begins nothing any more, but what it began may still arrive.
  if (!outside_.is_gone(lease->run)) {
    watched_->gone_since.reset();
  } else if (!watched_->gone_since) {
    watched_->gone_since = now;
  }
  if (watched_->gone_since &&
      now - *watched_->gone_since >= std::min(lease->longest_call, kMaxLeaseLength))
    return true;
  return outside_.clock.now().seconds >= lease->until.seconds + kMaxClockSkew.count();
}

Lease Fence::next() {
  // Measured before the write begins, however long that takes: the lease may only end early.
  begun_ = outside_.clock.running();
  const Instant now = outside_.clock.now();
  if (!since_) since_ = now;
  return {outside_.runner.id,       outside_.runner.name, *since_, now,
          later(now, kLeaseLength), longest_call_};
}

void Fence::taken() { held_until_ = begun_ + kLeaseLength; }

bool Fence::covers_a_call() const {
  return held_until_ && outside_.clock.running() + longest_call_ < *held_until_;
}

bool Fence::is_alive() const { return held_until_ && outside_.clock.running() < *held_until_; }

}  // namespace hookplan
