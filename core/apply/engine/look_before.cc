// SPDX-License-Identifier: Apache-2.0
#include "core/apply/engine/look_before.h"

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/base/text.h"
#include "core/config/entry_name.h"

namespace hookplan {

void LookBefore::all() {
  std::vector<Task*> tasks;
  for (Task& task : agenda_.tasks()) {
    if (!task.is_open() || task.goal.keeps_hook) continue;
    // Of what has its hook nothing is changed but what nobody needs any more.
    const Phase phase = agenda_.next_of(task).phase;
    if (phase == Phase::settling || phase == Phase::finished) continue;
    tasks.push_back(&task);
  }
  announce(tasks);
  constexpr int kPart = 10;
  const auto begun = context_.recorder.running();
  std::size_t next = 0;
  const auto work = [&] {
    while (next < tasks.size()) {
      const bool is_late = context_.recorder.running() - begun >= context_.options.deadline / kPart;
      Task& task = *tasks[next++];
      recall(task);
      if (!is_late && !context_.recorder.is_stopped()) look(task);
    }
  };
  const std::size_t width =
      std::min(std::max<std::size_t>(context_.options.parallel, 1), tasks.size());
  context_.outside.fibers.run(std::vector<std::function<void()>>(width, work));
  tell_refusals();
}

void LookBefore::announce(const std::vector<Task*>& tasks) {
  std::map<Preflight*, std::vector<std::string>> entries;
  for (const Task* const task : tasks) {
    if (Preflight* const preflight = task->systems->forge.abilities().preflight)
      entries[preflight].push_back(task->goal.entry);
  }
  for (const auto& [preflight, names] : entries) preflight->expect(names);
}

// Where a token is part of the URL nobody knows the URL yet, and no hook is looked for.
Hook LookBefore::hook_of(const Task& task) {
  const Route& route = *task.goal.route;
  Hook hook{task.goal.entry, route, {}};
  if (task.systems->traits.family != ReceiverFamily::token_in_url)
    hook.url = task.systems->receiver.url_of(route, Token{});
  return hook;
}

void LookBefore::recall(const Task& task) {
  HookMemory* const memory = task.systems->forge.abilities().memory;
  if (memory == nullptr) return;
  const Ledger& ledger = task.store->session.stored().ledger;
  const HookIds* const ids = ledger.hook_of(task.goal.entry, task.goal.route->forge);
  if (ids != nullptr) memory->recall(hook_of(task), *ids);
}

void LookBefore::look(Task& task) const {
  Preflight* const preflight = task.systems->forge.abilities().preflight;
  if (preflight == nullptr) return;
  const auto change = task.goal.wanted ? Preflight::Change::put : Preflight::Change::remove;
  Result<void> possible = preflight->require_possible(hook_of(task), change);
  // Anything else may have passed when its turn comes.
  if (!possible && possible.error().kind == ErrorKind::denied)
    task.refusal = std::move(possible).error();
}

// Only once all are known: whether one is alone depends on what others want.
void LookBefore::tell_refusals() {
  for (Task& task : agenda_.tasks()) {
    if (!task.refusal) continue;
    const Step step = task.goal.wanted ? Step::point_hook : Step::delete_hook;
    context_.outside.observer.step({task.goal.entry, step, StepState::failed, &*task.refusal});
    if (context_.options.dry_run || is_alone(task)) task.close(Outcome::failed, step, task.refusal);
  }
}

// Nothing and nobody has to know later that it was asked for. Otherwise only the ledger tells the
// next run, which may have no plan:
// - a removal: that it is to go on;
// - who moves: where its hooks were;
// - who has no tokens of its own and lives on those of others: with a list of its own the others
//   can drop what leaked, and without one they would have to keep it for as long as the entry is
//   refused;
// - whoever takes over from what is removed: that the hook of the latter has to stay until then.
bool LookBefore::is_alone(const Task& task) const {
  const Goal& goal = task.goal;
  if (!goal.wanted || !goal.respelled_from.empty()) return false;
  if (!goal.previous_routes.empty() || !goal.ledger_routes.empty()) return false;
  const TokenMap& tokens = task.store->session.stored().tokens;
  const bool lives_on_others =
      tokens.find(goal.entry) == tokens.end() &&
      accepted_tokens(tokens, task.systems->traits.fallback, goal.entry) != nullptr;
  if (lives_on_others) return false;
  return std::ranges::none_of(agenda_.tasks(), [&](const Task& other) {
    return !other.goal.wanted && may_make_way(other, task);
  });
}

bool LookBefore::may_make_way(const Task& removal, const Task& task) {
  const auto organization = [](const Task& of) {
    return ascii_lower(organization_of(of.goal.entry));
  };
  return removal.goal.after == task.goal.entry || organization(removal) == organization(task);
}

}  // namespace hookplan
