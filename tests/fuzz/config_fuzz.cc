// SPDX-License-Identifier: Apache-2.0
// Any bytes as a config: no crash, and what is accepted keeps the promises of a snapshot.
#include <algorithm>
#include <cstdint>
#include <string_view>

#include "cmd/view/diagnostic_text.h"
#include "cmd/view/plan_markdown.h"
#include "cmd/view/plan_text.h"
#include "core/config/read_config.h"
#include "core/plan/make_plan.h"
#include "core/plan/plan_json.h"
#include "tests/fuzz/require.h"

namespace hookplan {
namespace {

void check(const Snapshot& snapshot) {
  require(std::ranges::is_sorted(snapshot.entries, std::ranges::less_equal(), &Entry::name) ||
          snapshot.entries.empty());
  require((snapshot.state == SectionState::filled) == !snapshot.entries.empty());
  Revisions revisions;
  revisions.config_path = "config.yaml";
  revisions.before.config_path = "config.yaml";
  revisions.after.config_path = "config.yaml";
  revisions.config_path_rule = "--config-path";
  revisions.base_rule = "first parent of HEAD";
  revisions.after.commit = {std::string(40, 'b'), std::string(40, 'b'), {}};
  revisions.after.snapshot = snapshot;
  const Plan plan = make_plan(revisions, Instant{1'790'000'000, 0}, "0.0.0");
  require(plan.summary.onboard == static_cast<std::int64_t>(snapshot.entries.size()));
  require(to_markdown(plan).size() <= kMaxMarkdownBytes);
  require(to_text(plan, TextStyle{}).find('\x1b') == std::string::npos);
  const std::string stored = to_json(plan);
  const Result<Plan> read = plan_from_json(stored, "plan.json");
  require(read.has_value() && to_json(*read) == stored);
}

}  // namespace
}  // namespace hookplan

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto snapshot = hookplan::read_config(bytes, "config.yaml");
  if (snapshot) {
    hookplan::check(*snapshot);
  } else {
    hookplan::require(!snapshot.error().first().message.empty());
  }
  return 0;
}
