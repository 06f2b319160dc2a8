// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/rs256.h"
#include "core/base/secret.h"

namespace hookplan {

// The key file of a service account.
struct ServiceAccountKey {
  std::string email = {};
  std::string key_id = {};
  Rs256Key key;
};

// Where whoever is known to another provider has its token: a file, or a URL that a CI job is told
// of.
struct FederatedIdentity {
  std::string audience = {};
  std::string token_type = {};
  std::filesystem::path file = {};  // empty: the URL
  Secret url = {};
  std::map<std::string, Secret> headers = {};
  std::string field = {};          // of a JSON object; empty: the token as it is
  std::string impersonation = {};  // URL; empty: the identity itself has the roles
};

// Who asks Google. Neither a key nor another identity: the service account of the machine or the
// pod, whose metadata server gives tokens.
struct GoogleCredentials {
  std::optional<ServiceAccountKey> key = {};
  std::optional<FederatedIdentity> identity = {};
  std::string token_url = {};  // where either is exchanged for an access token
  std::string who = {};        // for people
};

// Of a file as gcloud, the console or google-github-actions/auth write it: type service_account or
// external_account with a file or a URL. Errors: HP8032 for another type, for a source that would
// run a program, and for URLs that are not https; HP7005 and HP7006 for its key. Nothing of the
// file is quoted but names.
Result<GoogleCredentials> google_credentials(const Secret& json, std::string_view name);

}  // namespace hookplan
