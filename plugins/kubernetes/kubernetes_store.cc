// SPDX-License-Identifier: Apache-2.0
#include "plugins/kubernetes/kubernetes_store.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "core/base/digest.h"
#include "core/base/text.h"
#include "plugins/kubernetes/ledger_value.h"
#include "plugins/kubernetes/upkeep.h"

namespace hookplan {
namespace {

std::string digest_of_value(const Secret& document) { return document.reveal(sha256_hex); }

bool says_the_same(const TokenMap& one, const TokenMap& other) {
  const auto same_token = [](const Token& a, const Token& b) {
    return a.created == b.created && same_value(a, b);
  };
  return std::ranges::equal(one, other, [&](const auto& a, const auto& b) {
    return a.first == b.first && std::ranges::equal(a.second, b.second, same_token);
  });
}

}  // namespace

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

Result<KubernetesTokenStore::Documents> KubernetesTokenStore::documents_of(
    const SecretObject& object) const {
  const JsonView* const value = object.value(place_.key);
  if (value == nullptr) {
    return error(Code::store_missing, "the Secret has no such key")
        .hint("correct the key, or make it, empty: kubectl -n {} patch secret {} -p '{}'",
              place_.secret.space, place_.secret.name,
              fmt::format(R"({{"data":{{"{}":""}}}})", place_.key));
  }
  std::optional<Secret> tokens = value->decoded();
  if (!tokens) return error(Code::store_unavailable, "the answer has no base64 in it");
  Documents documents{*std::move(tokens), false, to_json(Ledger{}), false};
  const JsonView* const beside = object.value(ledger_key_);
  if (beside == nullptr) return documents;
  const std::string ledger_name =
      fmt::format("key {} of {}", ledger_key_, to_string(place_.secret));
  const std::optional<Secret> bytes = beside->decoded();
  if (!bytes) return error(Code::store_unavailable, "the answer has no base64 in it");
  TRY(LedgerValue ledger, read_ledger_value(*bytes, ledger_name));
  documents.has_ledger = true;
  documents.is_edited = ledger.document != digest_of_value(documents.tokens);
  documents.ledger = std::move(ledger.ledger);
  return documents;
}

Result<StoreContents> KubernetesTokenStore::read() {
  TRY(SecretObject object, api_.get());
  const auto now = std::make_shared<const SecretObject>(std::move(object));
  TRY(const Documents documents, documents_of(*now));
  TRY(TokenDocument document, format_.read(documents.tokens, name()));
  StoreContents contents{
      std::move(document.tokens), document.is_legacy_token,    {}, now->version(),
      documents.is_edited,        std::move(document.warnings)};
  TRY(contents.ledger, ledger_from_json(documents.ledger, name() + ".ledger"));
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

// The text stays as people wrote it as long as it says the same.
Result<Secret> KubernetesTokenStore::next_tokens(const SecretObject& object,
                                                 const TokenMap& tokens) const {
  TRY(Documents documents, documents_of(object));
  TRY(const TokenDocument document, format_.read(documents.tokens, name()));
  if (!document.is_legacy_token && says_the_same(document.tokens, tokens)) {
    return std::move(documents.tokens);
  }
  return format_.write(tokens);
}

Result<void> KubernetesTokenStore::write(const TokenMap& tokens, const Ledger& ledger,
                                         std::string_view version) {
  TRY(const auto object, object_of(version));
  TRY_VOID(may_write(*object));
  TRY(const Secret document, next_tokens(*object, tokens));
  const Secret beside = to_value({digest_of_value(document), to_json(ledger)});
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
  const Result<SecretObject> there = api_.get();
  if (there && there->version() != object->version() && there->holds(values)) return {};
  return written;
}

}  // namespace hookplan
