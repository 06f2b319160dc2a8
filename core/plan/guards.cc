// SPDX-License-Identifier: Apache-2.0
#include "core/plan/guards.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/config/entry_name.h"

namespace hookplan {
namespace {

// Below that many entries one removal is already a large part; the count alone decides there.
constexpr std::int64_t kEntriesForPercent = 20;

GuardVerdict judge_removals(const Plan& plan, const Guards& guards, std::int64_t entries) {
  const std::int64_t removed = std::ranges::count_if(plan.changes, &Change::ends_hook);
  const bool percent_counts = entries >= kEntriesForPercent;
  const bool too_many = removed > guards.most_removals;
  const bool too_large = percent_counts && removed * 100 > guards.most_removals_percent * entries;
  GuardVerdict verdict;
  verdict.id = "max_removals";
  verdict.limit = fmt::format("{} removed, and {} % from {} entries on", guards.most_removals,
                              guards.most_removals_percent, kEntriesForPercent);
  verdict.observed =
      entries == 0
          ? std::string("0 removed of 0")
          : fmt::format("{} removed of {} ({:.1f} %)", removed, entries,
                        100.0 * static_cast<double>(removed) / static_cast<double>(entries));
  if (too_many || too_large) {
    verdict.result = GuardResult::block;
    verdict.remedy =
        "split the change, or raise guards.max_removals in .hookplan.yaml of the base, in a "
        "reviewed change of its own";
  }
  return verdict;
}

GuardVerdict judge_protected(const Plan& plan, const Guards& guards) {
  constexpr std::size_t kMaxNamed = 5;
  std::vector<std::string> touched;
  for (const Change& change : plan.changes) {
    const bool takes_away = change.ends_hook() || change.kind == ChangeKind::reroute;
    if ((change.is_protected || is_protected(guards, change.entry)) && takes_away) {
      touched.push_back(fmt::format("{} {}", to_string(change.kind), printable(change.entry)));
    }
  }
  GuardVerdict verdict;
  verdict.id = "protected";
  verdict.limit =
      guards.protected_entries.empty()
          ? std::string("no entry is protected")
          : fmt::format("not removed or rerouted: {}",
                        printable(fmt::format("{}", fmt::join(guards.protected_entries, ", "))));
  if (touched.empty()) {
    verdict.observed = "none of them";
    return verdict;
  }
  const std::size_t more = touched.size() > kMaxNamed ? touched.size() - kMaxNamed : 0;
  touched.resize(touched.size() - more);
  verdict.observed = fmt::format("{}", fmt::join(touched, ", "));
  if (more > 0) verdict.observed += fmt::format(" and {} more", more);
  verdict.result = GuardResult::block;
  verdict.remedy =
      "keep the entry, or take it off guards.protected in .hookplan.yaml of the base, in a "
      "reviewed change of its own";
  return verdict;
}

GuardVerdict judge_emptiness(const Guards& guards, std::size_t before, std::size_t after) {
  GuardVerdict verdict;
  verdict.id = "empty_section";
  verdict.limit = guards.allow_empty ? "may become empty" : "must not become empty";
  verdict.observed = fmt::format("{}, then {}", counted(before, "entry", "entries"), after);
  if (before > 0 && after == 0 && !guards.allow_empty) {
    verdict.result = GuardResult::block;
    verdict.remedy =
        "restore the section, or set guards.allow_empty: true in .hookplan.yaml of the base, in a "
        "reviewed change of its own";
  }
  return verdict;
}

}  // namespace

Guards stricter_of(const Guards& one, const Guards& other) {
  Guards both = one;
  both.most_removals = std::min(one.most_removals, other.most_removals);
  both.most_removals_percent = std::min(one.most_removals_percent, other.most_removals_percent);
  for (const std::string& pattern : other.protected_entries) {
    if (std::ranges::find(both.protected_entries, pattern) == both.protected_entries.end())
      both.protected_entries.push_back(pattern);
  }
  both.allow_empty = one.allow_empty && other.allow_empty;
  return both;
}

bool is_protected(const Guards& guards, std::string_view entry) {
  return std::ranges::any_of(guards.protected_entries,
                             [&](const std::string& pattern) { return matches(pattern, entry); });
}

std::vector<GuardVerdict> evaluate_guards(const Plan& plan, const Guards& guards) {
  if (plan.is_unread()) {
    std::vector<GuardVerdict> verdicts = {judge_removals(plan, guards, 0),
                                          judge_protected(plan, guards),
                                          judge_emptiness(guards, 0, 0)};
    for (GuardVerdict& verdict : verdicts) verdict.observed = "the config is the same";
    return verdicts;
  }
  std::set<std::string_view> before;
  std::set<std::string_view> after;
  for (const Change& change : plan.changes) {
    if (change.before) before.insert(change.entry);
    if (change.after) after.insert(change.entry);
  }
  const auto unchanged = static_cast<std::size_t>(plan.summary.unchanged);
  const std::size_t entries_before = unchanged + before.size();
  return {judge_removals(plan, guards, static_cast<std::int64_t>(entries_before)),
          judge_protected(plan, guards),
          judge_emptiness(guards, entries_before, unchanged + after.size())};
}

}  // namespace hookplan
