// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/ports/port_contracts.h"

#include <string>

#include <catch2/catch.hpp>

namespace hookplan {
namespace {

Token token_of(std::string_view value, std::int64_t created) {
  return {Secret::copy_of(value), {created, 0}, {}};
}

TokenMap tokens_of(const std::string& entry, std::string_view value) {
  TokenMap tokens;
  tokens[entry].push_back(token_of(value, 1'700'000'000));
  return tokens;
}

Ledger ledger_with(const std::string& digest) {
  Ledger ledger;
  ledger.plans.push_back({digest, {1'700'000'000, 0}, {1'700'000'001, 0}, "", "", true, false});
  return ledger;
}

constexpr const char* kOne = "1111111111111111111111111111111111111111";
constexpr const char* kTwo = "2222222222222222222222222222222222222222";

}  // namespace

void token_store_contract(const std::function<std::unique_ptr<TokenStore>()>& open) {
  const auto store = open();
  CHECK_FALSE(store->id().empty());
  CHECK_FALSE(store->name().empty());
  CHECK(open()->id() == store->id());

  const auto empty = store->read();
  REQUIRE(empty.has_value());
  CHECK(empty->tokens.empty());
  CHECK(empty->ledger == Ledger{});
  CHECK(*store->version() == empty->version);

  // Tokens and ledger come back as they were written, also through another door.
  REQUIRE(
      store->write(tokens_of("o/r", kOne), ledger_with("sha256:a"), empty->version).has_value());
  for (const bool by_other : {false, true}) {
    const auto other = open();
    const auto read = (by_other ? other : store)->read();
    REQUIRE(read.has_value());
    REQUIRE(read->tokens.contains("o/r"));
    CHECK(same_value(read->tokens.at("o/r").front(), token_of(kOne, 0)));
    CHECK(read->tokens.at("o/r").front().created == Instant{1'700'000'000, 0});
    CHECK(read->ledger == ledger_with("sha256:a"));
    CHECK(read->version != empty->version);
    CHECK_FALSE(read->is_edited);
  }

  // Nothing is written over what the caller has not seen.
  const auto stale = open()->write(tokens_of("o/r", kTwo), ledger_with("sha256:b"), empty->version);
  REQUIRE_FALSE(stale.has_value());
  CHECK(stale.error().kind == ErrorKind::conflict);
  CHECK(store->read()->ledger == ledger_with("sha256:a"));
  CHECK(same_value(store->read()->tokens.at("o/r").front(), token_of(kOne, 0)));

  // A write that changes only the ledger is a change, too: another run must notice it.
  const std::string before = *store->version();
  REQUIRE(store->write(tokens_of("o/r", kOne), ledger_with("sha256:c"), before).has_value());
  CHECK_FALSE(store->write(tokens_of("o/r", kTwo), ledger_with("sha256:d"), before).has_value());

  // Whoever holds it lets go in the end.
}

void forge_contract(const ForgeCase& given) {
  Forge& forge = given.forge;
  const Hook& hook = given.hook;
  const Token one = token_of(kOne, 1'700'000'000);
  const Token two = token_of(kTwo, 1'700'000'100);
  using Presence = HookSight::Presence;

  const auto reach = [&](const std::function<Result<Progress>()>& ask) {
    const auto first = ask();
    REQUIRE(first.has_value());
    if (*first == Progress::waiting) given.people();
    const auto again = ask();
    REQUIRE(again.has_value());
    CHECK(*again == Progress::done);
  };
  const auto is_proven = [&](const Token& token) {
    const auto proven = forge.prove_delivery(hook, token);
    return proven.has_value() && *proven == Progress::done;
  };

  CHECK(forge.inspect(hook)->presence != Presence::present);
  CHECK_FALSE(is_proven(one));

  reach([&] { return forge.put_hook(hook, one); });
  CHECK(forge.inspect(hook)->presence != Presence::absent);
  CHECK(is_proven(one));
  // Asking again for what is reached is no work.
  CHECK(*forge.put_hook(hook, one) == Progress::done);

  // The proof is about this token, not about some token.
  CHECK_FALSE(is_proven(two));
  reach([&] { return forge.put_hook(hook, two); });
  CHECK(is_proven(two));
  CHECK_FALSE(is_proven(one));

  reach([&] { return forge.delete_hook(hook); });
  CHECK(forge.inspect(hook)->presence != Presence::present);
  CHECK_FALSE(is_proven(two));
  // What is gone already is done.
  CHECK(*forge.delete_hook(hook) == Progress::done);
}

void receiver_contract(const ReceiverCase& given) {
  Receiver& receiver = given.receiver;
  const auto minted = [&] {
    auto value = receiver.mint(given.hook.entry);
    REQUIRE(value.has_value());
    return Token{std::move(value).value(), {1'700'000'000, 0}, {}};
  };
  const Token one = minted();
  const Token two = minted();
  CHECK_FALSE(same_value(one, two));
  CHECK_FALSE(receiver.url_of(given.hook.route, one).empty());

  const auto accepted = [&](const Token& token) {
    const auto answer = receiver.accepts(given.hook, token);
    REQUIRE(answer.has_value());
    return *answer;
  };
  const auto accept = [&](const std::vector<const Token*>& tokens) {
    TokenList list;
    for (const Token* const token : tokens) list.push_back(token->clone());
    given.accept(list);
  };
  accept({&one});
  CHECK(accepted(one));
  CHECK_FALSE(accepted(two));
  accept({&one, &two});
  CHECK(accepted(one));
  CHECK(accepted(two));
  accept({&two});
  CHECK_FALSE(accepted(one));
  CHECK(accepted(two));
}

}  // namespace hookplan
