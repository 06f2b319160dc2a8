// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <span>
#include <string>

#include "core/ports/forge.h"
#include "core/ports/outside.h"
#include "plugins/github/github_api.h"
#include "plugins/github/github_hook.h"
#include "plugins/github/github_invitations.h"
#include "plugins/github/hook_finder.h"

namespace hookplan {

// Hooks of repositories and organizations on github.com and GitHub Enterprise Server.
//
// A hook is known by its URL. Of several that lead to it the oldest counts; the others get the same
// secret, because what they send is judged by the same tokens, and are told by inspect().
//
// A call that changes something begins its last request in time for longest_call(), or does not
// begin it: if a limit makes it wait for longer, it waits without having sent anything, and then is
// an error (HP8110) that asks for being called again.
class GithubForge final : public Forge,
                          public Redeliverer,
                          public HookMemory,
                          public Preflight,
                          public DoubleRemover,
                          public Speller {
 public:
  // REQUIRES: the clock outlives this.
  GithubForge(GithubApi api, Clock& clock);

  Result<Progress> put_hook(const Hook& hook, const Token& token) override;
  Result<Progress> delete_hook(const Hook& hook) override;
  // A ping that began after this call is in the log of the hook, answered 2xx, with a signature
  // that fits the token. Where the log may not be read, the receiver's own proof has to do: done.
  Result<Progress> prove_delivery(const Hook& hook, const Token& token) override;
  Result<HookSight> inspect(const Hook& hook) override;

  // GitHub wants one change at a time of whoever asks for it.
  std::string lane_of(const Hook& hook) const override { return api_.lane_of(hook.entry); }

  ForgeAbilities abilities() override {
    return {this, this, this, this, api_.can_be_invited() ? &invitations_ : nullptr, this};
  }
  // What failed since then and was never accepted is on its way again; pings are not.
  Result<Progress> redeliver(const Hook& hook, Instant since) override;

  void recall(const Hook& hook, const HookIds& ids) override { finder_.recall(hook, ids); }
  HookIds ids_of(const Hook& hook) const override { return finder_.ids_of(hook); }

  // What it finds, put_hook() uses: together they ask no more than put_hook() alone. GitHub does
  // not tell what a fine-grained token may do until it is tried, so of those this sees only that
  // hooks may be read.
  Result<void> require_possible(const Hook& hook, Change change) override;
  void expect(const std::vector<std::string>& entries) override { api_.expect(entries); }

  // GitHub answers to any spelling, and tells its own, which deliveries carry.
  Result<Progress> prove_spelling(const Hook& superseded, const std::string& entry) override;

  std::size_t doubles_of(const Hook& hook) const override { return finder_.doubles_of(hook); }
  Result<Progress> delete_doubles(const Hook& hook) override;

 private:
  // The one that counts; an error if there is none.
  Result<std::string> path_of_hook(const Hook& hook);
  Result<void> point_one(const Hook& hook, const GithubCaller& caller, const GithubHook& found,
                         const Secret& token, bool is_oldest);
  Result<void> create(const Hook& hook, const GithubCaller& caller, const Secret& token);
  Result<void> require_shown(const Hook& hook, const HookListing& listing);
  Result<void> require_live(const Hook& hook) const;
  Error refused(const Hook& hook, const HttpResponse& answer, bool is_write);
  Error renamed(const Hook& hook, const HttpResponse& answer);

  using Time = std::chrono::milliseconds;
  Result<bool> has_gone(const Hook& hook, const HookListing& found);
  Result<Progress> delete_all(const Hook& hook, std::span<const GithubHook> hooks, Time begun);
  bool has_time(Time begun);
  Error out_of_time(const Hook& hook);
  Error out_of_time(const Hook& hook, HookListing found);
  // An error if no write may be sent for longer than a run waits: then nothing is asked at all.
  Result<void> require_budget(const Hook& hook);
  void wait_for_turn(const Hook& hook);
  Result<HttpResponse> write(const Hook& hook, const GithubCaller& caller,
                             const std::string& method, const std::string& path,
                             const Secret& body);

  GithubApi api_;
  Clock& clock_;
  HookFinder finder_;
  GithubInvitations invitations_;
};

}  // namespace hookplan
