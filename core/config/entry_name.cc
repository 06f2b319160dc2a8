// SPDX-License-Identifier: Apache-2.0
#include "core/config/entry_name.h"

#include <algorithm>
#include <stdexcept>

#include "core/base/text.h"

namespace hookplan {
namespace {

constexpr std::size_t kLongestOrganisation = 39;
constexpr std::size_t kLongestRepository = 100;

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool is_repository_character(char c) {
  return is_alphanumeric(c) || c == '-' || c == '_' || c == '.';
}

}  // namespace

Scope scope_of(std::string_view entry) {
  return entry.find('/') == std::string_view::npos ? Scope::org : Scope::repo;
}

std::string_view organisation_of(std::string_view entry) {
  return entry.substr(0, entry.find('/'));
}

std::string_view repository_of(std::string_view entry) {
  const std::size_t slash = entry.find('/');
  return slash == std::string_view::npos ? std::string_view() : entry.substr(slash + 1);
}

std::string_view to_string(Scope scope) {
  switch (scope) {
    case Scope::org: return "org";
    case Scope::repo: return "repo";
  }
  throw std::logic_error("no such scope");
}

std::string github_name_problem(std::string_view entry) {
  if (entry.empty()) return "the name is empty";
  if (entry == "*") return "`*` is the key of the global token in Prow's store, not an entry";
  const std::string_view organisation = organisation_of(entry);
  if (organisation.empty()) return "nothing stands before the slash";
  if (organisation.size() > kLongestOrganisation) {
    return "the organisation has more than 39 characters";
  }
  if (!std::ranges::all_of(organisation, [](char c) { return is_alphanumeric(c) || c == '-'; })) {
    return "an organisation has letters, digits and hyphens only";
  }
  if (organisation.front() == '-' || organisation.back() == '-' ||
      organisation.find("--") != std::string_view::npos) {
    return "an organisation has single hyphens between letters or digits only";
  }
  if (scope_of(entry) == Scope::org) return {};

  const std::string_view repository = repository_of(entry);
  if (repository.empty()) return "nothing stands after the slash";
  if (repository.find('/') != std::string_view::npos) return "there is more than one slash";
  if (repository.size() > kLongestRepository) return "the repository has more than 100 characters";
  if (repository == "." || repository == "..") return "`.` and `..` are not repositories";
  if (!std::ranges::all_of(repository, is_repository_character)) {
    return "a repository has letters, digits, `.`, `_` and `-` only";
  }
  return {};
}

bool matches(std::string_view pattern, std::string_view name) {
  if (pattern == "*") return true;
  const std::string wanted = ascii_lower(pattern);
  const std::string given = ascii_lower(name);
  // Two positions to return to when a later part does not fit: linear for one star, never
  // exponential.
  std::size_t p = 0;
  std::size_t n = 0;
  std::size_t star = std::string::npos;
  std::size_t resume = 0;
  while (n < given.size()) {
    if (p < wanted.size() && wanted[p] == '*') {
      star = p++;
      resume = n;
    } else if (p < wanted.size() && wanted[p] == given[n]) {
      ++p;
      ++n;
    } else if (star != std::string::npos && given[resume] != '/') {
      p = star + 1;
      n = ++resume;
    } else {
      return false;
    }
  }
  while (p < wanted.size() && wanted[p] == '*') ++p;
  return p == wanted.size();
}

}  // namespace hookplan
