// SPDX-License-Identifier: Apache-2.0
#include "plugins/kubernetes/cluster_access.h"

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/base/text.h"

namespace hookplan {
namespace {

constexpr std::size_t kMaxCredentialBytes = std::size_t{1} << 20;

std::string value_or_nothing(const Lookup& environment, std::string_view name) {
  return environment(name).value_or("");
}

}  // namespace

Result<Secret> read_credential_file(const std::filesystem::path& path) {
  Result<std::string> bytes = read_file(path, kMaxCredentialBytes);
  if (!bytes) {
    return fail(Code::cluster_access, "cannot read {}", printable(path.string()))
        .at(path.string())
        .hint("it is named as a credential for the cluster: correct the path or its permissions");
  }
  Secret secret = Secret::copy_of(*bytes);
  wipe(*bytes);
  return secret;
}

bool is_in_cluster(const Lookup& environment) {
  return !value_or_nothing(environment, "KUBERNETES_SERVICE_HOST").empty();
}

Result<ClusterAccess> access_in_cluster(const std::filesystem::path& service_account,
                                        const Lookup& environment) {
  const std::string host = value_or_nothing(environment, "KUBERNETES_SERVICE_HOST");
  const std::string port = value_or_nothing(environment, "KUBERNETES_SERVICE_PORT");
  if (host.empty() || port.empty()) {
    return fail(Code::cluster_access,
                "the store has no context, so it is in the cluster that hookplan runs in, and this "
                "is not a pod")
        .hint("name a context of your kubeconfig in the store's settings");
  }
  ClusterAccess access;
  const bool is_v6 = host.find(':') != std::string::npos;
  access.server = fmt::format("https://{}:{}", is_v6 ? "[" + host + "]" : host, port);
  TRY(const Secret authorities, read_credential_file(service_account / "ca.crt"));
  access.authorities =
      authorities.reveal([](std::string_view bytes) { return std::string(bytes); });
  access.token_file = service_account / "token";
  access.user = fmt::format("the service account in {}", service_account.string());
  return access;
}

}  // namespace hookplan
