// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "core/apply/engine/agenda.h"
#include "core/apply/engine/dropping.h"

namespace hookplan {

// Writes to the stores of a run what it reached, so that the next one knows.
class Bookkeeping {
 public:
  Bookkeeping(Agenda& agenda, const RunContext& context)
      : agenda_(agenda), context_(context), dropping_(agenda, context) {}

  // What was reached since the last time. An error is of the store as a whole; its tasks stay
  // unrecorded, and the next run finds them so.
  std::vector<Error> record_reached();

  // The last write of every store: what was reached, and without what may be dropped now.
  std::vector<Error> finish();

  // The ledger of the store names the plan of the run, if it has one.
  void name_plan(const StoreWork& store, Ledger& ledger, bool finished) const;

 private:
  std::vector<Error> write_all(Step step, StoreSession::LeaseUse use,
                               const std::function<void(const StoreWork&, StoreEdit&)>& edit_more);

  // What was reached and not recorded when a record began. Entries that get there while it is
  // written are for the next one: their old stores do not know yet that they have left.
  using Batch = std::vector<Task*>;
  Batch take_batch();
  std::vector<Error> give_up_old_routes(const Batch& batch);
  Result<void> give_up_old_routes_in(StoreWork& store, const Batch& batch);
  static void write_reached(Task& task, StoreEdit& edit, std::chrono::seconds overlap);

  void remember_left(const StoreWork& store, Ledger& ledger) const;
  bool may_hold_something(const StoreWork& store) const;
  static bool holds_something(const StoreWork& store);
  std::vector<Error> forget_emptied();
  bool is_emptied(const Route& route) const;

  bool is_of_plan(const Task& task) const;
  bool is_plan_reached() const;
  bool is_plan_left_out(const StoreWork& store, const Ledger& ledger) const;
  std::set<std::string, std::less<>> not_given(const StoreWork& store,
                                               const LedgerPlan& plan) const;
  void finish_plans(Ledger& ledger) const;

  Agenda& agenda_;
  const RunContext& context_;
  Dropping dropping_;
};

}  // namespace hookplan
