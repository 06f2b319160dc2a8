// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

#include "cmd/command_table.h"

namespace hookplan {

// Options that several commands have, and the only values of some: part of the one table.

inline constexpr std::array<std::string_view, 3> kFormats = {"text", "markdown", "json"};
inline constexpr std::array<std::string_view, 2> kCheckFormats = {"text", "json"};
inline constexpr std::array<std::string_view, 3> kColors = {"auto", "always", "never"};
inline constexpr std::array<std::string_view, 3> kShells = {"bash", "zsh", "fish"};
inline constexpr std::array<std::string_view, 2> kKeyTypes = {"ed25519", "p256"};
inline constexpr std::array<std::string_view, 3> kKinds = {"auto", "config", "settings"};
inline constexpr std::array<std::string_view, 4> kCiModes = {"plan", "apply", "drift", "auto"};
inline constexpr std::array<std::string_view, 3> kFailOn = {"error", "guard", "changes"};

inline constexpr auto kCommonOptions = std::to_array<OptionSpec>({
    {"color", "WHEN", "color the output: auto (on a terminal), always, never", kColors},
    {"help", "", "explain the command and do nothing else"},
    {"timeout", "SECONDS",
     "give up after this time, not counting calls to other systems (default: 60)"},
});

inline constexpr OptionSpec kSigningKey = {
    "key", "SECRET",           "the private key, in PATH, env:NAME or fd:NUMBER",
    {},    Completes::nothing, true};
inline constexpr OptionSpec kPassphrase = {
    "passphrase", "SECRET",           "what opens an encrypted key, in PATH, env:NAME or fd:NUMBER",
    {},           Completes::nothing, true};
inline constexpr OptionSpec kValidFor = {
    "valid-for", "DURATION",
    "how long the plan can be applied: a number and s, m, h or d (default: 24h)"};
inline constexpr OptionSpec kPublicKey = {
    "public-key",
    "FILE",
    "the signer's public key, in PEM or as ssh-keygen writes it",
    {},
    Completes::file,
    false,
    false,
    "key"};
inline constexpr OptionSpec kOut = {
    "out",
    "FILE",
    "write the result to FILE; - is standard output, which is the default",
    {},
    Completes::file};
inline constexpr OptionSpec kOutInPlace = {
    "out",
    "FILE",
    "write the result to FILE, or - for standard output, instead of back into PLAN",
    {},
    Completes::file};

inline constexpr OptionSpec kRepo = {
    "repo",
    "DIR",
    "the repository, or a folder inside it (default: the working directory)",
    {},
    Completes::folder};
inline constexpr OptionSpec kConfigPath = {
    "config-path", "PATH", "the Prow config, from the top of the repository", {}, Completes::file};
inline constexpr OptionSpec kSettings = {
    "settings",
    "PATH",
    "the settings file, from the top of the repository (default: the nearest .hookplan.yaml above "
    "the config)",
    {},
    Completes::file};
inline constexpr OptionSpec kQuiet = {"quiet", "",
                                      "print errors and what programs read, no reports or notes"};
inline constexpr OptionSpec kJson = {"json", "", "the same as --format json"};
inline constexpr OptionSpec kTextOrJson = {"format", "FORMAT", "text or json", kCheckFormats};
inline constexpr OptionSpec kOnly = {
    "only", "PATTERN", "only entries that fit, such as foo/*; the rest stays to be done"};
inline constexpr OptionSpec kDryRun = {"dry-run", "",
                                       "look only, and say what would be done first"};
inline constexpr OptionSpec kEvents = {
    "events", "FILE", "add a line to FILE before and after every effect", {}, Completes::file};
inline constexpr OptionSpec kWait = {
    "wait", "DURATION",
    "how long a receiver may take to accept a new token (default: 5m); if given, how long to wait "
    "for another run, too"};
inline constexpr OptionSpec kRunDeadline = {
    "deadline", "DURATION",
    "when to stop in good order (default: 30m, or less than the overlap if that is shorter)"};
inline constexpr OptionSpec kParallel = {
    "parallel", "NUMBER", "how many entries are under way at once, from 1 to 1000 (default: 50)"};
inline constexpr OptionSpec kAwait = {
    "await", "DURATION", "wait that long for people to confirm, and go on (default: 0s)"};
inline constexpr OptionSpec kHandover = {
    "handover",
    "FILE",
    "what people must do, with secrets (default: hookplan-handover.yaml)",
    {},
    Completes::file};
inline constexpr OptionSpec kPlanBranch = {
    "branch", "NAME", "the protected branch that the plan is for; it becomes part of the plan"};
inline constexpr OptionSpec kSignPlan = {
    "sign",
    "SECRET",
    "sign with the private key in PATH, env:NAME or fd:NUMBER; the result is an envelope",
    {},
    Completes::nothing,
    true};
inline constexpr OptionSpec kPlanFormat = {
    "format", "FORMAT", "text, markdown (for a pull request comment) or json (a stored plan)",
    kFormats};
inline constexpr OptionSpec kExitCode = {"exit-code", "", "exit with 2 if there are changes"};
inline constexpr OptionSpec kPolicy = {
    "policy",
    "FILE",
    "the settings file whose policy decides; it must come from a trusted place",
    {},
    Completes::file};
inline constexpr OptionSpec kPolicyAt = {
    "policy-at",
    "REVISION",
    "the revision whose .hookplan.yaml decides, such as origin/main",
    {},
    Completes::revision};
inline constexpr OptionSpec kReviewToken = {
    "review-token",
    "SECRET",
    "read merged pull requests and their reviews with the token in PATH, env:NAME or fd:NUMBER, "
    "where the policy lets reviews count",
    {},
    Completes::nothing,
    true};
inline constexpr OptionSpec kReviewRepository = {
    "review-repository", "OWNER/REPO", "where the pull requests are (default: GITHUB_REPOSITORY)"};
inline constexpr OptionSpec kReviewApi = {
    "review-api", "URL", "the API there (default: GITHUB_API_URL, or https://api.github.com)"};
inline constexpr OptionSpec kFetchReviewed = {
    "fetch-reviewed", "",
    "fetch commits of pull requests that the clone lacks, with git and its own credentials"};
inline constexpr OptionSpec kReviewed = {
    "reviewed",
    "PATH",
    "a signed plan of a pull request, or a folder of them (*.dsse): its approvers have approved it",
    {},
    Completes::file};
inline constexpr OptionSpec kTrustedKey = {"public-key",
                                           "FILE",
                                           "without a policy: the public key that must have signed",
                                           {},
                                           Completes::file,
                                           false,
                                           false,
                                           "key"};

}  // namespace hookplan
