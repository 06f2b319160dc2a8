// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "plugins/http/http_client.h"

namespace hookplan {

// What was asked of Secret Manager.
struct AskedOfGoogle {
  enum class Call { get, access, add, patch, disable, destroy };
  Call call = Call::get;
  std::string secret = {};  // its name
  std::string project = {};
  std::string where = {};   // for people: "secret hmac-token of project prow"
  std::string server = {};  // for people
  std::string who = {};     // for people: as whom
};

// Why an answer that is not 2xx did not do what was asked, each with its own remedy
// (google.rpc.Code and https://cloud.google.com/apis/design/errors). Kinds: `conflict` for a patch
// if the secret has another etag; `denied` if asking again is no use; `unavailable` if it did not
// happen this time; `unknown` for a write that may have happened. No words of the server are
// repeated.
Error error_of_google(const HttpResponse& response, const AskedOfGoogle& asked);

// The same for an answer of whoever gives access tokens.
Error error_of_google_login(const HttpResponse& response, std::string_view who,
                            std::string_view server);

// error.status of the body, "FAILED_PRECONDITION"; empty if it has none.
std::string google_status(const HttpResponse& response);
// Whether error.message of the body has these words in it.
bool google_says(const HttpResponse& response, std::string_view words);

}  // namespace hookplan
