// SPDX-License-Identifier: Apache-2.0
#include "core/apply/engine/store_session.h"

#include <algorithm>
#include <utility>

namespace hookplan {
namespace {

bool same_token(const Token& one, const Token& other) {
  return one.created == other.created && same_value(one, other);
}

bool same_tokens(const TokenMap& one, const TokenMap& other) {
  return std::ranges::equal(one, other, [](const auto& a, const auto& b) {
    return a.first == b.first && std::ranges::equal(a.second, b.second, same_token);
  });
}

}  // namespace

Result<void> StoreSession::open(bool to_write) {
  if (to_write) {
    TRY(hold_, store_.hold());
  }
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
  const Result<std::string> version = store_.version();
  if (version && *version == stored_.version) return {};
  return read();
}

const TokenList* StoreSession::tokens_of(const std::string& entry) const {
  const auto found = stored_.tokens.find(entry);
  return found == stored_.tokens.end() ? nullptr : &found->second;
}

const LedgerEntry* StoreSession::record_of(const std::string& entry) const {
  const auto found = stored_.ledger.entries.find(entry);
  return found == stored_.ledger.entries.end() ? nullptr : &found->second;
}

Result<void> StoreSession::change(Step step, const std::function<Result<void>(StoreEdit&)>& edit) {
  constexpr std::size_t kMaxConflicts = 20;
  std::size_t failures = 0;
  for (std::size_t number = 1;; ++number) {
    StoreEdit next{clone(stored_.tokens), stored_.ledger};
    TRY_VOID(edit(next));
    if (same_tokens(next.tokens, stored_.tokens) && next.ledger == stored_.ledger) return {};
    TRY_VOID(recorder_.note({}, step, StepState::started));
    const Result<void> written = store_.write(next.tokens, next.ledger, stored_.version);
    if (written) {
      ++writes_;
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
