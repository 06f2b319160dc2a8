// SPDX-License-Identifier: Apache-2.0
#include "plugins/github/github_answers.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/config/entry_name.h"
#include "plugins/github/github_api.h"

namespace hookplan {
namespace {

std::string header_of(const HttpResponse& response, std::string_view name) {
  const auto found = response.headers.find(name);
  return found == response.headers.end() ? std::string() : found->second;
}

bool any_has(const std::vector<std::string>& texts, std::string_view words) {
  const std::string wanted = ascii_lower(words);
  return std::ranges::any_of(texts, [&](const std::string& text) {
    return ascii_lower(text).find(wanted) != std::string::npos;
  });
}

// What GitHub said, for people. Some refusals repeat what was sent, and that may hold a token.
std::string said(const GithubQuestion& question, const HttpResponse& response) {
  const std::vector<std::string> reasons = reasons_in(response);
  const bool repeats =
      !question.url.empty() && std::ranges::any_of(reasons, [&](const std::string& reason) {
        return reason.find(question.url) != std::string::npos;
      });
  return repeats ? std::to_string(response.status) : what_was_said(response);
}

// The scopes of a classic token, separated by commas, let it change hooks there.
bool suffices(const std::string& scopes, std::string_view entry) {
  const std::string all = ", " + scopes + ",";
  const auto has = [&](std::string_view scope) {
    return all.find(fmt::format(", {},", scope)) != std::string::npos;
  };
  if (scope_of(entry) == Scope::org) return has("admin:org_hook");
  return has("repo") || has("public_repo") || has("admin:repo_hook") || has("write:repo_hook");
}

// As the settings page calls it, and as the API does.
std::string needed_permission(std::string_view entry, const HttpResponse& response) {
  const bool is_repository = scope_of(entry) == Scope::repo;
  const std::string_view key = is_repository ? "repository_hooks" : "organization_hooks";
  std::string accepted = header_of(response, "x-accepted-github-permissions");
  // What reading needs is not all that is needed.
  if (accepted.empty() || accepted == fmt::format("{}=read", key))
    accepted = fmt::format("{}=write", key);
  return fmt::format("the permission \"{}: read and write\" ({})",
                     is_repository ? "Webhooks" : "Organization webhooks", excerpt(accepted));
}

Error missing_scope(std::string_view entry, const std::string& scopes) {
  const bool is_repository = scope_of(entry) == Scope::repo;
  return fail(Code::permission_missing, "{}: the token may not manage hooks: its scopes are {}",
              printable(entry), scopes.empty() ? "none" : excerpt(scopes))
      .hint("give the token the scope {}, of somebody who is an {} there",
            is_repository ? "admin:repo_hook" : "admin:org_hook",
            is_repository ? "administrator" : "owner");
}

Error missing_permission(const GithubQuestion& question, const HttpResponse& response) {
  if (lacks_scope(question.entry, response))
    return missing_scope(question.entry, header_of(response, "x-oauth-scopes"));
  return fail(Code::permission_missing,
              "{}: GitHub refuses to let this credential manage hooks: {}",
              printable(question.entry), said(question, response))
      .hint("give the token or App {} for {}", needed_permission(question.entry, response),
            printable(question.entry));
}

Error forbidden(const GithubQuestion& question, const HttpResponse& response) {
  if (any_has(reasons_in(response), "archived")) return archived(question.entry);
  return missing_permission(question, response);
}

Error not_found(const GithubQuestion& question, const HttpResponse& response) {
  // GitHub answers 404 and not 403 where a classic token lacks the scope.
  if (lacks_scope(question.entry, response)) return missing_permission(question, response);
  return fail(Code::repository_missing, "GitHub shows this credential no {} {}",
              scope_of(question.entry) == Scope::repo ? "repository" : "organization",
              printable(question.entry));
}

Error not_valid(const GithubQuestion& question, const HttpResponse& response) {
  const std::vector<std::string> reasons = reasons_in(response);
  if (any_has(reasons, "cannot have more than")) {
    return fail(Code::hook_limit_reached, "{} has as many hooks for one event as GitHub allows: {}",
                printable(question.entry), said(question, response));
  }
  if (any_has(reasons, "reachable over the public internet") ||
      any_has(reasons, "is not supported because")) {
    return fail(Code::hook_url_refused, "GitHub does not deliver the events of {} to that URL: {}",
                printable(question.entry), said(question, response));
  }
  if (says_it_exists(response)) {
    return fail(Code::hook_not_visible,
                "{} has a hook like this already, and GitHub does not show it",
                printable(question.entry));
  }
  return fail(Code::forge_odd_answer, "GitHub refuses the hook of {}: {}",
              printable(question.entry), said(question, response))
      .as(ErrorKind::denied);
}

}  // namespace

std::vector<std::string> reasons_in(const HttpResponse& response) {
  std::vector<std::string> reasons;
  const Result<JsonValue> body = json_of(response);
  if (!body) return reasons;
  if (const std::string_view message = text_at(*body, "message"); !message.empty())
    reasons.emplace_back(message);
  const JsonValue* const errors = body->find("errors");
  if (errors == nullptr) return reasons;
  if (!errors->string.empty()) reasons.push_back(errors->string);
  for (const JsonValue& each : errors->items) {
    const std::string_view message = each.kind == JsonValue::Kind::string
                                         ? std::string_view(each.string)
                                         : text_at(each, "message");
    if (!message.empty()) reasons.emplace_back(message);
  }
  return reasons;
}

std::string what_was_said(const HttpResponse& response) {
  const std::vector<std::string> reasons = reasons_in(response);
  if (reasons.empty()) return std::to_string(response.status);
  return fmt::format("{} ({})", response.status,
                     excerpt(fmt::format("{}", fmt::join(reasons, "; "))));
}

bool says_it_exists(const HttpResponse& response) {
  return response.status == 422 && any_has(reasons_in(response), "already exists");
}

bool is_redirect(const HttpResponse& response) {
  constexpr auto kStatuses = std::to_array({301, 302, 307, 308});
  return std::ranges::find(kStatuses, response.status) != kStatuses.end();
}

bool lacks_scope(std::string_view entry, const HttpResponse& response) {
  const auto found = response.headers.find("x-oauth-scopes");
  return found != response.headers.end() && !suffices(found->second, entry);
}

Error archived(std::string_view entry) {
  return fail(Code::repository_archived, "{} is archived, so its hooks cannot be changed",
              printable(entry))
      .entry(entry);
}

Result<void> require_scope(std::string_view entry, const HttpHeaders& headers) {
  const auto found = headers.find("x-oauth-scopes");
  // Without any, it is of another kind: a classic token without scopes is shown no hook.
  if (found == headers.end() || found->second.empty() || suffices(found->second, entry)) return {};
  return missing_scope(entry, found->second).entry(entry);
}

Error error_of(const GithubQuestion& question, const HttpResponse& response) {
  const auto judge = [&]() -> Error {
    switch (response.status) {
      case 401:
        return fail(Code::credential_refused, "GitHub does not accept the credential: {}",
                    said(question, response));
      case 403: return forbidden(question, response);
      case 404:
      case 410: return not_found(question, response);
      case 422: return not_valid(question, response);
      default: break;
    }
    Error odd = fail(Code::forge_odd_answer, "GitHub answered {} when asked for the hooks of {}",
                     said(question, response), printable(question.entry));
    // A proxy in between may say so after GitHub has done it.
    const bool may_have_happened =
        question.is_write && (response.status >= 500 || response.status < 300);
    return may_have_happened ? std::move(odd).as(ErrorKind::unknown) : odd;
  };
  return judge().entry(question.entry);
}

std::optional<Error> general_refusal(std::string_view repository, const HttpResponse& response) {
  if (is_redirect(response)) {
    return fail(Code::repository_renamed, "{} has another name now", printable(repository))
        .hint("use the new name");
  }
  if (response.status == 401) {
    return fail(Code::credential_refused, "GitHub does not accept the credential: {}",
                what_was_said(response));
  }
  return std::nullopt;
}

}  // namespace hookplan
