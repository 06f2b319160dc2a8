// SPDX-License-Identifier: Apache-2.0
#include "core/apply/engine/global_tokens.h"

#include <algorithm>

#include "core/config/entry_name.h"

namespace hookplan {

void GlobalTokens::look() {
  for (const StoreWork& store : agenda_.stores()) {
    if (store.error) continue;
    const StoreContents& stored = store.session.stored();
    const bool are_to_go = context_.work.retires_global || stored.ledger.retires_global;
    if (are_to_go && !context_.work.respects_global &&
        stored.tokens.find(kGlobalEntry) != stored.tokens.end())
      stores_.push_back(&store);
  }
}

std::optional<EntryReport> GlobalTokens::report() const {
  std::optional<EntryReport> furthest;
  for (const StoreWork* const store : stores_) {
    EntryReport report = report_of(*store);
    // Outcomes are sorted by how near they are.
    if (!furthest || report.outcome > furthest->outcome) furthest = std::move(report);
  }
  return furthest;
}

EntryReport GlobalTokens::report_of(const StoreWork& store) const {
  EntryReport report;
  report.entry = kGlobalEntry;
  report.kinds = "retire";
  const StoreContents& stored = store.session.stored();
  const std::optional<Instant>& retired = stored.ledger.global_retired;
  if (context_.options.dry_run) {
    report.outcome = Outcome::planned;
    report.step = Step::drop_tokens;
  } else if (store.error) {
    report.outcome = Outcome::failed;
    report.error = store.error;
  } else if (stored.tokens.find(kGlobalEntry) == stored.tokens.end()) {
    report.outcome = Outcome::done;
  } else {
    // Until another moment nobody knows where an entry still falls back to them.
    report.outcome = Outcome::settling;
    if (retired) report.until = later(*retired, context_.work.overlap);
  }
  return report;
}

}  // namespace hookplan
