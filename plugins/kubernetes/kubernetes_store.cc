// SPDX-License-Identifier: Apache-2.0
#include "plugins/kubernetes/kubernetes_store.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/ports/ledger_value.h"
#include "plugins/kubernetes/upkeep.h"

namespace hookplan {

KubernetesTokenStore::KubernetesTokenStore(Place place, ClusterAccess access,
                                           const TokenFormat& format, HttpClient& http,
                                           Clock& clock)
    : place_(std::move(place)),
      ledger_key_(place_.key + ".ledger"),
      format_(format),
      api_(place_.secret, place_.key, std::move(access), http, clock) {}

std::string KubernetesTokenStore::id() const {
  return fmt::format("kubernetes:{}/{}/{}/{}", ascii_lower(api_.access().server),
                     place_.secret.space, place_.secret.name, place_.key);
}

std::string KubernetesTokenStore::name() const {
  return fmt::format("key {} of {} in {}", place_.key, to_string(place_.secret),
                     place_.context.empty() ? "this cluster" : "context " + place_.context);
}

Error KubernetesTokenStore::error(Code code, std::string_view why) const {
  return fail(code, "{}: {}", name(), why);
}

Result<std::optional<Secret>> KubernetesTokenStore::value_of(const SecretObject& object,
                                                             std::string_view key) const {
  const JsonView* const value = object.value(key);
  if (value == nullptr) return std::optional<Secret>();
  std::optional<Secret> bytes = value->decoded();
  if (!bytes) return error(Code::store_unavailable, "the answer has no base64 in it");
  return bytes;
}

Result<Secret> KubernetesTokenStore::document_of(const SecretObject& object) const {
  TRY(std::optional<Secret> document, value_of(object, place_.key));
  if (document) return *std::move(document);
  return error(Code::store_missing, "the Secret has no such key")
      .hint("correct the key, or make it, empty: kubectl -n {} patch secret {} -p '{}'",
            place_.secret.space, place_.secret.name,
            fmt::format(R"({{"data":{{"{}":""}}}})", place_.key));
}

Result<StoreContents> KubernetesTokenStore::read() {
  TRY(SecretObject object, api_.get());
  const auto now = std::make_shared<const SecretObject>(std::move(object));
  TRY(const Secret document, document_of(*now));
  TRY(const std::optional<Secret> beside, value_of(*now, ledger_key_));
  TRY(StoreContents contents,
      contents_of(document, beside ? &*beside : nullptr, format_, name(),
                  fmt::format("key {} of {}", ledger_key_, to_string(place_.secret))));
  contents.version = now->version();
  seen_ = now;
  return contents;
}

Result<std::string> KubernetesTokenStore::version() { return api_.get_version(); }

// The object of that version: what was read last, or what is there now if it is that.
Result<std::shared_ptr<const SecretObject>> KubernetesTokenStore::object_of(
    std::string_view version) {
  const std::shared_ptr<const SecretObject> known = seen_;
  if (known && known->version() == version) return known;
  TRY(SecretObject object, api_.get());
  if (object.version() != version) {
    return error(Code::store_changed, "it is not what it was when it was read");
  }
  return std::make_shared<const SecretObject>(std::move(object));
}

Result<void> KubernetesTokenStore::may_write(const SecretObject& object) const {
  TRY_VOID(check_upkeep(object, place_.secret));
  if (object.is_immutable()) {
    return error(Code::store_refused, "the Secret is immutable")
        .hint("make it again without `immutable: true`, with the same content");
  }
  if (object.is_going()) {
    return error(Code::store_refused, "the Secret is being deleted")
        .hint("see who deletes it and what holds it back: its finalizers");
  }
  return {};
}

Result<void> KubernetesTokenStore::write(const TokenMap& tokens, const Ledger& ledger,
                                         std::string_view version) {
  TRY(const auto object, object_of(version));
  TRY_VOID(may_write(*object));
  TRY(const Secret there, document_of(*object));
  TRY(const Secret document, next_document(there, tokens, format_, name()));
  const Secret beside = ledger_value_beside(document, ledger);
  const std::array<SecretObject::Value, 2> values = {SecretObject::Value{place_.key, document},
                                                     SecretObject::Value{ledger_key_, beside}};
  if (const std::size_t size = object->data_bytes_with(values); size > kMaxSecretDataBytes) {
    return error(
               Code::token_document_too_large,
               fmt::format("the Secret would have {} bytes ({} of tokens, {} of the ledger, {} of "
                           "other keys) and can have {}",
                           size, document.size(), beside.size(),
                           size - document.size() - beside.size(), kMaxSecretDataBytes))
        .as(ErrorKind::unavailable);
  }
  Result<void> written = api_.put(object->with(values));
  if (written || written.error().kind != ErrorKind::unknown) return written;
  // It may have happened all the same. Nobody else writes these very bytes: the lease in the ledger
  // has the name of this run.
  const Result<SecretObject> now = api_.get();
  if (now && now->version() != object->version() && now->holds(values)) return {};
  return written;
}

}  // namespace hookplan
