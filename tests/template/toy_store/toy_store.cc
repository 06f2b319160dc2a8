// SPDX-License-Identifier: Apache-2.0
// A token store that is one file: the ledger on the first line, the document behind it.
#include <array>
#include <filesystem>

#include "core/base/digest.h"
#include "core/base/file.h"
#include "plugins/plugin.h"

namespace hookplan {
namespace {

constexpr auto kFields = std::to_array<FieldSpec>({
    {"place", FieldKind::path, FieldUse::identity, true, "the file"},
});

class ToyStore final : public TokenStore {
 public:
  ToyStore(const std::filesystem::path& file, const TokenFormat& format)
      : file_(std::filesystem::absolute(file).lexically_normal()), format_(format) {}

  std::string id() const override { return "toy:" + file_.string(); }
  std::string name() const override { return "toy " + file_.filename().string(); }

  Result<StoreContents> read() override {
    TRY(const std::string bytes, bytes_now());
    const std::size_t end = bytes.find('\n');
    StoreContents stored;
    stored.version = sha256_hex(bytes);
    if (end == std::string::npos) return stored;
    TRY(stored.ledger, ledger_from_json(bytes.substr(0, end), file_.string()));
    TRY(TokenDocument document,
        format_.read(Secret::copy_of(std::string_view(bytes).substr(end + 1)), name()));
    stored.tokens = std::move(document.tokens);
    return stored;
  }

  Result<std::string> version() override {
    TRY(const std::string bytes, bytes_now());
    return sha256_hex(bytes);
  }

  // Not atomic, as a real store must be: between the look and the write somebody may slip in.
  Result<void> write(const TokenMap& tokens, const Ledger& ledger,
                     std::string_view version) override {
    TRY(const std::string now, this->version());
    if (now != version) return fail(Code::store_changed, "{} has changed", name());
    TRY(const Secret document, format_.write(tokens));
    return document.reveal([&](std::string_view bytes) {
      return write_file(file_, to_json(ledger) + std::string(bytes));
    });
  }

 private:
  Result<std::string> bytes_now() const {
    constexpr std::size_t kMax = std::size_t{1} << 20;
    // Nobody knows what the receiver accepts if it is missing, so it is not taken for empty.
    if (!std::filesystem::exists(file_)) return fail(Code::store_missing, "{} is missing", name());
    return read_file(file_, kMax);
  }

  std::filesystem::path file_;
  const TokenFormat& format_;
};

Result<std::unique_ptr<TokenStore>> make(const Part& part, const TokenFormat& format,
                                         const PluginWorld& /*world*/) {
  return std::unique_ptr<TokenStore>(
      std::make_unique<ToyStore>(std::string(part.field("place")), format));
}

constexpr auto kStores = std::to_array<StorePlugin>({
    {{PartKind::store, "toy", "a file with ledger and tokens", kFields}, make},
});

}  // namespace

extern const Plugin kToyStorePlugin = {{}, {}, kStores};

}  // namespace hookplan
