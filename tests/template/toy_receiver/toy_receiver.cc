// SPDX-License-Identifier: Apache-2.0
// A receiver that accepts what is in its store, and writes its tokens "entry value created", a line
// each. No entry has another's tokens.
#include <algorithm>
#include <array>
#include <sstream>

#include "plugins/plugin.h"

namespace hookplan {
namespace {

constexpr auto kFields = std::to_array<FieldSpec>({
    {"url", FieldKind::url, FieldUse::identity, true, "where deliveries go"},
});

class ToyFormat final : public TokenFormat {
 public:
  Result<TokenDocument> read(const Secret& document, std::string_view /*name*/) const override {
    TokenDocument read;
    std::istringstream lines(
        document.reveal([](std::string_view bytes) { return std::string(bytes); }));
    for (std::string entry, value, created; lines >> entry >> value >> created;) {
      const auto instant = instant_from_canonical(created);
      if (!instant) return fail(Code::token_document_time, "not a time");
      read.tokens[entry].push_back({Secret::copy_of(value), *instant, created});
    }
    return read;
  }

  Result<Secret> write(const TokenMap& tokens) const override {
    std::string text;
    for (const auto& [entry, list] : tokens) {
      for (const Token& token : list) {
        token.value.reveal([&](std::string_view value) {
          text += entry + " " + std::string(value) + " " + to_rfc3339(token.created) + "\n";
        });
      }
    }
    return Secret::copy_of(text);
  }
};

class ToyReceiver final : public Receiver {
 public:
  explicit ToyReceiver(TokenStore& store) : store_(store) {}

  Result<Secret> mint(std::string_view /*entry*/) override { return mint_hex_token(); }
  Secret url_of(const Route& route, const Token& /*token*/) const override {
    return Secret::copy_of(route.url());
  }
  Result<bool> accepts(const Hook& hook, const Token& token) override {
    TRY(const StoreContents stored, store_.read());
    const auto list = stored.tokens.find(hook.entry);
    return list != stored.tokens.end() &&
           std::ranges::any_of(list->second,
                               [&](const Token& other) { return same_value(other, token); });
  }

 private:
  TokenStore& store_;
};

const ToyFormat kFormat;

Result<std::unique_ptr<Receiver>> make(const Part& /*part*/, TokenStore& store,
                                       const PluginWorld& /*world*/) {
  return std::unique_ptr<Receiver>(std::make_unique<ToyReceiver>(store));
}

constexpr auto kReceivers = std::to_array<ReceiverPlugin>({
    {{PartKind::receiver, "toy", "accepts what its store has", kFields},
     {ReceiverFamily::many_tokens, FallbackRule::none, &kFormat},
     make},
});

}  // namespace

extern const Plugin kToyReceiverPlugin = {{}, kReceivers, {}};

}  // namespace hookplan
