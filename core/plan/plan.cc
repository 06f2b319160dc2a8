// SPDX-License-Identifier: Apache-2.0
#include "core/plan/plan.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"

namespace hookplan {

bool Plan::has_errors() const {
  return std::ranges::any_of(diagnostics,
                             [](const Diagnostic& d) { return d.severity == Severity::error; });
}

bool Plan::is_blocked() const {
  return std::ranges::any_of(
      guards, [](const GuardVerdict& guard) { return guard.result == GuardResult::block; });
}

std::string_view to_string(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::remove: return "remove";
    case ChangeKind::reroute: return "reroute";
    case ChangeKind::rotate: return "rotate";
    case ChangeKind::onboard: return "onboard";
    case ChangeKind::relax: return "relax";
  }
  throw std::logic_error("no such kind of change");
}

std::string_view to_string(RelationKind kind) {
  switch (kind) {
    case RelationKind::case_rename: return "case_rename";
    case RelationKind::move: return "move";
    case RelationKind::rename: return "rename";
  }
  throw std::logic_error("no such kind of relation");
}

std::string_view to_string(GuardResult result) {
  switch (result) {
    case GuardResult::pass: return "pass";
    case GuardResult::block: return "block";
  }
  throw std::logic_error("no such result of a guard");
}

std::string counted_changes(const Plan& plan) {
  const Summary& summary = plan.summary;
  std::vector<std::string> parts;
  for (const auto& [number, word] :
       {std::pair{summary.remove, "remove"}, std::pair{summary.reroute, "reroute"},
        std::pair{summary.rotate, "rotate"}, std::pair{summary.onboard, "onboard"},
        std::pair{summary.relax, "relax"}}) {
    if (number > 0) parts.push_back(fmt::format("{} {}", number, word));
  }
  if (!plan.settings.empty()) parts.push_back(counted(plan.settings.size(), "setting"));
  return parts.empty() ? "no changes" : fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace hookplan
