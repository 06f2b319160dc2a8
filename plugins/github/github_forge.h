// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/ports/forge.h"
#include "core/ports/outside.h"
#include "plugins/github/github_api.h"
#include "plugins/github/github_hook.h"

namespace hookplan {

// Hooks of repositories and organizations on github.com and GitHub Enterprise Server.
//
// A hook is known by its URL. Of several that lead to it the oldest counts; the others get the same
// secret, because what they send is judged by the same tokens, and are told by inspect().
//
// A call that changes something begins its last request in time for longest_call(), or does not
// begin it: if a limit makes it wait for longer, it waits without having sent anything, and then is
// an error (HP8110) that asks for being called again.
class GithubForge final : public Forge, public Redeliverer {
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

  ForgeAbilities abilities() override { return {this}; }
  // What failed since then and was never accepted is on its way again; pings are not.
  Result<Progress> redeliver(const Hook& hook, Instant since) override;

 private:
  // The hooks that lead to the URL, oldest first; and the answer that there is no such list.
  struct Listing {
    std::vector<GithubHook> hooks = {};
    HttpResponse refusal = {};  // status 0: none
  };
  Result<Listing> list(const Hook& hook);
  // The one that counts; an error if there is none.
  Result<std::string> path_of_hook(const Hook& hook);
  Result<void> point_one(const Hook& hook, const GithubCaller& caller, const GithubHook& found,
                         const Secret& token, bool is_oldest);
  Result<void> create(const Hook& hook, const GithubCaller& caller, const Secret& token);
  Error refused(const Hook& hook, const HttpResponse& answer, bool is_write);
  Error renamed(const Hook& hook, const HttpResponse& answer);

  using Time = std::chrono::milliseconds;
  bool has_time(Time begun);
  Error out_of_time(const Hook& hook);
  // An error if no write may be sent for longer than a run waits: then nothing is asked at all.
  Result<void> require_budget(const Hook& hook);
  void wait_for_turn(const Hook& hook);
  Result<HttpResponse> write(const Hook& hook, const GithubCaller& caller,
                             const std::string& method, const std::string& path,
                             const Secret& body);

  GithubApi api_;
  Clock& clock_;
  // Where hooks were seen last, by what key_of() says: it spares the list before a proof.
  std::map<std::string, std::string> paths_ = {};
};

}  // namespace hookplan
