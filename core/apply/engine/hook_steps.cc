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

Result<Progress> HookSteps::attempt(const std::string& entry, Step step,
                                    const std::function<Result<Progress>()>& ask) {
  at_ = step;
  return recorder_.attempt(entry, step, ask);
}

// The store is looked at again before every use of a token: between two looks another run may have
// minted a newer one, and a hook that is set to the older one then would be refused later.
Result<const Token*> HookSteps::current_token(const std::string& entry) {
  TRY_VOID(session_.refresh());
  const LedgerEntry* const record = session_.record_of(entry);
  const TokenList* const tokens = session_.tokens_of(entry);
  const Token* const token = tokens == nullptr ? nullptr : newest(*tokens);
  if (record != nullptr && record->wanted && token != nullptr && token->created == record->token)
    return token;
  return fail(Code::store_changed, "another run changed what {} holds for {}", session_.name(),
              printable(entry));
}

Result<HookProof> HookSteps::switch_hook(const std::string& entry) {
  at_ = Step::await_receiver;
  TRY(const Token* token, current_token(entry));
  const Instant chosen = token->created;
  const Route route = session_.record_of(entry)->route;
  std::vector<Route> left;
  Hook hook{entry, route, systems_.receiver.url_of(route, *token)};
  TRY_VOID(await_receiver(hook, *token));

  at_ = Step::point_hook;
  TRY(token, current_token(entry));
  if (token->created != chosen || session_.record_of(entry)->route != route) {
    return fail(Code::store_changed, "another run has a newer token or another receiver for {}",
                printable(entry));
  }
  TRY(Progress progress,
      attempt(entry, Step::point_hook, [&] { return systems_.forge.put_hook(hook, *token); }));
  if (progress == Progress::waiting) return HookProof{progress, chosen, route, left};
  TRY(progress, attempt(entry, Step::prove_delivery,
                        [&] { return systems_.forge.prove_delivery(hook, *token); }));
  if (progress == Progress::waiting) return HookProof{progress, chosen, route, left};
  Redeliverer* const redeliverer = systems_.forge.abilities().redeliverer;
  if (systems_.traits.family == ReceiverFamily::one_token && redeliverer != nullptr) {
    TRY(progress,
        attempt(entry, Step::prove_delivery, [&] { return redeliverer->redeliver(hook, chosen); }));
    if (progress == Progress::waiting) return HookProof{progress, chosen, route, left};
  }
  // What another run has added to it meanwhile, nobody has left yet.
  left = session_.record_of(entry)->previous_routes;
  TRY(progress, delete_superseded_hooks(entry, hook));
  return HookProof{progress, chosen, route, left};
}

Result<void> HookSteps::await_receiver(const Hook& hook, const Token& token) {
  constexpr std::chrono::milliseconds kPause{1000};
  const Instant start = recorder_.now();
  TRY_VOID(recorder_.note(hook.entry, Step::await_receiver, StepState::started));
  while (true) {
    const Result<bool> accepted = systems_.receiver.accepts(hook, token);
    if (accepted && *accepted) {
      return recorder_.note(hook.entry, Step::await_receiver, StepState::done);
    }
    const bool is_late = recorder_.now().seconds - start.seconds >= patience_.count();
    const bool is_final = !accepted && !may_change(accepted.error().kind);
    if (is_final || is_late || recorder_.is_stopped()) {
      const Error error =
          accepted
              ? fail(Code::receiver_refuses, "{} does not accept the new token of {} after {} s",
                     hook.route.receiver.name, printable(hook.entry), patience_.count())
              : accepted.error();
      TRY_VOID(recorder_.note(hook.entry, Step::await_receiver, StepState::failed, &error));
      return error;
    }
    outside_.clock.sleep_for(kPause);
  }
}

// Where a token has a hook of its own, and where the entry was led elsewhere before.
Result<Progress> HookSteps::delete_superseded_hooks(const std::string& entry, const Hook& kept) {
  const LedgerEntry record = *session_.record_of(entry);
  Progress worst = Progress::done;
  const auto remember = [&](Progress progress) {
    if (progress == Progress::waiting) worst = progress;
  };
  if (systems_.traits.family == ReceiverFamily::token_in_url) {
    for (const Token* const token : superseded_tokens(session_.stored().tokens, entry, record)) {
      const Hook hook{entry, kept.route, systems_.receiver.url_of(kept.route, *token)};
      if (same(hook.url, kept.url)) continue;
      TRY(const Progress progress,
          attempt(entry, Step::delete_hook, [&] { return systems_.forge.delete_hook(hook); }));
      remember(progress);
    }
  }
  for (const Route& route : record.previous_routes) {
    TRY(const Progress progress, delete_old_route(entry, route, kept));
    remember(progress);
  }
  return worst;
}

Result<Progress> HookSteps::delete_old_route(const std::string& entry, const Route& route,
                                             const Hook& kept) {
  TRY(const Systems systems, outside_.systems_of(route));
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
    TRY(const Progress progress,
        attempt(entry, Step::delete_hook, [&] { return systems.forge.delete_hook(hook); }));
    if (progress == Progress::waiting) worst = progress;
  }
  return worst;
}

Result<Progress> HookSteps::delete_hooks(const std::string& entry, const Route& route) {
  TRY_VOID(session_.refresh());
  std::vector<Hook> hooks;
  if (systems_.traits.family == ReceiverFamily::token_in_url) {
    if (const TokenList* const tokens = session_.tokens_of(entry)) {
      for (const Token& token : *tokens)
        hooks.push_back({entry, route, systems_.receiver.url_of(route, token)});
    }
  } else {
    hooks.push_back({entry, route, systems_.receiver.url_of(route, Token{})});
  }
  Progress worst = Progress::done;
  for (const Hook& hook : hooks) {
    TRY(const Progress progress,
        attempt(entry, Step::delete_hook, [&] { return systems_.forge.delete_hook(hook); }));
    if (progress == Progress::waiting) worst = progress;
  }
  return worst;
}

}  // namespace hookplan
