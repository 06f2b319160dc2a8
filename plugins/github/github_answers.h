// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "plugins/http/http_client.h"

namespace hookplan {

// What was asked for, as far as an error must know it.
struct GithubQuestion {
  std::string_view entry = {};
  bool is_write = false;
  std::string_view url = {};  // of the hook: never repeated where it holds a token
};

// All that a refusal says: its message and those of its errors, which may be several at once.
std::vector<std::string> reasons_in(const HttpResponse& response);

// The status and the reasons, for people: "422 (body is too long)".
std::string what_was_said(const HttpResponse& response);

// 422: there is such a hook already.
bool says_it_exists(const HttpResponse& response);

// Why an answer is not what was asked for: the one place that knows how GitHub refuses. Kinds:
// `denied` where only a person can help; `unavailable` for the rest, and `unknown` where a write
// may have happened all the same (5xx). Redirects are for whoever can ask for the new name.
Error error_of(const GithubQuestion& question, const HttpResponse& response);

// HP8125.
Error archived(std::string_view entry);

// HP8105 if the headers of an answer that showed hooks say that the token may read them only: it is
// of the classic kind, whose scopes GitHub tells.
Result<void> require_scope(std::string_view entry, const HttpHeaders& headers);

// 301, 302, 307, 308: the repository has another name now.
bool is_redirect(const HttpResponse& response);

// What pull requests and their comments have in common: the repository has another name, or the
// credential does not count. Nothing: it is something else.
std::optional<Error> general_refusal(std::string_view repository, const HttpResponse& response);

// A token of the classic kind, whose scopes GitHub tells, has none that lets it manage hooks.
bool lacks_scope(std::string_view entry, const HttpResponse& response);

}  // namespace hookplan
