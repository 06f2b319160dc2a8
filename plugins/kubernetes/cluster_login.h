// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "core/ports/outside.h"
#include "plugins/http/http_client.h"
#include "plugins/kubernetes/cluster_access.h"
#include "plugins/kubernetes/exec_credential.h"

namespace hookplan {

// Puts into requests to a cluster who asks, and how the server is known. A token file is read for
// each request; what an exec plugin said counts until shortly before it expires.
class ClusterLogin {
 public:
  // REQUIRES: the clock lives longer.
  ClusterLogin(ClusterAccess access, Clock& clock);

  const ClusterAccess& access() const { return access_; }

  // May wait for an exec plugin.
  Result<void> put_into(HttpRequest& request);

  // The server did not take it (401). Whether another try may bring another credential.
  bool forget();

 private:
  Result<std::shared_ptr<const ExecCredential>> plugin_credential();

  ClusterAccess access_;
  Clock& clock_;
  std::shared_ptr<const Tls> tls_;                          // without an exec plugin
  std::shared_ptr<const ExecCredential> plugin_ = nullptr;  // what it said last
};

}  // namespace hookplan
