// SPDX-License-Identifier: Apache-2.0
#include "plugins/github/github_forge.h"

#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/config/entry_name.h"
#include "plugins/github/github_answers.h"
#include "plugins/github/github_deliveries.h"
#include "plugins/github/ping_proof.h"

namespace hookplan {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Together no more than kLongestCall: the time until the last request may begin to stand in line,
// the line, the exchange, and GitHub itself, which gives up after 10 s.
constexpr seconds kBeforeLastWrite{5};
constexpr Patience kWritePatience{seconds{5}, seconds{10}};
constexpr seconds kServerTime{10};
// What a run waits for; beyond that it is better off with another run.
constexpr std::chrono::minutes kMaxWait{5};
static_assert(kBeforeLastWrite + kWritePatience.in_line + kWritePatience.exchange + kServerTime <=
              kLongestCall);

Error hidden_by_doubles(const Hook& hook) {
  return fail(Code::hooks_doubled,
              "the hook of {} cannot send all its events while another one leads to its receiver",
              printable(hook.entry))
      .as(ErrorKind::denied)
      .entry(hook.entry);
}

bool is_replaced(const Error& error) { return error.first().code == Code::repository_replaced; }

}  // namespace

GithubForge::GithubForge(GithubApi api, Clock& clock)
    : api_(std::move(api)), clock_(clock), finder_(api_, clock), invitations_(api_) {}

Result<Progress> GithubForge::put_hook(const Hook& hook, const Token& token) {
  constexpr seconds kPause{1};
  const Time begun = clock_.running();
  TRY_VOID(require_budget(hook));
  while (true) {
    TRY(HookListing found, finder_.find(hook));
    TRY_VOID(require_shown(hook, found));
    TRY_VOID(require_live(hook));
    TRY(const GithubCaller caller, api_.caller_for(hook.entry));
    if (!has_time(begun)) return out_of_time(hook, std::move(found));
    if (found.hooks.empty()) {
      const Result<void> created = create(hook, caller, token.value);
      if (created) return Progress::done;
      // Lists lag behind: it is there, and the next look may show it.
      if (created.error().first().code != Code::hook_not_visible || !has_time(begun + kPause))
        return created.error();
      clock_.sleep_for(kPause);
      continue;
    }
    // The one that counts comes last: once it signs with the new token, the others do already.
    for (std::size_t i = found.hooks.size(); i-- > 0;) {
      if (!has_time(begun)) return out_of_time(hook, std::move(found));
      TRY_VOID(point_one(hook, caller, found.hooks[i], token.value, i == 0));
    }
    finder_.saw(hook, found.hooks.front().id, found.hooks.size() - 1);
    return Progress::done;
  }
}

// The secret by the config alone, unless there is more to set: then everything, secret included, in
// one request, so that at no moment the hook is half of what it was and half of what it is to be.
Result<void> GithubForge::point_one(const Hook& hook, const GithubCaller& caller,
                                    const GithubHook& found, const Secret& token, bool is_oldest) {
  const std::string path = HookFinder::path_of(hook, found);
  const bool is_whole = is_oldest && !sends_what_is_asked(found, hook);
  TRY(const HttpResponse answer,
      is_whole ? write(hook, caller, "PATCH", path, body_of_hook(hook, token, false))
               : write(hook, caller, "PATCH", path + "/config", body_of_config(hook, token)));
  if (answer.status == 200) return {};
  // It has gone since the list was read; or it is one of several that GitHub holds to be the same,
  // and then it stays as it is.
  if (!is_oldest && (answer.status == 404 || says_it_exists(answer))) return {};
  // Two hooks on one URL may not send the same event, so this one cannot have all of them.
  if (is_whole && says_it_exists(answer)) return hidden_by_doubles(hook);
  if (answer.status == 404) {
    finder_.forget(hook);
    return fail(Code::hook_not_visible, "the hook of {} went away meanwhile", printable(hook.entry))
        .entry(hook.entry);
  }
  return refused(hook, answer, true);
}

Result<void> GithubForge::create(const Hook& hook, const GithubCaller& caller,
                                 const Secret& token) {
  TRY(const HttpResponse answer,
      write(hook, caller, "POST", hooks_path(hook.entry), body_of_hook(hook, token, true)));
  if (answer.status != 201) return refused(hook, answer, true);
  if (const Result<JsonValue> made = json_of(answer)) {
    const std::string id(text_at(*made, "id"));
    if (number_from(id, 1, INT64_MAX)) finder_.saw(hook, id, 0);
  }
  return {};
}

Result<Progress> GithubForge::delete_hook(const Hook& hook) {
  constexpr seconds kPause{1};
  const Time begun = clock_.running();
  TRY_VOID(require_budget(hook));
  std::optional<HookListing> kept = finder_.take_whole(hook);
  finder_.forget(hook);
  while (true) {
    HookListing found;
    if (kept) {
      found = *std::exchange(kept, std::nullopt);
    } else {
      // All of them, whatever is remembered: one that is left would sign with a token that goes.
      TRY(found, finder_.list(hook));
      TRY(const bool is_gone, has_gone(hook, found));
      if (is_gone) return Progress::done;
      found.is_whole = true;
    }
    if (Result<Progress> deleted = delete_all(hook, found.hooks, begun); !deleted) {
      // What was found is for the next call: looking again would take as long again.
      if (deleted.error().first().code == Code::rate_limited) finder_.keep(hook, std::move(found));
      return deleted;
    }
    // Of a list of several pages one may have moved to a page that was read already.
    if (!found.has_pages) return Progress::done;
    clock_.sleep_for(kPause);
  }
}

// Nothing is left to be deleted: no hook of ours is there, or what had it is not.
Result<bool> GithubForge::has_gone(const Hook& hook, const HookListing& found) {
  const HttpResponse& refusal = found.refusal;
  // Gone with its repository; or that has another name now, whose hooks are another entry's.
  if (is_redirect(refusal)) return true;
  if ((refusal.status == 404 || refusal.status == 410) && !lacks_scope(hook.entry, refusal)) {
    TRY(const HttpResponse owner, api_.ask(hook.entry, "GET", target_path(hook.entry)));
    if (owner.status != 200) return true;
  }
  TRY_VOID(require_shown(hook, found));
  if (found.hooks.empty()) return true;
  const Result<void> same = finder_.check_target(hook);
  // Ours went with its repository; these are somebody else's.
  if (!same && !is_replaced(same.error())) return same.error();
  return !same;
}

Result<Progress> GithubForge::delete_all(const Hook& hook, std::span<const GithubHook> hooks,
                                         Time begun) {
  TRY(const GithubCaller caller, api_.caller_for(hook.entry));
  for (const GithubHook& each : hooks) {
    if (!has_time(begun)) return out_of_time(hook);
    TRY(const HttpResponse answer,
        write(hook, caller, "DELETE", HookFinder::path_of(hook, each), {}));
    if (answer.status != 204 && answer.status != 404) return refused(hook, answer, true);
  }
  return Progress::done;
}

Result<Progress> GithubForge::delete_doubles(const Hook& hook) {
  const Time begun = clock_.running();
  TRY_VOID(require_budget(hook));
  TRY(const HookListing found, finder_.list(hook));
  TRY_VOID(require_shown(hook, found));
  if (found.hooks.empty()) return not_proven(hook, "it has no hook that leads to its receiver");
  TRY_VOID(delete_all(hook, std::span(found.hooks).subspan(1), begun));
  finder_.saw(hook, found.hooks.front().id, 0);
  return Progress::done;
}

// --- before anything is changed

Result<void> GithubForge::require_possible(const Hook& hook, Change change) {
  const bool is_put = change == Change::put;
  HookListing found;
  if (Result<void> shown = finder_.find_ahead(hook, found); !shown)
    return !is_put && is_replaced(shown.error()) ? Result<void>() : shown;
  // What is gone has no hook any more, which is what a removal wants.
  const int status = found.refusal.status;
  const bool is_gone = is_redirect(found.refusal) || ((status == 404 || status == 410) &&
                                                      !lacks_scope(hook.entry, found.refusal));
  if (!is_put && is_gone) return {};
  TRY_VOID(require_shown(hook, found));
  if (is_put || !found.hooks.empty()) {
    TRY_VOID(require_live(hook));
    return require_scope(hook.entry, found.told);
  }
  return {};
}

Result<void> GithubForge::require_shown(const Hook& hook, const HookListing& listing) {
  if (listing.refusal.status == 0) return {};
  return refused(hook, listing.refusal, false);
}

Result<void> GithubForge::require_live(const Hook& hook) const {
  if (!finder_.is_archived(hook)) return {};
  return archived(hook.entry);
}

Result<Progress> GithubForge::prove_delivery(const Hook& hook, const Token& token) {
  TRY(const std::string path, path_of_hook(hook));
  Result<Progress> proven = prove_by_ping(api_, clock_, hook, token, path);
  // The next call looks where the hook is now.
  if (!proven) finder_.forget(hook);
  return proven;
}

Result<Progress> GithubForge::prove_spelling(const Hook& superseded, const std::string& entry) {
  TRY(const HttpResponse answer, api_.ask(entry, "GET", target_path(entry)));
  if (answer.status != 200) return refused(superseded, answer, false);
  TRY(const JsonValue json, json_of(answer));
  const std::string_view name =
      text_at(json, scope_of(entry) == Scope::org ? "login" : "full_name");
  if (name != superseded.entry) return Progress::done;
  return fail(Code::spelling_in_use, "GitHub spells it {}, and the config {}",
              printable(superseded.entry), printable(entry))
      .as(ErrorKind::conflict)
      .entry(superseded.entry);
}

Result<HookSight> GithubForge::inspect(const Hook& hook) {
  TRY(const HookListing found, finder_.list(hook));
  TRY_VOID(require_shown(hook, found));
  HookSight sight;
  if (found.hooks.empty()) return sight;
  const GithubHook& oldest = found.hooks.front();
  sight.presence = HookSight::Presence::present;
  sight.is_active = oldest.is_active;
  sight.events = oldest.events;
  sight.doubles = found.hooks.size() - 1;
  sight.ids.hook = oldest.id;
  sight.note = note_on(oldest, found.hooks.size());
  if (!sight.note.empty() || scope_of(hook.entry) == Scope::repo) return sight;
  // GitHub tells the last answer for hooks of repositories only.
  const GithubDeliveries log(api_, hook.entry, HookFinder::path_of(hook, oldest));
  TRY(const auto deliveries, log.newest());
  if (!deliveries) {
    sight.note = "its deliveries may not be read, so the receiver's own proof counts";
  } else if (!deliveries->empty()) {
    GithubHook last = oldest;
    last.last_status = deliveries->front().status;
    sight.note = note_on(last, found.hooks.size());
  }
  return sight;
}

Result<Progress> GithubForge::redeliver(const Hook& hook, Instant since) {
  TRY(const std::string path, path_of_hook(hook));
  const GithubDeliveries log(api_, hook.entry, path);
  TRY(const auto deliveries, log.since(since));
  for (const GithubDelivery& each : failed_for_good(deliveries)) TRY_VOID(log.send_again(each));
  return Progress::done;
}

Result<std::string> GithubForge::path_of_hook(const Hook& hook) {
  if (auto path = finder_.path_of(hook)) return *std::move(path);
  TRY(const HookListing found, finder_.find(hook));
  TRY_VOID(require_shown(hook, found));
  if (found.hooks.empty()) return not_proven(hook, "it has no hook that leads to its receiver");
  finder_.saw(hook, found.hooks.front().id, found.hooks.size() - 1);
  return HookFinder::path_of(hook, found.hooks.front());
}

Error GithubForge::refused(const Hook& hook, const HttpResponse& answer, bool is_write) {
  if (is_redirect(answer)) return renamed(hook, answer);
  return hook.url.reveal([&](std::string_view url) {
    return error_of({hook.entry, is_write, url}, answer);
  });
}

// Only the number is taken from the answer: whatever else it says leads nowhere else.
Error GithubForge::renamed(const Hook& hook, const HttpResponse& answer) {
  constexpr std::string_view kById = "/repositories/";
  std::string name;
  const auto location = answer.headers.find("location");
  const std::string_view place =
      location == answer.headers.end() ? std::string_view() : std::string_view(location->second);
  if (const std::size_t at = place.find(kById); at != std::string_view::npos) {
    const std::string_view rest = place.substr(at + kById.size());
    const std::string id(rest.substr(0, rest.find_first_not_of("0123456789")));
    const auto now = api_.ask(hook.entry, "GET", std::string(kById) + id);
    if (!id.empty() && now && now->status == 200) {
      if (const auto json = json_of(*now)) name = text_at(*json, "full_name");
    }
  }
  Error error = fail(Code::repository_renamed, "{} is not called so any more on GitHub{}",
                     printable(hook.entry), name.empty() ? "" : ", but " + excerpt(name))
                    .entry(hook.entry);
  if (name.empty()) return error;
  return std::move(error).hint("write {} instead of {} in the config", excerpt(name),
                               printable(hook.entry));
}

bool GithubForge::has_time(Time begun) { return clock_.running() - begun < kBeforeLastWrite; }

Error GithubForge::out_of_time(const Hook& hook) {
  return fail(Code::rate_limited, "{} had to wait for {} for too long to go on",
              printable(hook.entry), api_.host())
      .entry(hook.entry);
}

// What was found is for the next call: looking again would take as long again.
Error GithubForge::out_of_time(const Hook& hook, HookListing found) {
  finder_.keep(hook, std::move(found));
  return out_of_time(hook);
}

Result<HttpResponse> GithubForge::write(const Hook& hook, const GithubCaller& caller,
                                        const std::string& method, const std::string& path,
                                        const Secret& body) {
  Result<HttpResponse> answer = api_.write(hook.entry, caller, method, path, body, kWritePatience);
  if (answer || answer.error().first().code != Code::rate_limited) return answer;
  wait_for_turn(hook);
  return answer;
}

// The turn comes too late for this call, so it is waited for with nothing to be sent: whoever calls
// again is in time.
void GithubForge::wait_for_turn(const Hook& hook) {
  const Result<milliseconds> time = api_.time_to_write(hook.entry);
  if (time && *time <= kMaxWait) clock_.sleep_for(*time);
}

Result<void> GithubForge::require_budget(const Hook& hook) {
  TRY(const milliseconds time, api_.time_to_write(hook.entry));
  if (time <= kMaxWait) return {};
  const std::string when = to_rfc3339(later(clock_.now(), std::chrono::ceil<seconds>(time)));
  return fail(Code::rate_limited, "{}: {} takes no more changes before {}", printable(hook.entry),
              api_.host(), when)
      .entry(hook.entry)
      .hint("run it again at {}: it goes on where it stopped", when);
}

}  // namespace hookplan
