// SPDX-License-Identifier: Apache-2.0
#include "plugins/github/github_names.h"

#include <algorithm>

#include "core/config/entry_name.h"

namespace hookplan {
namespace {

constexpr std::size_t kLongestOrganization = 39;
constexpr std::size_t kLongestRepository = 100;

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// More than GitHub's sign-up form takes: managed users have `_` and a short code at the end, and
// logins of the first years end with a hyphen or have two in a row.
bool is_organization_character(char c) { return is_alphanumeric(c) || c == '-' || c == '_'; }

bool is_repository_character(char c) { return is_organization_character(c) || c == '.'; }

std::string problem_with(std::string_view entry) {
  const std::string_view organization = organization_of(entry);
  if (organization.size() > kLongestOrganization) {
    return "the organization has more than 39 characters";
  }
  if (entry != "*" && !std::ranges::all_of(organization, is_organization_character)) {
    return "an organization has letters, digits, hyphens and underscores only";
  }
  const std::string_view repository = repository_of(entry);
  if (repository.find('/') != std::string_view::npos) return "there is more than one slash";
  if (repository.size() > kLongestRepository) return "the repository has more than 100 characters";
  if (repository == "." || repository == "..") return "`.` and `..` are not repositories";
  if (!std::ranges::all_of(repository, is_repository_character)) {
    return "a repository has letters, digits, `.`, `_` and `-` only";
  }
  return name_problem(entry);
}

}  // namespace

const NameRules kGithubNames = {"GitHub", problem_with, false};

}  // namespace hookplan
