// SPDX-License-Identifier: Apache-2.0
#include "core/apply/engine/hook_steps.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/apply/engine/token_edits.h"
#include "core/base/text.h"

namespace hookplan {
namespace {

bool same(const Secret& one, const Secret& other) {
  return one.reveal(
      [&](std::string_view a) { return other.reveal([&](std::string_view b) { return a == b; }); });
}

}  // namespace

Result<Progress> HookSteps::attempt(const std::string& entry, Step step, const Ask& ask) {
  at_ = step;
  return recorder_.attempt(entry, step, ask);
}

// Between the look at the store and the call nothing may come, least of all the journal, which can
// take as long as its disk does: what was true before that need not be true any more.
Result<Progress> HookSteps::change_forge(const Forge& forge, const Hook& hook, Step step,
                                         const StillRight& still_right, const Ask& ask) {
  return attempt(hook.entry, step, [&]() -> Result<Progress> {
    // Before that look, for the turn may take long to come.
    std::optional<Turn> turn;
    if (Single* const lane = traffic_.lane_of(forge, hook)) turn.emplace(*lane);
    // The last of many would have its turn long after somebody asked to stop.
    if (turn && recorder_.is_stopped()) return recorder_.why_stopped();
    TRY_VOID(still_right());
    Result<Progress> answer = ask();
    TRY_VOID(session_.look_if_late());
    return answer;
  });
}

Result<Progress> HookSteps::put(const Hook& hook, const Token& token,
                                const StillRight& still_right) {
  return change_forge(systems_.forge, hook, Step::point_hook, still_right,
                      [&] { return systems_.forge.put_hook(hook, token); });
}

Result<Progress> HookSteps::remove(Forge& forge, const Hook& hook, const StillRight& still_right) {
  return change_forge(forge, hook, Step::delete_hook, still_right,
                      [&] { return forge.delete_hook(hook); });
}

// What the store was last seen to hold.
Result<const Token*> HookSteps::held_token(const std::string& entry) {
  const LedgerEntry* const record = session_.record_of(entry);
  const TokenList* const tokens = session_.tokens_of(entry);
  const Token* const token = tokens == nullptr ? nullptr : newest(*tokens);
  if (record != nullptr && record->wanted && token != nullptr && token->created == record->token)
    return token;
  return fail(Code::store_changed, "another run changed what {} holds for {}", session_.name(),
              printable(entry));
}

// The newest of those that were there already. A copy: see reach().
std::optional<Token> HookSteps::token_before(const std::string& entry, const Token& token) {
  const TokenList* const tokens = session_.tokens_of(entry);
  if (tokens == nullptr) return std::nullopt;
  const Token* last = nullptr;
  for (const Token& other : *tokens) {
    if (same_value(other, token)) continue;
    if (last == nullptr || last->created <= other.created) last = &other;
  }
  if (last == nullptr) return std::nullopt;
  return last->clone();
}

Result<HookProof> HookSteps::switch_hook(const std::string& entry) { return reach(entry, false); }

Result<HookProof> HookSteps::prove_again(const std::string& entry) { return reach(entry, true); }

Result<HookProof> HookSteps::reach(const std::string& entry, bool was_proven) {
  at_ = Step::await_receiver;
  // From here on: whoever comes later need not even ask the receiver.
  TRY_VOID(session_.hold());
  TRY_VOID(session_.refresh());
  TRY(const Token* const found, held_token(entry));
  // A copy: whenever the store is read again, what was found in it is gone.
  const Token token = found->clone();
  const Route route = session_.record_of(entry)->route;
  const Hook hook{entry, route, systems_.receiver.url_of(route, token)};
  const std::optional<Token> before = token_before(entry, token);
  TRY_VOID(traffic_.gate_of(systems_.receiver)
               .await(hook, token, before ? &*before : nullptr, systems_.store.delay()));

  const StillRight still_right = [&]() -> Result<void> {
    TRY_VOID(session_.refresh());
    // Last of all what can take time: a run that stands still after it is told so by nobody.
    TRY_VOID(session_.hold());
    TRY(const Token* const now, held_token(entry));
    if (now->created == token.created && session_.record_of(entry)->route == route) return {};
    return fail(Code::store_changed, "another run has a newer token or another receiver for {}",
                printable(entry));
  };
  HookProof proof{Progress::done, token.created, route, {}, false};
  // Setting it once more would be a request that may get lost and arrive when the old tokens have
  // gone, and then one more rotation: so only where it must be, and then the overlap begins again.
  const auto prove = [&] { return systems_.forge.prove_delivery(hook, token); };
  if (was_proven) {
    const Result<Progress> still = attempt(entry, Step::prove_delivery, prove);
    proof.is_set_again = !still || *still != Progress::done;
  }
  if (!was_proven || proof.is_set_again) {
    TRY(proof.progress, set_and_prove(hook, token, still_right));
    if (proof.progress == Progress::waiting) return proof;
  }
  // What another run has added to it meanwhile, nobody has left yet.
  TRY_VOID(still_right());
  proof.left = session_.record_of(entry)->previous_routes;
  TRY(proof.progress, delete_superseded_hooks(entry, hook, still_right));
  if (proof.progress == Progress::waiting) return proof;
  TRY(proof.progress, see_to_doubles(hook, proof, still_right));
  if (const HookMemory* const memory = systems_.forge.abilities().memory)
    proof.ids = memory->ids_of(hook);
  return proof;
}

// Where a forge takes no event twice, others have to go before the one that counts can have all of
// them; what only they sent is not sent in between.
Result<Progress> HookSteps::put_without_doubles(const Hook& hook, const Token& token,
                                                const StillRight& still_right) {
  Result<Progress> answer = put(hook, token, still_right);
  DoubleRemover* const remover = systems_.forge.abilities().doubles;
  const bool is_hindered = !answer && answer.error().first().code == Code::hooks_doubled;
  if (!is_hindered || remover == nullptr || !recorder_.removes_doubles()) return answer;
  TRY_VOID(delete_doubles(hook, *remover, still_right));
  return put(hook, token, still_right);
}

Result<Progress> HookSteps::delete_doubles(const Hook& hook, DoubleRemover& remover,
                                           const StillRight& still_right) {
  return change_forge(systems_.forge, hook, Step::delete_hook, still_right,
                      [&] { return remover.delete_doubles(hook); });
}

// Once the one that counts is proven, and not before: until then any of them may be the one that
// delivers.
Result<Progress> HookSteps::see_to_doubles(const Hook& hook, HookProof& proof,
                                           const StillRight& still_right) {
  DoubleRemover* const remover = systems_.forge.abilities().doubles;
  if (remover == nullptr || remover->doubles_of(hook) == 0) return Progress::done;
  if (!recorder_.removes_doubles()) {
    proof.doubles = remover->doubles_of(hook);
    return Progress::done;
  }
  return delete_doubles(hook, *remover, still_right);
}

Result<Progress> HookSteps::set_and_prove(const Hook& hook, const Token& token,
                                          const StillRight& still_right) {
  TRY(Progress progress, put_without_doubles(hook, token, still_right));
  if (progress == Progress::waiting) return progress;
  TRY(progress, attempt(hook.entry, Step::prove_delivery,
                        [&] { return systems_.forge.prove_delivery(hook, token); }));
  if (progress == Progress::waiting) return progress;
  Redeliverer* const redeliverer = systems_.forge.abilities().redeliverer;
  if (systems_.traits.family != ReceiverFamily::one_token || redeliverer == nullptr)
    return progress;
  return attempt(hook.entry, Step::prove_delivery,
                 [&] { return redeliverer->redeliver(hook, token.created); });
}

// Where a token has a hook of its own, and where the entry was led elsewhere before.
Result<Progress> HookSteps::delete_superseded_hooks(const std::string& entry, const Hook& kept,
                                                    const StillRight& still_right) {
  const LedgerEntry record = *session_.record_of(entry);
  Progress worst = Progress::done;
  const auto remember = [&](Progress progress) {
    if (progress == Progress::waiting) worst = progress;
  };
  // All of them before the first call: when the store is read again the tokens are others.
  std::vector<Hook> hooks;
  if (systems_.traits.family == ReceiverFamily::token_in_url) {
    for (const Token* const token : superseded_tokens(session_.stored().tokens, entry, record))
      hooks.push_back(
          {entry, kept.route, systems_.receiver.url_of(kept.route, *token), {}, record.plan});
  }
  for (const Hook& hook : hooks) {
    if (same(hook.url, kept.url)) continue;
    TRY(const Progress progress, remove(systems_.forge, hook, still_right));
    remember(progress);
  }
  for (const Route& route : record.previous_routes) {
    TRY(const Progress progress, delete_old_route(entry, route, kept, still_right));
    remember(progress);
  }
  return worst;
}

Result<Progress> HookSteps::delete_old_route(const std::string& entry, const Route& route,
                                             const Hook& kept, const StillRight& still_right) {
  TRY(const Systems systems, recorder_.outside().systems_of(route));
  // Where that is not known, deleting the hook that was set just now would be the worse mistake.
  const bool other_service = are_on_other_services(route, kept.route);
  std::vector<Hook> hooks;
  if (systems.traits.family == ReceiverFamily::token_in_url) {
    TRY(const StoreContents stored, systems.store.read());
    if (const auto tokens = stored.tokens.find(entry); tokens != stored.tokens.end()) {
      for (const Token& token : tokens->second)
        hooks.push_back({entry, route, systems.receiver.url_of(route, token)});
    }
  } else {
    hooks.push_back({entry, route, systems.receiver.url_of(route, Token{})});
  }
  Progress worst = Progress::done;
  for (const Hook& hook : hooks) {
    // The same hook leads to the new place already.
    if (!other_service && same(hook.url, kept.url)) continue;
    TRY(const Progress progress, remove(systems.forge, hook, still_right));
    if (progress == Progress::waiting) worst = progress;
  }
  return worst;
}

Result<Progress> HookSteps::delete_hooks(const Goal& removal, const Route& route,
                                         const StillRight& still_right) {
  TRY_VOID(session_.refresh());
  std::vector<Hook> hooks;
  const auto add = [&](const Token& token, const std::string& renamed_to) {
    hooks.push_back(
        {removal.entry, route, systems_.receiver.url_of(route, token), renamed_to, removal.plan});
  };
  if (systems_.traits.family == ReceiverFamily::token_in_url) {
    // A URL that holds the token of this entry is no hook of another one.
    if (const TokenList* const tokens = session_.tokens_of(removal.entry)) {
      for (const Token& token : *tokens) add(token, {});
    }
  } else {
    add({}, removal.renamed_to);
  }
  Progress worst = Progress::done;
  for (const Hook& hook : hooks) {
    TRY(const Progress progress, remove(systems_.forge, hook, still_right));
    if (progress == Progress::waiting) worst = progress;
  }
  return worst;
}

Result<Progress> HookSteps::check_name(const Goal& removal) {
  Speller* const speller = systems_.forge.abilities().speller;
  // Nobody can be asked, so the config is believed.
  if (speller == nullptr) return Progress::done;
  const Route& route = *removal.route;
  const Hook superseded{removal.entry, route, Secret::copy_of(route.url()), {}, removal.plan};
  return attempt(removal.entry, Step::check_name,
                 [&] { return speller->prove_spelling(superseded, removal.after); });
}

}  // namespace hookplan
