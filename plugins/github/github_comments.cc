// SPDX-License-Identifier: Apache-2.0
#include "plugins/github/github_comments.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"
#include "plugins/github/github_answers.h"

namespace hookplan {
namespace {

constexpr std::string_view kBot = "[bot]";

// GraphQL writes the login of a bot without its suffix in some places, and with it in others.
std::string bare_login(std::string_view login) {
  std::string bare = ascii_lower(login);
  if (bare.ends_with(kBot)) bare.resize(bare.size() - kBot.size());
  return bare;
}

std::string json_of_body(std::string_view body) {
  JsonWriter json;
  json.begin_object();
  json.key("body").string(body);
  json.end_object();
  return json.take();
}

GithubAuthor author_at(const JsonValue& user) {
  return {std::string(text_at(user, "id")), std::string(text_at(user, "login")),
          text_at(user, "type") == "Bot"};
}

// Whose account is gone has no user.
Result<GithubComment> comment_at(const JsonValue& value) {
  GithubComment comment;
  comment.id = text_at(value, "id");
  if (!number_from(comment.id, 1, INT64_MAX))
    return fail(Code::forge_odd_answer, "GitHub names a comment without an id");
  if (const JsonValue* const user = value.find("user")) comment.author = author_at(*user);
  comment.body = text_at(value, "body");
  comment.url = text_at(value, "html_url");
  return comment;
}

bool is_about(const std::vector<std::string>& reasons, std::string_view word) {
  return std::ranges::any_of(reasons, [&](const std::string& reason) {
    return ascii_lower(reason).find(word) != std::string::npos;
  });
}

Error forbidden(std::string_view repository, const HttpResponse& answer) {
  const std::vector<std::string> reasons = reasons_in(answer);
  if (is_about(reasons, "archived")) {
    return fail(Code::repository_archived, "{} is archived, so nobody can comment there",
                printable(repository));
  }
  if (is_about(reasons, "locked")) {
    return fail(Code::conversation_locked, "{}: the conversation is locked: {}",
                printable(repository), what_was_said(answer));
  }
  return fail(Code::comment_not_permitted, "{}: GitHub does not let this credential comment: {}",
              printable(repository), what_was_said(answer));
}

// How GitHub refuses what is done with comments.
Error refusal(std::string_view repository, bool is_write, const HttpResponse& answer) {
  const auto judge = [&]() -> Error {
    if (auto error = general_refusal(repository, answer)) return *std::move(error);
    switch (answer.status) {
      case 403: return forbidden(repository, answer);
      case 404:
      case 410:
        // It was just read, so it is there: a classic token without the scope.
        if (is_write) return forbidden(repository, answer);
        return fail(Code::pull_request_missing, "{}: GitHub shows no such pull request: {}",
                    printable(repository), what_was_said(answer));
      case 422:
        return fail(Code::comment_refused, "{}: GitHub refuses the comment: {}",
                    printable(repository), what_was_said(answer));
      default: break;
    }
    Error odd = fail(Code::forge_odd_answer, "GitHub answered {} when asked for comments of {}",
                     what_was_said(answer), printable(repository));
    // A proxy in between may say so after GitHub has done it.
    const bool may_have_happened = is_write && (answer.status >= 500 || answer.status < 300);
    return may_have_happened ? std::move(odd).as(ErrorKind::unknown) : odd;
  };
  return judge().entry(repository);
}

}  // namespace

bool GithubAuthor::is(const GithubAuthor& other) const {
  if (!id.empty() && !other.id.empty()) return id == other.id;
  return is_bot && other.is_bot && !login.empty() && bare_login(login) == bare_login(other.login);
}

GithubComments::GithubComments(GithubApi api, std::string repository)
    : api_(std::move(api)),
      repository_(std::move(repository)),
      base_(path_of_repository(repository_)) {}

Result<std::vector<GithubComment>> GithubComments::list(std::uint64_t number) const {
  // Anybody may write 65,536 characters into each: a page must stay readable.
  TRY(const std::vector<HttpResponse> pages,
      api_.read_list(repository_, fmt::format("{}/issues/{}/comments?per_page=50", base_, number)));
  std::vector<GithubComment> all;
  for (const HttpResponse& page : pages) {
    if (page.status != 200) return refusal(repository_, false, page);
    TRY(const JsonValue json, json_of(page));
    for (const JsonValue& each : json.items) {
      TRY(GithubComment comment, comment_at(each));
      all.push_back(std::move(comment));
    }
  }
  std::ranges::sort(all, {}, [](const GithubComment& each) {
    return number_from(each.id, 1, INT64_MAX).value_or(0);
  });
  // A list that grew between two pages may show one twice.
  const auto is_same = [](const GithubComment& one, const GithubComment& other) {
    return one.id == other.id;
  };
  all.erase(std::unique(all.begin(), all.end(), is_same), all.end());
  return all;
}

Result<GithubComment> GithubComments::create(std::uint64_t number, std::string_view body) const {
  TRY(const HttpResponse answer,
      write("POST", fmt::format("{}/issues/{}/comments", base_, number), json_of_body(body)));
  if (answer.status != 201) return refusal(repository_, true, answer);
  TRY(const JsonValue json, json_of(answer));
  return comment_at(json);
}

Result<std::optional<GithubComment>> GithubComments::edit(const GithubComment& comment,
                                                          std::string_view body) const {
  TRY(const HttpResponse answer,
      write("PATCH", fmt::format("{}/issues/comments/{}", base_, comment.id), json_of_body(body)));
  if (answer.status == 404) return std::optional<GithubComment>();
  if (answer.status != 200) return refusal(repository_, true, answer);
  TRY(const JsonValue json, json_of(answer));
  TRY(GithubComment edited, comment_at(json));
  return std::optional(std::move(edited));
}

Result<void> GithubComments::remove(const GithubComment& comment) const {
  TRY(const HttpResponse answer,
      write("DELETE", fmt::format("{}/issues/comments/{}", base_, comment.id), {}));
  if (answer.status != 204 && answer.status != 404) return refusal(repository_, true, answer);
  return {};
}

Result<std::optional<GithubAuthor>> GithubComments::identity() const {
  TRY(const HttpResponse answer, api_.ask(repository_, "GET", "/user"));
  if (answer.status == 200) {
    TRY(const JsonValue json, json_of(answer));
    GithubAuthor author = author_at(json);
    if (!author.id.empty()) return std::optional(std::move(author));
  }
  if (answer.status == 401) return refusal(repository_, false, answer);
  return viewer();
}

Result<std::optional<GithubAuthor>> GithubComments::viewer() const {
  TRY(const HttpResponse answer, api_.query(repository_, "query { viewer { login } }"));
  if (answer.status != 200) return std::optional<GithubAuthor>();
  TRY(const JsonValue json, json_of(answer));
  const JsonValue* const data = json.find("data");
  const JsonValue* const viewer = data == nullptr ? nullptr : data->find("viewer");
  if (viewer == nullptr || text_at(*viewer, "login").empty()) return std::optional<GithubAuthor>();
  // Whoever may not ask for /user is an App.
  return std::optional(GithubAuthor{{}, std::string(text_at(*viewer, "login")), true});
}

Result<std::string> GithubComments::head_of(std::uint64_t number) const {
  TRY(const HttpResponse answer,
      api_.ask(repository_, "GET", fmt::format("{}/pulls/{}", base_, number)));
  if (answer.status == 401) return refusal(repository_, false, answer);
  if (answer.status != 200) return std::string();
  TRY(const JsonValue json, json_of(answer));
  const JsonValue* const head = json.find("head");
  return head == nullptr ? std::string() : std::string(text_at(*head, "sha"));
}

Result<HttpResponse> GithubComments::write(const std::string& method, const std::string& path,
                                           std::string_view body) const {
  TRY(const GithubCaller caller, api_.caller_for(repository_));
  return api_.write(repository_, caller, method, path, Secret::copy_of(body), Patience{});
}

}  // namespace hookplan
