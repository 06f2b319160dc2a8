// SPDX-License-Identifier: Apache-2.0
#include "core/plan/consequence.h"

#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "core/plan/route_list.h"

namespace hookplan {
namespace {

// A day is enough unless both instants lie on the same one.
std::string threshold_step(const Change& change, std::string_view arrow) {
  const Instant from = change.before->token_created_after;
  const Instant to = change.after->token_created_after;
  const auto shown = [&](Instant instant) {
    if (instant == kZeroInstant) return std::string("none");
    return to_date(from) == to_date(to) ? to_rfc3339(instant) : to_date(instant);
  };
  return fmt::format("{} {} {}", shown(from), arrow, shown(to));
}

std::string whose_events(const Change& change) {
  return change.scope() == Scope::org
             ? fmt::format("every repository of {}", change.entry.empty() ? "\"\"" : change.entry)
             : change.entry;
}

std::string target_of(const std::optional<EntryState>& state) {
  if (!state->route) return "no route";
  return fmt::format("{} ({})", state->route->receiver.name, state->route->url());
}

void describe_remove(Change& change) {
  change.reason = "entry_deleted";
  if (change.relation && change.relation->kind == RelationKind::case_rename) {
    change.consequence = fmt::format(
        "only the spelling changes to {}: on GitHub it is the same hook, which stays; the tokens of "
        "this spelling go once it is known that GitHub does not use it",
        change.relation->entry);
    change.reversible = {"any time", "restore the spelling"};
    return;
  }
  std::string moved;
  std::string unless;
  if (change.relation) {
    if (change.relation->kind == RelationKind::move)
      moved = fmt::format(", after {} has a hook of its own", change.relation->entry);
    unless = "; if both names lead to one hook, that hook stays";
  }
  change.consequence = fmt::format(
      "{} stops sending events as soon as this is applied: the hook is deleted{}, then its tokens "
      "are dropped{}",
      whose_events(change), moved, unless);
  change.reversible = {"the hook is deleted",
                       "restore the entry: a new hook and a new token are made"};
}

void describe_onboard(Change& change, std::chrono::seconds overlap) {
  change.reason = "entry_added";
  if (change.relation && change.relation->kind == RelationKind::case_rename) {
    change.consequence = fmt::format(
        "new spelling of {}: on GitHub it is the same hook, which stays; Prow must know the tokens "
        "under the name that GitHub sends",
        change.relation->entry);
    change.reversible = {"any time", "restore the spelling"};
    return;
  }
  change.consequence = fmt::format(
      "{} starts sending events{}: a token is minted, stored and proven to be accepted, then the "
      "hook is created{}",
      whose_events(change),
      change.after->route ? fmt::format(" to {}", target_of(change.after)) : std::string(),
      change.relation ? fmt::format("; the tokens of {} are accepted for it, too, until {} later, "
                                    "in case it is the same one under a new name",
                                    change.relation->entry, in_words(overlap))
                      : std::string());
  change.reversible = {"any time", "remove the entry again"};
}

void describe_rotate(Change& change, std::chrono::seconds overlap) {
  change.reason = "threshold_raised";
  change.consequence = fmt::format(
      "the hook gets a new token once the receiver is proven to accept it; the old token stays "
      "valid for {} after the switch, no delivery is lost",
      in_words(overlap));
  change.reversible = {
      fmt::format("the old token is dropped, {} after the switch", in_words(overlap)),
      "raise token_created_after again: another new token is minted"};
}

// What a reviewer must see of a new route: where deliveries go, which events, where tokens live.
std::string difference_of(const Change& change) {
  if (!change.after->route) return "no route matches it any more: its hook is left alone";
  const Route& to = *change.after->route;
  const Route& from = *change.before->route;
  std::vector<std::string> parts;
  if (to.url() != from.url() || to.receiver.name != from.receiver.name) {
    parts.push_back(
        fmt::format("deliveries go to {} instead of {}, once that is proven to accept them",
                    target_of(change.after), target_of(change.before)));
  }
  if (to.events != from.events) {
    parts.push_back(fmt::format("events are {} instead of {}", fmt::join(to.events, ", "),
                                fmt::join(from.events, ", ")));
  }
  if (to.forge != from.forge) {
    parts.push_back(
        fmt::format("the hook is on {} instead of {}", forge_in_words(to), forge_in_words(from)));
  }
  if (to.store != from.store) parts.push_back("tokens live in another store");
  if (parts.empty()) parts.push_back("the type of the receiver changes");
  return fmt::format("{}", fmt::join(parts, "; "));
}

void describe_reroute(Change& change, std::chrono::seconds overlap) {
  change.reason = "route_changed";
  change.consequence = difference_of(change);
  change.reversible = {
      fmt::format("the old tokens are dropped, {} after the switch", in_words(overlap)),
      "restore the route"};
}

void describe_relax(Change& change) {
  change.reason = "threshold_lowered";
  change.consequence =
      "recorded only: the token in use is newer than both thresholds, nothing is done";
  change.reversible = {"any time", "nothing to undo"};
}

}  // namespace

std::string_view in_words(RelationKind kind) {
  switch (kind) {
    case RelationKind::case_rename: return "respelled";
    case RelationKind::move: return "moved";
    case RelationKind::rename: return "perhaps renamed";
  }
  throw std::logic_error("no such kind of relation");
}

std::string in_words(std::chrono::seconds duration) {
  const std::int64_t seconds = duration.count();
  if (seconds % 86'400 == 0 && seconds > 86'400) return fmt::format("{} days", seconds / 86'400);
  if (seconds % 60 == 0) return fmt::format("{} min", seconds / 60);
  return fmt::format("{} s", seconds);
}

void describe(Change& change, std::chrono::seconds overlap) {
  switch (change.kind) {
    case ChangeKind::remove: return describe_remove(change);
    case ChangeKind::reroute: return describe_reroute(change, overlap);
    case ChangeKind::rotate: return describe_rotate(change, overlap);
    case ChangeKind::onboard: return describe_onboard(change, overlap);
    case ChangeKind::relax: return describe_relax(change);
  }
}

void describe(SettingChange& setting) {
  if (setting.name == kRespectGlobalToken) {
    setting.consequence =
        setting.after ? "deliveries signed with the global token are accepted"
                      : "deliveries still signed with the global token are refused from then on";
  } else {
    setting.consequence = setting.after
                              ? "invitations to listed organizations and repositories are accepted"
                              : "invitations are left for people to accept";
  }
}

std::string action_of(const Change& change) {
  const bool renamed = change.relation && change.relation->kind == RelationKind::case_rename;
  switch (change.kind) {
    case ChangeKind::remove:
      return renamed ? "keep the hook under its new spelling" : "delete hook, drop tokens";
    case ChangeKind::reroute: return "follow the new route";
    case ChangeKind::rotate: return "new token, switch, verify, drop the old";
    case ChangeKind::onboard:
      if (renamed) return "keep the hook of the old spelling";
      return change.after->route
                 ? fmt::format("mint token, create hook to {}, verify", change.after->route->url())
                 : "mint token, create hook, verify";
    case ChangeKind::relax: return "nothing to do";
  }
  throw std::logic_error("no such kind of change");
}

std::string cause_of(const Change& change) {
  switch (change.kind) {
    case ChangeKind::remove:
    case ChangeKind::onboard: {
      if (!change.relation)
        return change.kind == ChangeKind::remove ? "entry deleted" : "new entry";
      const std::string_view to_or_from = change.kind == ChangeKind::remove ? "to" : "from";
      return fmt::format("{} {} {}", in_words(change.relation->kind), to_or_from,
                         change.relation->entry);
    }
    case ChangeKind::reroute: return "route changed";
    case ChangeKind::rotate:
    case ChangeKind::relax: {
      // A route that is new beside the change is no reroute: nobody knows where the hook led
      // before.
      const bool is_new = !change.before->route && change.after->route;
      return threshold_step(change, "->") +
             (is_new ? fmt::format(", to {}", change.after->route->url()) : std::string());
    }
  }
  throw std::logic_error("no such kind of change");
}

}  // namespace hookplan
