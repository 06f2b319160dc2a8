// SPDX-License-Identifier: Apache-2.0
#include "plugins/github/hook_finder.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "core/base/digest.h"
#include "core/base/text.h"
#include "core/config/entry_name.h"

namespace hookplan {

std::string target_path(std::string_view entry) {
  if (scope_of(entry) == Scope::org) return "/orgs/" + path_part(entry);
  return fmt::format("/repos/{}/{}", path_part(organization_of(entry)),
                     path_part(repository_of(entry)));
}

std::string hooks_path(std::string_view entry) { return target_path(entry) + "/hooks"; }

// --- finding

// What is older may be true no more.
constexpr std::chrono::minutes kFresh{5};

Result<HookListing> HookFinder::find(const Hook& hook) {
  // Only once: whoever asks a second time wants to know what is there.
  Known& known = known_[key_of(hook)];
  std::optional<HookListing> ahead = std::exchange(known.ahead, std::nullopt);
  if (ahead && clock_.running() - known.ahead_at < kFresh) return *std::move(ahead);
  TRY(std::optional<HookListing> recalled, find_recalled(hook, known));
  if (recalled) return *std::move(recalled);
  TRY(HookListing listing, list(hook));
  if (listing.refusal.status != 0) return listing;
  TRY_VOID(check_target(hook));
  listing.is_whole = true;
  return listing;
}

Result<void> HookFinder::find_ahead(const Hook& hook, HookListing& found) {
  TRY(found, find(hook));
  if (found.refusal.status != 0) return {};
  HookListing copy;
  copy.hooks = found.hooks;
  copy.has_pages = found.has_pages;
  copy.is_whole = found.is_whole;
  keep(hook, std::move(copy));
  return {};
}

std::optional<HookListing> HookFinder::take_whole(const Hook& hook) {
  Known& known = known_[key_of(hook)];
  std::optional<HookListing> ahead = std::exchange(known.ahead, std::nullopt);
  const bool is_fresh = ahead && clock_.running() - known.ahead_at < kFresh;
  if (!is_fresh || !ahead->is_whole || ahead->hooks.empty()) return std::nullopt;
  return ahead;
}

void HookFinder::keep(const Hook& hook, HookListing found) {
  Known& known = known_[key_of(hook)];
  known.ahead.emplace(std::move(found));
  known.ahead_at = clock_.running();
}

// By its id; nothing if it has gone or leads elsewhere, so that it must be looked for. A refusal is
// the answer: it would be the same for the list.
Result<std::optional<HookListing>> HookFinder::find_recalled(const Hook& hook, Known& known) const {
  if (known.recalled.empty()) return std::optional<HookListing>();
  const std::string path = fmt::format("{}/{}", hooks_path(hook.entry), known.recalled);
  TRY(HttpResponse answer, api_.ask(hook.entry, "GET", path));
  // Not a second time, whatever comes of it: what is set by this run is known to it.
  if (answer.status == 200) {
    TRY(const std::optional<GithubHook> there, hook_in(answer, hook.url));
    if (there && there->id == known.recalled) {
      HookListing listing;
      listing.hooks.push_back(*there);
      listing.told = std::move(answer.headers);
      return std::optional(std::move(listing));
    }
  } else if (answer.status != 404) {
    HookListing refused;
    refused.refusal = std::move(answer);
    return std::optional(std::move(refused));
  }
  known.recalled.clear();
  return std::optional<HookListing>();
}

Result<HookListing> HookFinder::list(const Hook& hook) const {
  TRY(auto pages, api_.read_list(hook.entry, hooks_path(hook.entry) + "?per_page=100"));
  HookListing listing;
  if (pages.back().status != 200) {
    listing.refusal = std::move(pages.back());
    return listing;
  }
  listing.told = pages.front().headers;
  listing.has_pages = pages.size() > 1;
  for (const HttpResponse& page : pages) {
    TRY(auto hooks, hooks_on(page, hook.url));
    std::ranges::move(hooks, std::back_inserter(listing.hooks));
  }
  sort_by_age(listing.hooks);
  return listing;
}

// Who may not read it all the same may have hooks there: then it stays unknown.
Result<void> HookFinder::check_target(const Hook& hook) {
  TRY(const HttpResponse answer, api_.ask(hook.entry, "GET", target_path(hook.entry)));
  if (answer.status != 200) return {};
  TRY(const JsonValue json, json_of(answer));
  const std::string id(text_at(json, "id"));
  if (!number_from(id, 1, INT64_MAX)) return {};
  Known& known = known_[key_of(hook)];
  if (!known.target.empty() && known.target != id) {
    return fail(Code::repository_replaced,
                "{} is not the {} any more in which its hook was set: GitHub's id was {} and is {}",
                printable(hook.entry),
                scope_of(hook.entry) == Scope::repo ? "repository" : "organization", known.target,
                id)
        .entry(hook.entry);
  }
  known.target = id;
  const JsonValue* const archived = json.find("archived");
  known.is_archived = archived != nullptr && archived->boolean;
  return {};
}

// --- what is known

std::string HookFinder::key_of(const Hook& hook) {
  return fmt::format("{} {}", hook.entry, hook.url.reveal(sha256_hex));
}

const HookFinder::Known* HookFinder::known(const Hook& hook) const {
  const auto found = known_.find(key_of(hook));
  return found == known_.end() ? nullptr : &found->second;
}

std::string HookFinder::path_of(const Hook& hook, const GithubHook& found) {
  return fmt::format("{}/{}", hooks_path(hook.entry), found.id);
}

std::optional<std::string> HookFinder::path_of(const Hook& hook) const {
  const Known* const it = known(hook);
  if (it == nullptr || it->id.empty()) return std::nullopt;
  return fmt::format("{}/{}", hooks_path(hook.entry), it->id);
}

void HookFinder::saw(const Hook& hook, const std::string& id, std::size_t doubles) {
  Known& it = known_[key_of(hook)];
  it.id = id;
  it.doubles = doubles;
}

void HookFinder::forget(const Hook& hook) {
  const auto found = known_.find(key_of(hook));
  if (found == known_.end()) return;
  found->second.id.clear();
  found->second.recalled.clear();
  found->second.ahead.reset();
  found->second.doubles = 0;
}

bool HookFinder::is_archived(const Hook& hook) const {
  const Known* const it = known(hook);
  return it != nullptr && it->is_archived;
}

std::size_t HookFinder::doubles_of(const Hook& hook) const {
  const Known* const it = known(hook);
  return it == nullptr ? 0 : it->doubles;
}

void HookFinder::recall(const Hook& hook, const HookIds& ids) {
  Known& it = known_[key_of(hook)];
  if (number_from(ids.hook, 1, INT64_MAX)) it.recalled = ids.hook;
  if (number_from(ids.target, 1, INT64_MAX)) it.target = ids.target;
}

HookIds HookFinder::ids_of(const Hook& hook) const {
  const Known* const it = known(hook);
  if (it == nullptr) return {};
  return {it->doubles == 0 ? it->id : std::string(), it->target};
}

}  // namespace hookplan
