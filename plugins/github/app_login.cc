// SPDX-License-Identifier: Apache-2.0
#include "plugins/github/app_login.h"

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/config/entry_name.h"
#include "plugins/github/github_answers.h"
#include "plugins/http/rate_limit.h"

namespace hookplan {
namespace {

using std::chrono::seconds;

constexpr seconds kRequestTime{20};
// A token is not used in its last minutes: a request that waits for its turn must find it valid.
constexpr std::int64_t kRenewSeconds = 600;
// What a token lasts whose end cannot be read; GitHub's last an hour.
constexpr std::int64_t kUsualSeconds = 3000;

// They are repositories of one owner, or one organization.
Secret body_to_mint(const std::vector<std::string>& entries) {
  const bool is_repository = scope_of(entries.front()) == Scope::repo;
  JsonWriter json;
  json.begin_object();
  json.key("permissions").begin_object();
  json.key(is_repository ? "repository_hooks" : "organization_hooks").string("write");
  json.end_object();
  if (is_repository) {
    json.key("repositories").begin_array();
    for (const std::string& entry : entries) json.string(repository_of(entry));
    json.end_array();
  }
  json.end_object();
  return Secret::copy_of(json.take());
}

// The member goes out of the document as it is read: what is left there is wiped.
Secret take_token(JsonValue& json) {
  Secret token;
  for (auto& [name, value] : json.members) {
    if (name != "token") continue;
    token = Secret::copy_of(value.string);
    wipe(std::span(value.string.data(), value.string.size()));
  }
  return token;
}

Error not_installed(std::string_view entry, std::string_view owner) {
  return fail(Code::app_not_installed, "the GitHub App is not installed at {}", printable(owner))
      .entry(entry);
}

// 422, as GitHub words it. A permission that is missing is missing for all of them.
bool lacks_repository(const HttpResponse& answer) {
  return answer.status == 422 && std::ranges::any_of(reasons_in(answer), [](const auto& reason) {
           return reason.find("repository") != std::string::npos;
         });
}

// 422 to a token for the entry: what it asks for is more than the installation has.
Error cannot_mint(std::string_view entry, const HttpResponse& answer) {
  const std::string why = excerpt(fmt::format("{}", fmt::join(reasons_in(answer), "; ")));
  if (lacks_repository(answer)) {
    return fail(Code::app_not_installed, "the GitHub App may not see {}, or there is none: {}",
                printable(entry), why)
        .entry(entry)
        .hint("add the repository to the App's installation, or correct the entry");
  }
  return fail(Code::permission_missing, "the GitHub App may not manage the hooks of {}: {}",
              printable(entry), why)
      .entry(entry)
      .hint("give the App the permission {} and accept it for {}",
            scope_of(entry) == Scope::repo
                ? "\"Webhooks: read and write\" (repository_hooks=write)"
                : "\"Organization webhooks: read and write\" (organization_hooks=write)",
            printable(organization_of(entry)));
}

}  // namespace

std::string app_claims(std::string_view app_id, std::int64_t now) {
  constexpr std::int64_t kBack = 60;
  constexpr std::int64_t kLength = 540;
  JsonWriter json;
  json.begin_object();
  json.key("exp").integer(now - kBack + kLength);
  json.key("iat").integer(now - kBack);
  json.key("iss").string(app_id);
  json.end_object();
  return json.take();
}

AppLogin::AppLogin(HttpClient& http, Clock& clock, GithubPlace place, App app,
                   std::optional<seconds> pace, Mask mask)
    : http_(http),
      clock_(clock),
      place_(std::move(place)),
      app_(std::move(app)),
      pace_(pace),
      mask_(std::move(mask)),
      // Tokens are no content: limits that GitHub names are kept, and no pace is needed.
      app_lane_(github_lane(seconds{0})) {}

AppLogin::~AppLogin() {
  try {
    revoke_all();
  } catch (const std::exception&) {  // they end by themselves within the hour
  }
}

Result<GithubCaller> AppLogin::caller_for(std::string_view entry) {
  TRY(const Installation at, installation_of(entry));
  const std::string name(entry);
  while (true) {
    Share& share = share_of(name);
    const Turn turn(share.in_use);
    // Others may have had their turn before: it may be split by now, or have a token.
    if (&share_of(name) != &share) continue;
    if (const Minted* const known = usable(share))
      return GithubCaller{known->token.clone(), at.lane};
    TRY(const HttpResponse answer,
        ask_as_app("POST", fmt::format("/app/installations/{}/access_tokens", at.id),
                   body_to_mint(share.entries)));
    if (lacks_repository(answer) && share.entries.size() > 1) {
      split(share);
      continue;
    }
    TRY(Minted fresh, take_minted(entry, answer));
    GithubCaller caller{fresh.token.clone(), at.lane};
    share.minted.push_back(std::move(fresh));
    return caller;
  }
}

// --- who shares a token

void AppLogin::expect(const std::vector<std::string>& entries) {
  constexpr std::size_t kMostRepositories = 500;  // of a token, by GitHub's rules
  std::map<std::string, std::vector<std::string>> by_owner;
  for (const std::string& entry : entries) {
    if (scope_of(entry) == Scope::org || shares_of_.contains(entry)) continue;
    std::vector<std::string>& together = by_owner[ascii_lower(organization_of(entry))];
    together.push_back(entry);
    if (together.size() == kMostRepositories) new_share(std::exchange(together, {}));
  }
  for (auto& [owner, together] : by_owner) {
    if (!together.empty()) new_share(std::move(together));
  }
}

AppLogin::Share& AppLogin::share_of(const std::string& entry) {
  const auto known = shares_of_.find(entry);
  return known == shares_of_.end() ? new_share({entry}) : *known->second;
}

AppLogin::Share& AppLogin::new_share(std::vector<std::string> entries) {
  Share& share = shares_.emplace_back();
  share.entries = std::move(entries);
  for (const std::string& entry : share.entries) shares_of_.insert_or_assign(entry, &share);
  return share;
}

// GitHub does not say which one of them it is: halves find it in few steps.
void AppLogin::split(Share& share) {
  const auto middle = share.entries.begin() + static_cast<std::ptrdiff_t>(share.entries.size() / 2);
  std::vector<std::string> rest(middle, share.entries.end());
  share.entries.erase(middle, share.entries.end());
  new_share(std::move(rest));
}

// One installation serves all that an owner has.
std::string AppLogin::lane_of(std::string_view entry) const {
  const bool counts = !pace_ || *pace_ > seconds{0};
  return counts ? std::string(organization_of(entry)) : std::string();
}

const AppLogin::Minted* AppLogin::usable(const Share& share) const {
  if (share.minted.empty()) return nullptr;
  const Minted& last = share.minted.back();
  return last.is_usable && last.ends - kRenewSeconds > clock_.now().seconds ? &last : nullptr;
}

bool AppLogin::renews(const GithubCaller& refused) {
  for (Share& share : shares_) {
    for (Minted& each : share.minted) {
      const bool is_it = each.token.reveal([&](std::string_view ours) {
        return refused.token.reveal([&](std::string_view theirs) { return ours == theirs; });
      });
      if (is_it) each.is_usable = false;
    }
  }
  return true;
}

Result<AppLogin::Installation> AppLogin::installation_of(std::string_view entry) {
  const std::string owner = ascii_lower(organization_of(entry));
  if (const auto known = installations_.find(owner); known != installations_.end())
    return known->second;
  // Of a user or of an organization: this path serves both.
  TRY(const HttpResponse answer,
      ask_as_app("GET", fmt::format("/users/{}/installation", path_part(owner)), {}));
  if (answer.status == 404) {
    const std::vector<std::string> reasons = reasons_in(answer);
    if (std::ranges::count(reasons, "Integration not found") > 0) {
      return fail(Code::credential_refused, "GitHub knows no App {}", excerpt(app_.id))
          .entry(entry)
          .hint("check app_id, and that the private key is that of this App");
    }
    return not_installed(entry, organization_of(entry));
  }
  if (answer.status != 200) return error_of({entry}, answer);
  TRY(const JsonValue json, json_of(answer));
  const std::string id(text_at(json, "id"));
  if (id.empty() || !std::ranges::all_of(id, is_digit))
    return fail(Code::forge_odd_answer, "GitHub names no installation of the App").entry(entry);
  // Whoever asked meanwhile has made it: one lane for all.
  return installations_.try_emplace(owner, Installation{id, github_lane(pace_)}).first->second;
}

Result<AppLogin::Minted> AppLogin::take_minted(std::string_view entry,
                                               const HttpResponse& answer) const {
  if (answer.status == 422) return cannot_mint(entry, answer);
  if (answer.status == 404) return not_installed(entry, organization_of(entry));
  // A token that was made and got lost ends by itself, and asking for another changes nothing.
  if (answer.status != 201) return error_of({entry}, answer);
  TRY(JsonValue json, json_of(answer));
  Minted minted;
  minted.token = take_token(json);
  if (minted.token.empty())
    return fail(Code::forge_odd_answer, "GitHub gave the App no token").entry(entry);
  mask_(minted.token);
  const auto ends = instant_from_rfc3339(text_at(json, "expires_at"));
  minted.ends = ends ? ends->seconds - ahead_.count() : clock_.now().seconds + kUsualSeconds;
  return minted;
}

Result<HttpResponse> AppLogin::ask_as_app(const std::string& method, const std::string& path,
                                          const Secret& body) {
  constexpr std::int64_t kNoticeable = 5;
  for (bool is_first = true;; is_first = false) {
    HttpRequest request = github_request(method, Secret::copy_of(place_.api + path));
    GithubCaller{jwt(), app_lane_}.sign(request);
    if (!body.empty()) request.headers["content-type"] = "application/json";
    request.body = body.clone();
    request.timeout = kRequestTime;
    Result<HttpResponse> answer = http_.send(std::move(request));
    // Nobody but us knows of a token whose answer was lost.
    if (!answer) return std::move(answer).error().as(ErrorKind::unavailable);
    TRY_VOID(refuse_limit(*answer, *app_lane_, host_of(Secret::copy_of(place_.api))));
    const auto date = answer->headers.find("date");
    const auto theirs =
        date == answer->headers.end() ? std::nullopt : moment_from_http_date(date->second);
    if (answer->status != 401 || !is_first || !theirs) return answer;
    const seconds ahead{theirs->time_since_epoch() / seconds{1} - clock_.now().seconds};
    if (std::abs((ahead - ahead_).count()) < kNoticeable) return answer;
    ahead_ = ahead;
  }
}

Secret AppLogin::jwt() const {
  return app_.key.token_with(app_claims(app_.id, clock_.now().seconds + ahead_.count()));
}

// All at once: a run that ends must not take a second for each entry.
void AppLogin::revoke_all() {
  constexpr seconds kMaxTime{10};
  std::vector<RequestId> under_way;
  for (const Share& share : shares_) {
    for (const Minted& each : share.minted) {
      if (!each.is_usable || each.ends <= clock_.now().seconds) continue;
      auto request = std::make_shared<HttpRequest>(
          github_request("DELETE", Secret::copy_of(place_.api + "/installation/token")));
      request->credential.value = each.token.clone();
      request->timeout = kMaxTime;
      under_way.push_back(http_.start(std::move(request)));
    }
  }
  const auto begun = clock_.running();
  while (!under_way.empty() && clock_.running() - begun < kMaxTime) {
    http_.wait(under_way.front(), seconds{1});
    std::erase_if(under_way, [&](RequestId id) { return http_.take(id).has_value(); });
  }
}

}  // namespace hookplan
