// SPDX-License-Identifier: Apache-2.0
#include "core/apply/engine/first_write.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"

namespace hookplan {

void FirstWrite::to(StoreWork& store) {
  if (store.error) return;
  Tasks tasks;
  for (Task& task : agenda_.tasks()) {
    if (task.store == &store && task.is_open()) tasks.push_back(&task);
  }
  if (tasks.empty() || context_.recorder.is_stopped()) return;
  const Result<void> stored =
      store.session.change(Step::store_token, [&](StoreEdit& edit) -> Result<void> {
        store_tokens(tasks, edit);
        // Another spelling has taken up by now what its ledger entry knew.
        begin_removals(tasks, edit);
        lend_to_old_spellings(edit, [&](const Route& route) {
          const Result<Systems> systems = context_.outside.systems_of(route);
          return systems && systems->traits.family == ReceiverFamily::many_tokens;
        });
        copy_to_hiding(tasks, edit);
        // The ledger names the plan as soon as something of it is there.
        bookkeeping_.name_plan(store, edit.ledger, false);
        remember_given(tasks, edit);
        return {};
      });
  if (stored) return;
  for (Task* const task : tasks) task->close(Outcome::failed, Step::store_token, stored.error());
}

void FirstWrite::store_tokens(const Tasks& tasks, StoreEdit& edit) {
  for (Task* const task : tasks) {
    if (!task->is_open() || !task->goal.wanted || !mint_for(*task, edit)) continue;
    const auto minted = task->store->minted.find(task->goal.entry);
    ensure_token(edit, task->goal, task->systems->traits,
                 minted == task->store->minted.end() ? nullptr : &minted->second,
                 agenda_.age_rules_of(*task, edit.ledger), context_.work.overlap);
  }
}

// False if the task is closed with it.
bool FirstWrite::mint_for(Task& task, const StoreEdit& edit) {
  // Again on what is there now: the edit may be worked out more than once.
  task.next = agenda_.next_of(task, edit.tokens, edit.ledger);
  MintedTokens& minted = task.store->minted;
  if (task.next.phase != Phase::needs_token) return true;
  if (minted.find(task.goal.entry) != minted.end()) return true;
  Result<Secret> token = task.systems->receiver.mint(task.goal.entry);
  if (!token) {
    task.close(Outcome::failed, Step::store_token, std::move(token).error());
    return false;
  }
  const LedgerEntry* const earlier = rotation_under_way(edit.ledger, task.goal);
  if (earlier != nullptr &&
      is_in_overlap(*earlier, context_.recorder.now(), context_.work.overlap)) {
    warn_of_early_rotation(task, *earlier);
  }
  minted.emplace(task.goal.entry, std::move(token).value());
  return true;
}

// In the same write as the tokens: after a death in between the next run would mint others.
void FirstWrite::remember_given(const Tasks& tasks, StoreEdit& edit) {
  for (const Task* const task : tasks) {
    const bool is_given =
        task->is_open() && task->goal.is_requested && task->next.phase == Phase::needs_token;
    const auto plan = std::ranges::find(edit.ledger.plans, task->goal.plan, &LedgerPlan::digest);
    if (!is_given || plan == edit.ledger.plans.end()) continue;
    plan->given.insert_or_assign(task->goal.entry,
                                 newest(edit.tokens.at(task->goal.entry))->created);
  }
}

void FirstWrite::begin_removals(const Tasks& tasks, StoreEdit& edit) const {
  for (Task* const task : tasks) {
    if (!task->is_open() || task->goal.wanted) continue;
    task->next = agenda_.next_of(*task, edit.tokens, edit.ledger);
    if (task->next.phase == Phase::hook_to_go)
      begin_removal(edit, task->goal, context_.work.overlap);
  }
}

// Which entries hide which is for the receiver of each to say.
void FirstWrite::copy_to_hiding(const Tasks& tasks, StoreEdit& edit) {
  std::map<FallbackRule, std::vector<std::string>> names;
  for (const Task* const task : tasks) {
    if (!task->is_open() || !task->goal.wanted) continue;
    names[task->systems->traits.fallback].push_back(task->goal.entry);
  }
  for (auto& [rule, entries] : names) {
    std::ranges::sort(entries);
    copy_to_hiding_entries(edit, entries, rule);
  }
}

void FirstWrite::warn_of_early_rotation(const Task& task, const LedgerEntry& earlier) {
  std::vector<std::string> dates;
  for (const Instant created : earlier.superseded) dates.push_back(to_rfc3339(created));
  warnings_.push_back(
      fail(Code::early_rotation,
           "{} gets a new token before its last rotation is over; with the overlap of this one go "
           "the token of {} and those of {}",
           printable(task.goal.entry), to_rfc3339(earlier.token), fmt::join(dates, ", "))
          .entry(task.goal.entry)
          .first());
}

}  // namespace hookplan
