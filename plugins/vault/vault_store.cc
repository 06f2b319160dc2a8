// SPDX-License-Identifier: Apache-2.0
#include "plugins/vault/vault_store.h"

#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/ports/ledger_value.h"

namespace hookplan {

VaultTokenStore::VaultTokenStore(std::string key, const TokenFormat& format,
                                 std::unique_ptr<VaultApi> api, std::chrono::seconds delay)
    : key_(std::move(key)),
      ledger_key_(key_ + ".ledger"),
      format_(format),
      api_(std::move(api)),
      delay_(delay) {}

std::string VaultTokenStore::id() const {
  const auto& [space, mount, path] = api_->place();
  return fmt::format("vault:{}/{}/{}/{}/{}", ascii_lower(api_->address()), space, mount, path,
                     key_);
}

std::string VaultTokenStore::name() const {
  return fmt::format("key {} of {}", key_, to_string(api_->place()));
}

Error VaultTokenStore::error(Code code, std::string_view why) const {
  return fail(code, "{}: {}", name(), why);
}

Result<Secret> VaultTokenStore::document_of(const KvSecret& secret) const {
  const auto& [space, mount, path] = api_->place();
  const JsonView* const value = secret.value(key_);
  if (value == nullptr) {
    return error(Code::store_missing, "the secret has no such key")
        .hint("correct the key, or make it, empty: vault kv patch {}-mount={} {} {}=",
              space.empty() ? "" : "-namespace=" + space + " ", mount, path, key_);
  }
  std::optional<Secret> document = value->secret();
  if (document) return *std::move(document);
  return error(Code::token_document_shape, "the key holds no text")
      .hint("tokens are kept as one text: vault kv patch {}-mount={} {} {}=@FILE",
            space.empty() ? "" : "-namespace=" + space + " ", mount, path, key_);
}

Result<StoreContents> VaultTokenStore::read() {
  TRY(KvSecret secret, api_->get());
  const auto now = std::make_shared<const KvSecret>(std::move(secret));
  TRY(const Secret document, document_of(*now));
  const std::string ledger_name =
      fmt::format("key {} of {}", ledger_key_, to_string(api_->place()));
  std::optional<Secret> beside;
  if (const JsonView* const value = now->value(ledger_key_)) {
    beside = value->secret();
    // An empty one is no ledger of ours: it cannot be read either.
    if (!beside) beside = Secret::copy_of("");
  }
  TRY(StoreContents contents,
      contents_of(document, beside ? &*beside : nullptr, format_, name(), ledger_name));
  contents.version = now->version();
  seen_ = now;
  return contents;
}

// The metadata alone would need another policy.
Result<std::string> VaultTokenStore::version() {
  TRY(const KvSecret secret, api_->get());
  return secret.version();
}

// The secret of that version: what was read last, or what is there now if it is that.
Result<std::shared_ptr<const KvSecret>> VaultTokenStore::secret_of(std::string_view version) {
  const std::shared_ptr<const KvSecret> known = seen_;
  if (known && known->version() == version) return known;
  TRY(KvSecret secret, api_->get());
  if (secret.version() != version)
    return error(Code::store_changed, "it is not what it was when it was read");
  return std::make_shared<const KvSecret>(std::move(secret));
}

// External Secrets marks what it pushes from a cluster, and pushes it again.
Result<void> VaultTokenStore::may_write(const KvSecret& secret) const {
  const std::string manager = secret.note("managed-by");
  if (manager != "external-secrets") return {};
  return error(Code::store_managed,
               "External Secrets pushes it from a cluster (custom_metadata managed-by)")
      .hint(
          "find its PushSecret, and change the tokens in the Secret that it takes them from: "
          "store type kubernetes");
}

Result<void> VaultTokenStore::write(const TokenMap& tokens, const Ledger& ledger,
                                    std::string_view version) {
  TRY(const auto secret, secret_of(version));
  TRY_VOID(may_write(*secret));
  TRY(const Secret there, document_of(*secret));
  TRY(const Secret document, next_document(there, tokens, format_, name()));
  const Secret beside = ledger_value_beside(document, ledger);
  const std::array<KvSecret::Value, 2> values = {KvSecret::Value{key_, document},
                                                 KvSecret::Value{ledger_key_, beside}};
  const Secret data = secret->data_with(values);
  if (data.size() > kMaxKvDataBytes) {
    return error(Code::token_document_too_large,
                 fmt::format("the secret would have {} bytes as JSON ({} of tokens, {} of the "
                             "ledger before they are escaped) and can have {}",
                             data.size(), document.size(), beside.size(), kMaxKvDataBytes))
        .as(ErrorKind::unavailable);
  }
  Result<void> written = api_->put(data, secret->number());
  if (written || written.error().kind != ErrorKind::unknown) return written;
  // It may have happened all the same. Nobody else writes these very values: the lease in the
  // ledger has the name of this run.
  const Result<KvSecret> now = api_->get();
  if (now && now->version() != secret->version() && now->holds(values)) return {};
  return written;
}

}  // namespace hookplan
