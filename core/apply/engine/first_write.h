// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/apply/engine/agenda.h"
#include "core/apply/engine/bookkeeping.h"
#include "core/base/diagnostic.h"

namespace hookplan {

// The first write to each store: every token that is needed, and every removal that begins, for all
// entries at once. Whatever happens later, the next run knows from it what this one was about.
class FirstWrite {
 public:
  FirstWrite(Agenda& agenda, const Bookkeeping& bookkeeping, const RunContext& context)
      : agenda_(agenda), bookkeeping_(bookkeeping), context_(context) {}

  // Closes the tasks of the store if it cannot be done. Each task knows afterwards what is next.
  void to(StoreWork& store);

  // Rotations that did not wait for an overlap, because the operator wanted it so.
  const std::vector<Diagnostic>& warnings() const { return warnings_; }

 private:
  using Tasks = std::vector<Task*>;
  void store_tokens(const Tasks& tasks, StoreEdit& edit);
  bool mint_for(Task& task, const StoreEdit& edit);
  void begin_removals(const Tasks& tasks, StoreEdit& edit) const;
  static void remember_given(const Tasks& tasks, StoreEdit& edit);
  static void copy_to_hiding(const Tasks& tasks, StoreEdit& edit);
  void warn_of_early_rotation(const Task& task, const LedgerEntry& earlier);

  Agenda& agenda_;
  const Bookkeeping& bookkeeping_;
  const RunContext& context_;
  std::vector<Diagnostic> warnings_ = {};
};

}  // namespace hookplan
