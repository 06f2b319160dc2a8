// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/ports/outside.h"
#include "plugins/gcp_secret_manager/google_credentials.h"
#include "plugins/http/http_client.h"

namespace hookplan {

// Puts into requests to Google who asks. Access tokens last an hour and are replaced before they
// end; there is nothing to give back.
class GoogleLogin {
 public:
  // `metadata_host`: of the server that gives tokens where the credentials are neither a key nor
  // another identity. REQUIRES: client and clock live longer.
  GoogleLogin(GoogleCredentials credentials, std::string metadata_host, HttpClient& http,
              Clock& clock);

  const std::string& who() const { return credentials_.who; }

  // May ask for a token. Errors: HP8031, HP8032 or those of HttpClient; kind `unknown` never.
  Result<void> put_into(HttpRequest& request);

  // Google did not take the token (401). Whether asking for another one may help.
  bool forget();

 private:
  struct Held {
    Secret token = {};
    std::chrono::milliseconds ends = {};  // by the running clock
  };
  using HeldToken = std::shared_ptr<const Held>;

  Result<HeldToken> ask();
  Result<HeldToken> of_machine();
  Result<HeldToken> of_key(const ServiceAccountKey& key);
  Result<HeldToken> of_identity(const FederatedIdentity& identity);
  Result<HeldToken> impersonated(const FederatedIdentity& identity, const Held& held);
  Result<Secret> subject_token(const FederatedIdentity& identity);
  // What the answer gives in these members: the token, and how long it lasts in seconds.
  Result<HeldToken> token_in(HttpRequest request, std::string_view member);
  Result<HttpResponse> send(HttpRequest request);

  GoogleCredentials credentials_;
  std::string metadata_host_;
  HttpClient& http_;
  Clock& clock_;
  HeldToken held_ = nullptr;
};

}  // namespace hookplan
