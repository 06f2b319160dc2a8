// SPDX-License-Identifier: Apache-2.0
#include "plugins/kubernetes/upkeep.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

namespace hookplan {
namespace {

Result<void> judged(const std::string& metadata) {
  auto object = SecretObject::read(
      Secret::copy_of(fmt::format(
          R"({{"kind":"Secret","metadata":{{"name":"t","namespace":"prow","resourceVersion":"1",{}}}}})",
          metadata)),
      {"prow", "t"});
  REQUIRE(object.has_value());
  return check_upkeep(*object, {"prow", "t"});
}

TEST_CASE("a Secret that somebody manages is refused, and the object above it is named") {
  const auto [metadata, keeper] = GENERATE(table<std::string, std::string>(
      {{R"("labels":{"reconcile.external-secrets.io/managed":"true"})",
        "an ExternalSecret in namespace prow"},
       {R"("ownerReferences":[{"kind":"ExternalSecret","name":"hmac","controller":true}])",
        "the ExternalSecret prow/hmac"},
       {R"("annotations":{"reconcile.external-secrets.io/data-hash":"51ad"})",
        "an ExternalSecret in namespace prow"},
       {R"("managedFields":[{"manager":"kubectl"},{"manager":"externalsecrets.external-secrets.io/es"}])",
        "the ExternalSecret prow/es"},
       {R"("ownerReferences":[{"kind":"SealedSecret","name":"sealed","controller":true}])",
        "the SealedSecret prow/sealed"},
       {R"("annotations":{"sealedsecrets.bitnami.com/managed":"true"})", "the SealedSecret prow/t"},
       {R"("annotations":{"argocd.argoproj.io/tracking-id":"app:/Secret:prow/t"})",
        "the Argo CD application app"},
       {R"("labels":{"argocd.argoproj.io/instance":"app"})", "the Argo CD application app"},
       {R"("labels":{"app.kubernetes.io/instance":"app"},"managedFields":[{"manager":"argocd-controller"}])",
        "the Argo CD application app"},
       {R"("labels":{"kustomize.toolkit.fluxcd.io/name":"k","kustomize.toolkit.fluxcd.io/namespace":"f"})",
        "the Flux Kustomization f/k"},
       {R"("labels":{"helm.toolkit.fluxcd.io/name":"h","helm.toolkit.fluxcd.io/namespace":"f"})",
        "the Flux HelmRelease f/h"},
       {R"("labels":{"secrets-store.csi.k8s.io/managed":"true"})", "the Secrets Store CSI driver"},
       {R"("ownerReferences":[{"kind":"VaultStaticSecret","name":"v","controller":true}])",
        "the VaultStaticSecret v"}}));
  const auto verdict = judged(metadata);
  REQUIRE_FALSE(verdict.has_value());
  CHECK(verdict.error().kind == ErrorKind::denied);
  CHECK(verdict.error().first().code == Code::store_managed);
  CHECK_THAT(verdict.error().first().message, Catch::StartsWith("Secret prow/t: " + keeper));
  CHECK_THAT(verdict.error().first().message, Catch::Contains(" manages it and would overwrite"));
  CHECK_FALSE(verdict.error().first().hint.empty());
}

TEST_CASE("a Secret that is only marked like others is nobody's") {
  const std::string metadata = GENERATE(
      as<std::string>(), R"("labels":{})", R"("labels":{"app.kubernetes.io/instance":"prow"})",
      R"("labels":{"app.kubernetes.io/managed-by":"Helm"})",
      R"("ownerReferences":[{"kind":"ConfigMap","name":"c"}])",
      R"("labels":{"reconcile.external-secrets.io/managed":"false"})",
      R"("labels":{"kustomize.toolkit.fluxcd.io/name":"k"},"annotations":{"kustomize.toolkit.fluxcd.io/reconcile":"disabled"})",
      R"("managedFields":[{"manager":"hookplan"}])");
  CAPTURE(metadata);
  CHECK(judged(metadata).has_value());
}

}  // namespace
}  // namespace hookplan
