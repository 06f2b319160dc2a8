// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "plugins/github/github_login.h"
#include "plugins/http/http_client.h"
#include "plugins/http/pages.h"

namespace hookplan {

// How long a request may take: until its turn comes, and then for its exchange.
struct Patience {
  std::chrono::milliseconds in_line = std::chrono::minutes{5};
  std::chrono::milliseconds exchange = std::chrono::seconds{20};
};

// Where GitHub is: github.com or an Enterprise Server.
struct GithubPlace {
  std::string api = {};  // without a slash at its end
};

// GitHub's REST API as it is spoken here: version, limits, log-in. Paths begin with a slash.
//
// Answers are handed on whatever their status, but for limits: what they turned away for good is an
// error of kind `unavailable` (HP8110), and it did not happen. Other errors are those of
// HttpClient.
class GithubApi {
 public:
  // REQUIRES: the client outlives this.
  GithubApi(HttpClient& http, GithubPlace place, std::shared_ptr<GithubLogin> login);

  Result<HttpResponse> ask(std::string_view entry, const std::string& method,
                           const std::string& path) const;

  // Who asks about the entry: see GithubLogin. That may take requests of its own.
  Result<GithubCaller> caller_for(std::string_view entry) const;

  // One request, by a caller who is known already, so that it takes no longer than its patience. A
  // token that GitHub does not take any more is an error of kind `unavailable` (HP8122) if the next
  // call has another one.
  Result<HttpResponse> write(std::string_view entry, const GithubCaller& caller,
                             const std::string& method, const std::string& path, const Secret& body,
                             const Patience& patience) const;

  // A question in GraphQL, which only reads.
  Result<HttpResponse> query(std::string_view entry, std::string_view graphql) const;

  // All pages of a list; each is 200 but perhaps the last.
  Result<std::vector<HttpResponse>> read_list(std::string_view entry, const std::string& path,
                                              const NextPage& next = next_by_link) const;

  // See GithubLogin.
  std::string lane_of(std::string_view entry) const { return login_->lane_of(entry); }

  // See GithubLogin.
  void expect(const std::vector<std::string>& entries) const { login_->expect(entries); }
  bool can_be_invited() const { return login_->can_be_invited(); }

  // How long it takes until a write about the entry could be sent, as far as is known.
  Result<std::chrono::milliseconds> time_to_write(std::string_view entry) const;

  // "api.github.com", for people.
  std::string host() const;

 private:
  HttpRequest request_of(const GithubCaller& caller, const std::string& method, Secret url,
                         const Secret& body, const Patience& patience) const;
  Result<std::vector<HttpResponse>> read_list_as(const GithubCaller& caller,
                                                 const std::string& path,
                                                 const NextPage& next) const;

  HttpClient& http_;
  GithubPlace place_;
  std::shared_ptr<GithubLogin> login_;
};

// What every request to GitHub has: a version of the API whose answers are known here.
HttpRequest github_request(const std::string& method, Secret url);

// A part of a path, percent-encoded where a path could not have it.
std::string path_part(std::string_view text);

// "/repos/OWNER/REPO" for "OWNER/REPO".
std::string path_of_repository(std::string_view repository);

// The JSON of an answer; numbers are texts. An error (HP8121, kind `unavailable`) if it is none.
Result<JsonValue> json_of(const HttpResponse& response);

// The text of the member, or what it is as text; empty if there is none.
std::string_view text_at(const JsonValue& value, std::string_view name);

// Whether the answer is the refusal of a limit, and then the error that says so.
Result<void> refuse_limit(const HttpResponse& response, const Lane& lane, std::string_view host);

}  // namespace hookplan
