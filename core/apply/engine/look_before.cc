// SPDX-License-Identifier: Apache-2.0
#include "core/apply/engine/look_before.h"

#include <algorithm>
#include <functional>
#include <vector>

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

void LookBefore::look(Task& task) {
  Preflight* const preflight = task.systems->forge.abilities().preflight;
  if (preflight == nullptr) return;
  const auto change = task.goal.wanted ? Preflight::Change::put : Preflight::Change::remove;
  const Result<void> possible = preflight->require_possible(hook_of(task), change);
  // Anything else may have passed when its turn comes.
  if (possible || possible.error().kind != ErrorKind::denied) return;
  task.close(Outcome::failed, task.goal.wanted ? Step::point_hook : Step::delete_hook,
             possible.error());
}

}  // namespace hookplan
