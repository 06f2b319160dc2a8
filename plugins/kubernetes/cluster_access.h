// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret.h"

namespace hookplan {

using Lookup = std::function<std::optional<std::string>(std::string_view name)>;

// A program that says who we are (kubeconfig: `exec`).
struct ExecPlugin {
  std::string api_version = {};  // "client.authentication.k8s.io/v1" or the same with v1beta1
  std::string command = {};      // a path, or a name to be found on the PATH
  std::vector<std::string> arguments = {};
  std::vector<std::pair<std::string, std::string>> environment = {};
  std::string install_hint = {};
  bool wants_cluster = false;  // it is told of the cluster
};

// How to reach a cluster and who we are there. Certificates and keys are PEM.
struct ClusterAccess {
  std::string server = {};       // "https://10.0.0.1:6443", without a slash at the end
  std::string authorities = {};  // empty: those of the system
  std::string server_name = {};  // that the certificate must be for; empty: the server's
  bool skips_verification = false;
  Secret proxy = {};      // empty: as the environment says
  std::string user = {};  // for people: "user prow of ~/.kube/config"
  Secret client_certificate = {};
  Secret client_key = {};
  Secret token = {};
  std::filesystem::path token_file = {};  // read for each request, because others renew it
  std::optional<ExecPlugin> exec = {};
};

// What a pod is given: the service account in that folder, and where the cluster is from the
// environment. An error of kind `config` (HP8021) outside of a cluster.
Result<ClusterAccess> access_in_cluster(const std::filesystem::path& service_account,
                                        const Lookup& environment);
bool is_in_cluster(const Lookup& environment);

// The content of a file with a credential: not looked at closely, because clusters and other tools
// make these files as they like. An error of kind `config` (HP8021).
Result<Secret> read_credential_file(const std::filesystem::path& path);

}  // namespace hookplan
