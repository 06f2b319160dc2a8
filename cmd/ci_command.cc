// SPDX-License-Identifier: Apache-2.0
// One step of a pipeline: which revisions, what changes, what is done about it, who is told.
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "cmd/applied_commit.h"
#include "cmd/applying.h"
#include "cmd/ci_options.h"
#include "cmd/ci_report.h"
#include "cmd/commands.h"
#include "cmd/exit_code.h"
#include "cmd/key_options.h"
#include "cmd/planning.h"
#include "cmd/run_options.h"
#include "cmd/version.h"
#include "cmd/view/diagnostic_text.h"
#include "cmd/view/plan_markdown.h"
#include "cmd/view/plan_text.h"
#include "cmd/view/plan_view.h"
#include "cmd/view/report_text.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/ci/ci_revisions.h"
#include "core/sign/policy_findings.h"
#include "core/sign/sign_plan.h"

namespace hookplan {
namespace {

constexpr std::string_view kEnvelope = "plan.dsse";
constexpr std::size_t kMaxPassedOver = 100;  // commits with an invalid config, one after another

// Text that was made for a terminal, in Markdown: nothing in it is markup. The fence is longer than
// any that a name could hold on a line of its own.
std::string fenced(std::string_view heading, std::string_view text) {
  constexpr std::string_view kFence = "~~~~~~~~~~~~~~~~~~~~";
  return fmt::format("### {}\n\n{}text\n{}{}\n\n", heading, kFence, text, kFence);
}

class CiStep {
 public:
  CiStep(const CommandLine& line, const Console& console, const CiEnvironment& environment,
         CiReport& report)
      : line_(line), console_(console), environment_(environment), report_(report) {}

  Result<int> run() {
    TRY(const CiFacts facts, facts_of(environment_));
    TRY(run_, ci_run_of(facts));
    name_revisions(run_, line_.get("base"), line_.get("head"));
    TRY(options_, ci_options_of(line_, run_, environment_));
    TRY(const GitRepository repository, GitRepository::open(line_.get("repo", ".")));
    TRY(found_, ci_revisions_of(repository, run_));
    TRY_VOID(tell_revisions());
    if (found_.is_nothing()) return nothing_to_do();
    settle_mode();
    if (options_.mode == CiMode::drift) return look_for_drift();
    if (acts()) {
      TRY_VOID(require_plan_source());
      if (!line_.has("base")) TRY_VOID(begin_after_applied(repository));
    }
    TRY(Revisions revisions, readable_revisions(repository));
    TRY(const Plan plan, plan_of(std::move(revisions)));
    TRY_VOID(show(plan));
    if (line_.has("comment-token")) comment();
    if (acts()) return act_on(plan);
    if (signs_ && plan.has_changes() && !plan.has_errors() && !plan.is_blocked())
      TRY_VOID(sign(plan));
    return verdict_on(plan);
  }

 private:
  bool acts() const { return options_.mode == CiMode::apply; }

  void tell(const Diagnostic& note) {
    console_.complain(to_text({note}, console_.errors));
    report_.annotate(annotations_of(std::vector<Diagnostic>{note}));
  }

  // The rule that was used, before anything can go wrong with what it found.
  Result<void> tell_revisions() {
    if (run_.system.empty()) {
      tell(diagnose(Code::ci_unknown, "no CI system was recognized"));
    } else {
      TRY_VOID(console_.print(fmt::format("{}, {}: {}\n", run_.system, run_.event, found_.rule)));
    }
    for (const Diagnostic& note : found_.notes) tell(note);
    report_.set("system", run_.system);
    report_.set("event", run_.event);
    report_.set("base", found_.base.id);
    report_.set("head", found_.head.id);
    return {};
  }

  Result<int> nothing_to_do() {
    report_.set("has-changes", "false");
    return kSuccess;
  }

  // Whatever was asked for, a run that cannot be trusted only plans. This comes before any key,
  // token or store is so much as looked for.
  void settle_mode() {
    const Result<void> trust = check_trusted(run_, options_.branch);
    report_.set("trusted", trust ? "true" : "false");
    signs_ = trust && line_.has("sign");
    if (trust) return;
    if (options_.mode == CiMode::plan && !line_.has("sign")) return;
    options_.mode = CiMode::plan;
    Diagnostic note = trust.error().first();
    note.message += ": it plans, and neither signs nor applies";
    tell(note);
  }

  Result<void> require_plan_source() const {
    if (line_.has("sign") != line_.has("plan")) return {};
    return fail(Code::bad_option_value, line_.has("sign")
                                            ? "--sign and --plan contradict each other"
                                            : "only a signed plan is applied")
        .hint("name the planner's key with --sign, or a plan that was signed before with --plan");
  }

  // --- the base

  // What was pushed since the last plan was applied, and not only by this push: the CI system may
  // have dropped the runs of others.
  Result<void> begin_after_applied(const GitRepository& repository) {
    TRY(const Revisions at_head, read_revision_of(line_, found_.head.id));
    const Settings& settings = at_head.after.settings;
    TRY(const auto real, RealOutside::make(line_, console_, settings));
    TRY(const std::optional<GitCommit> applied,
        applied_commit(repository, found_.head, settings, at_head.config_path, real->outside()));
    if (!applied) {
      tell(diagnose(Code::ci_applied_commit_unknown,
                    fmt::format("no plan was applied yet, so the base is: {}", found_.rule)));
      return {};
    }
    found_.base = *applied;
    found_.rule = "the commit that was applied last";
    report_.set("base", found_.base.id);
    return console_.print(fmt::format("base: {}\n", found_.rule));
  }

  // Everything, because whether the head alone can be read is asked here, too.
  Result<Revisions> revisions_from(const GitCommit& base) const {
    return read_revisions_of(line_, base.id, found_.head.id, ReadExtent::everything);
  }

  // The head alone is fine, so what cannot be read is the base. What the clone does not hold is
  // nobody's mistake but the workflow's, and nothing that is older would be the right base.
  bool is_fault_of_base(const Error& error) const {
    const Code code = error.first().code;
    const bool is_absent =
        code == Code::shallow_history || code == Code::partial_clone || code == Code::broken_object;
    return !is_absent && !found_.base.id.empty() && found_.base.id != found_.head.id &&
           revisions_from(found_.head).has_value();
  }

  Result<Revisions> readable_revisions(const GitRepository& repository) {
    const std::string named = found_.base.id;
    for (std::size_t passed = 0;; ++passed) {
      Result<Revisions> revisions = revisions_from(found_.base);
      if (revisions) {
        if (passed > 0) tell_passed_over(named);
        revisions->base_rule = found_.rule;
        return revisions;
      }
      const bool may_go_on = passed < kMaxPassedOver && !found_.base.first_parent.empty();
      if (!may_go_on || !is_fault_of_base(revisions.error())) return revisions;
      Result<GitCommit> older = repository.first_parent_of(found_.base);
      if (!older) return revisions;
      found_.base = std::move(older).value();
    }
  }

  void tell_passed_over(const std::string& named) {
    tell(diagnose(Code::ci_base_passed_over,
                  fmt::format("the config at {} is invalid: compared with {}, the nearest commit "
                              "before it whose config is valid",
                              named.substr(0, kShortId), found_.base.id.substr(0, kShortId))));
    found_.rule = "nearest valid commit before the " + found_.rule;
    report_.set("base", found_.base.id);
  }

  // --- the plan

  Result<Plan> plan_of(Revisions revisions) {
    TRY(now_, plan_time());
    settings_path_ = revisions.before.settings_path;
    Plan plan = make_judged_plan(std::move(revisions), std::nullopt, now_, kVersion);
    const std::string branch = options_.branch.empty() ? run_.default_branch : options_.branch;
    plan.provenance.branch = full_branch(branch);
    return plan;
  }

  Result<void> put_file(std::string_view output, std::string_view name, std::string_view bytes) {
    if (options_.folder.empty()) return {};
    const std::filesystem::path path = options_.folder / name;
    TRY_VOID(write_file(path, bytes));
    report_.set(output, path.string());
    return {};
  }

  Result<void> show(const Plan& plan) {
    TRY_VOID(console_.print(to_text(plan, console_.output)));
    const std::string markdown = to_markdown(plan);
    TRY_VOID(put_file("plan-json", "plan.json", in_format(plan, "json", TextStyle{})));
    TRY_VOID(put_file("plan-markdown", "plan.md", markdown));
    TRY_VOID(report_.summarize(markdown,
                               fmt::format("### Webhook plan: {}\n\n", counted_changes(plan))));
    report_.annotate(annotations_of(plan));
    const Summary& summary = plan.summary;
    const auto count = [&](std::string_view name, std::int64_t number) {
      report_.set(name, std::to_string(number));
    };
    count("onboard", summary.onboard);
    count("rotate", summary.rotate);
    count("remove", summary.remove);
    count("reroute", summary.reroute);
    count("relax", summary.relax);
    count("unchanged", summary.unchanged);
    report_.set("has-changes", plan.has_changes() ? "true" : "false");
    report_.set("intent-digest", plan.intent_digest);
    report_.set("blocked", plan.is_blocked() ? "true" : "false");
    return {};
  }

  // On the pull request, for those who review it. Whatever becomes of that, the plan is the plan.
  void comment() {
    if (run_.pull_request == 0 || run_.system != "GitHub Actions" || options_.folder.empty())
      return;
    CommandLine line;
    line.command = find_command("comment");
    line.words = {(options_.folder / "plan.json").string()};
    line.values = {{"repository", run_.repository},
                   {"pull-request", std::to_string(run_.pull_request)},
                   {"head", run_.pull_request_head},
                   {"token", line_.get("comment-token")}};
    const Result<int> posted =
        line.command == nullptr
            ? fail(Code::ci_comment_not_posted, "this build does not know the command comment")
            : line.command->run(line, console_);
    if (posted) return;
    const Diagnostic& why = posted.error().first();
    tell(diagnose(Code::ci_comment_not_posted,
                  fmt::format("{}: {}", to_string(why.code), why.message), why.hint));
  }

  // In a pipeline changes are an output and no failure, and a guard is for the reviewers, unless
  // --fail-on says otherwise.
  int verdict_on(const Plan& plan) const {
    if (plan.has_errors()) return kConfigInvalid;
    if (plan.is_blocked() && options_.fail_on != CiFailOn::error) return kBlocked;
    const bool fails = options_.fail_on == CiFailOn::changes && plan.has_changes();
    return fails ? kChangesPresent : kSuccess;
  }

  // --- acting on it; only where the run is trusted

  // Another command of ours, with what this line says for it.
  CommandLine line_for(std::string_view command, std::string word) const {
    constexpr auto kPassedOn = std::to_array<std::string_view>({"repo",
                                                                "config-path",
                                                                "settings",
                                                                "policy",
                                                                "policy-at",
                                                                "key",
                                                                "branch",
                                                                "dry-run",
                                                                "wait",
                                                                "deadline",
                                                                "parallel",
                                                                "await",
                                                                "handover",
                                                                "events",
                                                                "passphrase",
                                                                "review-token",
                                                                "review-repository",
                                                                "review-api",
                                                                "fetch-reviewed",
                                                                "reviewed"});
    CommandLine line;
    line.command = find_command(command);
    line.words = {std::move(word)};
    for (const std::string_view option : kPassedOn) {
      if (line_.has(option)) line.values.emplace(option, line_.get(option));
    }
    return line;
  }

  Result<int> look_for_drift() {
    LiveState live;
    TRY(const int code, show_status(line_for("status", found_.head.id), console_, live));
    const std::string text = to_text(live, {}, TextStyle{});
    TRY_VOID(
        report_.summarize(fenced("Webhooks as they are", text), "### Webhooks as they are\n\n"));
    report_.set("drift", live.has_drift() ? "true" : "false");
    if (live.has_drift()) {
      report_.annotate({{Severity::warning,
                         "drift",
                         "webhooks or tokens are not as the config says: see the summary",
                         {}}});
    }
    const bool fails = options_.fail_on == CiFailOn::changes && live.has_drift();
    return code == kSuccess && fails ? kDrift : code;
  }

  Result<int> act_on(const Plan& plan) {
    report_.set("applied", "false");
    if (line_.has("plan")) return apply_file(line_.get("plan"));
    if (plan.has_errors()) return kConfigInvalid;
    if (plan.is_blocked()) return kBlocked;
    if (plan.has_changes()) return sign_and_apply(plan);
    TRY_VOID(console_.print("nothing to apply: going on with what earlier plans left\n"));
    ApplyReport rest;
    TRY(const int code, settle_rest(line_for("settle", found_.head.id), console_, rest));
    TRY_VOID(tell_report(rest));
    return code;
  }

  Result<void> tell_report(const ApplyReport& report) {
    const std::string text = to_text(report, TextStyle{});
    TRY_VOID(report_.summarize(fenced("Applied", text), "### Applied\n\n"));
    report_.set("applied", report.is_complete() && !line_.has("dry-run") ? "true" : "false");
    report_.set("settling", std::to_string(report.count(Outcome::settling)));
    return {};
  }

  Result<void> sign(const Plan& plan) {
    if (options_.folder.empty()) {
      return fail(Code::bad_option_value, "--out is missing, for the signed plan")
          .hint("name a folder that the pipeline keeps");
    }
    TRY(const std::chrono::seconds valid_for, validity_of(line_));
    TRY(PlanFile file, make_signable(plan, now_, valid_for));
    TRY(const PrivateKey key, private_key_of(line_, "sign"));
    TRY(const Added added, add_signature(file.envelope, key));
    static_cast<void>(added);  // the plan is new, so nobody has signed it before
    return put_file("envelope", kEnvelope, to_json(file.envelope));
  }

  Result<int> sign_and_apply(const Plan& plan) {
    TRY_VOID(sign(plan));
    return apply_file((options_.folder / kEnvelope).string());
  }

  Result<int> apply_file(const std::string& path) {
    CommandLine line = line_for("apply", path);
    const bool names_policy = line.has("policy") || line.has("policy-at") || line.has("key");
    if (!names_policy) {
      // The policy of the base, so that no change relaxes what judges it.
      line.values["policy-at"] = found_.base.id.empty() ? found_.head.id : found_.base.id;
      if (!settings_path_.empty()) line.values.emplace("settings", settings_path_);
    }
    if (!line.has("branch")) line.values["branch"] = run_.default_branch;
    ApplyReport report;
    Result<int> code = apply_plan(line, console_, report);
    TRY_VOID(code ? tell_report(report) : tell_refusal(code.error()));
    return code;
  }

  // Whoever comes from the red step reads the summary, and not the whole log.
  Result<void> tell_refusal(const Error& error) {
    return report_.summarize(fenced("Not applied", to_text(error.diagnostics, TextStyle{})),
                             "### Not applied\n\n");
  }

  const CommandLine& line_;
  const Console& console_;
  const CiEnvironment& environment_;
  CiReport& report_;
  CiRun run_ = {};
  CiOptions options_ = {};
  CiRevisions found_ = {};
  bool signs_ = false;
  Instant now_ = {};
  std::string settings_path_ = {};  // of the base
};

}  // namespace

Result<int> run_ci(const CommandLine& line, const Console& console) {
  const CiEnvironment environment = environment_of_process();
  TRY(CiReport report, CiReport::open(environment));
  CiStep step(line, console, environment, report);
  return report.end(step.run(), console);
}

}  // namespace hookplan
