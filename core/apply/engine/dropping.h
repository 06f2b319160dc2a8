// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>

#include "core/apply/engine/agenda.h"

namespace hookplan {

// What of a store may go at the end of a run, and no sooner.
class Dropping {
 public:
  Dropping(const Agenda& agenda, const RunContext& context) : agenda_(agenda), context_(context) {}

  // Drops tokens whose overlap has passed: of a removed entry, and of one whose newest token was
  // proven in this very run.
  void drop_due(const StoreWork& store, StoreEdit& edit) const;

  // The global tokens go when the config does not respect them any more, nothing lives on them,
  // and the overlap has passed since.
  void retire_global(const StoreWork& store, StoreEdit& edit) const;

 private:
  using Names = std::set<std::string, std::less<>>;
  // Entries of a store that have no tokens of their own, and those whose tokens count for them:
  // whatever the hooks of the former sign with must go on counting.
  struct Loans {
    Names borrowers = {};
    Names lenders = {};
  };
  void correct_dates(StoreEdit& edit, Instant now) const;
  Loans loans(const StoreWork& store, const StoreEdit& edit) const;
  static bool hides_any(const std::string& entry, const Names& names,
                        const ReceiverTraits& receiver);

  const Agenda& agenda_;
  const RunContext& context_;
};

}  // namespace hookplan
