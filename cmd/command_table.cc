// SPDX-License-Identifier: Apache-2.0
#include "cmd/command_table.h"

#include <algorithm>
#include <array>

#include "cmd/commands.h"
#include "cmd/hmac/hmac_flags.h"
#include "cmd/shared_options.h"
#include "core/sign/envelope.h"

namespace hookplan {
namespace {

using Names = std::string_view;

constexpr auto kPlanOptions = std::to_array<OptionSpec>({
    kRepo,
    kConfigPath,
    kSettings,
    kPlanFormat,
    kJson,
    kQuiet,
    kOut,
    kExitCode,
    kPlanBranch,
    kSignPlan,
    kPassphrase,
    kValidFor,
    {"worktree", "", "compare HEAD, or BASE, with the files as they are now, committed or not"},
    {"verify-objects", "", "hash large configs again after reading them from git"},
    {"verbose", "", "say how the configs were read"},
});
constexpr auto kPlanExamples = std::to_array<Names>({
    "hookplan plan",
    "hookplan plan main...my-branch",
    "hookplan plan --worktree",
    "hookplan plan --format json --out plan.json",
    "hookplan plan --repo ~/config --config-path prow/config.yaml",
    "hookplan plan --branch main --sign file:ci.key --out plan.dsse",
});

constexpr auto kCheckOptions = std::to_array<OptionSpec>({
    {"as", "KIND", "what the file is: auto (by its name), config or settings", kKinds},
    kTextOrJson,
    kJson,
    kQuiet,
});
constexpr auto kCheckExamples = std::to_array<Names>({
    "hookplan check config/prow/config.yaml",
    "hookplan check .hookplan.yaml",
});

constexpr auto kKeygenOptions = std::to_array<OptionSpec>({
    {"out", "FILE", "the private key; FILE.pub is the public one", {}, Completes::file},
    {"show",
     "FILE",
     "print that public key again, with its id and its line for the policy, and make none",
     {},
     Completes::file},
    {"type", "TYPE", "ed25519 (the default) or p256", kKeyTypes},
    kPassphrase,
    kTextOrJson,
    kJson,
    kQuiet,
});
constexpr auto kKeygenExamples = std::to_array<Names>({
    "hookplan keygen --out ci.key",
    "hookplan keygen --out alice.key --passphrase file:alice.passphrase",
    "hookplan keygen --show ci.key.pub",
});
constexpr auto kSignOptions =
    std::to_array<OptionSpec>({kSigningKey, kPassphrase, kValidFor, kOut, kQuiet});
constexpr auto kSignExamples =
    std::to_array<Names>({"hookplan sign plan.json --key file:ci.key --out plan.dsse"});
constexpr auto kApproveOptions = std::to_array<OptionSpec>({
    kSigningKey,
    kPassphrase,
    {"digest", "DIGITS", "the whole plan digest, where there is no terminal to ask at"},
    kOutInPlace,
});
constexpr auto kApproveExamples = std::to_array<Names>({
    "hookplan approve plan.dsse --key file:alice.key",
    "hookplan approve plan.dsse --key env:ALICE_KEY --digest \"$DIGEST\"",
});
constexpr auto kPaeOptions = std::to_array<OptionSpec>({kOut});
constexpr auto kPaeExamples = std::to_array<Names>({
    "hookplan pae plan.dsse --out plan.pae",
    "ssh-keygen -Y sign -f KEY -n hookplan-approval@v1 plan.pae",
});
constexpr auto kAttachOptions = std::to_array<OptionSpec>({
    {"signature",
     "FILE",
     "the signature: raw bytes, or as ssh-keygen -Y sign writes it",
     {},
     Completes::file},
    kPublicKey,
    kOutInPlace,
    kQuiet,
});
constexpr auto kAttachExamples = std::to_array<Names>({
    "hookplan attach plan.dsse --signature plan.pae.sig",
    "hookplan attach plan.dsse --signature kms.sig --public-key kms.pub",
});
constexpr auto kMergeOptions = std::to_array<OptionSpec>({kOut, kQuiet});
constexpr auto kMergeExamples =
    std::to_array<Names>({"hookplan merge from-alice.dsse from-bob.dsse --out plan.dsse"});
constexpr auto kVerifyOptions = std::to_array<OptionSpec>({
    kPolicy,
    kPolicyAt,
    kSettings,
    {"repo",
     "DIR",
     "the repository of --policy-at (default: the working directory)",
     {},
     Completes::folder},
    kTrustedKey,
    {"at", "INSTANT", "judge as of that time instead of now, such as 2026-01-31T09:00:00Z"},
    kTextOrJson,
    kJson,
    kQuiet,
});
constexpr auto kVerifyExamples = std::to_array<Names>({
    "hookplan verify plan.dsse --policy-at origin/main",
    "hookplan verify plan.dsse --public-key ci.key.pub",
});
constexpr auto kExportOptions = std::to_array<OptionSpec>({
    {"bundle", "", "as a Sigstore bundle, for cosign and @sigstore/verify"},
    kPublicKey,
    kOut,
});
constexpr auto kExportExamples =
    std::to_array<Names>({"hookplan export plan.dsse --bundle --public-key ci.key.pub"});

constexpr auto kShowOptions = std::to_array<OptionSpec>({
    {"digest", "", "print the plan digest of a signed plan, and no more"},
    {"format", "FORMAT", "text, markdown or json", kFormats},
    kJson,
});
constexpr auto kShowExamples = std::to_array<Names>({
    "hookplan show plan.json --format markdown",
    "hookplan show plan.dsse --digest",
});
constexpr auto kCommentOptions = std::to_array<OptionSpec>({
    {"repository", "OWNER/REPO", "where the pull request is (default: GITHUB_REPOSITORY)"},
    {"pull-request", "NUMBER", "which one (default: that of GITHUB_REF)"},
    {"token",
     "SECRET",
     "a token that may comment, in PATH, env:NAME or fd:NUMBER",
     {},
     Completes::nothing,
     true},
    {"head", "COMMIT",
     "the head commit of the pull request that was planned (default: the newer revision of the "
     "plan)"},
    {"api", "URL",
     "of an Enterprise Server: https://HOST/api/v3 (default: GITHUB_API_URL, or "
     "https://api.github.com)"},
    kTextOrJson,
    kJson,
});
constexpr auto kCommentExamples = std::to_array<Names>({
    "hookplan comment plan.json --pull-request 7 --token env:GITHUB_TOKEN",
});
constexpr auto kReferenceOptions = std::to_array<OptionSpec>({kTextOrJson, kJson});
constexpr auto kExplainExamples = std::to_array<Names>({"hookplan explain HP1108"});
constexpr auto kCompletionExamples =
    std::to_array<Names>({"hookplan completion bash > /etc/bash_completion.d/hookplan"});
constexpr auto kManExamples = std::to_array<Names>({"hookplan man | man -l -"});

constexpr OptionSpec kRemoveDoubles = {
    "remove-doubles", "", "of several hooks of an entry that lead to one URL keep the oldest only"};
constexpr auto kApplyOptions = std::to_array<OptionSpec>({
    kPolicy,
    kPolicyAt,
    kSettings,
    kTrustedKey,
    kRepo,
    {"branch", "NAME", "the protected branch, if the plan does not name it"},
    kReviewToken,
    kReviewRepository,
    kReviewApi,
    kFetchReviewed,
    kReviewed,
    kOnly,
    kDryRun,
    {"emergency", "", "rotate at once, even where an earlier rotation is not over"},
    kRemoveDoubles,
    kWait,
    kRunDeadline,
    kParallel,
    kAwait,
    kHandover,
    kEvents,
    {"result", "FILE", "write a statement about what was done", {}, Completes::file},
    {"sign",
     "SECRET",
     "sign the result with the private key in PATH, env:NAME or fd:NUMBER",
     {},
     Completes::nothing,
     true},
    kPassphrase,
    kTextOrJson,
    kJson,
    kQuiet,
});
constexpr auto kApplyExamples = std::to_array<Names>({
    "hookplan apply plan.dsse --policy-at origin/main",
    "hookplan apply plan.dsse --public-key ci.key.pub --dry-run",
});
constexpr auto kStatusOptions = std::to_array<OptionSpec>({
    kRepo,
    kConfigPath,
    kSettings,
    {"exit-code", "", "exit with 10 if something is not up to date"},
    kTextOrJson,
    kJson,
    kQuiet,
});
constexpr auto kStatusExamples = std::to_array<Names>({"hookplan status main --exit-code"});
constexpr auto kSettleOptions = std::to_array<OptionSpec>({
    kRepo,
    kConfigPath,
    kSettings,
    kOnly,
    kDryRun,
    kRemoveDoubles,
    kWait,
    kRunDeadline,
    kParallel,
    kAwait,
    kHandover,
    kEvents,
    kTextOrJson,
    kJson,
    kQuiet,
});
constexpr auto kSettleExamples = std::to_array<Names>({"hookplan settle main"});
constexpr auto kReconcileOptions = std::to_array<OptionSpec>({
    {"adopt", "", "rotate where the hook was not set by hookplan, because nobody knows its token"},
    kRepo,
    kConfigPath,
    kSettings,
    kPlanFormat,
    kJson,
    kQuiet,
    kOut,
    kExitCode,
    kPlanBranch,
    kSignPlan,
    kPassphrase,
    kValidFor,
});
constexpr auto kReconcileExamples = std::to_array<Names>({
    "hookplan reconcile main",
    "hookplan reconcile main --adopt",
    "hookplan reconcile --branch main --sign file:ci.key --out plan.dsse",
});
constexpr auto kRotateOptions = std::to_array<OptionSpec>({
    {"all", "", "every entry of the config"},
    {"at",
     "REVISION",
     "the revision that lists the entries (default: HEAD)",
     {},
     Completes::revision},
    kRepo,
    kConfigPath,
    kSettings,
    kPlanFormat,
    kJson,
    kQuiet,
    kOut,
    kExitCode,
    kPlanBranch,
    kSignPlan,
    kPassphrase,
    kValidFor,
});
constexpr auto kRotateExamples = std::to_array<Names>({
    "hookplan rotate 'foo/*'",
    "hookplan rotate qux --branch main --sign file:ci.key --out plan.dsse",
});
constexpr auto kConfirmOptions = std::to_array<OptionSpec>({
    {"pattern", "", "take the words for patterns, such as foo/*, and confirm all that fit"},
    kHandover,
});
constexpr auto kConfirmExamples =
    std::to_array<Names>({"hookplan confirm foo/bar", "hookplan confirm --pattern 'foo/*'"});

constexpr auto kCiOptions = std::to_array<OptionSpec>({
    {"mode", "MODE",
     "what a run of the trusted branch does: plan (the default), apply, drift (compare with what is "
     "live), or auto: drift by a timer, else apply; every other run plans",
     kCiModes},
    {"apply", "", "the same as --mode apply"},
    {"branch", "NAME",
     "the trusted branch (default: the default branch, if the CI system names it)"},
    {"base",
     "REVISION",
     "the older revision, instead of the one that follows from the run",
     {},
     Completes::revision},
    {"head",
     "REVISION",
     "the newer revision, instead of the one that follows from the run",
     {},
     Completes::revision},
    {"fail-on", "WHAT",
     "what fails the step: error (the default), guard (also one that blocks), changes (also any "
     "change or drift)",
     kFailOn},
    {"out",
     "DIR",
     "where plan.json, plan.md and plan.dsse go (default: below RUNNER_TEMP, or ARTIFACTS)",
     {},
     Completes::folder},
    kRepo,
    kConfigPath,
    kSettings,
    kSignPlan,
    kPassphrase,
    kValidFor,
    {"plan",
     "FILE",
     "apply this signed plan instead of one that is made here",
     {},
     Completes::file},
    {"comment-token",
     "SECRET",
     "comment on the pull request on GitHub with the token in PATH, env:NAME or fd:NUMBER",
     {},
     Completes::nothing,
     true},
    kReviewToken,
    kReviewRepository,
    kReviewApi,
    kFetchReviewed,
    kReviewed,
    kPolicy,
    kPolicyAt,
    kTrustedKey,
    kDryRun,
    kWait,
    kRunDeadline,
    kParallel,
    kAwait,
    kHandover,
    kEvents,
});
constexpr auto kCiExamples = std::to_array<Names>({
    "hookplan ci",
    "hookplan ci --apply --sign env:PLANNER_KEY",
    "hookplan ci --mode auto --sign env:PLANNER_KEY --fail-on guard",
});

// In the order of the help: what one does first comes first.
constexpr auto kGroups = std::to_array<GroupSpec>({
    {Group::review, "Review a change"},
    {Group::approve, "Sign and approve it"},
    {Group::apply, "Apply it"},
    {Group::live, "Compare and plan from live state"},
    {Group::pipeline, "Run in a pipeline"},
    {Group::other, "Work with other signing tools"},
    {Group::self, "Learn about hookplan"},
});

constexpr auto kCommands = std::to_array<CommandSpec>({
    {"plan", Group::review, "[BASE [HEAD]]", "", 2, 0,
     "compare two revisions and print the change plan",
     "Reads the Prow config at two revisions from git objects (with --worktree, the newer one from the "
     "files beside the repository), compares "
     "what managed_webhooks means at both, and prints what will be done: entries that are "
     "onboarded, "
     "rotated, removed or rerouted, settings that change, and warnings.\n\n"
     "HEAD is the newer revision (default: HEAD), BASE the older one (default: the first parent of "
     "HEAD). BASE...HEAD compares HEAD with where it parted from BASE, as a pull request does; "
     "BASE..HEAD is the same as two words. A config that moved is read at its own place on each "
     "side. The config is the one named by --config-path, else by `config:` in .hookplan.yaml of "
     "the "
     "base, else the one usual place that holds managed_webhooks; the output says which rule was "
     "used. "
     "Guards are those of the base, so that a change cannot relax its own.\n\n"
     "Needs no network and no secret, and writes nothing but --out.",
     kPlanOptions, kPlanExamples, Completes::revision, run_plan},
    {"ci", Group::pipeline, "", "", 0, 0, "plan, report and apply as a step of a pipeline",
     "Finds out which CI system started it and by what, which two revisions that is about, and says "
     "which rule it used. Knows GitHub Actions (push, pull_request, pull_request_target, "
     "workflow_run, merge_group, schedule, workflow_dispatch), Gitea, Forgejo, GitLab, Prow, Jenkins, "
     "Buildkite, Azure Pipelines, Bitbucket, CircleCI, Drone, Woodpecker, pre-commit, and git hooks "
     "that set HOOKPLAN_OLD, HOOKPLAN_NEW and HOOKPLAN_REF. The base is always in the history of the "
     "head, so that a branch that is behind, a force push or a short clone never looks like a "
     "removal; what is missing is named with the line of the workflow to change.\n\n"
     "Writes outputs to GITHUB_OUTPUT, a summary to GITHUB_STEP_SUMMARY, annotations to the log, and "
     "the plan as files.\n\n"
     "Only a run of the trusted branch signs or applies; what a pull request brings is never "
     "trusted, whatever the options say. With --apply the base is the commit that was applied last, "
     "by the ledger beside the tokens. The plan is signed with --sign and judged by the policy of "
     "that base, unless --policy, --policy-at or --public-key says otherwise. If it needs more "
     "signatures, nothing is applied, and plan.dsse waits for `hookplan approve`. With --review-token, approving "
     "reviews of the pull requests that were merged since count instead, if that policy has "
     "`review:`.",
     kCiOptions, kCiExamples, Completes::nothing, run_ci},
    {"check", Group::review, "[PATH...]", "", 1000, 0,
     "validate config or settings files, for instance before a commit",
     "Reads each file as it is now and says what is wrong with it: all that plan would refuse or "
     "warn about, short of what only a comparison shows. Without PATH it looks for the config in "
     "the usual places and for .hookplan.yaml, from the working directory.",
     kCheckOptions, kCheckExamples, Completes::file, run_check},
    {"show", Group::review, "FILE", "", 1, 1, "print a stored plan, signed or not, in any format",
     "Reads a plan that was stored with `hookplan plan --format json --out FILE` or signed, checks "
     "that its digests fit what it asks for, and prints it. Words, places, findings and provenance "
     "are not covered by these digests, and signatures are counted, not verified: that is for "
     "`hookplan verify`. Of a signed plan json is the statement that was signed.",
     kShowOptions, kShowExamples, Completes::file, run_show},
    {"comment", Group::pipeline, "PLAN",
     "--repository OWNER/REPO --pull-request NUMBER --token SECRET", 1, 1,
     "put a plan on its pull request, as one comment kept current",
     "Writes the plan, signed or not, as a comment on a pull request on GitHub, as `hookplan show "
     "--format markdown` prints it. A pull request has one comment for each config: it is found by "
     "a mark that readers do not see and by its author, who must be whoever the token is, and is "
     "edited in place. An older run never replaces what a newer one wrote. A plan without changes "
     "makes no comment, but takes back what an earlier one said.\n\n"
     "The token needs `pull-requests: write`. The job's own GITHUB_TOKEN has it where the workflow "
     "says so, but not for pull requests from forks.",
     kCommentOptions, kCommentExamples, Completes::file, run_comment},
    {"keygen", Group::approve, "", "(--out FILE | --show FILE)", 0, 0,
     "make a pair of keys for signing plans",
     "Writes the private key (PKCS#8 in PEM, readable by its owner only) to --out and the public "
     "key beside it, with .pub added. Never overwrites. With --passphrase the private key is "
     "encrypted.\n\n"
     "A plan that cosign verifies is signed with --type p256: it does not know ed25519 yet.",
     kKeygenOptions, kKeygenExamples, Completes::nothing, run_keygen},
    {"sign", Group::approve, "STATEMENT", "--key SECRET", 1, 1, "sign a stored plan",
     "Puts a plan that was stored with `hookplan plan --format json` into a signed envelope "
     "(DSSE). A plan without validity gets one, from now for --valid-for; one that has a validity "
     "is signed byte for byte. A plan with an error or a guard that blocks is not signed.",
     kSignOptions, kSignExamples, Completes::file, run_sign},
    {"approve", Group::approve, "PLAN", "--key SECRET", 1, 1,
     "read a signed plan and add a signature of your own",
     "Shows the plan as it is in the signed bytes, asks for the first digits of the plan digest, "
     "which stand where you read the plan (in the pull request, or in the output of `hookplan "
     "show`), and adds your signature over the same bytes to PLAN. What the signature is worth is "
     "for the policy to say.",
     kApproveOptions, kApproveExamples, Completes::file, run_approve},
    {"pae", Group::other, "PLAN", "", 1, 1, "write the bytes that a signature is made over",
     "For keys that hookplan cannot read: ssh keys, hardware, a KMS. Sign these bytes (DSSE calls "
     "them PAE) with Ed25519, or with ECDSA on P-256 over their SHA-256, or with `ssh-keygen -Y "
     "sign -n hookplan-approval@v1`, and add the signature with `hookplan attach`.",
     kPaeOptions, kPaeExamples, Completes::file, run_pae},
    {"attach", Group::other, "PLAN", "--signature FILE", 1, 1,
     "add a signature that was made elsewhere",
     "Adds a signature over the bytes of `hookplan pae PLAN`. One of ssh-keygen says whose it is; "
     "for a raw one (Ed25519: 64 bytes, P-256: DER) --public-key names the public key. What does not "
     "verify is refused. PLAN may be a bare statement; then --out is needed or the result is "
     "printed.",
     kAttachOptions, kAttachExamples, Completes::file, run_attach},
    {"merge", Group::other, "PLAN PLAN...", "", kMaxSignatures, 2,
     "join the signatures of copies of one plan",
     "For approvals that were given in different places at one time. Refuses copies of different "
     "plans.",
     kMergeOptions, kMergeExamples, Completes::file, run_merge},
    {"verify", Group::approve, "PLAN", "(--policy FILE | --policy-at REVISION | --public-key FILE)",
     1, 1, "say who signed a plan, and whether that is enough",
     "Verifies every signature over the very bytes that are then read as a plan, and says which "
     "count, which roles of the policy are met, what is missing and why. The plan must also be for "
     "a repository, path, branch and URL that the policy allows, be valid now, and hold no error "
     "and no guard that blocks.\n\n"
     "The policy must come from a side that whoever wants the plan applied cannot write: a "
     "revision of the protected branch, or a file on this machine.",
     kVerifyOptions, kVerifyExamples, Completes::file, run_verify},
    {"apply", Group::apply, "PLAN", "(--policy FILE | --policy-at REVISION | --public-key FILE)", 1,
     1, "execute a signed plan, or go on with one",
     "Opens PLAN against the policy as `hookplan verify` does, makes it again from git and demands "
     "the same, and checks that the tip of the trusted branch holds what it leads to and that no "
     "newer plan was applied. Where the policy has `review:`, --review-token lets approving reviews of "
     "the merged pull requests count, and nothing else than what they approve is applied. Then each "
     "entry goes its way: its new token is stored beside the old "
     "ones, the receiver proves that it accepts it, the hook is set, a delivery is proven, and "
     "when "
     "the overlap has passed the superseded tokens go. Removals come last.\n\n"
     "Whatever happens, no hook signs with a token that its receiver refuses. Running it again "
     "goes "
     "on where it stopped; what is done is not done twice. One entry that fails stops no other.\n\n"
     "Ctrl-C finishes the step at work; a second one stops at once.",
     kApplyOptions, kApplyExamples, Completes::file, run_apply},
    {"status", Group::live, "[REVISION]", "", 1, 0,
     "compare a revision with the live tokens and hooks",
     "Says of each entry of the config at REVISION (default: HEAD) whether its tokens and its hook "
     "are up to date: what is missing, extra, unfinished, drifted. Changes nothing.",
     kStatusOptions, kStatusExamples, Completes::revision, run_status},
    {"settle", Group::apply, "[REVISION]", "", 1, 0,
     "finish what earlier plans left, and drop old tokens",
     "Goes on with entries whose hook was not switched yet, and drops superseded tokens whose "
     "overlap has passed, after proving once more that the hook signs with the newest one. The "
     "settings are those of REVISION (default: HEAD). Needs no plan: plans that were applied asked "
     "for it.",
     kSettleOptions, kSettleExamples, Completes::revision, run_settle},
    {"reconcile", Group::live, "[REVISION]", "", 1, 0,
     "plan what it takes to bring live state to a revision",
     "For drift and for the first run: like `hookplan plan`, but the old side is what stores and "
     "forges hold now. Missing entries are onboarded, old tokens rotated, entries that the config "
     "does not list removed. The plan is signed, approved and applied like any other.",
     kReconcileOptions, kReconcileExamples, Completes::revision, run_reconcile},
    {"rotate", Group::live, "(PATTERN | --all)", "", 1, 0,
     "plan new tokens for entries now, for instance after a leak",
     "Plans a rotation of every entry that fits PATTERN, or of --all, whatever the config says of "
     "their tokens. The plan is signed, approved and applied like any other.",
     kRotateOptions, kRotateExamples, Completes::nothing, run_rotate},
    {"confirm", Group::apply, "ENTRY...", "", 1000, 1,
     "say that you did what the hand-over file asks for",
     "For hooks that people set by hand (forge type manual). ENTRY is a name; with --pattern all "
     "that fit are confirmed. The secrets "
     "of what is confirmed leave the hand-over file; then `hookplan apply` or `hookplan settle` "
     "goes on.",
     kConfirmOptions, kConfirmExamples, Completes::nothing, run_confirm},
    {"hmac", Group::pipeline, "",
     "--config-path FILE --kubeconfig-context NAME --hook-url URL --hmac-token-secret-name NAME --hmac-token-key KEY "
     "(--github-token-path FILE | --github-app-id ID --github-app-private-key-path FILE)",
     0, 0, "take the place of Prow's hmac tool in a job",
     "Brings the Secret that Prow's hook reads, and the hooks on GitHub, to what the config says: "
     "state against config, without git, settings file or signatures. It takes every flag of "
     "Prow's tool, written as Go programs take them, and writes the tokens as it does.\n\n"
     "What differs, and the flag that relaxes it: the dry run works, and is the default as in "
     "Prow. "
     "More than 5 removals at once, or an empty config, are refused (--max-removals, "
     "--allow-empty). "
     "The receiver must prove that it accepts a token before the hook signs with it, instead of "
     "20 s of waiting (--wait). Old tokens stay valid for an hour after that (--overlap), and the "
     "next run drops them, or this one with --finish. Hooks that were deleted, switched off or "
     "send other events are set again. A lease in a second key of the Secret, KEY.ledger, keeps "
     "two "
     "runs apart; Prow ignores that key. GitHub is asked over https only.\n\n"
     "Log lines on standard error are JSON as those of Prow; the plan and the result are on "
     "standard output, for people.",
     kHmacOptions, kHmacExamples, Completes::nothing, run_hmac, FlagStyle::go},
    {"export", Group::other, "PLAN", "--bundle --public-key FILE", 1, 1,
     "write a signed plan for other tools",
     "With --bundle: a Sigstore bundle with the one signature of --public-key. core/sign/FORMAT.md has "
     "the commands for cosign, @sigstore/verify, openssl and ssh-keygen.",
     kExportOptions, kExportExamples, Completes::file, run_export},
    {"explain", Group::self, "[CODE]", "", 1, 0, "say what a diagnostic code means and what to do",
     "Without CODE it lists all of them.", kReferenceOptions, kExplainExamples, Completes::code,
     run_explain},
    {"completion",
     Group::self,
     "SHELL",
     "",
     1,
     1,
     "print the completion script for bash, zsh or fish",
     "The script knows every command, option and value of this version.",
     {},
     kCompletionExamples,
     Completes::nothing,
     run_completion},
    {"man",
     Group::self,
     "",
     "",
     0,
     0,
     "print the manual page in roff",
     "The page is made from the same table as the help.",
     {},
     kManExamples,
     Completes::nothing,
     run_man},
    {"help",
     Group::self,
     "[COMMAND | settings | words]",
     "",
     1,
     0,
     "explain a command, or list all of them",
     "`hookplan help settings` lists the types of forges, receivers and token stores that this "
     "build serves, with their fields. `hookplan help words` explains the words of hookplan.",
     {},
     {},
     Completes::command,
     run_help},
    {"version",
     Group::self,
     "",
     "",
     0,
     0,
     "print the version and the types of services this build knows",
     "",
     kReferenceOptions,
     {},
     Completes::nothing,
     run_version},
});

}  // namespace

std::span<const CommandSpec> command_table() { return kCommands; }

const CommandSpec* find_command(std::string_view name) {
  const auto found = std::ranges::find(kCommands, name, &CommandSpec::name);
  return found == kCommands.end() ? nullptr : &*found;
}

char letter_of(const OptionSpec& option) {
  struct Letter {
    std::string_view name;
    char letter;
  };
  constexpr auto kLetters = std::to_array<Letter>(
      {{"format", 'f'}, {"help", 'h'}, {"out", 'o'}, {"quiet", 'q'}, {"verbose", 'v'}});
  const auto found = std::ranges::find(kLetters, option.name, &Letter::name);
  return found == kLetters.end() ? '\0' : found->letter;
}

std::span<const GroupSpec> group_table() { return kGroups; }

std::span<const OptionSpec> common_options() { return kCommonOptions; }

std::span<const std::string_view> shell_names() { return kShells; }

}  // namespace hookplan
