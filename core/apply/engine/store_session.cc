// SPDX-License-Identifier: Apache-2.0
#include "core/apply/engine/store_session.h"

#include <algorithm>
#include <utility>

#include "core/base/text.h"

namespace hookplan {

Result<void> StoreSession::open(bool to_write) {
  const Turn turn(store_in_use_);
  TRY_VOID(read());
  if (!to_write) return {};
  const std::chrono::milliseconds start = recorder_.running();
  TRY_VOID(wait_for_others());
  recorder_.put_off(recorder_.running() - start);
  return {};
}

Result<void> StoreSession::wait_for_others() {
  constexpr std::chrono::milliseconds kPause{1000};
  const std::chrono::milliseconds start = recorder_.running();
  while (!fence_.admits(stored_.ledger.lease)) {
    const Lease& lease = *stored_.ledger.lease;
    if (recorder_.running() - start >= recorder_.lease_patience() ||
        recorder_.outside().asked_to_stop()) {
      return fail(Code::store_busy, "{}: {} is at work, since {}, and has it until {}", name(),
                  printable(lease.holder), to_rfc3339(lease.since), to_rfc3339(lease.until));
    }
    recorder_.outside().clock.sleep_for(kPause);
    TRY_VOID(read());
  }
  return {};
}

Result<void> StoreSession::hold() {
  constexpr int kMaxRenewals = 5;
  const auto is_held = [&] {
    // By the ledger as well: whoever takes it for dead may be wrong, and then it is the one to
    // stop.
    return fence_.covers_a_call() && is_ours(stored_.ledger.lease);
  };
  if (is_held()) return {};
  const Turn turn(store_in_use_);
  // The write may be so slow that the lease it brought is too short again.
  for (int i = 0; i < kMaxRenewals; ++i) {
    if (is_held()) return {};
    TRY_VOID(write(
        Step::take_lease, [](StoreEdit&) -> Result<void> { return {}; }, LeaseUse::take));
  }
  return fail(Code::store_unavailable, "{} is so slow that no lease on it lasts", name());
}

bool StoreSession::is_ours(const std::optional<Lease>& lease) const {
  return lease && lease->run == recorder_.outside().runner.id;
}

Result<void> StoreSession::look_if_late() {
  if (fence_.is_alive()) return {};
  const Turn turn(store_in_use_);
  return read();
}

Result<void> StoreSession::read() {
  for (std::size_t number = 1;; ++number) {
    Result<StoreContents> found = store_.read();
    if (found) {
      // What must not be touched is not taken for what is there: a write would fail.
      TRY_VOID(judge_(*found));
      stored_ = std::move(found).value();
      return {};
    }
    if (!may_change(found.error().kind) || number >= kMaxAttempts || !recorder_.pause(number))
      return std::move(found).error();
  }
}

Result<void> StoreSession::refresh() {
  const std::size_t number = ++asked_;
  const Turn turn(store_in_use_);
  if (answered_ >= number) return {};
  const std::size_t last = asked_;
  const Result<std::string> version = store_.version();
  if (!version || *version != stored_.version) {
    TRY_VOID(read());
  }
  answered_ = last;
  return {};
}

const TokenList* StoreSession::tokens_of(const std::string& entry) const {
  const auto found = stored_.tokens.find(entry);
  return found == stored_.tokens.end() ? nullptr : &found->second;
}

const LedgerEntry* StoreSession::record_of(const std::string& entry) const {
  const auto found = stored_.ledger.entries.find(entry);
  return found == stored_.ledger.entries.end() ? nullptr : &found->second;
}

Result<void> StoreSession::change(Step step, const Edit& edit, LeaseUse use) {
  const Turn turn(store_in_use_);
  return write(step, edit, use);
}

// The write makes the ledger one of these tokens again, so what speaks against them must be in it.
void StoreSession::keep_doubts(StoreEdit& next) const {
  std::set<std::string, std::less<>>& in_doubt = next.ledger.in_doubt;
  if (was_put_back(stored_)) {
    for (const auto& [entry, tokens] : stored_.tokens) in_doubt.insert(entry);
  }
  std::erase_if(in_doubt, [&](const std::string& entry) {
    const auto before = stored_.tokens.find(entry);
    const auto after = next.tokens.find(entry);
    if (after == next.tokens.end() || after->second.empty()) return true;
    // A new token is on its way to the hook, and the ledger knows how far.
    return before == stored_.tokens.end() || before->second.empty() ||
           newest(before->second)->created != newest(after->second)->created;
  });
}

Result<void> StoreSession::write(Step step, const Edit& edit, LeaseUse use) {
  constexpr std::size_t kMaxConflicts = 20;
  std::size_t failures = 0;
  for (std::size_t number = 1;; ++number) {
    TRY_VOID(wait_for_others());
    StoreEdit next{clone(stored_.tokens), stored_.ledger};
    TRY_VOID(edit(next));
    const bool is_same = same_tokens(next.tokens, stored_.tokens) && next.ledger == stored_.ledger;
    std::optional<Lease>& lease = next.ledger.lease;
    if (use == LeaseUse::release) {
      if (is_same && !is_ours(lease)) return {};
      lease.reset();
    } else {
      if (is_same && use == LeaseUse::keep) return {};
      lease = fence_.next();
    }
    keep_doubts(next);
    next.ledger.newest_token = newest_of(next.tokens);
    TRY_VOID(recorder_.note({}, step, StepState::started));
    const Result<void> written = store_.write(next.tokens, next.ledger, stored_.version);
    if (written) {
      ++writes_;
      use == LeaseUse::release ? fence_.released() : fence_.taken();
      TRY_VOID(recorder_.note({}, step, StepState::done));
      // What is there now may be somebody else's next write already, so its version is not ours.
      return read();
    }
    const Error& error = written.error();
    TRY_VOID(recorder_.note({}, step, StepState::failed, &error));
    if (error.kind == ErrorKind::conflict) {
      if (number >= kMaxConflicts) return error;
    } else if (!may_change(error.kind) || ++failures >= kMaxAttempts ||
               !recorder_.pause(failures)) {
      return error;
    }
    TRY_VOID(read());
  }
}

}  // namespace hookplan
