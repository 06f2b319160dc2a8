// SPDX-License-Identifier: Apache-2.0
// Any bytes as a stored plan: no crash, and what is accepted is written back as the same bytes.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "cmd/view/plan_markdown.h"
#include "core/plan/plan_json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto plan = hookplan::plan_from_json(bytes, "plan.json");
  if (!plan) return 0;
  if (hookplan::to_json(*plan) != bytes) std::abort();
  if (hookplan::to_markdown(*plan).size() > hookplan::kMaxMarkdownBytes) std::abort();
  return 0;
}
