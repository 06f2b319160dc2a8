// SPDX-License-Identifier: Apache-2.0
#include "core/apply/engine/invitations.h"

#include <map>
#include <utility>

#include "core/base/text.h"

namespace hookplan {
namespace {

// A warning, whatever it was where it arose.
Diagnostic warning_of(const std::string& what, const Error& error) {
  return fail(Code::invitations_unanswered, "{}: {}", what, error.first().message)
      .hint(error.first().hint)
      .first();
}

void answer(const RunContext& context, Invitations& invitations,
            const std::vector<std::string>& entries, InvitationAnswers& answers) {
  const PendingInvitations pending = invitations.pending(entries);
  for (const Error& error : pending.errors)
    answers.warnings.push_back(warning_of("there may be invitations", error));
  for (const Invitation& each : pending.invitations) {
    if (!each.why_left.empty()) {
      answers.warnings.push_back(fail(Code::invitation_left,
                                      "the invitation to {} stays pending: {}",
                                      printable(each.target), each.why_left)
                                     .first());
      continue;
    }
    if (!context.options.dry_run) {
      const Result<Progress> accepted =
          context.recorder.attempt(each.target, Step::accept_invitation, [&]() -> Result<Progress> {
            TRY_VOID(invitations.accept(each));
            return Progress::done;
          });
      if (!accepted) {
        answers.warnings.push_back(
            warning_of("the invitation to " + printable(each.target), accepted.error()));
        continue;
      }
    }
    answers.accepted.push_back(each.target);
  }
}

}  // namespace

InvitationAnswers answer_invitations(const RunContext& context) {
  InvitationAnswers answers;
  if (!context.work.accepts_invitations) return answers;
  std::map<Invitations*, std::vector<std::string>> entries;
  for (const ListedEntry& listed : context.work.listed) {
    if (!listed.route || context.leaves_out(listed.entry)) continue;
    const Result<Systems> systems = context.outside.systems_of(*listed.route);
    if (!systems) continue;
    if (Invitations* const invitations = systems->forge.abilities().invitations)
      entries[invitations].push_back(listed.entry);
  }
  for (const auto& [invitations, names] : entries) {
    if (context.recorder.is_stopped()) break;
    answer(context, *invitations, names, answers);
  }
  return answers;
}

}  // namespace hookplan
