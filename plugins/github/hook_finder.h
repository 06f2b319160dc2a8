// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/ports/forge.h"
#include "core/ports/outside.h"
#include "plugins/github/github_api.h"
#include "plugins/github/github_hook.h"

namespace hookplan {

// "/repos/o/r" or "/orgs/o".
std::string target_path(std::string_view entry);
std::string hooks_path(std::string_view entry);

// The hooks of an entry that lead to a URL, oldest first; or the answer that does not show them.
struct HookListing {
  std::vector<GithubHook> hooks = {};
  HttpResponse refusal = {};  // status 0: none
  HttpHeaders told = {};      // headers of the answer that showed them
  // It came in parts, so what was deleted meanwhile may have moved another hook out of sight.
  bool has_pages = false;
  bool is_whole = false;  // all hooks on the URL, and they belong to what is remembered
};

// Finds hooks with as few requests as are needed to be sure: one that an earlier run remembers is
// asked for by its id. Ids pin what they belong to: GitHub gives them once, so a hook that is still
// there is in the repository in which it was set. Where it is not, the repository has to prove that
// it is the same one (HP8132).
class HookFinder {
 public:
  // REQUIRES: both outlive this.
  HookFinder(const GithubApi& api, Clock& clock) : api_(api), clock_(clock) {}

  // What GitHub shows now, or what it showed less than a few minutes ago and nobody has used yet.
  // By the end of it is known, if GitHub tells it, what the hook belongs to.
  Result<HookListing> find(const Hook& hook);
  // For a later find(): what is there by an answer of now.
  void keep(const Hook& hook, HookListing found);
  // The same for whoever needs all hooks on the URL: what was kept, if it has some.
  std::optional<HookListing> take_whole(const Hook& hook);
  Result<void> find_ahead(const Hook& hook, HookListing& found);
  // All of them, page after page.
  Result<HookListing> list(const Hook& hook) const;

  // HP8132 if the name belongs to another one by now than the one that an earlier run remembers.
  Result<void> check_target(const Hook& hook);

  // The path of the one that counts, if this run knows it.
  std::optional<std::string> path_of(const Hook& hook) const;
  static std::string path_of(const Hook& hook, const GithubHook& found);

  // What this run has seen or made: it is there, with that many others.
  void saw(const Hook& hook, const std::string& id, std::size_t doubles);
  void forget(const Hook& hook);
  std::size_t doubles_of(const Hook& hook) const;
  // By what find() learned, which it does not of a hook that it recalled.
  bool is_archived(const Hook& hook) const;

  void recall(const Hook& hook, const HookIds& ids);
  // The hook only where it is the only one: what has doubles must be listed each time, because all
  // of them need the token.
  HookIds ids_of(const Hook& hook) const;

 private:
  struct Known {
    std::string recalled = {};  // id of the hook, by an earlier run
    std::string target = {};    // id of the repository or organization
    std::string id = {};        // of the hook, seen in this run
    std::size_t doubles = 0;
    bool is_archived = false;
    std::optional<HookListing> ahead = {};
    std::chrono::milliseconds ahead_at = {};
  };
  static std::string key_of(const Hook& hook);
  const Known* known(const Hook& hook) const;
  Result<std::optional<HookListing>> find_recalled(const Hook& hook, Known& known) const;

  const GithubApi& api_;
  Clock& clock_;
  std::map<std::string, Known> known_ = {};
};

}  // namespace hookplan
