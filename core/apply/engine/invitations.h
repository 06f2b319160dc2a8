// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/apply/engine/agenda.h"
#include "core/base/diagnostic.h"

namespace hookplan {

struct InvitationAnswers {
  std::vector<std::string> accepted = {};  // in a dry run: what would be
  std::vector<Diagnostic> warnings = {};
};

// Lets the credentials of the forges in where they are invited to administer what the config lists,
// if the config wants that. Nothing that goes wrong with it stops a run: whoever is not let in is
// refused, entry by entry.
InvitationAnswers answer_invitations(const RunContext& context);

}  // namespace hookplan
