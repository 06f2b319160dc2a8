// SPDX-License-Identifier: Apache-2.0
#include "plugins/github/github_invitations.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/config/entry_name.h"
#include "plugins/github/github_answers.h"

namespace hookplan {
namespace {

// As the config spells it.
std::optional<std::string> listed(std::string_view name, const std::vector<std::string>& entries) {
  const auto found = std::ranges::find_if(
      entries, [&](const std::string& entry) { return ascii_lower(entry) == ascii_lower(name); });
  return found == entries.end() ? std::nullopt : std::optional(*found);
}

std::string not_an_administrator(std::string_view offered) {
  return fmt::format("it offers {} and not admin, so hooks could not be managed",
                     offered.empty() ? "nothing" : excerpt(offered));
}

// https://docs.github.com/en/rest/collaborators/invitations
std::vector<Invitation> of_repository(const JsonValue& each,
                                      const std::vector<std::string>& entries) {
  const JsonValue* const repository = each.find("repository");
  if (repository == nullptr) return {};
  const auto entry = listed(text_at(*repository, "full_name"), entries);
  if (!entry || scope_of(*entry) != Scope::repo) return {};
  Invitation invitation{*entry, std::string(text_at(each, "id")), {}};
  const JsonValue* const expired = each.find("expired");
  if (const std::string_view offered = text_at(each, "permissions"); offered != "admin") {
    invitation.why_left = not_an_administrator(offered);
  } else if (expired != nullptr && expired->boolean) {
    invitation.why_left = "it has expired";
  } else if (!number_from(invitation.id, 1, INT64_MAX)) {
    invitation.why_left = "GitHub names it by something else than a number";
  }
  return {std::move(invitation)};
}

// https://docs.github.com/en/rest/orgs/members: one's own memberships, those that wait included.
std::vector<Invitation> of_organization(const JsonValue& each,
                                        const std::vector<std::string>& entries) {
  const JsonValue* const organization = each.find("organization");
  if (organization == nullptr || text_at(each, "state") != "pending") return {};
  const std::string login(text_at(*organization, "login"));
  const auto entry = listed(login, entries);
  const std::string inside = ascii_lower(login) + "/";
  const bool has_listed = std::ranges::any_of(
      entries, [&](const std::string& name) { return ascii_lower(name).starts_with(inside); });
  if (login.empty() || (!entry && !has_listed)) return {};
  Invitation invitation{entry.value_or(login), {}, {}};
  if (const std::string_view offered = text_at(each, "role"); offered != "admin") {
    invitation.why_left = not_an_administrator(offered);
  } else if (!entry) {
    invitation.why_left = "it would make an owner, and only repositories of it are listed";
  }
  return {std::move(invitation)};
}

Error not_readable(const std::string& path, const HttpResponse& answer) {
  Error error = fail(Code::invitations_unanswered, "GitHub answered {} when asked for {}",
                     answer.status, path.substr(0, path.find('?')));
  const auto scopes = answer.headers.find("x-accepted-oauth-scopes");
  if (scopes == answer.headers.end() || scopes->second.empty()) return error;
  return std::move(error).hint("give the token one of these scopes: {}", excerpt(scopes->second));
}

}  // namespace

PendingInvitations GithubInvitations::pending(const std::vector<std::string>& entries) {
  PendingInvitations pending;
  const auto lists = [&](Scope scope) {
    return std::ranges::any_of(entries,
                               [&](const std::string& entry) { return scope_of(entry) == scope; });
  };
  // Where nothing would be accepted it does not matter that nobody may look.
  const auto read_into = [&](const std::string& path, Judge judge, Scope scope) {
    const Result<void> done = read(path, judge, entries, pending.invitations);
    if (!done && lists(scope)) pending.errors.push_back(done.error());
  };
  read_into("/user/repository_invitations?per_page=100", of_repository, Scope::repo);
  read_into("/user/memberships/orgs?per_page=100&state=pending", of_organization, Scope::org);
  return pending;
}

Result<void> GithubInvitations::read(const std::string& path, Judge judge,
                                     const std::vector<std::string>& entries,
                                     std::vector<Invitation>& found) const {
  TRY(const auto pages, api_.read_list({}, path));
  if (pages.back().status != 200) return not_readable(path, pages.back());
  for (const HttpResponse& page : pages) {
    TRY(const JsonValue list, json_of(page));
    for (const JsonValue& each : list.items) {
      std::ranges::move(judge(each, entries), std::back_inserter(found));
    }
  }
  return {};
}

Result<void> GithubInvitations::accept(const Invitation& invitation) {
  const bool is_repository = scope_of(invitation.target) == Scope::repo;
  const std::string path = is_repository ? "/user/repository_invitations/" + invitation.id
                                         : "/user/memberships/orgs/" + path_part(invitation.target);
  TRY(const GithubCaller caller, api_.caller_for(invitation.target));
  TRY(const HttpResponse answer,
      api_.write(invitation.target, caller, "PATCH", path,
                 is_repository ? Secret() : Secret::copy_of(R"({"state":"active"})"), Patience{}));
  // An invitation that is gone was accepted before, by an answer that got lost.
  if (is_repository && (answer.status == 204 || answer.status == 404)) return {};
  if (!is_repository && (answer.status == 200 || answer.status == 202)) return {};
  if (answer.status >= 500) return error_of({invitation.target, true}, answer);
  return not_readable(path, answer);
}

}  // namespace hookplan
