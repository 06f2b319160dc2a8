// SPDX-License-Identifier: Apache-2.0
// What is next for an entry, as a table. Each row reads: of a goal, with these tokens and this
// record in the ledger, so many seconds after the hook was proven, comes this.
#include "core/apply/engine/next_step.h"

#include <ostream>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/simulation/sequence.h"

namespace hookplan::simulation {
namespace {

constexpr std::int64_t kProven = 1'800'000'000;
constexpr std::chrono::seconds kHour{3600};

// The threshold is kThen; `n` is newer than it, `o` older.
enum class Tokens { none, old, fresh, both, elsewhere };
enum class Known {
  nothing,
  wanted,     // its hook is to be set
  leaving,    // its hook is proven, and one at an old place is left
  reached,    // its hook is proven, an old token is superseded
  clean,      // its hook is proven, nothing is superseded
  removing,   // its hook is to go
  removed,    // its hook is gone
  promised,   // as `reached`, and its plan promised twice the overlap
  respelled,  // as `reached`, of another spelling that it takes over
};

struct Row {
  const char* about;
  Goal (*goal)();
  Tokens tokens;
  Known known;
  std::int64_t after;  // seconds since the hook was proven or gone
  Phase phase;
  bool waits_for_overlap = false;
  bool plan_finished = false;
  bool emergency = false;
};

Goal wants_token() { return want("foo/bar", kThen); }
Goal wants_newer() { return want("foo/bar", kNew); }
Goal wants_none() { return gone("foo/bar"); }
Goal left_over(Goal goal) {
  goal.threshold = kZeroInstant;
  goal.is_left_over = true;
  return goal;
}
Goal left_wanted() { return left_over(wants_token()); }
Goal left_removed() { return left_over(wants_none()); }

TokenMap tokens_of(Tokens kind) {
  TokenMap tokens;
  const auto add = [&](const std::string& entry, const char* value, Instant created) {
    tokens[entry].push_back({Secret::copy_of(value), created, {}});
  };
  switch (kind) {
    case Tokens::none: break;
    case Tokens::elsewhere: add("foo", "org", kAfter); break;
    case Tokens::old: add("foo/bar", "old", kBefore); break;
    case Tokens::both: add("foo/bar", "old", kBefore); [[fallthrough]];
    case Tokens::fresh: add("foo/bar", "fresh", kAfter); break;
  }
  return tokens;
}

Ledger ledger_of(Known kind) {
  if (kind == Known::nothing) return {};
  LedgerEntry record;
  record.wanted = kind != Known::removing && kind != Known::removed;
  record.route = route_to("prow");
  record.token = kAfter;
  if (kind != Known::wanted && kind != Known::removing) record.reached = Instant{kProven, 0};
  if (kind != Known::clean) record.superseded = {kBefore};
  if (kind == Known::leaving) record.previous_routes = {route_to("other")};
  if (kind == Known::promised) record.overlap = 2 * kHour;
  Ledger ledger;
  ledger.entries.emplace(kind == Known::respelled ? "Foo/Bar" : "foo/bar", record);
  return ledger;
}

NextStep next_of(const Row& row) {
  Goal goal = row.goal();
  if (row.known == Known::respelled) goal.respelled_from = "Foo/Bar";
  const TokenMap tokens = tokens_of(row.tokens);
  const Ledger ledger = ledger_of(row.known);
  return next_step({goal,
                    tokens,
                    ledger,
                    {ReceiverFamily::many_tokens, FallbackRule::organization_then_global, nullptr},
                    row.plan_finished,
                    {kProven + row.after, 0},
                    kHour,
                    row.emergency});
}

using enum Tokens;
using enum Phase;

constexpr auto kHook = wants_token;
constexpr auto kNewer = wants_newer;
constexpr auto kNoHook = wants_none;
constexpr auto kLeft = left_wanted;
constexpr auto kLeftGone = left_removed;
constexpr bool kWaits = true;

// clang-format off
const std::vector<Row> kTable = {
  // about                                              goal     tokens     ledger            after  next
  {"nothing is there",                                  kHook,   none,      Known::nothing,   0,     needs_token},
  {"its token is too old",                              kHook,   old,       Known::nothing,   0,     needs_token},
  {"what its organization has is not its own",          kHook,   elsewhere, Known::nothing,   0,     needs_token},
  {"somebody minted already, and nothing is proven",    kHook,   fresh,     Known::nothing,   0,     unproven},
  {"the same with the old one beside",                  kHook,   both,      Known::nothing,   0,     unproven},
  {"stored by a run that died",                         kHook,   both,      Known::wanted,    0,     unproven},
  {"its old place is not left",                         kHook,   both,      Known::leaving,   0,     unproven},
  {"and that does not change by waiting",               kHook,   both,      Known::leaving,   9999,  unproven},
  {"proven just now",                                   kHook,   both,      Known::reached,   0,     settling},
  {"proven a second less than the overlap ago",         kHook,   both,      Known::reached,   3599,  settling},
  {"proven as long ago as the overlap",                 kHook,   both,      Known::reached,   3600,  due},
  {"its plan promised longer",                          kHook,   both,      Known::promised,  3600,  settling},
  {"and that is over",                                  kHook,   both,      Known::promised,  7200,  due},
  {"proven, nothing to wait for",                       kHook,   fresh,     Known::clean,     0,     due},
  {"wanted again while it is removed",                  kHook,   fresh,     Known::removing,  0,     unproven},
  {"wanted again after it was removed",                 kHook,   fresh,     Known::removed,   0,     unproven},
  {"wanted again, and what is left is too old",         kHook,   old,       Known::removed,   0,     needs_token},
  {"the ledger has it, the store was put back",         kHook,   none,      Known::wanted,    0,     needs_token, false},
  {"the ledger has it proven, the store was put back",  kHook,   old,       Known::reached,   0,     needs_token},
  // A second token inside of an overlap.
  {"a newer one is asked for before it is proven",      kNewer,  both,      Known::wanted,    0,     unproven,    kWaits},
  {"and after it is proven",                            kNewer,  both,      Known::reached,   0,     settling,    kWaits},
  {"and when the overlap is over",                      kNewer,  both,      Known::reached,   3600,  needs_token},
  {"unless that was promised longer",                   kNewer,  both,      Known::promised,  3600,  settling,    kWaits},
  {"nothing is superseded, so nothing is in the way",   kNewer,  fresh,     Known::clean,     0,     needs_token},
  {"another spelling's rotation is in the way",         kNewer,  both,      Known::respelled, 0,     unproven,    kWaits},
  {"an emergency does not wait",                        kNewer,  both,      Known::reached,   0,     needs_token, false, false, true},
  // Removals.
  {"to be removed",                                     kNoHook, fresh,     Known::nothing,   0,     hook_to_go},
  {"to be removed in the middle of a rotation",         kNoHook, both,      Known::wanted,    0,     hook_to_go},
  {"to be removed right after a rotation",              kNoHook, both,      Known::reached,   0,     hook_to_go},
  {"begun",                                             kNoHook, fresh,     Known::removing,  0,     hook_to_go},
  {"waiting does not delete a hook",                    kNoHook, fresh,     Known::removing,  9999,  hook_to_go},
  {"gone, deliveries may be on their way",              kNoHook, fresh,     Known::removed,   3599,  settling},
  {"gone, and none can be on its way",                  kNoHook, fresh,     Known::removed,   3600,  due},
  {"gone, nothing to drop, but others may fall back",   kNoHook, none,      Known::removed,   0,     settling},
  // What a ledger told of, without a plan.
  {"left over, stored",                                 kLeft,   both,      Known::wanted,    0,     unproven},
  {"left over, and its token is gone from the store",     kLeft,   old,       Known::wanted,    0,     needs_token},
  {"left over, settling",                               kLeft,   both,      Known::reached,   0,     settling},
  {"left over, due",                                    kLeft,   both,      Known::reached,   3600,  due},
  {"left over, to be removed",                          kLeftGone, fresh,     Known::removing,  0,     hook_to_go},
  {"left over, and another run was faster",             kLeftGone, none,      Known::nothing,   0,     finished},
  // A plan that the ledger calls finished.
  {"finished",                                          kHook,   fresh,     Known::nothing,   0,     finished,    false, true},
  {"finished, removed",                                 kNoHook, none,      Known::nothing,   0,     finished,    false, true},
  {"finished but for the overlap",                      kHook,   both,      Known::reached,   0,     settling,    false, true},
  {"finished, and the store was put back: too old",     kHook,   old,       Known::nothing,   0,     needs_token, false, true},
  {"finished, and the store was put back: empty",       kHook,   none,      Known::nothing,   0,     needs_token, false, true},
};
// clang-format on

}  // namespace

TEST_CASE("what is next for an entry") {
  for (const Row& row : kTable) {
    INFO(row.about);
    const NextStep next = next_of(row);
    CHECK(to_string(next.phase) == to_string(row.phase));
    CHECK(next.waits_for_overlap == row.waits_for_overlap);
    // Nothing to do now is the same as settled, and only what settles has an end.
    CHECK(next.step.has_value() == (next.phase != settling && next.phase != finished));
    CHECK(next.until.has_value() == (next.phase == settling));
  }
}

TEST_CASE("waiting changes nothing but that an overlap ends") {
  for (Row row : kTable) {
    INFO(row.about);
    const NextStep now = next_of(row);
    row.after += 4 * kHour.count();
    const NextStep later = next_of(row);
    if (now.phase == settling) {
      CHECK(later.phase == (now.waits_for_overlap ? needs_token : due));
    } else if (!now.waits_for_overlap) {
      CHECK(later == now);
    }
  }
}

}  // namespace hookplan::simulation
