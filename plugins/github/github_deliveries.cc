// SPDX-License-Identifier: Apache-2.0
#include "plugins/github/github_deliveries.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"
#include "plugins/github/github_answers.h"
#include "plugins/github/signed_payload.h"

namespace hookplan {
namespace {

Result<std::vector<GithubDelivery>> deliveries_on(const HttpResponse& page) {
  TRY(const JsonValue list, json_of(page));
  if (list.kind != JsonValue::Kind::array)
    return fail(Code::forge_odd_answer, "GitHub answered something else than a list of deliveries");
  std::vector<GithubDelivery> all;
  for (const JsonValue& each : list.items) {
    GithubDelivery delivery;
    delivery.id = text_at(each, "id");
    delivery.guid = text_at(each, "guid");
    delivery.event = text_at(each, "event");
    delivery.status = text_at(each, "status_code");
    delivery.delivered = text_at(each, "delivered_at");
    if (!number_from(delivery.id, 0, INT64_MAX))
      return fail(Code::forge_odd_answer, "GitHub lists a delivery whose id is not a number");
    all.push_back(std::move(delivery));
  }
  return all;
}

// A delivery without a readable date counts as one of now: rather one too many than one lost.
bool is_before(const GithubDelivery& delivery, Instant instant) {
  const auto delivered = instant_from_rfc3339(delivery.delivered);
  return delivered && *delivered < instant;
}

std::string_view signature_in(const JsonValue& answer) {
  const JsonValue* const request = answer.find("request");
  const JsonValue* const headers = request == nullptr ? nullptr : request->find("headers");
  if (headers == nullptr) return {};
  for (const auto& [name, value] : headers->members) {
    if (ascii_lower(name) == "x-hub-signature-256") return value.string;
  }
  return {};
}

}  // namespace

GithubDeliveries::GithubDeliveries(const GithubApi& api, std::string entry, std::string path)
    : api_(api), entry_(std::move(entry)), path_(std::move(path)) {}

Result<std::optional<std::vector<GithubDelivery>>> GithubDeliveries::newest() const {
  TRY(const HttpResponse answer, api_.ask(entry_, "GET", path_ + "/deliveries?per_page=100"));
  if (answer.status == 403 || answer.status == 404)
    return std::optional<std::vector<GithubDelivery>>();
  if (answer.status != 200) return error_of({entry_}, answer);
  TRY(auto deliveries, deliveries_on(answer));
  return std::optional(std::move(deliveries));
}

Result<std::vector<GithubDelivery>> GithubDeliveries::since(Instant instant) const {
  // The log is in the order of time, newest first.
  const NextPage next = [&](const HttpResponse& page) -> Result<std::optional<std::string>> {
    TRY(const auto deliveries, deliveries_on(page));
    const bool is_enough = !deliveries.empty() && is_before(deliveries.back(), instant);
    return is_enough ? std::optional<std::string>() : next_by_link(page);
  };
  TRY(const auto pages, api_.read_list(entry_, path_ + "/deliveries?per_page=100", next));
  if (pages.back().status != 200) return error_of({entry_}, pages.back());
  std::vector<GithubDelivery> all;
  for (const HttpResponse& page : pages) {
    TRY(auto deliveries, deliveries_on(page));
    std::ranges::move(deliveries, std::back_inserter(all));
  }
  std::erase_if(all, [&](const GithubDelivery& each) { return is_before(each, instant); });
  return all;
}

Result<std::optional<bool>> GithubDeliveries::is_signed(const GithubDelivery& delivery,
                                                        const Secret& key) const {
  TRY(const HttpResponse answer,
      api_.ask(entry_, "GET", fmt::format("{}/deliveries/{}", path_, delivery.id)));
  if (answer.status == 404) return std::optional<bool>();
  if (answer.status != 200) return error_of({entry_}, answer);
  TRY(const JsonValue json, json_of(answer));
  const std::string_view signature = signature_in(json);
  return answer.body.reveal([&](std::string_view bytes) -> Result<std::optional<bool>> {
    const auto request = raw_member(bytes, "request");
    const auto payload = request ? raw_member(*request, "payload") : std::nullopt;
    return std::optional(payload && is_signed_with(key, *payload, signature));
  });
}

Result<void> GithubDeliveries::send_again(const GithubDelivery& delivery) const {
  TRY(const HttpResponse answer,
      api_.ask(entry_, "POST", fmt::format("{}/deliveries/{}/attempts", path_, delivery.id)));
  if (answer.status == 202) return {};
  return error_of({entry_, true}, answer);
}

std::vector<GithubDelivery> failed_for_good(const std::vector<GithubDelivery>& deliveries) {
  std::map<std::string, const GithubDelivery*> last;
  std::set<std::string> accepted;
  for (const GithubDelivery& each : deliveries) {
    if (each.event == "ping") continue;
    if (each.is_accepted()) accepted.insert(each.guid);
    const GithubDelivery*& known = last[each.guid];
    if (known == nullptr || known->delivered < each.delivered) known = &each;
  }
  std::vector<GithubDelivery> failed;
  for (const auto& [guid, delivery] : last) {
    if (!accepted.contains(guid)) failed.push_back(*delivery);
  }
  // As they happened.
  std::ranges::stable_sort(failed, {}, &GithubDelivery::delivered);
  return failed;
}

}  // namespace hookplan
