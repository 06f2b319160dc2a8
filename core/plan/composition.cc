// SPDX-License-Identifier: Apache-2.0
#include "core/plan/composition.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/text.h"

namespace hookplan {
namespace {

std::string sha256_of(const std::optional<FileProvenance>& file) {
  return file ? file->sha256 : std::string();
}

std::string state_in_words(const SubjectState& state, bool with_routes) {
  constexpr std::size_t kShortDigest = 12;
  if (state.entry) {
    std::string words = to_rfc3339(state.entry->token_created_after);
    if (with_routes && state.entry->route) {
      words += fmt::format(" from {} to {}", printable(state.entry->route->forge.name),
                           printable(state.entry->route->url()));
    }
    return words;
  }
  if (state.setting) return *state.setting ? "true" : "false";
  return state.file.empty() ? "nothing" : state.file.substr(0, kShortDigest);
}

std::string_view verb_of(const Transition& transition) {
  const auto& [before, after] = std::pair(transition.before.entry, transition.after.entry);
  if (!before && !after) return "change";
  if (!before) return "onboard";
  if (!after) return "remove";
  if (before->route != after->route) return "reroute";
  return before->token_created_after < after->token_created_after ? "rotate" : "relax";
}

// Goes on by one transition. What is broken stays so: nobody knows what was between.
void extend(Composition& composition, const std::string& name, const Transition& next) {
  if (!composition.end) return;
  SubjectState& end = *composition.end;
  if (next.before == end) {
    end = next.after;
    composition.names.push_back(name);
  } else if (next.after != end) {
    composition.why = fmt::format(
        "{} was reviewed from {}, but {} {}", name, state_in_words(next.before, true),
        composition.names.empty() ? "the base is" : composition.names.back() + " leads to",
        state_in_words(end, true));
    composition.end.reset();
  }
}

std::string names_of(const Composition& composition) {
  return fmt::format("{}", fmt::join(composition.names, ", "));
}

bool has_one_route(const Transition& now, const std::optional<Transition>& reviewed) {
  const Transition& other = reviewed ? *reviewed : now;
  const Route* first = nullptr;
  for (const SubjectState* state : {&now.before, &now.after, &other.before, &other.after}) {
    if (!state->entry || !state->entry->route) continue;
    if (first != nullptr && *first != *state->entry->route) return false;
    first = &*state->entry->route;
  }
  return true;
}

// Why a transition is not covered, and what was reviewed of it.
Uncovered explain(const Subject& subject, const Transition& now, const Composition& composition) {
  Uncovered result{subject, now, {}, composition.why, !has_one_route(now, std::nullopt), false};
  result.was_reviewed = !composition.end || !composition.names.empty();
  if (!composition.end || composition.names.empty()) return result;
  result.reviewed = Transition{now.before, *composition.end};
  result.is_about_routes = !has_one_route(now, result.reviewed);
  result.why =
      fmt::format("{} leads to {}, and something that was not reviewed to {}",
                  names_of(composition), state_in_words(*composition.end, result.is_about_routes),
                  state_in_words(now.after, result.is_about_routes));
  return result;
}

// Reviews of the subject that do not count, each with what it lacks.
std::vector<std::string> shortages(const Subject& subject,
                                   const std::vector<ReviewedIntent>& reviewed) {
  std::vector<std::string> all;
  for (const ReviewedIntent& each : reviewed) {
    if (each.lacks.empty() || !each.intent.transitions.contains(subject)) continue;
    all.push_back(fmt::format("{} brings it and {}", each.name, each.lacks));
  }
  return all;
}

}  // namespace

Intent intent_of(const Plan& plan) {
  Intent intent;
  intent.path = plan.provenance.path;
  for (const Change& change : plan.changes) {
    // Two changes of one entry, such as reroute and rotate, have the same two states.
    intent.transitions[{SubjectKind::entry, change.entry}] = {{change.before, {}, {}},
                                                              {change.after, {}, {}}};
  }
  for (const SettingChange& setting : plan.settings) {
    intent.transitions[{SubjectKind::setting, setting.name}] = {{{}, setting.before, {}},
                                                                {{}, setting.after, {}}};
  }
  const std::string before = sha256_of(plan.provenance.before.settings);
  const std::string after = sha256_of(plan.provenance.after.settings);
  if (before != after) {
    intent.transitions[{SubjectKind::settings_file, ""}] = {{{}, {}, before}, {{}, {}, after}};
  }
  return intent;
}

Composition compose(const Subject& subject, const SubjectState& start,
                    const std::vector<ReviewedIntent>& reviewed) {
  Composition composition{start, {}, {}};
  for (const ReviewedIntent& each : reviewed) {
    const auto transition = each.intent.transitions.find(subject);
    if (!each.lacks.empty() || transition == each.intent.transitions.end()) continue;
    extend(composition, each.name, transition->second);
  }
  return composition;
}

std::vector<Uncovered> uncovered(const Intent& now, std::string_view old_path,
                                 const std::vector<ReviewedIntent>& reviewed) {
  std::vector<ReviewedIntent> same_config;
  std::ranges::copy_if(reviewed, std::back_inserter(same_config), [&](const ReviewedIntent& each) {
    return each.intent.path == now.path || (!old_path.empty() && each.intent.path == old_path);
  });
  std::vector<Uncovered> all;
  for (const auto& [subject, transition] : now.transitions) {
    const Composition composition = compose(subject, transition.before, same_config);
    if (composition.end == transition.after) continue;
    Uncovered each = explain(subject, transition, composition);
    const std::vector<std::string> lacking = shortages(subject, same_config);
    if (!lacking.empty()) each.why = fmt::format("{}", fmt::join(lacking, "; "));
    if (each.why.empty()) each.why = "no merged pull request brings it";
    all.push_back(std::move(each));
  }
  return all;
}

std::string in_words(const Subject& subject) {
  switch (subject.first) {
    case SubjectKind::settings_file: return "the settings file";
    case SubjectKind::setting: return fmt::format("the setting {}", printable(subject.second));
    case SubjectKind::entry: break;
  }
  return printable(subject.second);
}

std::string in_words(const Transition& transition, bool with_routes) {
  return fmt::format("{} {} -> {}", verb_of(transition),
                     state_in_words(transition.before, with_routes),
                     state_in_words(transition.after, with_routes));
}

}  // namespace hookplan
