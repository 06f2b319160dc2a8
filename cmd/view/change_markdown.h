// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/plan/plan.h"

namespace hookplan {

// How much is shown; each step leaves out what a reviewer misses least.
enum class Depth { full, without_links, lists };

// Names that end where the room does.
struct NameList {
  std::string markdown = {};
  std::size_t omitted = 0;
};
NameList names_in(const std::vector<const Change*>& changes, std::size_t room);

// An entry with its link, and what is special about it: "foo · org · protected".
std::string entry_markdown(const Change& change, const Provenance& from, Depth depth);

// "<code>2019-10-02 → 2026-09-01</code>", in one line.
std::string cause_markdown(const Change& change);

// The changes of the plan by kind, in reading order, each folded under a heading that says what is
// the same for all of them; but for those that end a hook, which stand in the box above all of it.
// `room`: bytes for all names together where they are lists.
std::string changes_markdown(const Plan& plan, Depth depth, std::size_t room);

}  // namespace hookplan
