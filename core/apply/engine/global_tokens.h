// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "core/apply/engine/agenda.h"

namespace hookplan {

// What becomes in a run of the global tokens that the config does not respect any more. They have
// no hook and no task, but they count until they are gone.
class GlobalTokens {
 public:
  GlobalTokens(const Agenda& agenda, const RunContext& context)
      : agenda_(agenda), context_(context) {}

  // Before anything is written: in which stores they are to go.
  void look();

  // Of all these stores the one that is furthest from it; nothing if there was none.
  std::optional<EntryReport> report() const;

 private:
  EntryReport report_of(const StoreWork& store) const;

  const Agenda& agenda_;
  const RunContext& context_;
  std::vector<const StoreWork*> stores_;
};

}  // namespace hookplan
