// SPDX-License-Identifier: Apache-2.0
// Any bytes as an envelope: what is accepted is the same when it is written and read again, and
// only what the keys of the policy signed is ever read as a plan. Those keys signed three payloads,
// all of them in seeds, and were then deleted (make_signed_seeds.py).
#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "cmd/view/verification_text.h"
#include "core/base/digest.h"
#include "core/base/json.h"
#include "core/config/settings.h"
#include "core/plan/plan_json.h"
#include "core/sign/envelope.h"
#include "core/sign/sign_plan.h"
#include "core/sign/verify.h"
#include "tests/fixtures/plans.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/signed_seeds.h"

namespace hookplan {
namespace {

const Policy& policy() {
  static const Policy made =
      make_policy(
          read_settings(seeds::kSettings, ".hookplan.yaml", hookplan::fixtures::types()).value())
          .value();
  return made;
}

template <std::size_t Size>
bool is_among(const std::array<std::string_view, Size>& list, std::string_view text) {
  return std::ranges::find(list, text) != list.end();
}

void check_envelope(const Envelope& envelope) {
  require(!envelope.signatures.empty() && envelope.signatures.size() <= kMaxSignatures);
  const std::string written = to_json(envelope);
  const Result<Envelope> read = envelope_from_json(written, "plan.dsse");
  require(read && read->payload_type == envelope.payload_type &&
          read->payload == envelope.payload && read->signatures == envelope.signatures &&
          to_json(*read) == written);
  const Result<Envelope> merged = merge(envelope, *read);
  require(merged && merged->signatures == envelope.signatures);
  const Result<Plan> plan = plan_from_json(envelope.payload, "plan.json");
  require(!plan || to_json(*plan) == envelope.payload);
}

void check_opened(const OpenedPlan& opened) {
  const Verification& verification = opened.verification;
  require(opened.plan.has_value() == verification.is_good());
  require(!verification.plan || is_among(seeds::kSigned, verification.plan_digest));
  require(to_text(verification, TextStyle{}).find('\x1b') == std::string::npos);
  require(
      parse_json(to_json(verification, 0), "verification.json", "a record", Code::internal_error)
          .has_value());
  if (!opened.plan) return;
  require(std::ranges::all_of(verification.roles, &RoleReport::is_met));
  require(opened.plan->digest() == verification.plan_digest);
}

}  // namespace
}  // namespace hookplan

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hookplan;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto envelope = envelope_from_json(bytes, "plan.dsse");
  if (envelope) check_envelope(*envelope);
  const auto opened = open_plan(bytes, "plan.dsse", policy(), seeds::kNow);
  require(envelope.has_value() || !opened.has_value());
  if (opened) check_opened(*opened);
  if (is_among(seeds::kGood, sha256_hex(bytes))) require(opened && opened->plan.has_value());
  return 0;
}
