// SPDX-License-Identifier: Apache-2.0
#include "plugins/manual/handover.h"

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "plugins/manual/handover_text.h"
#include "tests/generate/random_choice.h"
#include "tests/unit/plugins/manual/handover_place.h"

namespace hookplan {
namespace {

using generate::below;
using generate::one_in;
using generate::pick;

HandoverItem set_item(const Hook& hook, const Token& token) {
  HandoverItem item;
  item.entry = hook.entry;
  item.url = hook.url.reveal(&Secret::copy_of);
  item.events = hook.route.events;
  item.token = token.clone();
  return item;
}

HandoverItem delete_item(const Hook& hook) {
  HandoverItem item;
  item.task = HandoverTask::delete_hook;
  item.entry = hook.entry;
  item.url = hook.url.reveal(&Secret::copy_of);
  return item;
}

std::string text_of(const Handover& handover, HandoverWriter writer = {}) {
  const Result<Secret> text = writer.text_of(handover, "h");
  REQUIRE(text.has_value());
  return text->reveal([](std::string_view bytes) { return std::string(bytes); });
}

Handover read_back(const std::string& text) {
  Result<Handover> handover = read_handover(Secret::copy_of(text), "h");
  if (!handover) FAIL(handover.error().first().message);
  return std::move(handover).value();
}

TEST_CASE("what is done to a copy of a hand-over is not done to the hand-over") {
  Handover handover;
  handover.ask(set_item(hook_for("foo"), token_of(1)));
  Handover copy = handover;
  CHECK(copy == handover);
  CHECK(copy.confirm("foo") == Confirmation::confirmed);
  CHECK(copy != handover);
  CHECK(copy.waiting().empty());
  CHECK(handover.waiting() == std::vector<std::string>{"foo"});
  CHECK_FALSE(handover.find(hook_for("foo"))->token.value.empty());
  CHECK(copy.find(hook_for("foo"))->token.value.empty());
}

TEST_CASE("nothing of a confirmed hook is secret any more, and it is known nevertheless") {
  const Hook hook = hook_for("foo", "/PRIVATE");
  HandoverItem item = set_item(hook, token_of(1));
  item.url_mark = mark_of(hook.url);
  Handover handover;
  handover.ask(std::move(item));
  CHECK(handover.confirm("foo") == Confirmation::confirmed);
  const HandoverItem* const confirmed = handover.find(hook);
  REQUIRE(confirmed != nullptr);
  CHECK(confirmed->url.empty());
  CHECK(confirmed->token.value.empty());
  CHECK(confirmed->sets(hook, token_of(1)));
  CHECK(handover.find(hook_for("foo", "/OTHER")) == nullptr);
}

TEST_CASE("a confirmation of what changed counts the second time") {
  Handover handover;
  handover.ask(set_item(hook_for("foo"), token_of(1)));
  handover.ask(set_item(hook_for("foo"), token_of(2)));
  CHECK(handover.items().size() == 1);
  CHECK(handover.confirm("foo") == Confirmation::changed);
  CHECK(handover.waiting().size() == 1);
  CHECK(handover.confirm("foo") == Confirmation::confirmed);
  CHECK(handover.confirm("foo") == Confirmation::nothing_waits);
  handover.ask(set_item(hook_for("foo"), token_of(3)));
  CHECK(handover.confirm("foo") == Confirmation::confirmed);
}

TEST_CASE("what is asked for outdates confirmations that no longer say anything") {
  Handover handover;
  handover.ask(delete_item(hook_for("foo", "/old")));
  handover.ask(set_item(hook_for("Foo"), token_of(1)));
  handover.ask(set_item(hook_for("bar"), token_of(1)));
  for (const char* const entry : {"foo", "Foo", "bar"}) handover.confirm(entry);
  REQUIRE(handover.items().size() == 3);
  handover.ask(set_item(hook_for("foo"), token_of(1)));
  CHECK(handover.find(hook_for("Foo")) == nullptr);
  CHECK(handover.find(hook_for("foo", "/old")) == nullptr);
  REQUIRE(handover.items().size() == 2);
  CHECK(handover.items()[0]->entry == "foo");  // what waits comes first
  CHECK(handover.items()[1]->entry == "bar");
}

// Every kind of text that can be written, and what YAML could take for something else.
std::string any_text(std::mt19937_64& random) {
  const std::vector<std::string> tricky{"~",  "null", "- a", "a: b", "#x", "\"",  "\\",
                                        "' ", "{}",   "[,]", "&a",   "*",  "%20", "true"};
  if (one_in(random, 3)) return pick(random, tricky);
  std::string text;
  for (std::size_t size = 1 + below(random, 40); size > 0; --size) {
    text += static_cast<char>(' ' + below(random, '~' - ' ' + 1));
  }
  return text;
}

HandoverItem any_item(std::mt19937_64& random) {
  HandoverItem item;
  item.is_confirmed = one_in(random, 2);
  item.has_changed = !item.is_confirmed && one_in(random, 3);
  item.entry = any_text(random);
  if (one_in(random, 2)) item.page = any_text(random);
  item.url = Secret::copy_of(any_text(random));
  if (one_in(random, 2)) {
    item.url_mark = mark_of(item.url);
    if (item.is_confirmed) item.url = Secret();
  }
  if (one_in(random, 3)) {
    item.task = one_in(random, 2) ? HandoverTask::delete_hook : HandoverTask::check_name;
    if (one_in(random, 2)) item.plan = any_text(random);
    if (item.task == HandoverTask::check_name || one_in(random, 2))
      item.new_name = any_text(random);
    return item;
  }
  for (std::size_t size = below(random, 4); size > 0; --size) {
    item.events.push_back(any_text(random));
  }
  item.token.created.seconds = generate::between(random, kZeroInstant.seconds, 253'402'300'799);
  if (one_in(random, 2)) {
    item.token.created.nanoseconds = static_cast<std::int32_t>(below(random, 1'000'000'000));
  }
  if (!item.is_confirmed) item.token.value = Secret::copy_of(any_text(random));
  return item;
}

bool same_items(const HandoverItem& one, const HandoverItem& other) {
  return one.task == other.task && one.is_confirmed == other.is_confirmed &&
         one.has_changed == other.has_changed && one.entry == other.entry &&
         one.new_name == other.new_name && one.plan == other.plan && one.page == other.page &&
         same_bytes(one.url, other.url) && one.url_mark == other.url_mark &&
         one.events == other.events && one.token.created == other.token.created &&
         same_bytes(one.token.value, other.token.value);
}

TEST_CASE("every hand-over is read back from its text as it was") {
  const auto seed = GENERATE(range(0, 300));
  CAPTURE(seed);
  std::mt19937_64 random(static_cast<std::uint64_t>(seed));
  Handover::Items items;
  for (std::size_t size = below(random, 6); size > 0; --size) {
    items.push_back(std::make_shared<const HandoverItem>(any_item(random)));
  }
  const Handover handover(items);
  const std::string text = text_of(handover);
  CAPTURE(text);
  const Handover again = read_back(text);
  CHECK(std::ranges::equal(again.items(), handover.items(), [](const auto& one, const auto& other) {
    return same_items(*one, *other);
  }));
  CHECK(text_of(again) == text);
}

TEST_CASE("the text of a hand-over does not depend on how it came about") {
  const auto seed = GENERATE(range(0, 60));
  CAPTURE(seed);
  std::mt19937_64 random(static_cast<std::uint64_t>(seed));
  HandoverWriter writer;  // remembers
  Handover handover;
  Handover other;  // goes through its text each time
  const std::vector<std::string> entries{"foo", "Foo", "foo/bar", "bar"};
  for (int step = 0; step < 40; ++step) {
    const std::string entry = pick(random, entries);
    const std::size_t what = below(random, 3);
    const std::string secret_part = one_in(random, 3) ? "/x" : "";
    const Hook hook = hook_for(entry, secret_part);
    const int created = static_cast<int>(below(random, 2));
    for (Handover* const one : {&handover, &other}) {
      if (what == 0) one->ask(set_item(hook, token_of(created)));
      if (what == 1) one->ask(delete_item(hook));
      if (what == 2) one->confirm(entry);
    }
    const Result<Secret> text = writer.text_of(handover, "h");
    REQUIRE(text.has_value());
    const std::string shown =
        text->reveal([](std::string_view bytes) { return std::string(bytes); });
    REQUIRE(shown == text_of(other));
    other = read_back(shown);
  }
}

TEST_CASE("what could not be read back is not written") {
  const auto refused = [](HandoverItem item) {
    Handover handover;
    handover.ask(std::move(item));
    const Result<Secret> text = HandoverWriter().text_of(handover, "h");
    REQUIRE_FALSE(text.has_value());
    CHECK(text.error().first().code == Code::token_not_writable);
    CHECK(text.error().first().where.path == "h");
  };
  for (const char* const value : {"", "a\nb", "\x7f", "\xc3\xa9"}) {
    CAPTURE(value);
    refused(set_item(hook_for("foo"), token_of(1, value)));
    refused(set_item(hook_for(value), token_of(1)));
    Hook hook = hook_for("foo");
    hook.route.events.emplace_back(value);
    refused(set_item(hook, token_of(1)));
    hook.url = Secret::copy_of(value);
    refused(delete_item(hook));
  }
}

TEST_CASE("a hand-over that is too large to be read back is full") {
  Hook hook = hook_for("foo");
  hook.route.events.assign(5000, "push");
  const auto item = std::make_shared<const HandoverItem>(set_item(hook, token_of(1)));
  HandoverWriter writer;
  Handover::Items items{item};
  Secret largest;
  Result<Secret> text = writer.text_of(Handover(items), "h");
  while (text && items.size() < 100) {
    largest = std::move(text).value();
    items.push_back(item);
    text = writer.text_of(Handover(items), "h");
  }
  const Result<Handover> again = read_handover(largest, "h");
  REQUIRE(again.has_value());
  CHECK(again->items().size() == items.size() - 1);
  REQUIRE_FALSE(text.has_value());
  CHECK_THAT(text.error().first().message, Catch::Contains("it is full"));
}

}  // namespace
}  // namespace hookplan
