// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/ports/outside.h"
#include "plugins/gcp_secret_manager/google_error.h"
#include "plugins/gcp_secret_manager/google_login.h"
#include "plugins/http/http_client.h"

namespace hookplan {

// Where secrets are.
struct GooglePlace {
  std::string api = {};       // "https://secretmanager.googleapis.com", no slash at the end
  std::string project = {};   // id or number
  std::string location = {};  // of regional secrets; empty: global ones
};

// A secret without its content.
struct SecretHead {
  std::string etag = {};                                              // JSON, with its quotes
  std::vector<std::pair<std::string, std::string>> annotations = {};  // JSON, both

  // The text of the annotation; empty if there is none.
  std::string annotation(std::string_view name) const;
};

// A version of a secret; number 0: the secret has none, and the payload is empty.
struct SecretVersion {
  std::int64_t number = 0;
  Secret payload = Secret::copy_of("");
};

// Secrets of one project over the API of Secret Manager
// (https://cloud.google.com/secret-manager/docs/reference/rest). Each call ends within
// kMaxCallTime, and the server is asked to give up before, times the few tries that a quota asks
// for. Errors are those of google_error.h and of HttpClient.
class SecretManagerApi {
 public:
  static constexpr std::chrono::seconds kServerTime{8};
  static constexpr std::chrono::seconds kMaxCallTime{10};
  static constexpr std::size_t kMaxPayloadBytes = std::size_t{64} << 10;

  // REQUIRES: client and clock live longer.
  SecretManagerApi(GooglePlace place, GoogleCredentials credentials, std::string metadata_host,
                   HttpClient& http, Clock& clock);

  const GooglePlace& place() const { return place_; }
  // "secret hmac-token of project prow": for people.
  std::string name_of(std::string_view secret) const;

  Result<SecretHead> head(const std::string& secret);
  // The newest version, whatever its state; HP8011 if its state is not ENABLED. REQUIRES: the
  // secret is there.
  Result<SecretVersion> latest(const std::string& secret);
  Result<SecretVersion> version(const std::string& secret, std::int64_t number);
  // The number of the new version. From then on it is `latest`.
  Result<std::int64_t> add(const std::string& secret, const Secret& payload);
  // All annotations, if the secret still has the etag of `head`. The new etag.
  Result<std::string> annotate(const std::string& secret, const SecretHead& head,
                               std::string_view name, std::string_view text);
  // Both are done if the version is destroyed already.
  Result<void> disable(const std::string& secret, std::int64_t number);
  Result<void> destroy(const std::string& secret, std::int64_t number);

 private:
  struct Call {
    AskedOfGoogle::Call what;
    const char* method;
    std::string path;  // below the secret: ":addVersion"
    const Secret* body = nullptr;
  };
  Result<HttpResponse> send(const std::string& secret, const Call& call);
  Result<HttpResponse> send_once(const std::string& secret, const Call& call);
  AskedOfGoogle asked(const std::string& secret, AskedOfGoogle::Call what) const;
  Result<SecretVersion> access(const std::string& secret, std::string_view version);
  Result<void> end(const std::string& secret, const Call& call);
  Error odd(const std::string& secret, std::string_view why, bool is_write) const;

  GooglePlace place_;
  GoogleLogin login_;
  HttpClient& http_;
  Clock& clock_;
};

}  // namespace hookplan
