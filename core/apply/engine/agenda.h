// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/apply/engine/goal.h"
#include "core/apply/engine/hook_steps.h"
#include "core/apply/engine/next_step.h"
#include "core/apply/engine/recorder.h"
#include "core/apply/engine/run.h"
#include "core/apply/engine/store_session.h"
#include "core/apply/engine/token_edits.h"
#include "core/apply/report.h"
#include "core/ports/outside.h"

namespace hookplan {

// What every part of a run works with.
struct RunContext {
  const Work& work;
  const Outside& outside;
  const RunOptions& options;
  Recorder& recorder;

  // By --only.
  bool leaves_out(std::string_view entry) const;
};

// One store of a run, with what is known of it.
struct StoreWork {
  TokenStore& store;
  Route route;  // one that leads to it
  StoreSession session;
  std::optional<Error> error = {};  // why nothing can be done in it
  bool plan_finished = false;       // its ledger says that the plan is done
  MintedTokens minted = {};

  StoreWork(TokenStore& its_store, Route its_route, Recorder& recorder, StoreSession::Judge judge)
      : store(its_store),
        route(std::move(its_route)),
        session(its_store, recorder, std::move(judge)) {}
};

// What this run has made of a goal.
enum class TaskState {
  open,      // nothing yet, and perhaps nothing is left to do
  finished,  // nothing, because an earlier run has brought the plan to its end
  closed,    // it failed, waits for a person, or must not begin: the report says why
  reached,   // its hook was proven, or deleted, and the ledger does not know yet
  recorded,  // and the ledger knows
};

// One goal on its way.
struct Task {
  Goal goal = {};
  std::optional<Systems> systems = {};
  StoreWork* store = nullptr;
  EntryReport report = {};
  TaskState state = TaskState::open;
  std::optional<Error> refusal = {};    // what the forge said beforehand, if it would refuse
  NextStep next = {};                   // as it was when it was asked for last
  HookProof proof = {};                 // of the hook, where there is to be one
  Instant at = kZeroInstant;            // when it was reached
  std::vector<Route> not_cleaned = {};  // whose stores could not be told that the entry has left

  void close(Outcome outcome, std::optional<Step> step, std::optional<Error> error);
  void reach(Instant now);
  bool is_open() const { return state == TaskState::open; }
  bool is_reached() const { return state == TaskState::reached || state == TaskState::recorded; }
  // Its hook signs with its newest token, or is gone: by this run, or still by an earlier one.
  bool has_hook_right() const;
  bool is_at_goal() const { return has_hook_right() && !next.waits_for_overlap; }
};

// What a run has to do: a task for every goal and for every entry that earlier runs left
// unfinished, and the stores that they concern. Goals overrule what is unfinished.
class Agenda {
 public:
  explicit Agenda(const RunContext& context) : context_(context) {}

  // Opens the stores and makes the tasks. What cannot be done is a task that has ended.
  void gather();

  // Lists, for a store may turn up while one goes through them.
  std::list<Task>& tasks() { return tasks_; }
  const std::list<Task>& tasks() const { return tasks_; }
  std::list<StoreWork>& stores() { return stores_; }
  const std::list<StoreWork>& stores() const { return stores_; }

  // Opens it if it is new to the run. Null pointer if nobody knows what the route leads to.
  StoreWork* store_at(const Route& route);
  bool leads_to(const Route& route, const StoreWork& store) const;

  // The routes of the config lead there, so the next run will look at it, too.
  bool is_current(const StoreWork& store) const;

  // What is next for the entry, as its store was seen last or is to be. REQUIRES: task.store.
  NextStep next_of(const Task& task) const;
  NextStep next_of(const Task& task, const TokenMap& tokens, const Ledger& ledger) const;
  AgeRules age_rules_of(const Task& task, const Ledger& ledger) const;

  // All of the plan was done by earlier runs, and nothing of it is missing now.
  bool is_applied_already() const;
  const std::vector<Diagnostic>& warnings() const { return warnings_; }

 private:
  StoreWork& open(const Systems& systems, const Route& route);
  void warn_of_skipped_changes(const std::vector<LedgerPlan>& plans, const std::string& name);
  void warn_of_wrong_clock(const std::vector<LedgerPlan>& plans, const std::string& name);
  // Somebody wants tokens out of use, now.
  bool is_urgent() const;
  Result<void> judge_store(const StoreContents& stored, const std::string& name) const;

  Task& new_task(const Goal& goal);
  void add_goal(const Goal& goal);
  void connect(Task& task);
  bool is_finished(const Task& task);
  bool is_plan_finished(const Task& task) const;

  // What a ledger says of an entry.
  struct Found {
    StoreWork* store = nullptr;
    const LedgerEntry* record = nullptr;
  };
  using Records = std::multimap<std::string, Found, std::less<>>;
  Records records();
  Instant created(const std::string& plan) const;
  void lead_away(Goal& goal, const Records& records) const;
  void add_unfinished();
  void add_records(const std::vector<Found>& found, const std::string& entry, bool has_task);
  void add_record(const Found& found, const std::string& entry, std::vector<Route> places);

  const RunContext& context_;
  std::list<Task> tasks_;
  std::list<StoreWork> stores_;
  std::map<const TokenStore*, StoreWork*> known_stores_;
  std::set<const TokenStore*> current_;
  std::vector<Diagnostic> warnings_;
  bool was_put_back_ = false;  // a store lacks what a finished plan brought
};

}  // namespace hookplan
