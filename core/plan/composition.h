// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/plan/plan.h"

namespace hookplan {

// What a revision says of one subject: an entry, a setting, or the settings file. Of an entry
// nothing where it is not listed.
struct SubjectState {
  std::optional<EntryState> entry = {};
  std::optional<bool> setting = {};
  std::string file = {};  // SHA-256 of the settings file; empty where there is none

  bool operator==(const SubjectState&) const = default;
};

struct Transition {
  SubjectState before = {};
  SubjectState after = {};

  bool operator==(const Transition&) const = default;
};

// The settings file stands beside settings and entries, because it says what is trusted next.
enum class SubjectKind { settings_file, setting, entry };
using Subject = std::pair<SubjectKind, std::string>;  // the name is empty for the settings file

// What a plan changes, with the config that it is about. Nothing volatile is in it, as in the
// intent digest.
struct Intent {
  std::string path = {};
  std::map<Subject, Transition> transitions = {};

  bool operator==(const Intent&) const = default;
};

Intent intent_of(const Plan& plan);

// What one review was about, in the order in which the reviewed changes were merged.
struct ReviewedIntent {
  std::string name = {};  // "#7"
  Intent intent = {};
  std::string lacks = {};  // why it does not count, in words; empty: enough people approved it
};

// Where several transitions of one subject lead, one after the other.
struct Composition {
  std::optional<SubjectState> end = {};  // nothing where one does not begin where it had come to
  std::vector<std::string> names = {};   // of the reviews that changed something
  std::string why = {};                  // in words, where there is no end
};

// Where the approved intents lead a subject from `start`, in their order. A transition must begin
// where the one before it ended; one that ends there already changes nothing. Those that lack
// something are left out. Pure.
Composition compose(const Subject& subject, const SubjectState& start,
                    const std::vector<ReviewedIntent>& reviewed);

// A transition that the reviews do not cover, for people.
struct Uncovered {
  Subject subject = {};
  Transition now = {};
  std::optional<Transition> reviewed = {};
  std::string why = {};          // in words
  bool is_about_routes = false;  // not all of these states have one route
  bool was_reviewed = false;     // an approved review is about it, but not about this
};

// The transitions of `now` that are not exactly what the approved intents compose to; none: what
// was reviewed is what runs. `old_path`: where the config was before, if it moved. Reviewed
// transitions that are not in `now` do not matter: nothing is done about them.
std::vector<Uncovered> uncovered(const Intent& now, std::string_view old_path,
                                 const std::vector<ReviewedIntent>& reviewed);

// "foo/bar", "the setting auto_accept_invitation", "the settings file".
std::string in_words(const Subject& subject);

// "rotate 2019-10-02T15:00:00Z -> 2026-09-01T09:00:00Z", with the routes if they matter.
std::string in_words(const Transition& transition, bool with_routes);

}  // namespace hookplan
