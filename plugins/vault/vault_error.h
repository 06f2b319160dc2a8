// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "plugins/http/http_client.h"
#include "plugins/vault/kv_secret.h"

namespace hookplan {

// What was asked of a Vault, or of an OpenBao, which answers alike.
struct AskedOfVault {
  KvPlace place = {};
  std::string server = {};  // for people
  std::string key = {};     // of the secret that matters, for remedies
  bool is_write = false;
};

// Why an answer that is not 2xx did not do what was asked, each with its own remedy
// (https://developer.hashicorp.com/vault/api-docs#http-status-codes; which of several reasons it
// is, the words of the answer tell). Kinds: `conflict` if the secret has another version; `denied`
// if asking again is no use; `unavailable` if it did not happen this time; `unknown` for a write
// that may have happened. No words of the server are repeated. 403 is read as a missing policy:
// whether the token is known at all, the caller has to find out.
Error error_of_vault(const HttpResponse& response, const AskedOfVault& asked);

// The same for an answer to a login, or to a request about the token itself. `who`: for people.
Error error_of_login(const HttpResponse& response, std::string_view who, std::string_view server);

// The secret is there, but its newest version has no data.
Error without_data(const KvSecret& secret, const AskedOfVault& asked);

// Whether the body says so, in one of its `errors`.
bool says(const HttpResponse& response, std::string_view words);

}  // namespace hookplan
