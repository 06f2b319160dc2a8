// SPDX-License-Identifier: Apache-2.0
#include "cmd/view/annotations.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "cmd/view/plan_text.h"
#include "core/base/text.h"
#include "core/plan/consequence.h"

namespace hookplan {
namespace {

// The characters that end a value or begin another one; those of properties are more.
std::string command_text(std::string_view text, bool is_property) {
  std::string result;
  for (const char c : printable(text)) {
    switch (c) {
      case '%': result += "%25"; break;
      case '\r': result += "%0D"; break;
      case '\n': result += "%0A"; break;
      case ':': result += is_property ? "%3A" : ":"; break;
      case ',': result += is_property ? "%2C" : ","; break;
      default: result += c;
    }
  }
  return result;
}

// A removal has no line in the newer revision; the file as a whole stands for it.
Location shown_place(Location where) {
  if (where.side == Side::before) where.line = where.column = 0;
  return where;
}

Annotation annotation_of(const Diagnostic& diagnostic) {
  std::string message = diagnostic.message;
  if (!diagnostic.hint.empty()) message += fmt::format("; fix: {}", diagnostic.hint);
  return {diagnostic.severity, to_string(diagnostic.code), std::move(message),
          shown_place(diagnostic.where)};
}

Annotation annotation_of(const Change& change, const std::string& path) {
  Annotation annotation;
  annotation.severity = change.ends_hook() ? Severity::warning : Severity::notice;
  annotation.title = fmt::format("{} {}", to_string(change.kind), change.entry);
  annotation.message = change.consequence.empty() ? action_of(change) : change.consequence;
  annotation.where = {path, change.lines_after.line, 0, Side::after};
  return annotation;
}

std::string command_of(const Annotation& annotation, std::string_view folder) {
  const Location& where = annotation.where;
  std::string properties;
  if (!where.path.empty()) {
    properties = fmt::format("file={}{}{},", command_text(folder, true), folder.empty() ? "" : "/",
                             command_text(where.path, true));
  }
  if (!where.path.empty() && where.line != 0) properties += fmt::format("line={},", where.line);
  return fmt::format("::{} {}title={}::{}\n", to_string(annotation.severity), properties,
                     command_text(annotation.title, true), command_text(annotation.message, false));
}

}  // namespace

std::vector<Annotation> annotations_of(const std::vector<Diagnostic>& diagnostics) {
  std::vector<Annotation> all;
  all.reserve(diagnostics.size());
  for (const Diagnostic& diagnostic : diagnostics) all.push_back(annotation_of(diagnostic));
  return all;
}

std::vector<Annotation> annotations_of(const Plan& plan) {
  std::vector<Annotation> all;
  for (const GuardVerdict& guard : plan.guards) {
    if (guard.result != GuardResult::block) continue;
    all.push_back(
        {Severity::error,
         fmt::format("blocked by {}", guard.id),
         fmt::format("{}, and {} is allowed; fix: {}", guard.observed, guard.limit, guard.remedy),
         {plan.provenance.path, 0, 0, Side::after}});
  }
  for (Annotation& one : annotations_of(plan.diagnostics)) all.push_back(std::move(one));
  for (const Change* const change : in_reading_order(plan.changes)) {
    if (change->kind == ChangeKind::relax) continue;
    all.push_back(annotation_of(*change, plan.provenance.path));
  }
  std::ranges::stable_sort(all, {}, &Annotation::severity);
  return all;
}

std::string to_workflow_commands(const std::vector<Annotation>& annotations,
                                 std::string_view folder) {
  std::string commands;
  for (const Severity severity : {Severity::error, Severity::warning, Severity::notice}) {
    std::vector<const Annotation*> same;
    for (const Annotation& one : annotations) {
      if (one.severity == severity) same.push_back(&one);
    }
    const bool is_cut = same.size() > kMaxAnnotations;
    const std::size_t shown = is_cut ? kMaxAnnotations - 1 : same.size();
    for (std::size_t i = 0; i < shown; ++i) commands += command_of(*same[i], folder);
    if (!is_cut) continue;
    commands +=
        command_of({severity,
                    "hookplan",
                    fmt::format("{} more: see the summary of this step", same.size() - shown),
                    {}},
                   folder);
  }
  return commands;
}

}  // namespace hookplan
