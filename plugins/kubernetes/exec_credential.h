// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "core/base/instant.h"
#include "core/ports/outside.h"
#include "plugins/kubernetes/cluster_access.h"

namespace hookplan {

// What an exec plugin answered (ExecCredential of client.authentication.k8s.io).
struct ExecCredential {
  Secret token = {};
  Secret client_certificate = {};
  Secret client_key = {};
  std::optional<Instant> expires = {};  // nothing: not while the program runs
};

// Asks the plugin, which has a minute. Errors name the plugin and repeat nothing that it said: kind
// `config` (HP8021) if it cannot be started, `unavailable` (HP8022) if it gives no credential.
// REQUIRES: `access` has an exec plugin.
Result<ExecCredential> ask_exec_plugin(const ClusterAccess& access, Clock& clock);

// Of what it wrote; nothing if that is not a credential of this version.
std::optional<ExecCredential> read_exec_credential(std::string_view json,
                                                   std::string_view api_version);

}  // namespace hookplan
