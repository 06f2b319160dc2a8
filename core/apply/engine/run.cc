// SPDX-License-Identifier: Apache-2.0
#include "core/apply/engine/run.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/apply/engine/agenda.h"
#include "core/apply/engine/bookkeeping.h"
#include "core/apply/engine/hook_steps.h"
#include "core/apply/engine/removal_order.h"
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
    if (context_.options.dry_run) {
      for (Task& task : agenda_.tasks()) look_ahead(task);
    } else {
      execute();
    }
    return take_report();
  }

 private:
  void execute() {
    recorded_at_ = recorder_.running();
    for (StoreWork& store : agenda_.stores()) store_tokens(store);
    for (Task& task : agenda_.tasks()) {
      if (task.goal.wanted && !task.ended) reach(task);
    }
    record_all();
    const RemovalOrder order(agenda_, context_);
    for (Task& task : agenda_.tasks()) {
      if (!task.goal.wanted && !task.ended) remove(task, order);
    }
    if (context_.outside.asked_to_stop()) interrupted_ = true;
    take_errors(bookkeeping_.finish());
  }

  void take_errors(std::vector<Error> errors) {
    std::ranges::move(errors, std::back_inserter(report_.errors));
  }

  void record_all() {
    recorded_at_ = recorder_.running();
    take_errors(bookkeeping_.record_reached());
  }

  // --- the first write: every token that is needed, and every removal, for all entries at once

  void store_tokens(StoreWork& store) {
    if (store.error) return;
    std::vector<Task*> tasks;
    for (Task& task : agenda_.tasks()) {
      if (task.store == &store && !task.ended) tasks.push_back(&task);
    }
    if (tasks.empty() || recorder_.is_stopped()) return;
    const Result<void> stored =
        store.session.change(Step::store_token, [&](StoreEdit& edit) -> Result<void> {
          for (Task* const task : tasks) {
            if (task->ended || !task->goal.wanted || !mint_for(*task, edit)) continue;
            ensure_token(edit, task->goal, task->systems->traits, minted_for(*task),
                         recorder_.now(), context_.work.overlap);
          }
          // Another spelling has taken up by now what its ledger entry knew.
          for (Task* const task : tasks) {
            if (!task->ended && !task->goal.wanted)
              begin_removal(edit, task->goal, context_.work.overlap);
          }
          copy_to_hiding(edit, tasks);
          // The ledger names the plan as soon as something of it is there.
          bookkeeping_.name_plan(store, edit.ledger, false);
          return {};
        });
    if (stored) return;
    for (Task* const task : tasks) task->end(Outcome::failed, Step::store_token, stored.error());
  }

  // Which entries hide which is for the receiver of each to say.
  static void copy_to_hiding(StoreEdit& edit, const std::vector<Task*>& tasks) {
    std::map<FallbackRule, std::vector<std::string>> names;
    for (const Task* const task : tasks) {
      if (task->ended || !task->goal.wanted) continue;
      names[task->systems->traits.fallback].push_back(task->goal.entry);
    }
    for (auto& [rule, entries] : names) {
      std::ranges::sort(entries);
      copy_to_hiding_entries(edit, entries, rule);
    }
  }

  // False if the task ended with it. An entry never has tokens of more than two rotations: whatever
  // is on its way to a hook from before the last one is still accepted then.
  bool mint_for(Task& task, const StoreEdit& edit) {
    StoreWork& store = *task.store;
    task.waits_for_overlap = false;  // the edit may be worked out again on what is there then
    if (!will_mint(edit.tokens, task.goal, task.systems->traits)) return true;
    if (store.minted.find(task.goal.entry) != store.minted.end()) return true;
    const LedgerEntry* const earlier = rotation_under_way(edit.ledger, task.goal);
    task.waits_for_overlap =
        earlier != nullptr && is_in_overlap(*earlier, recorder_.now(), context_.work.overlap);
    if (task.waits_for_overlap && !context_.options.is_emergency) return true;
    Result<Secret> token = task.systems->receiver.mint(task.goal.entry);
    if (!token) {
      task.end(Outcome::failed, Step::store_token, std::move(token).error());
      return false;
    }
    if (std::exchange(task.waits_for_overlap, false)) warn_of_early_rotation(task, *earlier);
    store.minted.emplace(task.goal.entry, std::move(token).value());
    return true;
  }

  static const Secret* minted_for(const Task& task) {
    const auto minted = task.store->minted.find(task.goal.entry);
    return minted == task.store->minted.end() ? nullptr : &minted->second;
  }

  void warn_of_early_rotation(const Task& task, const LedgerEntry& earlier) {
    std::vector<std::string> dates;
    for (const Instant created : earlier.superseded) dates.push_back(to_rfc3339(created));
    report_.warnings.push_back(
        fail(
            Code::early_rotation,
            "{} gets a new token before its last rotation is over; with the overlap of this one go "
            "the token of {} and those of {}",
            printable(task.goal.entry), to_rfc3339(earlier.token), fmt::join(dates, ", "))
            .entry(task.goal.entry)
            .first());
  }

  bool stop_before(Task& task) {
    if (!recorder_.is_stopped()) return false;
    interrupted_ = !recorder_.is_past_deadline();
    task.end(Outcome::not_started, {},
             interrupted_ ? fail(Code::interrupted, "stopped on request")
                          : fail(Code::not_started, "the run had reached its deadline")
                                .hint("run it again to go on"));
    return true;
  }

  // --- the hook signs with the newest token, and that is proven

  void reach(Task& task) {
    if (stop_before(task)) return;
    StoreSession& session = task.store->session;
    const LedgerEntry* const record = session.record_of(task.goal.entry);
    task.was_reached = record != nullptr && record->reached.has_value();
    const bool is_left = record == nullptr || record->previous_routes.empty();
    if (task.was_reached && is_left && !is_due(*record, recorder_.now(), context_.work.overlap))
      return;
    HookSteps steps(recorder_, context_.outside, session, *task.systems, context_.options.patience);
    const bool is_proven = task.was_reached && is_left;
    const Result<HookProof> end =
        is_proven ? steps.prove_again(task.goal.entry) : steps.switch_hook(task.goal.entry);
    if (!end) {
      task.end(Outcome::failed, steps.at(), end.error());
    } else if (end->progress == Progress::waiting) {
      task.end(Outcome::waiting, steps.at(), {});
    } else {
      task.reached = true;
      task.proof = *end;
      task.at = recorder_.now();
    }
    context_.outside.observer.entry_ended(task.goal.entry);
    // A kill costs no more than the proofs of this time, which the next run repeats.
    constexpr std::chrono::seconds kRecordInterval{10};
    if (recorder_.running() - recorded_at_ >= kRecordInterval) record_all();
  }

  // --- the hook is gone

  void remove(Task& task, const RemovalOrder& order) {
    if (stop_before(task)) return;
    const LedgerEntry* const record = task.store->session.record_of(task.goal.entry);
    if (record == nullptr || record->wanted) {
      task.end(Outcome::failed, Step::delete_hook,
               fail(Code::store_changed, "another run wants {} again", printable(task.goal.entry)));
      return;
    }
    if (record->reached && record->previous_routes.empty()) {
      task.was_reached = true;
      return;
    }
    if (const std::string other = order.blocker_of(task.goal); !other.empty()) {
      task.end(Outcome::not_started, {},
               fail(Code::not_started, "the hook of {} stays until {} has its own",
                    printable(task.goal.entry), printable(other)));
      return;
    }
    // Also where earlier plans that were not finished led.
    task.goal.previous_routes = record->previous_routes;
    if (!task.goal.keeps_hook) {
      std::vector<Route> routes = task.goal.previous_routes;
      routes.push_back(record->route);
      for (const Route& route : routes) {
        if (!delete_hook_on(task, route)) return;
      }
    }
    task.reached = true;
    task.at = recorder_.now();
    context_.outside.observer.entry_ended(task.goal.entry);
  }

  // False if the task ended with it.
  bool delete_hook_on(Task& task, const Route& route) {
    const Result<Systems> systems = context_.outside.systems_of(route);
    if (!systems) {
      task.end(Outcome::failed, Step::delete_hook, systems.error());
      return false;
    }
    StoreWork& store = *agenda_.store_at(route);
    if (store.error) {
      task.end(Outcome::failed, Step::delete_hook, store.error);
      return false;
    }
    HookSteps steps(recorder_, context_.outside, store.session, *systems,
                    context_.options.patience);
    const auto still_right = [&]() -> Result<void> {
      TRY_VOID(task.store->session.hold());
      const LedgerEntry* const record = task.store->session.record_of(task.goal.entry);
      if (record != nullptr && !record->wanted) return {};
      return fail(Code::store_changed, "another run wants {} again", printable(task.goal.entry));
    };
    const Result<Progress> gone = steps.delete_hooks(task.goal.entry, route, still_right);
    if (!gone) {
      task.end(Outcome::failed, steps.at(), gone.error());
    } else if (*gone == Progress::waiting) {
      task.end(Outcome::waiting, steps.at(), {});
    }
    return !task.ended;
  }

  // --- saying it

  // What a run would do first with the entry.
  void look_ahead(Task& task) const {
    if (task.ended) return;
    const StoreSession& session = task.store->session;
    const LedgerEntry* const record = session.record_of(task.goal.entry);
    const bool is_due_now =
        record != nullptr && is_due(*record, recorder_.now(), context_.work.overlap);
    if (!task.goal.wanted) {
      const bool gone = record != nullptr && !record->wanted && record->reached;
      if (!gone) task.report.step = Step::delete_hook;
      if (gone && is_due_now) task.report.step = Step::drop_tokens;
      return;
    }
    if (will_mint(session.stored().tokens, task.goal, task.systems->traits)) {
      task.report.step = Step::store_token;
    } else if (record == nullptr || !record->wanted || !record->reached) {
      task.report.step = Step::await_receiver;
    } else if (is_due_now) {
      task.report.step = Step::drop_tokens;
    }
  }

  ApplyReport take_report() {
    for (Task& task : agenda_.tasks()) conclude(task);
    std::ranges::sort(report_.entries, {}, &EntryReport::entry);
    for (const StoreWork& store : agenda_.stores()) {
      report_.writes += store.session.writes();
      if (store.error) report_.errors.push_back(*store.error);
    }
    std::ranges::copy(agenda_.warnings(), std::back_inserter(report_.warnings));
    report_.interrupted = interrupted_;
    report_.already_applied = agenda_.is_applied_already();
    return std::move(report_);
  }

  void conclude(Task& task) {
    if (!task.ended && task.store != nullptr && !context_.options.dry_run) {
      const LedgerEntry* const record = task.store->session.record_of(task.goal.entry);
      if (task.waits_for_overlap) {
        task.end(Outcome::not_started, Step::store_token, overlap_is_open(task, record));
      } else if (record != nullptr && record->reached) {
        task.report.outcome = Outcome::settling;
        const Instant until = overlap_end(*record, context_.work.overlap);
        // Later than that something else must happen first.
        if (until > recorder_.now()) task.report.until = until;
      } else if (task.reached && !task.recorded) {
        // The next run finds it unrecorded and proves it again.
        task.report.outcome = Outcome::failed;
        task.report.step = Step::record;
      } else {
        task.report.outcome = Outcome::done;
      }
    } else if (!task.ended && context_.options.dry_run) {
      task.report.outcome = task.report.step ? Outcome::planned : Outcome::unchanged;
    }
    report_.entries.push_back(std::move(task.report));
  }

  Error overlap_is_open(const Task& task, const LedgerEntry* record) const {
    const std::string until = record != nullptr && record->reached
                                  ? to_rfc3339(overlap_end(*record, context_.work.overlap))
                                  : "some time after it has reached its hook";
    return fail(Code::overlap_open,
                "the last rotation of {} is not over: its old tokens stay valid until {}",
                printable(task.goal.entry), until);
  }

  Recorder recorder_;
  RunContext context_;
  Agenda agenda_{context_};
  Bookkeeping bookkeeping_{agenda_, context_};
  ApplyReport report_;
  bool interrupted_ = false;
  std::chrono::milliseconds recorded_at_ = {};
};

}  // namespace

ApplyReport run(const Work& work, const Outside& outside, const RunOptions& options) {
  return Run(work, outside, options).go();
}

}  // namespace hookplan
