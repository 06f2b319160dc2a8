// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "tests/unit/plugins/github/github_peer.h"

namespace hookplan {
namespace {

using namespace github_test;

TEST_CASE("a hook is made with everything that the route asks for, and proven by its log") {
  const std::string entry = GENERATE("o/r", "o");
  GithubPeer peer;
  const auto forge = peer.forge();
  const Hook hook = hook_for(entry, "https://prow.example.com/hook", {"issues", "push"});
  REQUIRE(is_done(forge->put_hook(hook, token_for(kOne))));
  REQUIRE(peer.hooks(entry).size() == 1);
  const JsonValue made = peer.hooks(entry)[0];
  CHECK(secret_of(made) == kOne);
  CHECK(at(*made.find("config"), "content_type") == "json");
  CHECK(at(*made.find("config"), "insecure_ssl") == "0");
  CHECK(made.find("active")->boolean);
  CHECK(made.find("events")->items.size() == 2);
  CHECK(is_done(forge->prove_delivery(hook, token_for(kOne))));
  const auto sight = forge->inspect(hook);
  REQUIRE(sight.has_value());
  CHECK(sight->presence == HookSight::Presence::present);
  CHECK(sight->events == hook.route.events);
  CHECK(sight->note.empty());
}

TEST_CASE("GitHub tells how it spells a name, and answers to any spelling") {
  GithubPeer peer;
  peer.tell("seed", R"({"targets": {"Acme/Prow": {"hooks": []}, "Acme": {"hooks": []}}})");
  const auto forge = peer.forge();
  Speller& speller = *forge->abilities().speller;
  const auto [entry, other] =
      GENERATE(table<std::string, std::string>({{"Acme/Prow", "acme/prow"}, {"Acme", "acme"}}));
  CAPTURE(entry);
  CHECK(is_done(forge->put_hook(hook_for(other), token_for(kOne))));
  CHECK(peer.hooks(entry).size() == 1);
  CHECK(is_done(speller.prove_spelling(hook_for(other), entry)));
  const Diagnostic used = why(speller.prove_spelling(hook_for(entry), other), ErrorKind::conflict);
  CHECK(used.code == Code::spelling_in_use);
  CHECK(used.entry == entry);
  // What is gone, or out of sight, says nothing.
  CHECK_FALSE(speller.prove_spelling(hook_for("x/y"), "X/y").has_value());
}

TEST_CASE("a rotation is one write, keeps the hook, and never loses its secret") {
  GithubPeer peer;
  const auto forge = peer.forge();
  const Hook hook = hook_for("o/r");
  REQUIRE(is_done(forge->put_hook(hook, token_for(kOne))));
  const std::string id = at(peer.hooks("o/r")[0], "id");
  REQUIRE(is_done(forge->put_hook(hook, token_for(kTwo))));
  REQUIRE(peer.hooks("o/r").size() == 1);
  CHECK(at(peer.hooks("o/r")[0], "id") == id);
  CHECK(secret_of(peer.hooks("o/r")[0]) == kTwo);
  CHECK(peer.requests("PATCH /repos/o/r/hooks/" + id + "/config") == 1);
  // Other events are set together with the secret.
  REQUIRE(is_done(forge->put_hook(hook_for("o/r", "https://prow.example.com/hook", {"push"}),
                                  token_for(kTwo))));
  CHECK(secret_of(peer.hooks("o/r")[0]) == kTwo);
  CHECK(peer.hooks("o/r")[0].find("events")->items[0].string == "push");
}

// The rows of Prow's own tests: B1 to B4 of its hmac tool, and those of ghhook.
TEST_CASE("hooks end as Prow's do") {
  const std::string entry = GENERATE("acme/prow", "acme");
  const std::string others =
      R"({"config": {"url": "https://other.example.com/hook", "secret": "x"}})";
  const std::string ours =
      R"({"config": {"url": "https://prow.example.com/hook", "secret": "old"}, "events": ["*"]})";
  GithubPeer peer;
  const auto begin = [&](const std::string& hooks) {
    peer.tell("seed", R"({"targets": {")" + entry + R"(": {"hooks": [)" + hooks + "]}}}");
    return peer.forge();
  };
  const Hook hook = hook_for(entry);
  SECTION("none, or only other URLs: it is made") {
    const std::string before = GENERATE_COPY(std::string(), others);
    REQUIRE(is_done(begin(before)->put_hook(hook, token_for(kOne))));
    const auto hooks = peer.hooks(entry);
    REQUIRE(hooks.size() == (before.empty() ? 1 : 2));
    CHECK(secret_of(hooks.back()) == kOne);
    CHECK(hooks.back().find("active")->boolean);
    CHECK(hooks.back().find("events")->items[0].string == "*");
  }
  SECTION("the same URL: it is changed and stays one") {
    const auto forge = begin(others + "," + ours);
    const std::string id = at(peer.hooks(entry)[1], "id");
    REQUIRE(is_done(forge->put_hook(hook, token_for(kOne))));
    const auto hooks = peer.hooks(entry);
    REQUIRE(hooks.size() == 2);
    CHECK(at(hooks[1], "id") == id);
    CHECK(secret_of(hooks[1]) == kOne);
    CHECK(secret_of(hooks[0]) == "x");
  }
  SECTION("the same URL, to be deleted: the others stay") {
    REQUIRE(is_done(begin(others + "," + ours)->delete_hook(hook)));
    REQUIRE(peer.hooks(entry).size() == 1);
    CHECK(secret_of(peer.hooks(entry)[0]) == "x");
  }
}

TEST_CASE("a hook on any page is found, and of several the oldest counts") {
  GithubPeer peer;
  std::string hooks;
  for (int i = 0; i < 250; ++i) {
    // Numbers 120 and 230 lead to the receiver.
    const bool is_ours = i == 120 || i == 230;
    hooks += std::string(i == 0 ? "" : ",") + R"({"config": {"url": "https://)" +
             (is_ours ? "prow.example.com" : std::to_string(i) + ".example.com") +
             R"(/hook", "secret": "old"}, "events": [")" + (i == 230 ? "issues" : "push") + "\"]}";
  }
  peer.tell("seed", R"({"targets": {"o/many": {"hooks": [)" + hooks + "]}}}");
  const auto forge = peer.forge();
  const Hook hook = hook_for("o/many", "https://prow.example.com/hook", {"push"});
  const auto sight = forge->inspect(hook);
  REQUIRE(sight.has_value());
  CHECK(sight->events == std::vector<std::string>{"push"});
  CHECK(sight->note == "2 hooks lead to its receiver; the oldest counts");
  REQUIRE(is_done(forge->put_hook(hook, token_for(kOne))));
  const auto now = peer.hooks("o/many");
  REQUIRE(now.size() == 250);
  // What the others send is judged by the same tokens.
  CHECK(secret_of(now[120]) == kOne);
  CHECK(secret_of(now[230]) == kOne);
  CHECK(now[230].find("events")->items[0].string == "issues");
  CHECK(secret_of(now[0]) == "old");
  CHECK(is_done(forge->prove_delivery(hook, token_for(kOne))));
  REQUIRE(is_done(forge->delete_hook(hook)));
  CHECK(peer.hooks("o/many").size() == 248);
}

TEST_CASE("deleting what is gone is done") {
  GithubPeer peer;
  const auto forge = peer.forge();
  CHECK(is_done(forge->delete_hook(hook_for("o/r"))));
  CHECK(is_done(forge->delete_hook(hook_for("o/gone"))));
  // Its hooks are another entry's now.
  peer.tell("seed", R"({"targets": {"o/new": {"hooks": [{"config": {"secret": "s",
      "url": "https://prow.example.com/hook"}}]}}, "renamed": {"o/old": "o/new"}})");
  CHECK(is_done(forge->delete_hook(hook_for("o/old"))));
  CHECK(peer.hooks("o/new").size() == 1);
}

TEST_CASE("after a lost answer the next call looks, and makes no second hook") {
  GithubPeer peer;
  const auto forge = peer.forge();
  const Hook hook = hook_for("o/r");
  peer.tell("fault", R"({"kind": "lost", "method": "POST"})");
  CHECK(why(forge->put_hook(hook, token_for(kOne)), ErrorKind::unknown).code == Code::answer_lost);
  // GitHub's list may lag behind what it has done.
  CHECK(is_done(forge->put_hook(hook, token_for(kTwo))));
  REQUIRE(peer.hooks("o/r").size() == 1);
  CHECK(secret_of(peer.hooks("o/r")[0]) == kTwo);
  peer.tell("fault", R"({"kind": "502 after", "method": "PATCH"})");
  CHECK(why(forge->put_hook(hook, token_for(kOne)), ErrorKind::unknown).code ==
        Code::forge_odd_answer);
  CHECK(is_done(forge->put_hook(hook, token_for(kOne))));
  CHECK(secret_of(peer.hooks("o/r")[0]) == kOne);
  peer.tell("fault", R"({"kind": "lost", "method": "DELETE"})");
  CHECK(why(forge->delete_hook(hook), ErrorKind::unknown).code == Code::answer_lost);
  CHECK(is_done(forge->delete_hook(hook)));
  CHECK(peer.hooks("o/r").empty());
  peer.tell("fault", R"({"kind": "503 before", "method": "GET"})");
  CHECK(why(forge->put_hook(hook, token_for(kOne)), ErrorKind::unavailable).code ==
        Code::forge_odd_answer);
}

TEST_CASE("a hook that exists and is not listed yet is waited for and taken over") {
  GithubPeer peer;
  const auto forge = peer.forge();
  const Hook hook = hook_for("o/r");
  peer.tell("settings", R"({"lag": 1.5})");
  peer.tell("fault", R"({"kind": "lost", "method": "POST"})");
  CHECK(why(forge->put_hook(hook, token_for(kOne)), ErrorKind::unknown).code == Code::answer_lost);
  CHECK(is_done(forge->put_hook(hook, token_for(kTwo))));
  REQUIRE(peer.hooks("o/r").size() == 1);
  CHECK(secret_of(peer.hooks("o/r")[0]) == kTwo);
}

TEST_CASE("each refusal says what is wrong and what to do") {
  GithubPeer peer;
  std::string twenty;
  for (int i = 0; i < 20; ++i) {
    twenty += std::string(i == 0 ? "" : ",") + R"({"config": {"url": "https://)" +
              std::to_string(i) + R"(.example.com/hook"}, "events": ["push"]})";
  }
  peer.tell("seed", R"({"targets": {"o/archived": {"archived": true}, "o/secret": {"hidden": true},
      "o/new": {}, "o/full": {"hooks": [)" +
                        twenty + R"(]}}, "renamed": {"o/old": "o/new"},
      "tokens": {"fine": {"kind": "fine", "permissions": {"repository_hooks": "read"}},
                 "weak": {"kind": "classic", "scopes": ["read:org"]}}})");
  const auto put = [&](const Hook& hook) { return peer.forge()->put_hook(hook, token_for(kOne)); };
  const auto as = [&](const std::string& token, const std::string& entry) {
    return forge_plugin("github")
        ->make(peer.part({{"token", peer.file("other", token)}, {"pace", "0s"}}), peer.world())
        .value()
        ->put_hook(hook_for(entry), token_for(kOne));
  };
  CHECK(why(put(hook_for("o/archived")), ErrorKind::denied).code == Code::repository_archived);
  for (const char* const entry : {"o/gone", "o/secret", "gone"}) {
    CHECK(why(put(hook_for(entry)), ErrorKind::denied).code == Code::repository_missing);
  }
  const Diagnostic renamed = why(put(hook_for("o/old")), ErrorKind::denied);
  CHECK(renamed.code == Code::repository_renamed);
  CHECK(renamed.hint == "write o/new instead of o/old in the config");
  CHECK(peer.hooks("o/new").empty());
  CHECK(why(put(hook_for("o/r", "https://prow.internal/hook")), ErrorKind::denied).code ==
        Code::hook_url_refused);
  const Diagnostic full =
      why(put(hook_for("o/full", "https://prow.example.com/hook", {"push"})), ErrorKind::denied);
  CHECK(full.code == Code::hook_limit_reached);
  CHECK(full.message.find("\"push\"") != std::string::npos);
  CHECK(why(as("wrong", "o/r"), ErrorKind::denied).code == Code::credential_refused);
  const Diagnostic fine = why(as("fine", "o/r"), ErrorKind::denied);
  CHECK(fine.code == Code::permission_missing);
  CHECK(fine.hint.find("repository_hooks=write") != std::string::npos);
  CHECK(fine.entry == "o/r");
  // 404 and not 403, by which it could be taken for a missing repository, or for a hook that is
  // gone.
  const Diagnostic weak = why(as("weak", "o/r"), ErrorKind::denied);
  CHECK(weak.code == Code::permission_missing);
  CHECK(weak.message.find("read:org") != std::string::npos);
  const auto blind = forge_plugin("github")->make(
      peer.part({{"token", peer.file("other", "weak")}}), peer.world());
  for (const char* const entry : {"o/r", "o/secret"}) {
    CHECK(why((*blind)->delete_hook(hook_for(entry)), ErrorKind::denied).code ==
          Code::permission_missing);
  }
}

TEST_CASE("without a token there is no forge") {
  GithubPeer peer;
  const auto forge =
      forge_plugin("github")->make({"github", "github", {{"api", ""}}}, peer.world());
  REQUIRE_FALSE(forge.has_value());
  CHECK(forge.error().first().code == Code::credential_missing);
}

TEST_CASE("a limit is waited for where its time comes soon, and told where it does not") {
  GithubPeer peer;
  const auto forge = peer.forge();
  const Hook hook = hook_for("o/r");
  peer.tell("fault", R"({"kind": "secondary", "method": "POST", "retry_after": 1})");
  peer.tell("fault", R"({"kind": "429", "method": "GET", "retry_after": 1})");
  CHECK(is_done(forge->put_hook(hook, token_for(kOne))));
  CHECK(peer.hooks("o/r").size() == 1);
  // More than a call may take: it ends without having sent the write, and the next one goes on.
  peer.tell("fault", R"({"kind": "secondary", "method": "PATCH", "retry_after": 7})");
  CHECK(why(forge->put_hook(hook, token_for(kTwo)), ErrorKind::unavailable).code ==
        Code::rate_limited);
  CHECK(secret_of(peer.hooks("o/r")[0]) == kOne);
  CHECK(is_done(forge->put_hook(hook, token_for(kTwo))));
  CHECK(secret_of(peer.hooks("o/r")[0]) == kTwo);
}

TEST_CASE("a call whose time is over has sent nothing, and the next one goes on") {
  GithubPeer peer;
  const auto forge = peer.forge();
  // The list comes after longer than what may pass before a write.
  peer.tell("fault", R"({"kind": "secondary", "method": "GET", "retry_after": 6})");
  CHECK(why(forge->put_hook(hook_for("o/r"), token_for(kOne)), ErrorKind::unavailable).code ==
        Code::rate_limited);
  CHECK(peer.requests("POST /repos/o/r/hooks") == 0);
  CHECK(is_done(forge->put_hook(hook_for("o/r"), token_for(kOne))));
}

TEST_CASE("writes of one credential are a second apart unless the settings say otherwise") {
  GithubPeer peer;
  const auto forge = forge_plugin("github")->make(peer.part({}), peer.world()).value();
  const Hook hook = hook_for("o/r");
  for (const char* const token : {kOne, kTwo, kOne}) {
    REQUIRE(is_done(forge->put_hook(hook, token_for(token))));
  }
  CHECK(std::stod(at(peer.state(), "least_gap")) > 0.99);
}

TEST_CASE(
    "a pace that is longer than a call is kept, and beyond a run's patience nothing is asked") {
  GithubPeer peer;
  const auto with_pace = [&](const char* pace) {
    return forge_plugin("github")->make(peer.part({{"pace", pace}}), peer.world()).value();
  };
  const Hook hook = hook_for("o/r");
  const auto slow = with_pace("7s");
  REQUIRE(is_done(slow->put_hook(hook, token_for(kOne))));
  // It waits without sending anything, and asks for being called again.
  CHECK(why(slow->put_hook(hook, token_for(kTwo)), ErrorKind::unavailable).code ==
        Code::rate_limited);
  CHECK(secret_of(peer.hooks("o/r")[0]) == kOne);
  CHECK(is_done(slow->put_hook(hook, token_for(kTwo))));

  const auto slower = with_pace("1h");
  REQUIRE(is_done(slower->put_hook(hook, token_for(kOne))));
  const int asked = peer.requests("GET /repos/o/r/hooks");
  const Diagnostic later = why(slower->put_hook(hook, token_for(kTwo)), ErrorKind::unavailable);
  CHECK(later.code == Code::rate_limited);
  CHECK(later.message.find("takes no more changes before 20") != std::string::npos);
  CHECK(peer.requests("GET /repos/o/r/hooks") == asked);
}

TEST_CASE("a proof is a ping of now, accepted, and signed with the new token") {
  GithubPeer peer;
  const auto forge = peer.forge();
  const Hook hook = hook_for("o/r");
  CHECK(why(forge->prove_delivery(hook, token_for(kOne)), ErrorKind::unavailable).code ==
        Code::delivery_not_proven);
  REQUIRE(is_done(forge->put_hook(hook, token_for(kOne))));
  CHECK(is_done(forge->prove_delivery(hook, token_for(kOne))));
  // The log has accepted pings of before the switch, which prove nothing.
  const Diagnostic other =
      why(forge->prove_delivery(hook, token_for(kTwo)), ErrorKind::unavailable);
  CHECK(other.message == "o/r: GitHub's ping is not signed with the new token");
  // GitHub may answer that it pings, and not do it.
  peer.clock.is_fast = true;
  peer.tell("settings", R"({"pings_are_lost": true})");
  CHECK(why(forge->prove_delivery(hook, token_for(kOne)), ErrorKind::unavailable).message ==
        "o/r: GitHub's ping is not in the log of the hook after 30 s");
  peer.tell("settings", R"({"log_is_hidden": true})");
  CHECK(is_done(forge->prove_delivery(hook, token_for(kTwo))));  // by what the receiver itself says
  const auto sight = forge->inspect(hook_for("o"));
  CHECK(sight.has_value());
}

TEST_CASE("a receiver that refuses the ping is told") {
  GithubPeer peer;
  const auto forge = peer.forge();
  // Nobody listens there.
  const Hook hook = hook_for("o/r", "http://127.0.0.1:9/hook");
  REQUIRE(is_done(forge->put_hook(hook, token_for(kOne))));
  CHECK(why(forge->prove_delivery(hook, token_for(kOne)), ErrorKind::unavailable).message ==
        "o/r: GitHub got no answer from the receiver to its ping");
  CHECK(forge->inspect(hook)->note.starts_with("its last delivery got 0"));
}

TEST_CASE("status sees what a hook lacks") {
  GithubPeer peer;
  peer.tell("seed", R"({"targets": {"o/bare": {"hooks": [{"active": false, "events": ["push"],
      "config": {"url": "https://prow.example.com/hook", "insecure_ssl": 1,
                 "content_type": "form"}}]}}})");
  const auto sight = peer.forge()->inspect(hook_for("o/bare"));
  REQUIRE(sight.has_value());
  CHECK_FALSE(sight->is_active);
  CHECK(sight->note ==
        "its hook has no secret, so its deliveries are not signed; its hook does not check the "
        "receiver's certificate; its hook sends forms, not JSON");
  CHECK(peer.forge()->inspect(hook_for("o/r"))->presence == HookSight::Presence::absent);
  CHECK_FALSE(peer.forge()->inspect(hook_for("o/gone")).has_value());
}

TEST_CASE("what failed and was never accepted is sent again, from all pages") {
  GithubPeer peer;
  const auto forge = peer.forge();
  const Hook hook = hook_for("o/r");
  REQUIRE(is_done(forge->put_hook(hook, token_for(kOne))));
  // Older than what is asked for; failed and then accepted; failed twice; accepted; no answer.
  peer.tell("push", R"({"log": [[9000, 500]]})");
  peer.tell("push", R"({"log": [[80, 403], [70, 200]]})");
  peer.tell("push", R"({"log": [[80, 403], [70, 403]]})");
  peer.tell("push", R"({"log": [[60, 0]]})");
  peer.tell("push", R"({"number": 210})");
  Redeliverer* const redeliverer = forge->abilities().redeliverer;
  REQUIRE(redeliverer != nullptr);
  const Instant since = later(peer.clock.now(), std::chrono::seconds(-3600));
  REQUIRE(is_done(redeliverer->redeliver(hook, since)));
  const auto again = [&] {
    int number = 0;
    const auto hooks = peer.hooks("o/r");
    for (const JsonValue& line : hooks[0].find("log")->items)
      number += at(line, "redelivery") == "True" ? 1 : 0;
    return number;
  };
  CHECK(again() == 2);
  // They were accepted now, so nothing is left.
  REQUIRE(is_done(redeliverer->redeliver(hook, since)));
  CHECK(again() == 2);
}

}  // namespace
}  // namespace hookplan
