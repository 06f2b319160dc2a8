// SPDX-License-Identifier: Apache-2.0
#include "core/apply/engine/run.h"

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/apply/engine/agenda.h"
#include "core/apply/engine/bookkeeping.h"
#include "core/apply/engine/first_write.h"
#include "core/apply/engine/global_tokens.h"
#include "core/apply/engine/hook_steps.h"
#include "core/apply/engine/invitations.h"
#include "core/apply/engine/look_before.h"
#include "core/apply/engine/removal_order.h"
#include "core/apply/engine/traffic.h"
#include "core/base/text.h"

namespace hookplan {
namespace {

class Run {
 public:
  Run(const Work& work, const Outside& outside, const RunOptions& options)
      : recorder_(outside, options), context_{work, outside, options, recorder_} {}

  ApplyReport go() && {
    agenda_.gather();
    context_.outside.observer.run_started(agenda_.tasks().size());
    // First the invitations: without what they let in, forges would refuse.
    invitations_ = answer_invitations(context_);
    look_before_.all();
    global_tokens_.look();
    if (context_.options.dry_run) {
      for (Task& task : agenda_.tasks()) look_ahead(task);
    } else {
      execute();
    }
    return take_report();
  }

 private:
  // Every token that is needed is stored before the first hook is touched, and every hook that is
  // to be there is there before one is deleted: whatever fails, nothing is without a hook or a
  // token.
  void execute() {
    recorded_at_ = recorder_.running();
    for (StoreWork& store : agenda_.stores()) first_write_.to(store);
    work_side_by_side(true, [&](Task& task) { reach(task); });
    record_all();
    const RemovalOrder order(agenda_, context_);
    work_side_by_side(false, [&](Task& task) { remove(task, order); });
    if (context_.outside.asked_to_stop()) interrupted_ = true;
    take_errors(bookkeeping_.finish());
  }

  void work_side_by_side(bool wanted, const std::function<void(Task&)>& work) {
    std::vector<Traffic::Job> jobs;
    for (Task& task : agenda_.tasks()) {
      if (task.goal.wanted != wanted || !task.is_open()) continue;
      jobs.push_back({*task.systems, {task.goal.entry, *task.goal.route, {}}, wanted, [&] {
                        work(task);
                        context_.outside.observer.entry_ended(task.goal.entry);
                      }});
    }
    traffic_.run(std::move(jobs));
  }

  void take_errors(std::vector<Error> errors) {
    std::ranges::move(errors, std::back_inserter(report_.errors));
  }

  void record_all() {
    is_recording_ = true;
    take_errors(bookkeeping_.record_reached());
    recorded_at_ = recorder_.running();
    is_recording_ = false;
  }

  bool stop_before(Task& task) {
    if (!recorder_.is_stopped()) return false;
    interrupted_ = !recorder_.is_past_deadline();
    task.close(Outcome::not_started, {}, recorder_.why_stopped());
    return true;
  }

  // Also where an entry had begun and waited when the run was stopped.
  static void close_failed(Task& task, std::optional<Step> step, const Error& error) {
    const Code code = error.first().code;
    const bool is_stopped = code == Code::interrupted || code == Code::not_started;
    task.close(is_stopped ? Outcome::not_started : Outcome::failed, step, error);
  }

  // --- the hook signs with the newest token, and that is proven

  void reach(Task& task) {
    if (stop_before(task)) return;
    task.next = agenda_.next_of(task);
    if (task.next.phase == Phase::settling) return;
    if (task.refusal) {
      task.close(Outcome::failed, Step::point_hook, task.refusal);
      return;
    }
    HookSteps steps(recorder_, traffic_, task.store->session, *task.systems);
    // Before old tokens go the hook is looked at once more, whatever an old proof says.
    const Result<HookProof> end = task.next.phase == Phase::due
                                      ? steps.prove_again(task.goal.entry)
                                      : steps.switch_hook(task.goal.entry);
    if (!end) {
      close_failed(task, steps.at(), end.error());
    } else if (end->progress == Progress::waiting) {
      task.close(Outcome::waiting, steps.at(), {});
    } else {
      task.proof = *end;
      task.reach(recorder_.now());
      warn_of_doubles(task);
    }
    // A kill costs no more than the proofs of this time, which the next run repeats.
    constexpr std::chrono::seconds kRecordInterval{10};
    if (!is_recording_ && recorder_.running() - recorded_at_ >= kRecordInterval) record_all();
  }

  void warn_of_doubles(const Task& task) {
    if (task.proof.doubles == 0) return;
    doubles_.push_back(fail(Code::hooks_doubled, "{} of {} {} to the same receiver as its oldest",
                            counted(task.proof.doubles, "more hook", "more hooks"),
                            printable(task.goal.entry), task.proof.doubles == 1 ? "leads" : "lead")
                           .entry(task.goal.entry)
                           .first());
  }

  // --- the hook is gone

  void remove(Task& task, const RemovalOrder& order) {
    if (stop_before(task)) return;
    task.next = agenda_.next_of(task);
    if (task.next.is_reached()) return;
    const LedgerEntry* const record = task.store->session.record_of(task.goal.entry);
    if (record == nullptr || record->wanted) {
      task.close(Outcome::failed, Step::delete_hook, wanted_again(task));
      return;
    }
    // Also where earlier plans that were not finished led. Copies: another run may change it.
    task.goal.previous_routes = record->previous_routes;
    task.goal.after = record->after;
    task.goal.renamed_to = record->renamed_to;
    std::vector<Route> routes = record->previous_routes;
    routes.push_back(record->route);
    if (const std::string other = order.blocker_of(task.goal); !other.empty()) {
      task.close(Outcome::not_started, {},
                 fail(Code::not_started, "the hook of {} stays until {} has its own",
                      printable(task.goal.entry), printable(other))
                     .hint("apply the plan that brings {}, all of it and not only a part; "
                           "hookplan reconcile plans it again",
                           printable(other)));
      return;
    }
    if (task.goal.keeps_hook) {
      if (!check_name_of(task)) return;
    } else {
      for (const Route& route : routes) {
        if (!delete_hook_on(task, route)) return;
      }
    }
    task.reach(recorder_.now());
  }

  // False if the task is closed with it. Receivers look tokens up by the name that the forge sends,
  // so those of the old spelling stay until nobody sends it.
  bool check_name_of(Task& task) {
    HookSteps steps(recorder_, traffic_, task.store->session, *task.systems);
    const Result<Progress> known = steps.check_name(task.goal);
    if (!known) {
      close_failed(task, steps.at(), known.error());
    } else if (*known == Progress::waiting) {
      task.close(Outcome::waiting, steps.at(), {});
    }
    return task.is_open();
  }

  static Error wanted_again(const Task& task) {
    return fail(Code::store_changed, "another run wants {} again", printable(task.goal.entry));
  }

  // False if the task is closed with it.
  bool delete_hook_on(Task& task, const Route& route) {
    if (task.refusal) {
      task.close(Outcome::failed, Step::delete_hook, task.refusal);
      return false;
    }
    const Result<Systems> systems = context_.outside.systems_of(route);
    if (!systems) {
      task.close(Outcome::failed, Step::delete_hook, systems.error());
      return false;
    }
    StoreWork& store = *agenda_.store_at(route);
    if (store.error) {
      task.close(Outcome::failed, Step::delete_hook, store.error);
      return false;
    }
    HookSteps steps(recorder_, traffic_, store.session, *systems);
    const auto still_right = [&]() -> Result<void> {
      TRY_VOID(task.store->session.hold());
      const LedgerEntry* const record = task.store->session.record_of(task.goal.entry);
      if (record != nullptr && !record->wanted) return {};
      return wanted_again(task);
    };
    const Result<Progress> gone = steps.delete_hooks(task.goal, route, still_right);
    if (!gone) {
      close_failed(task, steps.at(), gone.error());
    } else if (*gone == Progress::waiting) {
      task.close(Outcome::waiting, steps.at(), {});
    }
    return task.is_open();
  }

  // --- saying it

  // What a run would do first with the entry.
  void look_ahead(Task& task) const {
    if (!task.is_open()) return;
    task.next = agenda_.next_of(task);
    task.report.step = task.next.step;
    task.report.outcome = task.next.step ? Outcome::planned : Outcome::unchanged;
  }

  ApplyReport take_report() {
    for (Task& task : agenda_.tasks()) conclude(task);
    if (auto global = global_tokens_.report()) report_.entries.push_back(*std::move(global));
    std::ranges::sort(report_.entries, {}, &EntryReport::entry);
    for (const StoreWork& store : agenda_.stores()) {
      report_.writes += store.session.writes();
      if (store.error) report_.errors.push_back(*store.error);
    }
    using Warnings = std::vector<Diagnostic>;
    for (const Warnings* const warnings : std::initializer_list<const Warnings*>{
             &first_write_.warnings(), &agenda_.warnings(), &invitations_.warnings, &doubles_}) {
      std::ranges::copy(*warnings, std::back_inserter(report_.warnings));
    }
    report_.invitations = invitations_.accepted;
    report_.dry_run = context_.options.dry_run;
    report_.interrupted = interrupted_;
    report_.already_applied = agenda_.is_applied_already();
    return std::move(report_);
  }

  void conclude(Task& task) {
    if (task.state != TaskState::closed && task.next.waits_for_overlap) {
      task.close(Outcome::not_started, Step::store_token, overlap_is_open(task));
    } else if (task.state != TaskState::closed && task.state != TaskState::finished &&
               !context_.options.dry_run) {
      say_how_it_ended(task);
    }
    report_.entries.push_back(std::move(task.report));
  }

  void say_how_it_ended(Task& task) const {
    const NextStep now = agenda_.next_of(task);
    const bool is_known = task.store->session.record_of(task.goal.entry) != nullptr;
    if (is_known && now.is_reached()) {
      task.report.outcome = Outcome::settling;
      // If the overlap is over and they are still there, something else must happen first.
      task.report.until = now.until;
    } else if (task.state == TaskState::reached) {
      // The next run finds it unrecorded and proves it again.
      task.report.outcome = Outcome::failed;
      task.report.step = Step::record;
    } else {
      task.report.outcome = Outcome::done;
    }
  }

  Error overlap_is_open(const Task& task) const {
    const LedgerEntry* const record = task.store->session.record_of(task.goal.entry);
    const std::string until = record != nullptr && record->reached
                                  ? to_rfc3339(overlap_end(*record, context_.work.overlap))
                                  : "some time after it has reached its hook";
    return fail(Code::overlap_open,
                "the last rotation of {} is not over: its old tokens stay valid until {}",
                printable(task.goal.entry), until);
  }

  Recorder recorder_;
  RunContext context_;
  Traffic traffic_{recorder_, context_.options};
  Agenda agenda_{context_};
  Bookkeeping bookkeeping_{agenda_, context_};
  LookBefore look_before_{agenda_, context_};
  FirstWrite first_write_{agenda_, bookkeeping_, context_};
  GlobalTokens global_tokens_{agenda_, context_};
  InvitationAnswers invitations_;
  std::vector<Diagnostic> doubles_;
  ApplyReport report_;
  bool interrupted_ = false;
  bool is_recording_ = false;
  std::chrono::milliseconds recorded_at_ = {};
};

}  // namespace

ApplyReport run(const Work& work, const Outside& outside, const RunOptions& options) {
  return Run(work, outside, options).go();
}

}  // namespace hookplan
