// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/ports/outside.h"
#include "plugins/http/http_client.h"
#include "plugins/kubernetes/cluster_login.h"
#include "plugins/kubernetes/secret_object.h"
#include "plugins/kubernetes/status_error.h"

namespace hookplan {

// One Secret of a cluster over its API, with the verbs `get` and `update` and no others. Each call
// ends within kMaxCallTime, whatever the cluster does, times the few tries that a busy server asks
// for. Errors are those of status_error.h and of HttpClient.
class SecretApi {
 public:
  static constexpr std::chrono::seconds kMaxCallTime{15};

  // REQUIRES: client and clock live longer.
  SecretApi(SecretPlace place, std::string key, ClusterAccess access, HttpClient& http,
            Clock& clock);

  const SecretPlace& place() const { return place_; }
  const ClusterAccess& access() const { return login_.access(); }

  Result<SecretObject> get();
  // metadata.resourceVersion, without the data.
  Result<std::string> get_version();
  // Puts the object, which names its version, into the place of the one of that version.
  Result<void> put(const Secret& object);

 private:
  struct Call {
    const char* method;
    std::string query;
    std::string accept;
    const Secret* body = nullptr;
  };
  Result<HttpResponse> send(const Call& call);
  Result<HttpResponse> send_once(const Call& call);
  Result<SecretObject> read_object(const std::string& accept);

  SecretPlace place_;
  std::string key_;
  ClusterLogin login_;
  HttpClient& http_;
  Clock& clock_;
};

}  // namespace hookplan
