// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "core/apply/engine/fence.h"
#include "core/apply/engine/recorder.h"
#include "core/apply/engine/token_edits.h"
#include "core/base/result.h"
#include "core/base/turn.h"
#include "core/ports/token_store.h"

namespace hookplan {

// One store during a run: what it holds as far as we know, and the only way to change it.
//
// Entries that go on side by side share it. One of them at a time asks the store, so that no old
// answer comes after a newer one; those that wait meanwhile share the next answer. What was found
// in stored() is gone after any call that is not const.
class StoreSession {
 public:
  // `judge` says what speaks against going on with a store that holds this. It is asked again
  // whenever the store turns out to have changed.
  using Judge = std::function<Result<void>(const StoreContents&)>;
  StoreSession(TokenStore& store, Recorder& recorder, Judge judge)
      : store_(store), recorder_(recorder), judge_(std::move(judge)), fence_(recorder.outside()) {}

  // Reads the store. To write to it, no other run may be at work: waits for one as long as the run
  // is ready to, then it is an error of kind `busy` (HP8015).
  Result<void> open(bool to_write);

  // This run is going to call that forge.
  void expect(const Forge& forge) { fence_.expect(forge.longest_call()); }

  const StoreContents& stored() const { return stored_; }
  const TokenList* tokens_of(const std::string& entry) const;
  const LedgerEntry* record_of(const std::string& entry) const;
  std::string name() const { return store_.name(); }

  // Reads again if somebody changed the store: what is known then is no older than this call.
  Result<void> refresh();

  // Works the edit out on what the store holds and writes the result; if somebody was faster, or
  // nobody knows whether the write happened, looks and works it out again. Without any difference
  // nothing is written. `edit` may run several times.
  // Whatever is written names the lease of this run, or takes its name away if it is to `release`.
  enum class LeaseUse { keep, take, release };
  using Edit = std::function<Result<void>(StoreEdit&)>;
  Result<void> change(Step step, const Edit& edit, LeaseUse use = LeaseUse::keep);

  // Right before each call to a forge: no other run can be at work until the call has arrived.
  // What the store holds may be other than before. Kind `busy` if another run has taken over.
  Result<void> hold();

  // After it: a call that took too long may have met another run, so the store is read again.
  Result<void> look_if_late();

  std::size_t writes() const { return writes_; }

 private:
  // These REQUIRE a turn.
  Result<void> read();
  Result<void> wait_for_others();
  Result<void> write(Step step, const Edit& edit, LeaseUse use);
  void keep_doubts(StoreEdit& next) const;
  bool is_ours(const std::optional<Lease>& lease) const;

  TokenStore& store_;
  Recorder& recorder_;
  Judge judge_;
  Fence fence_;
  StoreContents stored_;
  std::size_t writes_ = 0;
  Single store_in_use_ = {};
  std::size_t asked_ = 0;     // calls of refresh()
  std::size_t answered_ = 0;  // the last of them that began before the store was asked last
};

}  // namespace hookplan
