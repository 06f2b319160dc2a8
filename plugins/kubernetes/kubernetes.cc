// SPDX-License-Identifier: Apache-2.0
#include <array>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/yaml/yaml_scalar.h"
#include "plugins/kubernetes/kubeconfig.h"
#include "plugins/kubernetes/kubernetes_store.h"
#include "plugins/plugin.h"

namespace hookplan {
namespace {

bool is_made_of(std::string_view text, std::string_view characters, std::size_t most) {
  return !text.empty() && text.size() <= most &&
         text.find_first_not_of(characters) == std::string_view::npos;
}

constexpr std::string_view kNameCharacters = "abcdefghijklmnopqrstuvwxyz0123456789-.";
constexpr std::string_view kKeyCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
constexpr const char* kNotAllowed = "is not a name that Kubernetes allows";

// They become part of a URL and of JSON, so what a cluster would not take is not sent to it.
std::string problem_with_name(std::string_view name) {
  const bool is_name = is_made_of(name, kNameCharacters, 253) &&
                       (is_digit(name.front()) || name.front() >= 'a') &&
                       name.find("..") == std::string_view::npos;
  return is_name ? "" : kNotAllowed;
}

std::string problem_with_key(std::string_view key) {
  constexpr std::size_t kMaxKey = 253 - std::string_view(".ledger").size();
  const bool is_key =
      is_made_of(key, kKeyCharacters, kMaxKey) && key != "." && !key.starts_with("..");
  return is_key ? "" : kNotAllowed;
}

constexpr std::string_view kServiceAccount = "/var/run/secrets/kubernetes.io/serviceaccount";
constexpr std::string_view kOwnCluster = "default";

constexpr auto kFields = std::to_array<FieldSpec>({
    {"context", FieldKind::text, FieldUse::identity, false,
     "a context of the kubeconfig, never the current one; without it, or as `default` where there "
     "is none of that name, the cluster of the pod that hookplan runs in"},
    {"namespace", FieldKind::text, FieldUse::identity, true, "of the Secret", problem_with_name},
    {"secret", FieldKind::text, FieldUse::identity, true, "its name; it must be there",
     problem_with_name},
    {"key", FieldKind::text, FieldUse::identity, true,
     "with the tokens; it must be there and may be empty; the ledger is in KEY.ledger beside it",
     problem_with_key},
    {"kubeconfig", FieldKind::path, FieldUse::access, false,
     "instead of the files that KUBECONFIG names, or ~/.kube/config"},
    {"service_account", FieldKind::path, FieldUse::access, false,
     "the folder with token and ca.crt in a pod, if it is not the usual one"},
    {"token_file", FieldKind::path, FieldUse::access, false,
     "the token of the service account, if it is not in that folder"},
    {"skip_tls_verify", FieldKind::flag, FieldUse::access, false,
     "true if insecure-skip-tls-verify in the kubeconfig is meant"},
});

// What `hookplan help settings` prints.
constexpr std::string_view kRole = R"(kind: Role
apiVersion: rbac.authorization.k8s.io/v1
metadata: {name: hookplan, namespace: NAMESPACE}
rules:
- apiGroups: [""]
  resources: [secrets]
  resourceNames: [SECRET]
  verbs: [get, update]
)";

Error no_context(std::string_view context, const KubeconfigFiles& files) {
  std::string names;
  for (const auto& path : files.paths) names += (names.empty() ? "" : ", ") + path.string();
  return fail(Code::cluster_access, "there is no context {} in the kubeconfig ({})",
              excerpt(context), names.empty() ? "no file" : printable(names))
      .field("context")
      .hint(
          "set KUBECONFIG or `kubeconfig` of the store; kubectl config get-contexts shows what "
          "there is");
}

Result<ClusterAccess> access_of(const Part& part, const PluginWorld& world) {
  const std::string_view context = part.field("context");
  const std::string_view folder = part.field("service_account");
  const auto in_cluster = [&]() -> Result<ClusterAccess> {
    TRY(ClusterAccess access,
        access_in_cluster(folder.empty() ? kServiceAccount : folder, world.environment));
    if (const auto file = part.field("token_file"); !file.empty()) access.token_file = file;
    return access;
  };
  if (context.empty()) return in_cluster();
  const auto files = kubeconfig_files(std::string(part.field("kubeconfig")), world.environment);
  TRY(std::optional<ClusterAccess> found, access_by_kubeconfig(files, context));
  if (found) return *std::move(found);
  if (context == kOwnCluster && is_in_cluster(world.environment)) return in_cluster();
  return no_context(context, files);
}

Result<std::unique_ptr<TokenStore>> make(const Part& part, const TokenFormat& format,
                                         const PluginWorld& world) {
  TRY_VOID(check_fields(part, kFields));
  TRY(ClusterAccess access, access_of(part, world));
  const bool is_meant = plain_boolean(part.field("skip_tls_verify")).value_or(false);
  if (access.skips_verification && !is_meant) {
    return fail(Code::cluster_access,
                "the kubeconfig says insecure-skip-tls-verify for {}, so anybody could take the "
                "tokens",
                printable(access.server))
        .hint(
            "give the cluster a certificate-authority; or, if it is meant, set skip_tls_verify: "
            "true at the store as well");
  }
  KubernetesTokenStore::Place place{
      {std::string(part.field("namespace")), std::string(part.field("secret"))},
      std::string(part.field("key")),
      std::string(part.field("context"))};
  return std::unique_ptr<TokenStore>(std::make_unique<KubernetesTokenStore>(
      std::move(place), std::move(access), format, world.http, world.clock));
}

constexpr auto kStores = std::to_array<StorePlugin>({
    {{PartKind::store, "kubernetes", "a key of a Secret, with get and update on it (Role below)",
      kFields, nullptr, kRole},
     make},
});

}  // namespace

extern const Plugin kKubernetesPlugin = {{}, {}, kStores};

}  // namespace hookplan
