// SPDX-License-Identifier: Apache-2.0
#include "cmd/view/plan_view.h"

#include "cmd/view/plan_markdown.h"
#include "cmd/view/plan_text.h"
#include "core/plan/plan_json.h"

namespace hookplan {

std::string in_format(const Plan& plan, std::string_view format, const TextStyle& style) {
  if (format == "json") return to_json(plan);
  if (format == "markdown") return to_markdown(plan);
  return to_text(plan, style);
}

}  // namespace hookplan
