// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/apply/engine/recorder.h"
#include "core/apply/engine/store_session.h"
#include "core/apply/engine/traffic.h"
#include "core/ports/outside.h"

namespace hookplan {

struct HookProof {
  Progress progress = Progress::done;
  Instant token = kZeroInstant;  // `created` of the token that the hook signs with
  Route route = {};              // where it leads to
  std::vector<Route> left = {};  // where hooks of the entry led before and do not any more
  bool is_set_again = false;     // it had been proven before, and was not right any more
  HookIds ids = {};              // by which the forge finds it again
  std::size_t doubles = 0;       // other hooks that lead there
};

// The steps of one entry on its forge and its receiver.
class HookSteps {
 public:
  HookSteps(Recorder& recorder, Traffic& traffic, StoreSession& session, const Systems& systems)
      : recorder_(recorder), traffic_(traffic), session_(session), systems_(systems) {}

  // The hook signs with the newest token of the entry, the receiver is proven to accept it, and no
  // other hook of the entry is left. An error of kind `conflict` if another run has minted a newer
  // token meanwhile: then that run has the entry.
  Result<HookProof> switch_hook(const std::string& entry);

  // The same where that was reached before and old tokens are to go now: looks first, and sets the
  // hook only if it is not right any more.
  Result<HookProof> prove_again(const std::string& entry);

  // The removed entry has no hook on that route, but for one that is another entry's by now; see
  // Hook. `still_right` is asked right before each call: whether that is still wanted, and no other
  // run at work.
  using StillRight = std::function<Result<void>()>;
  Result<Progress> delete_hooks(const Goal& removal, const Route& route,
                                const StillRight& still_right);

  // The forge sends the name as the other entry has it, so that nobody needs the tokens of the
  // spelling that is removed.
  Result<Progress> check_name(const Goal& removal);

  // The step that was at work last.
  std::optional<Step> at() const { return at_; }

 private:
  Result<HookProof> reach(const std::string& entry, bool was_proven);
  Result<Progress> set_and_prove(const Hook& hook, const Token& token,
                                 const StillRight& still_right);
  Result<Progress> put_without_doubles(const Hook& hook, const Token& token,
                                       const StillRight& still_right);
  Result<Progress> delete_doubles(const Hook& hook, DoubleRemover& remover,
                                  const StillRight& still_right);
  Result<Progress> see_to_doubles(const Hook& hook, HookProof& proof,
                                  const StillRight& still_right);
  Result<const Token*> held_token(const std::string& entry);
  std::optional<Token> token_before(const std::string& entry, const Token& token);
  Result<Progress> delete_superseded_hooks(const std::string& entry, const Hook& kept,
                                           const StillRight& still_right);
  Result<Progress> delete_old_route(const std::string& entry, const Route& route, const Hook& kept,
                                    const StillRight& still_right);
  using Ask = std::function<Result<Progress>()>;
  Result<Progress> attempt(const std::string& entry, Step step, const Ask& ask);
  Result<Progress> put(const Hook& hook, const Token& token, const StillRight& still_right);
  Result<Progress> remove(Forge& forge, const Hook& hook, const StillRight& still_right);
  Result<Progress> change_forge(const Forge& forge, const Hook& hook, Step step,
                                const StillRight& still_right, const Ask& ask);

  Recorder& recorder_;
  Traffic& traffic_;
  StoreSession& session_;
  const Systems& systems_;
  std::optional<Step> at_;
};

}  // namespace hookplan
