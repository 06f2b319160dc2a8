// SPDX-License-Identifier: Apache-2.0
#include "core/apply/told_words.h"

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/git/repository_path.h"

namespace hookplan {
namespace {

constexpr std::string_view kFirstParent = "first parent of ";

// The words of the commands that plan from what is live.
bool is_rule_for_live(std::string_view rule) {
  return rule == "what is live" || rule == "a request to rotate";
}

// The words of `hookplan ci`: of ci_revisions_of(), and of what it says on top of them.
bool is_rule_of_pipeline(std::string_view rule) {
  return rule == "the commit that was applied last" || rule == "the base of the run" ||
         rule == "what was there before the push" || rule.starts_with("merge base of ") ||
         rule.starts_with("nearest valid commit before the ") ||
         rule == "where HEAD left its upstream branch";
}

// The words of choose_commits() and, below, of locate_config().
bool is_rule_for_base(std::string_view rule) {
  return rule.starts_with(kFirstParent) || rule.starts_with("named on the command line: ") ||
         rule.starts_with("the nearest first parent of ") ||
         (rule.starts_with("where ") && rule.find(" parted from ") != std::string_view::npos) ||
         rule.ends_with(" is the first commit, compared with nothing") || is_rule_of_pipeline(rule);
}

bool is_rule_for_path(std::string_view rule) {
  return rule == "--config-path" || rule == "named in .hookplan.yaml of the base" ||
         rule == "found by looking in the usual places" ||
         rule == "found by looking in the usual places, without managed_webhooks";
}

// What is the same in all URLs of one repository.
std::string place_of_remote(std::string_view url) {
  std::string place = ascii_lower(url);
  if (const std::size_t scheme = place.find("://"); scheme != std::string::npos)
    place.erase(0, scheme + 3);
  if (const std::size_t user = place.find('@'); user < place.find('/')) place.erase(0, user + 1);
  const std::size_t colon = place.find(':');
  if (colon < place.find('/')) {
    // A port, or where the path begins in the short form for ssh.
    const std::size_t end = place.find_first_not_of("0123456789", colon + 1);
    const bool is_port = end != colon + 1 && end < place.size() && place[end] == '/';
    is_port ? place.erase(colon, end - colon) : place.replace(colon, 1, "/");
  }
  while (place.ends_with('/')) place.pop_back();
  if (place.ends_with(".git")) place.resize(place.size() - 4);
  return place;
}

}  // namespace

std::string problem_with_words(const Plan& plan) {
  const Provenance& told = plan.provenance;
  for (const std::string* const path : {&told.path, &told.before.path}) {
    if (path == &told.before.path && path->empty()) continue;
    const std::string problem = repository_path_problem(*path);
    if (!problem.empty())
      return fmt::format("the path {} cannot be: {}", printable(*path), problem);
  }
  if (!is_rule_for_path(told.path_rule)) return "nobody finds a config like that";
  // A plan from what is live has one commit on both sides, also where there is nothing to do.
  const bool is_known = is_rule_for_live(told.base_rule)
                            ? told.before.commit == told.after.commit
                            : !plan.is_live() && is_rule_for_base(told.base_rule);
  return is_known ? "" : "nobody chooses a base like that";
}

bool says_first_parent(std::string_view base_rule) { return base_rule.starts_with(kFirstParent); }

bool is_one_remote(std::string_view one, std::string_view other) {
  return place_of_remote(one) == place_of_remote(other);
}

}  // namespace hookplan
