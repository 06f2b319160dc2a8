// SPDX-License-Identifier: Apache-2.0
// What a command takes from its environment, and how it ends.
#include <array>

#include "cmd/command_table.h"
#include "cmd/exit_code.h"

namespace hookplan {
namespace {

constexpr auto kEnvironment = std::to_array<VariableSpec>({
    {"NO_COLOR", "if not empty, no color unless --color always"},
    {"CLICOLOR_FORCE, FORCE_COLOR",
     "if neither empty nor 0, color also where there is no terminal"},
    {"TERM", "`dumb` means no color"},
    {"COLUMNS", "the width of the terminal"},
    {"SOURCE_DATE_EPOCH",
     "seconds since 1970 to take for the current time, for reproducible output; apply, settle "
     "and verify use the clock of this machine all the same"},
    {"GITHUB_REPOSITORY, GITHUB_REF, GITHUB_API_URL",
     "comment: which pull request, unless options say so"},
    {"GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT",
     "comment: which run of a workflow this is; older runs do not replace what newer ones wrote"},
});

constexpr auto kExits = std::to_array<ExitSpec>({
    {kSuccess, "success, with or without changes"},
    {kInternalError, "a mistake in hookplan itself"},
    {kChangesPresent, "there are changes, with --exit-code only"},
    {kBlocked, "a guard blocks the plan; the plan is printed all the same"},
    {kAltered,
     "a plan was altered after it was made or signed, or a signature does not fit it; apply: it is "
     "not what was reviewed"},
    {kConfigInvalid,
     "the config or the settings file is invalid; where a plan can be made it is printed"},
    {kKeyUnusable, "a key or a passphrase cannot be used"},
    {kUnfinished, "apply, settle, hmac: not everything was done; run it again to go on"},
    {kBusy, "apply, settle, hmac: another run holds the token store"},
    {kDeadline, "the time of --timeout has passed"},
    {kDrift, "status: something is not up to date, with --exit-code only"},
    {kNotSigned, "verify: there is no signature"},
    {kUnknownSigner, "verify: signed, but by nobody who is known"},
    {kSignerInvalid, "verify: the signer's key is revoked or out of its window"},
    {kThresholdNotMet, "verify: too few of those who must sign have signed"},
    {kNotAPlan, "verify: signed, but not a change plan"},
    {kExpired, "the plan is not valid now"},
    {kNotAllowed, "verify: the policy does not allow what the plan is for"},
    {kUnconfirmed, "approve: the digest was not confirmed"},
    {kNotFresh, "apply: the branch moved, it is another branch, or a newer plan was applied"},
    {kTokenDocument, "the stored tokens or the ledger cannot be understood; nothing was written"},
    {kUsage, "the command line is wrong"},
    {kPlanUnreadable, "a file is not a stored plan"},
    {kInputMissing, "the repository, a revision or a file cannot be read"},
    {kUnavailable, "a store, a forge or a receiver does not answer"},
    {kCannotWrite, "the result cannot be written"},
    {kConflict, "somebody else changed the token store again and again at the same time"},
    {kDenied, "a service refuses for good: a permission is missing"},
    {kInterrupted, "stopped on request"},
});

}  // namespace

std::span<const VariableSpec> environment_table() { return kEnvironment; }
std::span<const ExitSpec> exit_table() { return kExits; }

}  // namespace hookplan
