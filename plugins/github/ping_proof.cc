// SPDX-License-Identifier: Apache-2.0
#include "plugins/github/ping_proof.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"
#include "plugins/github/github_answers.h"
#include "plugins/github/github_deliveries.h"

namespace hookplan {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// What the receiver says to GitHub's ping, in words.
std::string ping_answer(const GithubDelivery& ping) {
  if (ping.status.empty() || ping.status == "0")
    return "GitHub got no answer from the receiver to its ping";
  return fmt::format("the receiver answered {} to GitHub's ping", excerpt(ping.status));
}

}  // namespace

Error not_proven(const Hook& hook, std::string why) {
  return fail(Code::delivery_not_proven, "{}: {}", printable(hook.entry), why).entry(hook.entry);
}

Result<Progress> prove_by_ping(const GithubApi& api, Clock& clock, const Hook& hook,
                               const Token& token, const std::string& path) {
  constexpr seconds kPatience{30};
  constexpr milliseconds kMaxPause{2000};
  const GithubDeliveries log(api, hook.entry, path);
  TRY(const auto before, log.newest());
  std::set<std::string> known;
  if (before) {
    for (const GithubDelivery& each : *before) known.insert(each.id);
  }
  TRY(const HttpResponse ping, api.ask(hook.entry, "POST", path + "/pings"));
  if (ping.status == 404) return not_proven(hook, "it has no hook that leads to its receiver");
  if (ping.status != 204)
    return hook.url.reveal([&](std::string_view url) {
      return error_of({hook.entry, true, url}, ping);
    });
  if (!before) return Progress::done;
  const milliseconds begun = clock.running();
  milliseconds pause{100};
  while (true) {
    TRY(const auto now, log.newest());
    if (!now) return not_proven(hook, "the delivery log of its hook went away");
    for (const GithubDelivery& each : *now) {
      if (each.event != "ping" || known.contains(each.id)) continue;
      if (!each.is_accepted()) return not_proven(hook, ping_answer(each));
      TRY(const std::optional<bool> is_signed, log.is_signed(each, token.value));
      if (is_signed == true) return Progress::done;
      if (is_signed == false)
        return not_proven(hook, "GitHub's ping is not signed with the new token");
    }
    if (clock.running() - begun >= kPatience)
      return not_proven(hook, fmt::format("GitHub's ping is not in the log of the hook after {} s",
                                          kPatience.count()));
    clock.sleep_for(pause);
    pause = std::min(2 * pause, kMaxPause);
  }
}

}  // namespace hookplan
