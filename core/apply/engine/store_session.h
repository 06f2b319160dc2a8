// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "core/apply/engine/recorder.h"
#include "core/apply/engine/token_edits.h"
#include "core/base/result.h"
#include "core/ports/token_store.h"

namespace hookplan {

// One store during a run: what it holds as far as we know, and the only way to change it.
class StoreSession {
 public:
  // `judge` says what speaks against going on with a store that holds this. It is asked again
  // whenever the store turns out to have changed.
  using Judge = std::function<Result<void>(const StoreContents&)>;
  StoreSession(TokenStore& store, Recorder& recorder, Judge judge)
      : store_(store), recorder_(recorder), judge_(std::move(judge)) {}

  // Keeps other runs out and reads the store. A run that only looks keeps nobody out.
  Result<void> open(bool to_write);

  const StoreContents& stored() const { return stored_; }
  const TokenList* tokens_of(const std::string& entry) const;
  const LedgerEntry* record_of(const std::string& entry) const;
  std::string name() const { return store_.name(); }

  // Reads again if somebody changed the store.
  Result<void> refresh();

  // Works the edit out on what the store holds and writes the result; if somebody was faster, or
  // nobody knows whether the write happened, looks and works it out again. Without any difference
  // nothing is written. `edit` may run several times.
  Result<void> change(Step step, const std::function<Result<void>(StoreEdit&)>& edit);

  std::size_t writes() const { return writes_; }

 private:
  Result<void> read();

  TokenStore& store_;
  Recorder& recorder_;
  Judge judge_;
  std::unique_ptr<StoreLease> hold_;
  StoreContents stored_;
  std::size_t writes_ = 0;
};

}  // namespace hookplan
