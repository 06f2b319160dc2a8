// SPDX-License-Identifier: Apache-2.0
#include "cmd/view/next_commands.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "core/base/text.h"

namespace hookplan {
namespace {

constexpr std::array kPlanned = {Condition::missing, Condition::outdated, Condition::drifted,
                                 Condition::extra};

bool has(const LiveState& live, Condition condition) {
  return std::ranges::any_of(
      live.entries, [&](const EntryStatus& status) { return status.condition == condition; });
}

// Those of the conditions that there are: "missing or extra".
std::string present(const LiveState& live) {
  std::string words;
  for (const Condition condition : kPlanned) {
    if (!has(live, condition)) continue;
    words += fmt::format("{}{}", words.empty() ? "" : " or ", to_string(condition));
  }
  return words;
}

}  // namespace

std::vector<NextCommand> next_commands(const LiveState& live, const std::string& options) {
  std::vector<NextCommand> commands;
  if (has(live, Condition::unfinished))
    commands.push_back({"hookplan settle" + options, "goes on with what is unfinished"});
  if (const std::string planned = present(live); !planned.empty()) {
    commands.push_back({"hookplan reconcile" + options, fmt::format("plans what is {}", planned)});
  }
  // One after the other: a plan of the last one would not contain the others.
  const auto rotate = [&](Condition condition, std::string_view purpose) {
    const auto found = std::ranges::find(live.entries, condition, &EntryStatus::condition);
    if (found == live.entries.end()) return;
    commands.push_back({fmt::format("hookplan rotate{} {}", options, shell_word(found->entry)),
                        std::string(purpose)});
  };
  rotate(Condition::left_out, "plans its new token");
  rotate(Condition::unexplained, "plans one token in place of several");
  if (has(live, Condition::in_doubt)) {
    commands.push_back({fmt::format("hookplan rotate --all{}", options),
                        "plans new tokens, if the store was put back and hooks sign with others"});
  }
  return commands;
}

}  // namespace hookplan
