// SPDX-License-Identifier: Apache-2.0
#include "core/apply/engine/bookkeeping.h"

#include <algorithm>
#include <utility>

namespace hookplan {

std::vector<Error> Bookkeeping::record_reached() {
  return write_all(Step::record, StoreSession::LeaseUse::keep, [](const StoreWork&, StoreEdit&) {});
}

std::vector<Error> Bookkeeping::finish() {
  std::vector<Error> errors = write_all(Step::drop_tokens, StoreSession::LeaseUse::release,
                                        [&](const StoreWork& store, StoreEdit& edit) {
                                          dropping_.drop_due(store, edit);
                                          dropping_.retire_global(store, edit);
                                          name_plan(store, edit.ledger, is_plan_reached());
                                          if (!context_.work.plan) finish_plans(edit.ledger);
                                        });
  std::ranges::move(forget_emptied(), std::back_inserter(errors));
  return errors;
}

// What was reached, and what else is to be written with it, to each store in one write.
std::vector<Error> Bookkeeping::write_all(
    Step step, StoreSession::LeaseUse use,
    const std::function<void(const StoreWork&, StoreEdit&)>& edit_more) {
  const Batch batch = take_batch();
  std::vector<Error> errors = give_up_old_routes(batch);
  for (StoreWork& store : agenda_.stores()) {
    if (store.error) continue;
    const auto edit_all = [&](StoreEdit& edit) -> Result<void> {
      for (Task* const task : batch) {
        if (task->store == &store) write_reached(*task, edit, context_.work.overlap);
      }
      edit_more(store, edit);
      remember_left(store, edit.ledger);
      return {};
    };
    const Result<void> written = store.session.change(step, edit_all, use);
    if (!written) {
      errors.push_back(written.error());
      continue;
    }
    for (Task* const task : batch) {
      if (task->store == &store) task->state = TaskState::recorded;
    }
  }
  return errors;
}

// --- what was reached

Bookkeeping::Batch Bookkeeping::take_batch() {
  Batch batch;
  for (Task& task : agenda_.tasks()) {
    if (task.state == TaskState::reached) batch.push_back(&task);
  }
  return batch;
}

namespace {

// When the overlap begins. Nothing was reached before its plan was made: a clock that is behind
// would let superseded tokens go as soon as another one looks.
Instant reached_at(const Task& task, const Ledger& ledger) {
  const auto plan = std::ranges::find(ledger.plans, task.goal.plan, &LedgerPlan::digest);
  const bool is_behind = plan != ledger.plans.end() && !is_credible(plan->created, task.at);
  return is_behind ? plan->created : task.at;
}

}  // namespace

void Bookkeeping::write_reached(Task& task, StoreEdit& edit, std::chrono::seconds overlap) {
  const Instant at = reached_at(task, edit.ledger);
  if (!task.goal.wanted) {
    give_up(edit, task.goal, at, overlap);
    edit.ledger.remember_hook(task.goal.entry, task.goal.route->forge, {});
    edit.ledger.entries.at(task.goal.entry).previous_routes = task.not_cleaned;
    return;
  }
  const auto record = edit.ledger.entries.find(task.goal.entry);
  if (record == edit.ledger.entries.end()) return;
  LedgerEntry& known = record->second;
  // Somebody else's newer plan is not reached by our proof.
  if (!known.wanted || known.token != task.proof.token || known.route != task.proof.route) return;
  // Those that were left may have been on the same forge.
  for (const Route& route : task.proof.left)
    edit.ledger.remember_hook(task.goal.entry, route.forge, {});
  edit.ledger.remember_hook(task.goal.entry, task.proof.route.forge, task.proof.ids);
  const auto is_in = [](const std::vector<Route>& routes, const Route& route) {
    return std::ranges::find(routes, route) != routes.end();
  };
  std::erase_if(known.previous_routes, [&](const Route& route) {
    return is_in(task.proof.left, route) && !is_in(task.not_cleaned, route);
  });
  const bool is_left = std::ranges::all_of(
      known.previous_routes, [&](const Route& route) { return is_in(task.not_cleaned, route); });
  if ((!known.reached || task.proof.is_set_again) && is_left) known.reached = at;
}

// Before anything else is recorded: what old stores must drop would be forgotten otherwise.
std::vector<Error> Bookkeeping::give_up_old_routes(const Batch& batch) {
  std::vector<Error> errors;
  for (StoreWork& store : agenda_.stores()) {
    const Result<void> written = give_up_old_routes_in(store, batch);
    if (!written && !store.error) errors.push_back(written.error());
  }
  return errors;
}

// Tokens that an entry had in another store than its own now. Where they cannot be given up the
// entry has its hook all the same; its old route stays in the ledger for the next run.
Result<void> Bookkeeping::give_up_old_routes_in(StoreWork& store, const Batch& batch) {
  std::vector<Goal> goals;
  std::vector<Task*> tasks;
  for (Task* const task : batch) {
    if (task->store == &store) continue;
    for (const Route& route : task->goal.wanted ? task->proof.left : task->goal.previous_routes) {
      if (!agenda_.leads_to(route, store)) continue;
      Goal goal = task->goal;
      goal.wanted = false;
      goal.route = route;
      goals.push_back(std::move(goal));
      tasks.push_back(task);
    }
  }
  if (goals.empty()) return {};
  Result<void> written =
      store.error ? Result<void>(*store.error)
                  : store.session.change(Step::record, [&](StoreEdit& edit) -> Result<void> {
                      const Instant now = context_.recorder.now();
                      for (const Goal& goal : goals)
                        give_up(edit, goal, now, context_.work.overlap);
                      return {};
                    });
  if (!written) {
    for (std::size_t i = 0; i < goals.size(); ++i)
      add_place(tasks[i]->not_cleaned, *goals[i].route, *tasks[i]->goal.route);
  }
  return written;
}

// --- stores that the config names no more

// Only a store that the next run will look at can remember those that nobody names.
void Bookkeeping::remember_left(const StoreWork& store, Ledger& ledger) const {
  if (!agenda_.is_current(store)) return;
  for (const StoreWork& other : agenda_.stores()) {
    if (agenda_.is_current(other) || !may_hold_something(other)) continue;
    const bool is_known = std::ranges::any_of(
        ledger.former_stores, [&](const Route& route) { return agenda_.leads_to(route, other); });
    if (!is_known) ledger.former_stores.push_back(other.route);
  }
}

bool Bookkeeping::may_hold_something(const StoreWork& store) const {
  if (store.error || holds_something(store)) return true;
  const auto leads_here = [&](const Route& route) { return agenda_.leads_to(route, store); };
  return std::ranges::any_of(agenda_.tasks(), [&](const Task& task) {
    return task.is_reached() &&
           (task.store == &store || std::ranges::any_of(task.goal.previous_routes, leads_here));
  });
}

bool Bookkeeping::holds_something(const StoreWork& store) {
  const Ledger& ledger = store.session.stored().ledger;
  return !ledger.entries.empty() || ledger.retires_global;
}

std::vector<Error> Bookkeeping::forget_emptied() {
  std::vector<Error> errors;
  for (StoreWork& store : agenda_.stores()) {
    if (store.error || store.session.stored().ledger.former_stores.empty()) continue;
    const Result<void> written = store.session.change(
        Step::record,
        [&](StoreEdit& edit) -> Result<void> {
          std::erase_if(edit.ledger.former_stores,
                        [&](const Route& route) { return is_emptied(route); });
          return {};
        },
        StoreSession::LeaseUse::release);
    if (!written) errors.push_back(written.error());
  }
  return errors;
}

// Looks again, and after the store that remembers was read: another run gives up tokens before it
// writes to that store, so either this sees them, or the write does not fit any more.
bool Bookkeeping::is_emptied(const Route& route) const {
  StoreWork* const store = agenda_.store_at(route);
  // Of what this build cannot open nobody knows whether it is empty.
  if (store == nullptr || store->error) return false;
  // One that the config names is looked at anyway.
  if (agenda_.is_current(*store)) return true;
  return store->session.refresh() && !holds_something(*store);
}

// --- the plan

bool Bookkeeping::is_of_plan(const Task& task) const {
  return context_.work.plan && task.goal.plan == context_.work.plan->digest;
}

bool Bookkeeping::is_plan_reached() const {
  return std::ranges::all_of(
      agenda_.tasks(), [&](const Task& task) { return !is_of_plan(task) || task.is_at_goal(); });
}

// Something of it that may concern the store is not in its ledger.
bool Bookkeeping::is_plan_left_out(const StoreWork& store, const Ledger& ledger) const {
  return std::ranges::any_of(agenda_.tasks(), [&](const Task& task) {
    if (!is_of_plan(task) || task.is_at_goal()) return false;
    // Its entry there tells of the rotation that it waits for.
    if (task.next.waits_for_overlap) return task.store == &store;
    if (task.store != nullptr && task.store != &store) return false;
    const auto record = ledger.entries.find(task.goal.entry);
    return record == ledger.entries.end() || record->second.plan != task.goal.plan;
  });
}

// Of whom no token would tell that a rotation was asked for.
std::set<std::string, std::less<>> Bookkeeping::not_given(const StoreWork& store,
                                                          const LedgerPlan& plan) const {
  std::set<std::string, std::less<>> entries;
  for (const Task& task : agenda_.tasks()) {
    const bool may_be_here = task.store == nullptr || task.store == &store;
    if (may_be_here && is_of_plan(task) && task.goal.is_requested &&
        !plan.given.contains(task.goal.entry))
      entries.insert(task.goal.entry);
  }
  return entries;
}

void Bookkeeping::name_plan(const StoreWork& store, Ledger& ledger, bool finished) const {
  if (!context_.work.plan) return;
  const auto known =
      std::ranges::find(ledger.plans, context_.work.plan->digest, &LedgerPlan::digest);
  if (known != ledger.plans.end()) {
    // Unchanged where nothing changes: applying a plan again writes nothing.
    if (known->finished) return;
    known->omitted = is_plan_left_out(store, ledger);
    known->left_out = not_given(store, *known);
    if (!finished) return;
    known->finished = true;
    known->given.clear();
    known->left_out.clear();
    known->applied = context_.recorder.now();
    return;
  }
  LedgerPlan plan = *context_.work.plan;
  plan.applied = context_.recorder.now();
  plan.finished = finished;
  plan.omitted = is_plan_left_out(store, ledger);
  plan.left_out = not_given(store, plan);
  ledger.plans.push_back(std::move(plan));
  if (ledger.plans.size() > kMaxLedgerPlans) ledger.plans.erase(ledger.plans.begin());
}

// What `settle` has brought to its end is finished as well.
void Bookkeeping::finish_plans(Ledger& ledger) const {
  for (LedgerPlan& plan : ledger.plans) {
    const bool is_open = std::ranges::any_of(ledger.entries, [&](const auto& entry) {
      return entry.second.plan == plan.digest && !entry.second.reached;
    });
    if (plan.finished || plan.omitted || !plan.left_out.empty() || is_open) continue;
    plan.finished = true;
    plan.given.clear();
    plan.left_out.clear();
    plan.applied = context_.recorder.now();
  }
}

}  // namespace hookplan
