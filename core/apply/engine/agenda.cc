// SPDX-License-Identifier: Apache-2.0
#include "core/apply/engine/agenda.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/config/entry_name.h"

namespace hookplan {

bool RunContext::leaves_out(std::string_view entry) const {
  return !options.only.empty() && !matches(options.only, entry);
}

void Task::close(Outcome outcome, std::optional<Step> step, std::optional<Error> error) {
  state = TaskState::closed;
  report.outcome = outcome;
  report.step = step;
  report.error = std::move(error);
}

void Task::reach(Instant now) {
  state = TaskState::reached;
  at = now;
}

bool Task::has_hook_right() const {
  if (report.outcome == Outcome::left_out) return false;  // nobody has looked
  return is_reached() || state == TaskState::finished || (next.is_reached() && !report.error);
}

void Agenda::gather() {
  for (const Goal& goal : context_.work.goals) add_goal(goal);
  for (const Route& route : context_.work.routes) {
    if (const StoreWork* const store = store_at(route)) current_.insert(&store->store);
  }
  add_unfinished();
}

// --- stores

StoreWork* Agenda::store_at(const Route& route) {
  const Result<Systems> systems = context_.outside.systems_of(route);
  return systems ? &open(*systems, route) : nullptr;
}

bool Agenda::leads_to(const Route& route, const StoreWork& store) const {
  const Result<Systems> systems = context_.outside.systems_of(route);
  return systems && &systems->store == &store.store;
}

bool Agenda::is_current(const StoreWork& store) const { return current_.contains(&store.store); }

StoreWork& Agenda::open(const Systems& systems, const Route& route) {
  TokenStore& store = systems.store;
  StoreWork*& known = known_stores_[&store];
  if (known != nullptr) {
    known->session.expect(systems.forge);
    return *known;
  }
  known = &stores_.emplace_back(store, route, context_.recorder, [&](const StoreContents& stored) {
    return judge_store(stored, store.name());
  });
  StoreWork& work = *known;
  work.session.expect(systems.forge);
  if (auto opened = work.session.open(!context_.options.dry_run); !opened) {
    work.error = std::move(opened).error();
  } else if (context_.work.plan) {
    const std::vector<LedgerPlan>& plans = work.session.stored().ledger.plans;
    work.plan_finished = std::ranges::any_of(plans, [&](const LedgerPlan& plan) {
      return plan.digest == context_.work.plan->digest && plan.finished;
    });
    warn_of_skipped_changes(plans, store.name());
    warn_of_wrong_clock(plans, store.name());
  }
  return work;
}

void Agenda::warn_of_skipped_changes(const std::vector<LedgerPlan>& plans,
                                     const std::string& name) {
  const Work& work = context_.work;
  if (work.begins_with_live || plans.empty() || plans.back().digest == work.plan->digest) return;
  const bool follows = plans.back().config == work.base_config;
  if (follows && plans.back().finished) return;
  warnings_.push_back(
      fail(Code::changes_skipped,
           follows ? fmt::format("the plan before this one was not applied to {} in full", name)
                   : fmt::format("the last plan applied to {} led to another config than this one "
                                 "begins with",
                                 name))
          .first());
}

// One plan that was made by a clock a year ahead must not stop all others for that year.
void Agenda::warn_of_wrong_clock(const std::vector<LedgerPlan>& plans, const std::string& name) {
  for (const LedgerPlan& plan : plans) {
    if (is_credible(plan.created, context_.recorder.now(), context_.work.plan->created)) continue;
    warnings_.push_back(fail(Code::plan_date_ahead,
                             "a plan that was applied to {} is dated {}, which is in the future; "
                             "whether this plan is newer is not known",
                             name, to_rfc3339(plan.created))
                            .first());
  }
}

// What speaks against touching a store that holds this.
Result<void> Agenda::judge_store(const StoreContents& stored, const std::string& name) const {
  const Work& work = context_.work;
  if (stored.is_legacy_token && !work.respects_global) {
    return fail(Code::token_document_legacy,
                "{} holds one token for everything, and the config does not respect it", name);
  }
  if (!work.plan) return {};
  for (const LedgerPlan& plan : stored.ledger.plans) {
    if (plan.digest == work.plan->digest || plan.created.seconds <= work.plan->created.seconds)
      continue;
    if (!is_credible(plan.created, context_.recorder.now(), work.plan->created)) continue;
    // After a leak nobody can wait until the clock of another host is caught up with.
    if (is_urgent() && plan.created > context_.recorder.now()) continue;
    return fail(Code::plan_superseded, "a plan of {} was applied already, and this one is of {}",
                to_rfc3339(plan.created), to_rfc3339(work.plan->created));
  }
  return {};
}

bool Agenda::is_urgent() const {
  return context_.options.is_emergency ||
         std::ranges::any_of(context_.work.goals, &Goal::is_requested);
}

bool Agenda::is_applied_already() const {
  return context_.work.plan && !was_put_back_ && !stores_.empty() &&
         std::ranges::all_of(stores_, &StoreWork::plan_finished);
}

// --- tasks

Task& Agenda::new_task(const Goal& goal) {
  Task& task = tasks_.emplace_back();
  task.goal = goal;
  task.report.entry = goal.entry;
  task.report.kinds = goal.kinds;
  return task;
}

void Agenda::add_goal(const Goal& goal) {
  Task& task = new_task(goal);
  if (context_.leaves_out(goal.entry)) {
    task.close(Outcome::left_out, {}, {});
    return;
  }
  if (goal.entry == kGlobalEntry) {
    task.close(Outcome::failed, {},
               fail(Code::bad_entry_name, "* stands for the global tokens and cannot be an entry"));
    return;
  }
  if (!goal.route) {
    task.close(Outcome::failed, {},
               fail(Code::no_route, "no route says where the hook of {} leads", goal.entry));
    return;
  }
  connect(task);
  if (task.is_open() && is_finished(task)) {
    task.state = TaskState::finished;
    task.report.outcome = Outcome::unchanged;
    return;
  }
  // Of a plan that is finished nobody asks any more whether the old stores are there.
  for (const Route& route : task.goal.previous_routes) store_at(route);
}

// Resolves what it needs of the outside; closed where that is not possible.
void Agenda::connect(Task& task) {
  Result<Systems> systems = context_.outside.systems_of(*task.goal.route);
  if (!systems) {
    task.close(Outcome::failed, {}, std::move(systems).error());
    return;
  }
  task.systems.emplace(*systems);
  task.store = &open(*systems, *task.goal.route);
  if (task.store->error) task.close(Outcome::failed, {}, task.store->error);
}

// The ledger says that the plan is done, and nothing speaks against it: a store that was put back
// to an older state may lack what the plan brought.
bool Agenda::is_finished(const Task& task) {
  if (!is_plan_finished(task)) return false;
  if (next_of(task).is_reached()) return true;
  was_put_back_ = true;
  return false;
}

bool Agenda::is_plan_finished(const Task& task) const {
  return task.store->plan_finished && context_.work.plan &&
         task.goal.plan == context_.work.plan->digest;
}

NextStep Agenda::next_of(const Task& task) const {
  const StoreContents& stored = task.store->session.stored();
  return next_of(task, stored.tokens, stored.ledger);
}

AgeRules Agenda::age_rules_of(const Task& task, const Ledger& ledger) const {
  return age_rules(task.goal, ledger, is_plan_finished(task), context_.recorder.now());
}

NextStep Agenda::next_of(const Task& task, const TokenMap& tokens, const Ledger& ledger) const {
  return next_step({task.goal, tokens, ledger, task.systems->traits, is_plan_finished(task),
                    context_.recorder.now(), context_.work.overlap, context_.options.is_emergency});
}

// --- what earlier plans asked for and is not done yet

// By all ledgers, those of the stores that they name included.
Agenda::Records Agenda::records() {
  Records found;
  // Looking at an old route may open its store, which stands behind those that are known.
  for (StoreWork& store : stores_) {
    if (store.error) continue;
    for (const Route& route : store.session.stored().ledger.former_stores) store_at(route);
    for (const auto& [entry, record] : store.session.stored().ledger.entries) {
      for (const Route& route : record.previous_routes) store_at(route);
      found.emplace(entry, Found{&store, &record});
    }
  }
  return found;
}

// When the plan was made; before all others if no ledger knows it.
Instant Agenda::created(const std::string& plan) const {
  for (const StoreWork& store : stores_) {
    if (store.error) continue;
    const std::vector<LedgerPlan>& plans = store.session.stored().ledger.plans;
    const auto known = std::ranges::find(plans, plan, &LedgerPlan::digest);
    if (known != plans.end()) return known->created;
  }
  return kZeroInstant;
}

// The hook of an entry may be wherever an earlier plan has begun to lead it, whichever ledger
// knows.
void Agenda::lead_away(Goal& goal, const Records& records) const {
  if (!goal.route) return;
  for (const std::string& name : {goal.entry, goal.respelled_from}) {
    for (auto [at, end] = records.equal_range(name); at != end; ++at) {
      const LedgerEntry& record = *at->second.record;
      if (!record.may_have_hook()) continue;
      for (const Route& route : record.previous_routes)
        add_place(goal.ledger_routes, route, *goal.route);
      add_place(goal.ledger_routes, record.route, *goal.route);
    }
  }
}

void Agenda::add_unfinished() {
  const Records records = this->records();
  std::map<std::string, std::list<Task>::iterator> known_tasks;
  for (auto task = tasks_.begin(); task != tasks_.end(); ++task) {
    known_tasks.emplace(task->goal.entry, task);
    if (task->is_open()) lead_away(task->goal, records);
  }
  for (auto at = records.begin(); at != records.end();) {
    const std::string& entry = at->first;
    std::vector<Found> found;
    for (; at != records.end() && at->first == entry; ++at) found.push_back(at->second);
    if (context_.leaves_out(entry)) continue;
    const auto known = known_tasks.find(entry);
    const bool has_task = known != known_tasks.end();
    // A task that is done by the word of the ledger may still have tokens to drop.
    if (has_task && known->second->state == TaskState::finished) {
      tasks_.erase(known->second);
      add_records(found, entry, false);
    } else {
      if (has_task) {
        StoreWork* const own = known->second->store;
        std::erase_if(found, [&](const Found& one) { return one.store == own; });
      }
      add_records(found, entry, has_task);
    }
  }
}

// One task for what the newest plan wanted, which leaves the places of older ones; and one for each
// store where only tokens are left. With a task from a goal only these.
void Agenda::add_records(const std::vector<Found>& found, const std::string& entry, bool has_task) {
  const Found* newest = nullptr;
  std::vector<Route> places;
  for (const Found& one : found) {
    if (!one.record->may_have_hook()) {
      add_record(one, entry, {});
    } else if (newest == nullptr || created(newest->record->plan) < created(one.record->plan)) {
      newest = &one;
    }
  }
  if (newest == nullptr || has_task) return;
  const Route& kept = newest->record->route;
  for (const Found& one : found) {
    if (&one == newest || !one.record->may_have_hook()) continue;
    for (const Route& route : one.record->previous_routes) add_place(places, route, kept);
    add_place(places, one.record->route, kept);
  }
  add_record(*newest, entry, std::move(places));
}

void Agenda::add_record(const Found& found, const std::string& entry, std::vector<Route> places) {
  const LedgerEntry& record = *found.record;
  Task& task = new_task(goal_of(entry, record));
  task.goal.ledger_routes = std::move(places);
  connect(task);
  if (task.store != found.store && !task.report.error) {
    task.close(Outcome::failed, {},
               fail(Code::no_plugin, "the ledger names another store than its own")
                   .as(ErrorKind::unfinished));
  }
  if (!task.is_open()) return;
  task.next = next_of(task);
  const auto& listed = context_.work.listed;
  const auto again = std::ranges::lower_bound(listed, entry, {}, &ListedEntry::entry);
  if (!record.wanted && !record.reached && again != listed.end() && again->entry == entry) {
    task.close(Outcome::not_started, {},
               fail(Code::not_started, "its removal was begun, and the config lists it again")
                   .hint("bring it back: hookplan reconcile, then sign and apply that plan"));
  }
}

}  // namespace hookplan
