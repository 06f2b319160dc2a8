// SPDX-License-Identifier: Apache-2.0
#include "plugins/kubernetes/upkeep.h"

#include <optional>
#include <string>

#include <fmt/format.h>

#include "core/base/text.h"

namespace hookplan {
namespace {

// What manages the Secret, and what to do instead of writing to it.
struct Upkeep {
  std::string keeper = {};
  std::string remedy = {};
};

constexpr std::string_view kElsewhere =
    "change the tokens where it takes them from: with a store of that type if this build serves it "
    "(`hookplan version` lists the types)";

std::string mark(const SecretObject& object, std::string_view marks, std::string_view name) {
  const JsonView* const all = object.metadata().find(marks);
  return all == nullptr ? std::string() : all->text_of(name);
}

std::string label(const SecretObject& object, std::string_view name) {
  return mark(object, "labels", name);
}

std::string annotation(const SecretObject& object, std::string_view name) {
  return mark(object, "annotations", name);
}

// The owner reference of that kind; of any kind that controls it if that is empty.
const JsonView* owner_of(const SecretObject& object, std::string_view kind) {
  const JsonView* const owners = object.metadata().find("ownerReferences");
  if (owners == nullptr) return nullptr;
  for (const JsonView& owner : owners->items()) {
    const JsonView* const controls = owner.find("controller");
    const bool is_controller = controls != nullptr && controls->is_true();
    if (kind.empty() ? is_controller : owner.text_of("kind") == kind) return &owner;
  }
  return nullptr;
}

// The first manager of fields whose name begins like that; what follows there.
std::optional<std::string> manager_after(const SecretObject& object, std::string_view start) {
  const JsonView* const fields = object.metadata().find("managedFields");
  if (fields == nullptr) return std::nullopt;
  for (const JsonView& field : fields->items()) {
    const std::string manager = field.text_of("manager");
    if (manager.starts_with(start)) return manager.substr(start.size());
  }
  return std::nullopt;
}

std::optional<Upkeep> external_secrets(const SecretObject& object, const SecretPlace& place) {
  const JsonView* const owner = owner_of(object, "ExternalSecret");
  // It writes as the manager of this name, also where it does not own the Secret.
  const auto manager = manager_after(object, "externalsecrets.external-secrets.io/");
  if (owner == nullptr && !manager &&
      label(object, "reconcile.external-secrets.io/managed") != "true" &&
      annotation(object, "reconcile.external-secrets.io/data-hash").empty()) {
    return std::nullopt;
  }
  const std::string name = owner != nullptr ? owner->text_of("name") : manager.value_or("");
  const std::string object_name =
      name.empty() ? fmt::format("an ExternalSecret in namespace {}", place.space)
                   : fmt::format("the ExternalSecret {}/{}", place.space, excerpt(name));
  return Upkeep{
      object_name,
      fmt::format("change the tokens in its secret store, such as gcp-secret-manager or vault "
                  "(kubectl -n {} get externalsecret {} -o yaml shows which), with a store of that "
                  "type if this build serves it (`hookplan version` lists the types)",
                  place.space, name.empty() ? "" : shell_word(excerpt(name)))};
}

std::optional<Upkeep> sealed_secrets(const SecretObject& object, const SecretPlace& place) {
  const JsonView* const owner = owner_of(object, "SealedSecret");
  if (owner == nullptr && annotation(object, "sealedsecrets.bitnami.com/managed") != "true") {
    return std::nullopt;
  }
  const std::string name = owner == nullptr ? place.name : owner->text_of("name");
  return Upkeep{fmt::format("the SealedSecret {}/{}", place.space, excerpt(name)),
                "delete the SealedSecret with --cascade=orphan and keep the Secret, or use a store "
                "of type file and seal what it holds"};
}

std::optional<Upkeep> argo_cd(const SecretObject& object) {
  std::string app = annotation(object, "argocd.argoproj.io/tracking-id");
  app = app.substr(0, app.find(':'));
  if (app.empty()) app = label(object, "argocd.argoproj.io/instance");
  if (app.empty() && manager_after(object, "argocd-")) {
    app = label(object, "app.kubernetes.io/instance");
  }
  if (app.empty()) return std::nullopt;
  return Upkeep{fmt::format("the Argo CD application {}", excerpt(app)),
                "take the Secret out of the application's sources, then remove its tracking label "
                "or annotation"};
}

std::optional<Upkeep> flux(const SecretObject& object) {
  for (const auto& [kind, group] :
       {std::pair<std::string_view, std::string_view>("Kustomization", "kustomize"),
        std::pair<std::string_view, std::string_view>("HelmRelease", "helm")}) {
    const std::string prefix = fmt::format("{}.toolkit.fluxcd.io/", group);
    const std::string name = label(object, prefix + "name");
    const bool is_left_alone = annotation(object, prefix + "reconcile") == "disabled" ||
                               annotation(object, prefix + "ssa") == "Ignore";
    if (name.empty() || is_left_alone) continue;
    return Upkeep{fmt::format("the Flux {} {}/{}", kind,
                              excerpt(label(object, prefix + "namespace")), excerpt(name)),
                  fmt::format("annotate the Secret with {}reconcile: disabled, in its source, too; "
                              "or use a store of type file in that source",
                              prefix)};
  }
  return std::nullopt;
}

std::optional<Upkeep> others(const SecretObject& object) {
  if (label(object, "secrets-store.csi.k8s.io/managed") == "true") {
    return Upkeep{"the Secrets Store CSI driver (a SecretProviderClass)", std::string(kElsewhere)};
  }
  const JsonView* const owner = owner_of(object, "");
  if (owner == nullptr) return std::nullopt;
  return Upkeep{
      fmt::format("the {} {}", excerpt(owner->text_of("kind")), excerpt(owner->text_of("name"))),
      std::string(kElsewhere)};
}

}  // namespace

Result<void> check_upkeep(const SecretObject& object, const SecretPlace& place) {
  std::optional<Upkeep> found = external_secrets(object, place);
  if (!found) found = sealed_secrets(object, place);
  if (!found) found = argo_cd(object);
  if (!found) found = flux(object);
  if (!found) found = others(object);
  if (!found) return {};
  return fail(Code::store_managed, "{}: {} manages it and would overwrite what is written here",
              to_string(place), found->keeper)
      .hint(std::move(found->remedy));
}

}  // namespace hookplan
