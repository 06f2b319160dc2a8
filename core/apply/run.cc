// SPDX-License-Identifier: Apache-2.0
#include "core/apply/run.h"

#include <algorithm>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/apply/hook_steps.h"
#include "core/apply/recorder.h"
#include "core/apply/store_session.h"
#include "core/apply/token_edits.h"
#include "core/base/text.h"
#include "core/config/entry_name.h"

namespace hookplan {
namespace {

// One store of the run with what is known of it.
struct StoreWork {
  StoreSession session;
  std::optional<Error> error = {};  // why nothing can be done in it
  bool plan_finished = false;       // its ledger says that the plan is done
  MintedTokens minted = {};

  StoreWork(TokenStore& store, Recorder& recorder, StoreSession::Judge judge)
      : session(store, recorder, std::move(judge)) {}
};

// One goal on its way.
struct Task {
  Goal goal = {};
  std::optional<Parts> parts = {};
  StoreWork* store = nullptr;
  EntryReport report = {};
  bool ended = false;            // failed, waits, or must not be started
  bool was_reached = false;      // by an earlier run
  bool reached = false;          // by this run, proven
  bool recorded = false;         // and the ledger knows
  Instant token = kZeroInstant;  // that was proven
  Instant at = kZeroInstant;

  void end(Outcome outcome, std::optional<Step> step, std::optional<Error> error) {
    ended = true;
    report.outcome = outcome;
    report.step = step;
    report.error = std::move(error);
  }
};

class Run {
 public:
  Run(const Work& work, const Outside& outside, const RunOptions& options)
      : work_(work), outside_(outside), options_(options), recorder_(outside) {}

  ApplyReport go() && {
    for (const Goal& goal : work_.goals) add_task(goal);
    for (const Route& route : work_.routes) {
      if (const auto parts = outside_.parts_for(route)) store_of(parts->store);
    }
    add_unfinished();
    outside_.observer.run_started(tasks_.size());
    if (options_.dry_run) {
      for (Task& task : tasks_) look_ahead(task);
    } else {
      execute();
    }
    return take_report();
  }

 private:
  // --- what there is to do

  StoreWork& store_of(TokenStore& store) {
    std::unique_ptr<StoreWork>& known = stores_[&store];
    if (known) return *known;
    known = std::make_unique<StoreWork>(
        store, recorder_, [&](const Stored& stored) { return judge_store(stored, store.name()); });
    store_order_.push_back(known.get());
    if (auto opened = known->session.open(!options_.dry_run); !opened) {
      known->error = std::move(opened).error();
    } else if (work_.plan) {
      const std::vector<LedgerPlan>& plans = known->session.stored().ledger.plans;
      known->plan_finished = std::ranges::any_of(plans, [&](const LedgerPlan& plan) {
        return plan.digest == work_.plan->digest && plan.finished;
      });
      warn_of_skipped_changes(plans, store.name());
    }
    return *known;
  }

  void warn_of_skipped_changes(const std::vector<LedgerPlan>& plans, const std::string& name) {
    if (plans.empty() || plans.back().digest == work_.plan->digest) return;
    const bool follows = plans.back().config == work_.base_config;
    if (follows && plans.back().finished) return;
    report_.warnings.push_back(diagnose(
        Code::changes_skipped,
        follows ? fmt::format("the plan before this one was not applied to {} in full", name)
                : fmt::format("the last plan applied to {} led to another config than this one "
                              "begins with",
                              name),
        std::string(catalog_entry(Code::changes_skipped).remedy)));
  }

  // What speaks against touching a store that holds this.
  Result<void> judge_store(const Stored& stored, const std::string& name) const {
    if (stored.is_legacy_token && !work_.respects_global) {
      return refusal(
          ErrorKind::token_document, Code::token_document_legacy,
          fmt::format("{} holds one token for everything, and the config does not respect it",
                      name));
    }
    if (!work_.plan) return {};
    for (const LedgerPlan& plan : stored.ledger.plans) {
      if (plan.digest == work_.plan->digest || plan.created <= work_.plan->created) continue;
      return refusal(ErrorKind::not_fresh, Code::plan_superseded,
                     fmt::format("a plan of {} was applied already, and this one is of {}",
                                 to_rfc3339(plan.created), to_rfc3339(work_.plan->created)));
    }
    return {};
  }

  Task& new_task(const Goal& goal) {
    Task& task = tasks_.emplace_back();
    task.goal = goal;
    task.report.entry = goal.entry;
    task.report.kinds = goal.kinds;
    return task;
  }

  void add_task(const Goal& goal) {
    Task& task = new_task(goal);
    if (!options_.only.empty() && !matches(options_.only, goal.entry)) {
      task.end(Outcome::not_started, {},
               refusal(ErrorKind::unfinished, Code::not_started, "left out by --only"));
      return;
    }
    if (goal.entry == kGlobalEntry) {
      task.end(Outcome::failed, {},
               refusal(ErrorKind::config, Code::bad_entry_name,
                       "* stands for the global tokens and cannot be an entry"));
      return;
    }
    if (!goal.route) {
      task.end(Outcome::failed, {},
               refusal(ErrorKind::config, Code::no_route,
                       fmt::format("no route says where the hook of {} leads", goal.entry)));
      return;
    }
    connect(task);
  }

  void connect(Task& task) {
    Result<Parts> parts = outside_.parts_for(*task.goal.route);
    if (!parts) {
      task.end(Outcome::failed, {}, std::move(parts).error());
      return;
    }
    task.parts.emplace(*parts);
    task.store = &store_of(parts->store);
    for (const Route& route : task.goal.old_routes) {
      if (const auto old = outside_.parts_for(route)) store_of(old->store);
    }
    if (task.store->error) {
      task.end(Outcome::failed, {}, task.store->error);
    } else if (is_finished(task)) {
      task.ended = true;
      task.was_reached = true;
      task.report.outcome = Outcome::unchanged;
    }
  }

  // The ledger says that the plan is done, and nothing speaks against it: a store that was put back
  // to an older state may lack what the plan brought.
  bool is_finished(const Task& task) {
    if (!task.store->plan_finished || !work_.plan || task.goal.plan != work_.plan->digest)
      return false;
    if (!task.goal.wanted) return true;
    const TokenList* const tokens = task.store->session.tokens_of(task.goal.entry);
    if (tokens != nullptr && !needs_token(*tokens, task.goal)) return true;
    was_put_back_ = true;
    return false;
  }

  // Where the hook of an entry was: the entry, its URL, and the store of its tokens there.
  using Place = std::tuple<std::string, std::string, const StoreSession*>;

  // Places that unfinished entries are to leave, by the ledgers of the stores that have them now.
  std::set<Place> places_left() {
    std::set<Place> left;
    // Looking at a place may open its store, which stands behind those that are known.
    for (std::size_t i = 0; i < store_order_.size(); ++i) {
      if (store_order_[i]->error) continue;
      for (const auto& [entry, record] : store_order_[i]->session.stored().ledger.entries) {
        for (const Route& route : record.old_routes) {
          const Result<Parts> parts = outside_.parts_for(route);
          if (parts) left.emplace(entry, route.url, &store_of(parts->store).session);
        }
      }
    }
    return left;
  }

  // What earlier plans asked for and is not done yet; a plan of now overrules them.
  void add_unfinished() {
    std::map<std::string, std::list<Task>::iterator> known_tasks;
    for (auto task = tasks_.begin(); task != tasks_.end(); ++task)
      known_tasks.emplace(task->goal.entry, task);
    const std::set<Place> left = places_left();
    for (StoreWork* const store : store_order_) {
      if (store->error) continue;
      for (const auto& [entry, record] : store->session.stored().ledger.entries) {
        const bool filtered = !options_.only.empty() && !matches(options_.only, entry);
        if (filtered) continue;
        const auto known = known_tasks.find(entry);
        if (known == known_tasks.end()) {
          // Another store has the entry now, and this one is where its hook was.
          if (record.wanted && left.contains({entry, record.route.url, &store->session})) continue;
        } else if (known->second->store != store) {
          if (record.wanted) continue;
        } else {
          // A task that is done by the word of the ledger may still have tokens to drop.
          if (!known->second->was_reached) continue;
          tasks_.erase(known->second);
          known_tasks.erase(known);
        }
        connect(new_task(goal_of(entry, record)));
        if (tasks_.back().store != store && !tasks_.back().ended) {
          tasks_.back().end(Outcome::failed, {},
                            refusal(ErrorKind::unfinished, Code::no_plugin,
                                    "the ledger names another store than its own"));
        }
        if (!tasks_.back().report.error) {
          tasks_.back().ended = false;
          tasks_.back().was_reached = record.reached.has_value();
        }
      }
    }
  }

  // --- doing it

  void execute() {
    recorded_at_ = recorder_.now();
    for (StoreWork* const store : store_order_) store_tokens(*store);
    for (Task& task : tasks_) {
      if (task.goal.wanted && !task.ended) reach(task);
    }
    record_all();
    const std::multimap<std::string, std::string> missing = missing_hooks();
    for (Task& task : tasks_) {
      if (!task.goal.wanted && !task.ended) remove(task, missing);
    }
    for (StoreWork* const store : store_order_) give_up_old_routes(*store);
    for (StoreWork* const store : store_order_) finish(*store);
  }

  std::vector<Task*> tasks_in(const StoreWork& store, bool wanted) {
    std::vector<Task*> found;
    for (Task& task : tasks_) {
      if (task.store == &store && !task.ended && task.goal.wanted == wanted) found.push_back(&task);
    }
    return found;
  }

  void fail_all(const std::vector<Task*>& tasks, Step step, const Error& error) {
    for (Task* const task : tasks) task->end(Outcome::failed, step, error);
  }

  // The first write: every token that is needed, for all entries at once.
  void store_tokens(StoreWork& store) {
    if (store.error) return;
    const std::vector<Task*> tasks = tasks_in(store, true);
    if (tasks.empty()) return;
    if (recorder_.is_stopped()) return;
    const Result<void> stored =
        store.session.change(Step::store_token, [&](StoreEdit& edit) -> Result<void> {
          for (Task* const task : tasks) {
            if (task->ended || !mint_for(*task, edit)) continue;
            take_up(edit, task->goal, task->parts->receiver, store.minted, recorder_.now());
          }
          copy_to_hiding_entries(edit, names_of(tasks), tasks.front()->parts->receiver);
          // The ledger names the plan as soon as something of it is there.
          if (work_.plan) upsert_plan(edit.ledger, false);
          return {};
        });
    if (!stored) fail_all(tasks, Step::store_token, stored.error());
  }

  // Of those that are still on their way, sorted.
  static std::vector<std::string> names_of(const std::vector<Task*>& tasks) {
    std::vector<std::string> names;
    for (const Task* const task : tasks) {
      if (!task->ended) names.push_back(task->goal.entry);
    }
    std::ranges::sort(names);
    return names;
  }

  bool mint_for(Task& task, const StoreEdit& edit) {
    StoreWork& store = *task.store;
    Receiver& receiver = task.parts->receiver;
    if (!will_mint(edit, task.goal, receiver)) return true;
    if (store.minted.find(task.goal.entry) != store.minted.end()) return true;
    Result<Secret> token = receiver.mint(task.goal.entry);
    if (!token) {
      task.end(Outcome::failed, Step::store_token, std::move(token).error());
      return false;
    }
    store.minted.emplace(task.goal.entry, std::move(token).value());
    return true;
  }

  bool stop_before(Task& task) {
    if (!recorder_.is_stopped()) return false;
    interrupted_ = true;
    task.end(Outcome::not_started, {},
             refusal(ErrorKind::interrupted, Code::interrupted, "stopped on request"));
    return true;
  }

  // The hook signs with the newest token, and that is proven.
  void reach(Task& task) {
    if (stop_before(task)) return;
    StoreSession& session = task.store->session;
    const LedgerEntry* const record = session.record_of(task.goal.entry);
    if (record != nullptr && record->reached && !is_due(*record, recorder_.now(), work_.overlap)) {
      task.was_reached = true;
      return;
    }
    task.was_reached = record != nullptr && record->reached.has_value();
    HookSteps steps(recorder_, outside_, session, *task.parts, options_.patience);
    const Result<StepsEnd> end = steps.switch_hook(task.goal.entry);
    if (!end) {
      task.end(Outcome::failed, steps.at(), end.error());
    } else if (end->progress == Progress::waiting) {
      task.end(Outcome::waiting, steps.at(), {});
    } else {
      task.reached = true;
      task.token = end->token;
      task.at = recorder_.now();
    }
    outside_.observer.entry_ended(task.goal.entry);
    // A kill costs no more than the proofs of this time, which the next run repeats.
    constexpr std::int64_t kRecordSeconds = 10;
    if (recorder_.now().seconds - recorded_at_.seconds >= kRecordSeconds) record_all();
  }

  // Entries that are to have a hook and have not, each by its own name; repositories by that of
  // their organisation, too.
  std::multimap<std::string, std::string> missing_hooks() const {
    std::multimap<std::string, std::string> missing;
    for (const Task& task : tasks_) {
      if (!task.goal.wanted || task.reached || (task.was_reached && !task.report.error)) continue;
      const std::string& entry = task.goal.entry;
      missing.emplace(entry, entry);
      if (scope_of(entry) == Scope::repo) missing.emplace(organisation_of(entry), entry);
    }
    // Also those that this run leaves out.
    for (const StoreWork* const store : store_order_) {
      if (store->error || options_.only.empty()) continue;
      for (const auto& [entry, record] : store->session.stored().ledger.entries) {
        if (!record.wanted || record.reached || matches(options_.only, entry)) continue;
        missing.emplace(entry, entry);
        if (scope_of(entry) == Scope::repo) missing.emplace(organisation_of(entry), entry);
      }
    }
    return missing;
  }

  // What must have reached its goal before a hook is deleted: the entry that takes its place, and
  // the organisation or the repositories that the same events come from. Which hook sends which
  // events is the forge's affair, whatever the receiver makes of names.
  static std::string blocker_of(const Goal& removal,
                                const std::multimap<std::string, std::string>& missing) {
    const auto own = missing.find(removal.entry);
    if (own != missing.end()) return own->second;
    for (const std::string& name : {removal.after, std::string(organisation_of(removal.entry))}) {
      for (auto [at, end] = missing.equal_range(name); at != end; ++at) {
        // Two repositories of one organisation have nothing to do with each other.
        if (at->second == name) return name;
      }
    }
    return {};
  }

  void remove(Task& task, const std::multimap<std::string, std::string>& missing) {
    if (stop_before(task)) return;
    StoreSession& session = task.store->session;
    const LedgerEntry* const record = session.record_of(task.goal.entry);
    if (record != nullptr && !record->wanted && record->reached) {
      task.was_reached = true;
      return;
    }
    if (const std::string other = blocker_of(task.goal, missing); !other.empty()) {
      task.end(Outcome::not_started, {},
               refusal(ErrorKind::unfinished, Code::not_started,
                       fmt::format("the hook of {} stays until {} has its own",
                                   printable(task.goal.entry), printable(other))));
      return;
    }
    if (!task.goal.keeps_hook) {
      // Also where a reroute that was not finished led from.
      if (record != nullptr && record->wanted) {
        task.goal.old_routes = record->old_routes;
        if (record->route != *task.goal.route) task.goal.old_routes.push_back(record->route);
      }
      std::vector<Route> routes = task.goal.old_routes;
      routes.push_back(*task.goal.route);
      for (const Route& route : routes) {
        if (!delete_hook_on(task, route)) return;
      }
    }
    task.reached = true;
    task.at = recorder_.now();
    outside_.observer.entry_ended(task.goal.entry);
  }

  // False if the task ended with it.
  bool delete_hook_on(Task& task, const Route& route) {
    const Result<Parts> parts = outside_.parts_for(route);
    if (!parts) {
      task.end(Outcome::failed, Step::delete_hook, parts.error());
      return false;
    }
    const StoreWork& store = store_of(parts->store);
    if (store.error) {
      task.end(Outcome::failed, Step::delete_hook, store.error);
      return false;
    }
    HookSteps steps(recorder_, outside_, store_of(parts->store).session, *parts, options_.patience);
    const Result<Progress> gone = steps.delete_hooks(task.goal.entry, route);
    if (!gone) {
      task.end(Outcome::failed, steps.at(), gone.error());
    } else if (*gone == Progress::waiting) {
      task.end(Outcome::waiting, steps.at(), {});
    }
    return !task.ended;
  }

  // --- writing down what was reached

  void record_all() {
    recorded_at_ = recorder_.now();
    // Old stores first: what they must drop would be forgotten otherwise.
    for (StoreWork* const store : store_order_) give_up_old_routes(*store);
    for (StoreWork* const store : store_order_) {
      if (store->error) continue;
      const Result<void> written =
          store->session.change(Step::record, [&](StoreEdit& edit) -> Result<void> {
            record_reached(*store, edit);
            return {};
          });
      if (!written) {
        report_.errors.push_back(written.error());
        continue;
      }
      for (Task& task : tasks_) {
        if (task.store == store && task.reached) task.recorded = true;
      }
    }
  }

  void record_reached(const StoreWork& store, StoreEdit& edit) {
    for (const Task& task : tasks_) {
      if (task.store != &store || !task.reached || task.recorded) continue;
      if (!task.goal.wanted) {
        give_up(edit, task.goal, task.at);
        continue;
      }
      const auto record = edit.ledger.entries.find(task.goal.entry);
      if (record == edit.ledger.entries.end() || record->second.token != task.token) continue;
      if (!record->second.reached) record->second.reached = task.at;
      record->second.old_routes.clear();
    }
  }

  // Tokens that an entry had in another store than its own now.
  void give_up_old_routes(StoreWork& store) {
    std::vector<Goal> goals;
    std::vector<Task*> tasks;
    for (Task& task : tasks_) {
      if (!task.reached || task.recorded || task.store == &store) continue;
      const LedgerEntry* const record = task.store->session.record_of(task.goal.entry);
      const bool by_goal = !task.goal.wanted || record == nullptr;
      for (const Route& route : by_goal ? task.goal.old_routes : record->old_routes) {
        const Result<Parts> parts = outside_.parts_for(route);
        if (!parts || stores_.count(&parts->store) == 0) continue;
        if (stores_[&parts->store].get() != &store) continue;
        Goal goal = task.goal;
        goal.wanted = false;
        goal.route = route;
        goals.push_back(std::move(goal));
        tasks.push_back(&task);
      }
    }
    if (goals.empty()) return;
    const Result<void> written =
        store.error ? Result<void>(*store.error)
                    : store.session.change(Step::record, [&](StoreEdit& edit) -> Result<void> {
                        for (const Goal& goal : goals) give_up(edit, goal, recorder_.now());
                        return {};
                      });
    if (written) return;
    // They are not recorded as reached, so that the next run thinks of their old tokens again.
    for (Task* const task : tasks) {
      task->reached = false;
      task->end(Outcome::failed, Step::record, written.error());
    }
  }

  // --- the last write of a store

  void finish(StoreWork& store) {
    if (store.error) return;
    if (recorder_.is_stopped()) interrupted_ = true;
    const Result<void> written =
        store.session.change(Step::drop_tokens, [&](StoreEdit& edit) -> Result<void> {
          record_reached(store, edit);
          drop_due(store, edit);
          retire_global(store, edit);
          if (work_.plan) upsert_plan(edit.ledger, is_plan_reached());
          return {};
        });
    if (!written) {
      report_.errors.push_back(written.error());
      return;
    }
    for (Task& task : tasks_) {
      if (task.store == &store && task.reached) task.recorded = true;
    }
  }

  void drop_due(const StoreWork& store, StoreEdit& edit) {
    std::vector<const Task*> due;
    for (const Task& candidate : tasks_) {
      const Task* const task = &candidate;
      if (task->store != &store) continue;
      const auto known = edit.ledger.entries.find(task->goal.entry);
      if (known == edit.ledger.entries.end()) continue;
      const LedgerEntry& record = known->second;
      if (!is_due(record, recorder_.now(), work_.overlap)) continue;
      if (!options_.only.empty() && !matches(options_.only, task->goal.entry)) continue;
      // An old proof is no proof: whatever happened to the hook since, it was set again just now.
      const bool proven = task->reached && task->token == record.token;
      if (record.wanted && !proven && !record.superseded.empty()) continue;
      if (is_lived_on(task->goal.entry, edit.tokens, task->parts->receiver)) continue;
      due.push_back(task);
    }
    drop_without_task(edit, due);
    // What a removed entry lent goes with it, so those come first.
    std::ranges::stable_sort(due, {}, [](const Task* task) { return task->goal.wanted; });
    for (const Task* const task : due) let_go(edit, task->goal.entry, task->parts->receiver);
  }

  // Whether an entry that is to have tokens of its own has none yet, and so lives on those of
  // `hidden`: whatever its hook signs with must go on counting.
  bool is_lived_on(std::string_view hidden, const TokenMap& tokens,
                   const Receiver& receiver) const {
    if (hidden != kGlobalEntry && scope_of(hidden) == Scope::repo) return false;
    const auto lives_on = [&](const std::string& entry) {
      if (entry == hidden || tokens.find(entry) != tokens.end()) return false;
      for (const std::string& each : receiver.falls_back_to(entry)) {
        if (each == hidden) return true;
        if (tokens.find(each) != tokens.end()) return false;
      }
      return false;
    };
    return std::ranges::any_of(work_.listed, lives_on) ||
           std::ranges::any_of(
               work_.goals, [&](const Goal& goal) { return goal.wanted && lives_on(goal.entry); });
  }

  // What an entry left behind in this store when it was led to another one in this very run.
  void drop_without_task(StoreEdit& edit, const std::vector<const Task*>& due) {
    std::set<std::string_view> names;
    for (const Task* const task : due) names.insert(task->goal.entry);
    std::vector<std::string> gone;
    for (const auto& [entry, record] : edit.ledger.entries) {
      // Those with a task are among the due ones already.
      if (!record.wanted && !names.contains(entry) &&
          is_due(record, recorder_.now(), work_.overlap) &&
          (options_.only.empty() || matches(options_.only, entry)))
        gone.push_back(entry);
    }
    for (const std::string& entry : gone) {
      const Result<Parts> parts = outside_.parts_for(edit.ledger.entries.at(entry).route);
      if (parts) let_go(edit, entry, parts->receiver);
    }
  }

  bool is_plan_reached() const {
    return std::ranges::all_of(tasks_, [&](const Task& task) {
      if (task.goal.plan != work_.plan->digest) return true;
      return task.reached || (task.was_reached && !task.report.error);
    });
  }

  void retire_global(const StoreWork& store, StoreEdit& edit) const {
    std::optional<Instant>& retired = edit.ledger.global_retired;
    if (work_.respects_global || edit.tokens.find(kGlobalEntry) == edit.tokens.end()) {
      retired.reset();
      edit.ledger.retires_global = false;
      return;
    }
    // Remembered, for a newer plan may come before this one is finished.
    edit.ledger.retires_global = edit.ledger.retires_global || work_.retires_global;
    const bool all_reached = std::ranges::all_of(tasks_, [&](const Task& task) {
      return task.store != &store || !task.goal.wanted || task.reached ||
             (task.was_reached && !task.report.error);
    });
    if (!all_reached || !options_.only.empty()) return;
    const bool is_needed = std::ranges::any_of(tasks_, [&](const Task& task) {
      return task.store == &store && task.parts &&
             is_lived_on(kGlobalEntry, edit.tokens, task.parts->receiver);
    });
    if (is_needed) return;
    if (edit.ledger.retires_global && !retired) retired = recorder_.now();
    if (retired && recorder_.now() >=
                       Instant{retired->seconds + work_.overlap.count(), retired->nanoseconds}) {
      edit.tokens.erase(edit.tokens.find(kGlobalEntry));
      edit.ledger.retires_global = false;
      retired.reset();
    }
  }

  void upsert_plan(Ledger& ledger, bool finished) const {
    const auto known = std::ranges::find(ledger.plans, work_.plan->digest, &LedgerPlan::digest);
    if (known != ledger.plans.end()) {
      // Unchanged where nothing changes: applying a plan again writes nothing.
      if (!finished || known->finished) return;
      known->finished = true;
      known->applied = recorder_.now();
      return;
    }
    LedgerPlan plan = *work_.plan;
    plan.applied = recorder_.now();
    plan.finished = finished;
    ledger.plans.push_back(std::move(plan));
    if (ledger.plans.size() > kMostLedgerPlans) ledger.plans.erase(ledger.plans.begin());
  }

  // --- saying it

  // What a run would do first with the entry.
  void look_ahead(Task& task) const {
    if (task.ended) return;
    const StoreSession& session = task.store->session;
    const LedgerEntry* const record = session.record_of(task.goal.entry);
    const bool is_due_now = record != nullptr && is_due(*record, recorder_.now(), work_.overlap);
    if (!task.goal.wanted) {
      const bool gone = record != nullptr && !record->wanted && record->reached;
      if (!gone) task.report.step = Step::delete_hook;
      if (gone && is_due_now) task.report.step = Step::drop_tokens;
      return;
    }
    const StoreEdit now{clone(session.stored().tokens), session.stored().ledger};
    if (will_mint(now, task.goal, task.parts->receiver)) {
      task.report.step = Step::store_token;
    } else if (record == nullptr || !record->wanted || !record->reached) {
      task.report.step = Step::await_receiver;
    } else if (is_due_now) {
      task.report.step = Step::drop_tokens;
    }
  }

  ApplyReport take_report() {
    for (Task& task : tasks_) conclude(task);
    std::ranges::sort(report_.entries, {}, &EntryReport::entry);
    for (const StoreWork* const store : store_order_) {
      report_.writes += store->session.writes();
      if (store->error) report_.errors.push_back(*store->error);
    }
    report_.interrupted = interrupted_;
    report_.already_applied =
        work_.plan && !was_put_back_ && !store_order_.empty() &&
        std::ranges::all_of(store_order_, [](const StoreWork* s) { return s->plan_finished; });
    return std::move(report_);
  }

  void conclude(Task& task) {
    if (!task.ended && task.store != nullptr && !options_.dry_run) {
      const LedgerEntry* const record = task.store->session.record_of(task.goal.entry);
      if (record != nullptr && record->reached) {
        task.report.outcome = Outcome::settling;
        task.report.until =
            Instant{record->reached->seconds + work_.overlap.count(), record->reached->nanoseconds};
      } else if (task.reached && !task.recorded) {
        // The next run finds it unrecorded and proves it again.
        task.report.outcome = Outcome::failed;
        task.report.step = Step::record;
      } else {
        task.report.outcome = Outcome::done;
      }
    } else if (!task.ended && options_.dry_run) {
      task.report.outcome = task.report.step ? Outcome::planned : Outcome::unchanged;
    }
    report_.entries.push_back(std::move(task.report));
  }

  const Work& work_;
  const Outside& outside_;
  const RunOptions& options_;
  Recorder recorder_;
  std::list<Task> tasks_;
  std::map<TokenStore*, std::unique_ptr<StoreWork>> stores_;
  std::vector<StoreWork*> store_order_;
  ApplyReport report_;
  bool interrupted_ = false;
  bool was_put_back_ = false;  // a store lacks what a finished plan brought
  Instant recorded_at_ = kZeroInstant;
};

}  // namespace

ApplyReport run(const Work& work, const Outside& outside, const RunOptions& options) {
  return Run(work, outside, options).go();
}

}  // namespace hookplan
