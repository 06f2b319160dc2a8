# SPDX-License-Identifier: Apache-2.0
"""The bugs that plant_bugs.py plants, each with what it stands for.

F1 to F13 are flaws of Prow's hmac tool, each with the trace of a run that shows it in
tests/scenarios. A bug is a list of replacements (file, old text, new text); `tests` names the
programs that must notice it, in the order in which they are asked.
"""

RUN = "core/apply/engine/run.cc"
AGENDA = "core/apply/engine/agenda.cc"
BOOKS = "core/apply/engine/bookkeeping.cc"
DROPPING = "core/apply/engine/dropping.cc"
ORDER = "core/apply/engine/removal_order.cc"
EDITS = "core/apply/engine/token_edits.cc"
STEPS = "core/apply/engine/hook_steps.cc"
FIRST = "core/apply/engine/first_write.cc"
NEXT = "core/apply/engine/next_step.cc"
SESSION = "core/apply/engine/store_session.cc"
FENCE = "core/apply/engine/fence.cc"
RECORDER = "core/apply/engine/recorder.cc"
DOCUMENT = "plugins/prow/token_document.cc"
FILE_STORE = "plugins/file/file_store.cc"

ALL = ["simulation_test", "scenarios_test"]

# What a failed rotation does to the tokens of its entry, in C++.
ON_FAILURE = """    if (!end) {
      static_cast<void>(task.store->session.change(Step::record, [&](StoreEdit& edit) -> Result<void> {
        TokenList& list = edit.tokens[task.goal.entry];
        %s
        return {};
      }));
      task.close(Outcome::failed, steps.at(), end.error());"""
FAILED = """    if (!end) {
      task.close(Outcome::failed, steps.at(), end.error());"""

BUGS = [
    # name, what it stands for, tests, replacements
    ("new_token_is_done", "F1: a token newer than the threshold is taken for a finished rotation", ALL, [
        (FIRST, "    ensure_token(edit, task->goal, task->systems->traits,\n",
         """    if (context_.work.plan && minted == task->store->minted.end() &&
        !will_mint(edit.tokens, task->goal, task->systems->traits)) {
      task->state = TaskState::finished;
      continue;
    }
    ensure_token(edit, task->goal, task->systems->traits,
""")]),
    ("damaged_is_token", "F4: a damaged document is taken for one token", ["scenarios_test", "prow_unit_test"], [
        (DOCUMENT, "  if (visitor.problem()) return refusal(*visitor.problem(), name);",
         "  if (visitor.problem()) return legacy_document(legacy);")]),
    ("write_over", "F7: the write names the version that is there, not the one that was read", ALL, [
        (SESSION, "store_.write(next.tokens, next.ledger, stored_.version);",
         "store_.write(next.tokens, next.ledger, [&] { const auto there = store_.version();"
         " return there ? *there : stored_.version; }());")]),
    ("file_write_over", "F7: the file is written whatever version it has", ["scenarios_test"], [
        (FILE_STORE, "  if (now.version != version) {", "  if (now.version.empty()) {")]),
    ("older_plan_wins", "F7: a plan that is older than the last one is applied", ALL, [
        (AGENDA, "plan.created <= work.plan->created) continue;", "plan.created <= plan.created) continue;")]),
    ("global_first", "F8: global tokens that are not respected go before they are promoted", ALL, [
        (FIRST, "  for (Task* const task : tasks) {\n    if (!task->is_open() || !task->goal.wanted ||",
         "  if (context_.work.retires_global) edit.tokens.erase(std::string(kGlobalEntry));\n"
         "  for (Task* const task : tasks) {\n    if (!task->is_open() || !task->goal.wanted ||")]),
    ("global_at_once", "F8: global tokens go without an overlap", ALL, [
        (DROPPING, "  if (retired && now >= Instant{retired->seconds + work.overlap.count(), retired->nanoseconds}) {",
         "  if (retired) {")]),
    ("ambiguous_is_failure", "F10: a hook write of unknown outcome is a failure, and the token is taken back", ALL, [
        ("core/apply/engine/recorder.h", "kind == ErrorKind::unavailable || kind == ErrorKind::unknown;",
         "kind == ErrorKind::unavailable;"),
        (RUN, FAILED, ON_FAILURE % "if (list.size() > 1) list.pop_back();")]),
    ("ambiguous_is_success", "F10: a lost answer is taken for a good one", ALL, [
        (RECORDER, "    Result<Progress> answer = ask();",
         "    Result<Progress> answer = ask();\n"
         "    if (!answer && answer.error().kind == ErrorKind::unknown) answer = Progress::done;")]),
    ("failure_drops_oldest", "F11: a rotation that fails drops the older of two tokens", ALL, [
        (RUN, FAILED, ON_FAILURE % "if (list.size() > 2) list.erase(list.begin());")]),
    ("prune_all", "F12: every list is pruned to its newest token, whoever asked", ALL, [
        (BOOKS, "        dropping_.retire_global(store, edit);",
         "        dropping_.retire_global(store, edit);\n"
         "          for (auto& [name, list] : edit.tokens) {\n"
         "            while (list.size() > 1) list.erase(newest(list) == &list[0] ? list.begin() + 1 : list.begin());\n"
         "          }")]),
    ("first_global_only", "F13: only the first global token is promoted", ALL, [
        (EDITS, "    TokenList list = clone(found->second);\n    for",
         "    TokenList list = clone(found->second);\n    if (list.size() > 1) list.resize(1);\n    for")]),
    ("global_not_promoted", "a new list hides the global tokens without having them", ALL, [
        (EDITS, "  return inherited(tokens, goal, receiver);\n}", "  return {};\n}")]),
    ("drop_before_switch", "old tokens go with the first write", ALL, [
        (EDITS, "    if (receiver.family == ReceiverFamily::one_token) tokens.clear();", "    tokens.clear();")]),
    ("drop_before_delete", "hooks of superseded tokens and old routes are not deleted before the tokens go", ALL, [
        (STEPS, "  TRY(proof.progress, delete_superseded_hooks(entry, hook, still_right));\n", "")]),
    ("removal_drops_first", "a removal drops the tokens, then deletes the hook", ALL, [
        (RUN, "    if (!task.goal.keeps_hook) {",
         "    static_cast<void>(task.store->session.change(Step::record, [&](StoreEdit& edit) -> Result<void> {\n"
         "      edit.tokens.erase(task.goal.entry);\n"
         "      return {};\n"
         "    }));\n"
         "    if (!task.goal.keeps_hook) {")]),
    ("no_overlap", "superseded tokens go as soon as the new one is proven", ALL, [
        (EDITS, "  return later(*entry.reached, std::max(overlap, entry.overlap));", "  return *entry.reached;")]),
    ("overlap_shortened", "settings that came later shorten the overlap that a plan promised", ALL, [
        (EDITS, "  return later(*entry.reached, std::max(overlap, entry.overlap));",
         "  return later(*entry.reached, overlap);")]),
    ("set_again_at_drop", "the hook is set in the run that drops old tokens; that request may arrive late", ALL, [
        (RUN, "    const Result<HookProof> end = task.next.phase == Phase::due\n", "    const Result<HookProof> end = task.next.phase == Phase::finished\n")]),
    ("overlap_goes_on", "old tokens go at once although the hook had to be set right", ALL, [
        (BOOKS, "(!known.reached || task.proof.is_set_again)", "(!known.reached)")]),
    ("second_mint", "a second token is minted inside the overlap of a rotation", ALL, [
        (NEXT, "  if (!has_open_overlap(facts) || facts.is_emergency)", "  if (!has_open_overlap(facts) || facts.overlap.count() > 0)")]),
    ("lease_not_kept", "a run calls the forge when its lease may have ended", ALL, [
        (SESSION, "    return fence_.covers_a_call() && is_ours(stored_.ledger.lease);", "    return true;")]),
    ("lease_not_respected", "a run takes the lease of another one that is at work", ALL, [
        (FENCE, "  if (!lease || lease->run == outside_.runner.id) return true;", "  return true;")]),
    ("dead_are_forgotten", "nobody waits for what a dead run began", ALL, [
        (FENCE, "      now - *watched_->gone_since >= std::min(lease->longest_call, kMaxLeaseLength))",
         "      now >= *watched_->gone_since)")]),
    ("no_proof_again", "tokens are dropped on an old proof, without setting the hook again", ALL, [
        (RUN, "    if (task.next.phase == Phase::settling) return;", "    if (task.next.is_reached()) return;"),
        (DROPPING, "task->second->is_reached() && task->second->proof.token == record.token;", "true;")]),
    ("receiver_not_awaited", "the hook is set before the receiver has seen the token", ALL, [
        (STEPS, "  TRY_VOID(traffic_.gate_of(systems_.receiver).await(hook, token));\n", "")]),
    ("stale_token", "the hook is set without looking whether another run has minted a newer token", ALL, [
        (STEPS, "    TRY_VOID(session_.refresh());\n    // Last", "    // Last"),
        (STEPS, "    TRY_VOID(session_.hold());\n    TRY(const", "    TRY(const")]),
    ("copies_not_made", "entries that hide an organisation do not get its new token", ALL, [
        (FIRST, "    copy_to_hiding_entries(edit, entries, rule);", "    static_cast<void>(edit);")]),
    ("borrowed_dropped", "what an entry borrowed from its organisation goes while that still has it", ALL, [
        (EDITS, "      return is_borrowed(edit.tokens, entry, token, receiver);",
         "      return is_borrowed(edit.tokens, entry, token, receiver) && token.created < kZeroInstant;")]),
    ("removal_not_blocked", "a hook is deleted before the one that takes its place is proven", ALL, [
        (ORDER, "  if (missing_.contains(removal.entry)) return removal.entry;", "  if (!removal.wanted) return {};")]),
    ("one_failure_stops_all", "the first entry that fails ends the run", ALL, [
        (RUN, "    if (task.next.phase == Phase::settling) return;",
         "    const auto failed = [](const Task& other) { return other.report.error.has_value(); };\n"
         "    if (std::ranges::any_of(agenda_.tasks(), failed)) return;\n"
         "    if (task.next.phase == Phase::settling) return;")]),
    ("ledger_forgets_routes", "the ledger does not say where the hook led before", ALL, [
        (EDITS, "  record.previous_routes = goal.previous_routes;", "")]),
    ("newer_plan_forgets_routes", "a newer plan forgets where the hook led before an unfinished one", ALL, [
        (EDITS, "    leave_places_of(before, record);\n", ""),
        (AGENDA, "      if (!record.may_have_hook()) continue;\n", "      if (!record.may_have_hook() || true) continue;\n")]),
    ("other_ledgers_forgotten", "where a hook may be is only asked of the store where the entry is now", ALL, [
        (AGENDA, "      if (!record.may_have_hook()) continue;\n", "      if (!record.may_have_hook() || true) continue;\n")]),
    ("removal_begun_again", "a removal that another run has ended is begun again", ALL, [
        (NEXT, "(facts.is_plan_finished || facts.goal.is_left_over)", "facts.is_plan_finished")]),
    ("removal_not_begun", "a removal is in the ledger only when the hook is gone", ALL, [
        (EDITS, "    if (!known->second.may_have_hook()) return;\n    // Should", "    return;\n    // Should")]),
    ("overtaken_is_proven", "a proof of the old route counts for the new one", ALL, [
        (BOOKS, "  if (!known.wanted || known.token != task.proof.token || known.route != task.proof.route) return;",
         "  if (!known.wanted || known.token != task.proof.token) return;"),
        (STEPS, " && session_.record_of(entry)->route == route) return {};", ") return {};")]),
    ("removed_borrower_forgotten", "what a removed entry borrowed goes while its deliveries are on their way", ALL, [
        (EDITS, "  if (entry.wanted && entry.superseded.empty()) return true;", "  if (entry.superseded.empty()) return true;")]),
    ("hidden_borrower_forgotten", "a repository drops what its organisation's hook signs with", ALL, [
        (DROPPING, "      if (systems && !hides_any(entry, loans.borrowers, systems->traits))", "      if (systems)")]),
    ("unreached_removal_forgotten", "tokens go that the hook of a refused removal signs with", ALL, [
        (DROPPING, "      if (!record.wanted && is_due(record, now, context_.work.overlap)) continue;",
         "      if (!record.wanted) continue;"),
        (DROPPING, "    if (!task.goal.wanted && task.has_hook_right()) continue;", "    if (!task.goal.wanted) continue;")]),
    ("older_plan_goes_on", "settle takes an older plan for the one that counts", ALL, [
        (AGENDA, "created(newest->record->plan) < created(one.record->plan)) {", "created(one.record->plan) < created(newest->record->plan)) {")]),
    ("superseded_forgotten", "a newer plan forgets which tokens an unfinished one superseded", ALL, [
        (EDITS, "    superseded.insert(superseded.end(), before.superseded.begin(), before.superseded.end());", "")]),
    ("old_store_keeps", "tokens stay in the store that the entry has left", ALL, [
        (BOOKS, "  if (goals.empty()) return {};", "  if (!goals.empty() || true) return {};")]),
    ("left_store_forgotten", "nobody remembers a store that the config names no more", ALL, [
        (BOOKS, "    if (!is_known) ledger.former_stores.push_back(other.route);", "    static_cast<void>(is_known);")]),
    ("left_store_not_looked_at", "a store that was left is forgotten by what was seen of it long ago", ALL, [
        (BOOKS, "  return store->session.refresh() && !holds_something(*store);", "  return !holds_something(*store);")]),
    ("lived_on_dropped", "tokens go although a listed entry that has none lives on them", ALL, [
        (DROPPING, "    if (loans.lenders.contains(entry)) continue;", "")]),
    ("global_lived_on_dropped", "global tokens go although a listed entry lives on them", ALL, [
        (DROPPING, "  if (loans(store, edit).lenders.contains(kGlobalEntry)) return;", "")]),
    ("kept_hook_deleted", "the hook of an old route goes even if it is the new one", ALL, [
        (STEPS, "    if (!other_service && same(hook.url, kept.url)) continue;", "    static_cast<void>(other_service);")]),
    ("created_by_clock", "a minted token is dated by a clock that may be behind", ALL, [
        (EDITS, "  token.created = std::max(now, next_nanosecond(goal.threshold));", "  token.created = now;"),
        (EDITS, "    token.created = next_nanosecond(last->created);", "    static_cast<void>(last);")]),
    ("respelled_starts_anew", "another spelling does not take its tokens along", ALL, [
        (EDITS, "  if (!goal.respelled_from.empty() && respelled != tokens.end()) return clone(respelled->second);",
         "  static_cast<void>(respelled);")]),
]
