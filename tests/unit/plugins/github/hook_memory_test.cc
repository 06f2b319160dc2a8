// SPDX-License-Identifier: Apache-2.0
// What a forge remembers of hooks from one run to the next, and what it is asked before a run.
#include <catch2/catch.hpp>

#include "tests/unit/plugins/github/github_peer.h"

namespace hookplan {
namespace {

using namespace github_test;

// Another run: nothing is known but what the ledger says.
std::unique_ptr<Forge> forge_that_recalls(GithubPeer& peer, const Hook& hook, const HookIds& ids) {
  auto forge = peer.forge();
  forge->abilities().memory->recall(hook, ids);
  return forge;
}

HookIds set_once(GithubPeer& peer, const Hook& hook) {
  const auto forge = peer.forge();
  REQUIRE(is_done(forge->put_hook(hook, token_for(kOne))));
  REQUIRE(is_done(forge->prove_delivery(hook, token_for(kOne))));
  return forge->abilities().memory->ids_of(hook);
}

int all_requests(GithubPeer& peer) {
  const JsonValue state = peer.state();
  int number = 0;
  for (const auto& [line, count] : state.find("requests")->members)
    number += std::stoi(count.string);
  return number;
}

TEST_CASE("a hook that is remembered is rotated without a list") {
  const std::string entry = GENERATE("o/r", "o");
  GithubPeer peer;
  const Hook hook = hook_for(entry);
  const HookIds ids = set_once(peer, hook);
  CHECK(ids.hook == at(peer.hooks(entry)[0], "id"));
  CHECK_FALSE(ids.target.empty());
  const std::string list = "GET /" + std::string(entry == "o" ? "orgs/o" : "repos/o/r") + "/hooks";
  const int lists = peer.requests(list);
  const int before = all_requests(peer);
  const auto forge = forge_that_recalls(peer, hook, ids);
  REQUIRE(forge->abilities().preflight->require_possible(hook, Preflight::Change::put).has_value());
  REQUIRE(is_done(forge->put_hook(hook, token_for(kTwo))));
  // Together: the hook by its id, and one write.
  CHECK(all_requests(peer) - before == 2);
  REQUIRE(is_done(forge->prove_delivery(hook, token_for(kTwo))));
  // The log, the ping, the log, the delivery.
  CHECK(all_requests(peer) - before == 6);
  CHECK(peer.requests(list) == lists);
  CHECK(secret_of(peer.hooks(entry)[0]) == kTwo);
  CHECK(forge->abilities().memory->ids_of(hook) == ids);
}

TEST_CASE("a remembered hook that has gone or leads elsewhere is looked for again") {
  GithubPeer peer;
  const Hook hook = hook_for("o/r");
  const HookIds ids = set_once(peer, hook);
  const Hook elsewhere = hook_for("o/r", "https://elsewhere.example.com/hook");
  SECTION("gone") {
    REQUIRE(is_done(peer.forge()->delete_hook(hook)));
    const auto forge = forge_that_recalls(peer, hook, ids);
    REQUIRE(is_done(forge->put_hook(hook, token_for(kTwo))));
    REQUIRE(peer.hooks("o/r").size() == 1);
    CHECK(forge->abilities().memory->ids_of(hook) ==
          HookIds{at(peer.hooks("o/r")[0], "id"), ids.target});
  }
  SECTION("somebody led it elsewhere: it is theirs now") {
    peer.tell("lead", R"({"name": "o/r", "url": "https://elsewhere.example.com/hook"})");
    REQUIRE(is_done(forge_that_recalls(peer, hook, ids)->put_hook(hook, token_for(kTwo))));
    REQUIRE(peer.hooks("o/r").size() == 2);
    CHECK(at(*peer.hooks("o/r")[0].find("config"), "url") == "https://elsewhere.example.com/hook");
    CHECK(secret_of(peer.hooks("o/r")[0]) == kOne);
    CHECK(secret_of(peer.hooks("o/r")[1]) == kTwo);
  }
  SECTION("the same before it is proven once more") {
    peer.tell("lead", R"({"name": "o/r", "url": "https://elsewhere.example.com/hook"})");
    const auto forge = forge_that_recalls(peer, hook, ids);
    CHECK(why(forge->prove_delivery(hook, token_for(kOne)), ErrorKind::unavailable).code ==
          Code::delivery_not_proven);
  }
  SECTION("what is remembered is no id") {
    for (const char* const odd : {"../../o2/hooks/1", "0", "x"}) {
      const auto forge = forge_that_recalls(peer, hook, {odd, odd});
      CHECK(is_done(forge->put_hook(hook, token_for(kTwo))));
    }
    CHECK(peer.hooks("o/r").size() == 1);
  }
}

TEST_CASE("a name that somebody else has registered meanwhile is not touched") {
  GithubPeer peer;
  const Hook hook = hook_for("o/r");
  const HookIds ids = set_once(peer, hook);
  const std::string their_hook =
      GENERATE("", R"({"config": {"url": "https://prow.example.com/hook", "secret": "theirs"}})");
  peer.tell("seed", R"({"targets": {"o/r": {"hooks": [)" + their_hook + "]}}}");
  const auto theirs = peer.hooks("o/r").size();
  const auto forge = forge_that_recalls(peer, hook, ids);
  Preflight* const preflight = forge->abilities().preflight;
  for (const Diagnostic& error :
       {why(preflight->require_possible(hook, Preflight::Change::put), ErrorKind::denied),
        why(forge->put_hook(hook, token_for(kTwo)), ErrorKind::denied)}) {
    CHECK(error.code == Code::repository_replaced);
    CHECK(error.entry == "o/r");
    CHECK(error.message.find(ids.target) != std::string::npos);
    CHECK_FALSE(error.hint.empty());
  }
  // Ours is gone, which is all that a removal wants.
  CHECK(preflight->require_possible(hook, Preflight::Change::remove).has_value());
  CHECK(is_done(forge->delete_hook(hook)));
  REQUIRE(peer.hooks("o/r").size() == theirs);
  if (theirs != 0) CHECK(secret_of(peer.hooks("o/r")[0]) == "theirs");
}

TEST_CASE("what GitHub would refuse is known before anything is written") {
  GithubPeer peer;
  peer.tell(
      "seed",
      R"({"targets": {"o/archived": {"archived": true}, "o/new": {}, "o/secret": {"hidden": true}},
      "renamed": {"o/old": "o/new"},
      "tokens": {"none": {"kind": "fine", "permissions": {"contents": "read"}},
                 "readonly": {"kind": "classic", "scopes": ["read:repo_hook", "read:org"]},
                 "weak": {"kind": "classic", "scopes": ["read:org"]}}})");
  const auto check = [&](const std::string& token, const std::string& entry,
                         Preflight::Change change) {
    const auto forge =
        forge_plugin("github")
            ->make(peer.part({{"token", peer.file("other", token)}, {"pace", "0s"}}), peer.world())
            .value();
    return forge->abilities().preflight->require_possible(hook_for(entry), change);
  };
  CHECK(check("t0k3n", "o/r", Preflight::Change::put).has_value());
  CHECK(check("t0k3n", "o", Preflight::Change::put).has_value());
  CHECK(why(check("t0k3n", "o/archived", Preflight::Change::put), ErrorKind::denied).code ==
        Code::repository_archived);
  CHECK(why(check("t0k3n", "o/old", Preflight::Change::put), ErrorKind::denied).code ==
        Code::repository_renamed);
  CHECK(why(check("t0k3n", "o/secret", Preflight::Change::put), ErrorKind::denied).code ==
        Code::repository_missing);
  // What is gone needs no hook deleted.
  for (const char* const entry : {"o/old", "o/secret", "o/gone", "o/archived"})
    CHECK(check("t0k3n", entry, Preflight::Change::remove).has_value());
  for (const Preflight::Change change : {Preflight::Change::put, Preflight::Change::remove}) {
    const Diagnostic fine = why(check("none", "o/r", change), ErrorKind::denied);
    CHECK(fine.code == Code::permission_missing);
    CHECK(fine.hint.find("\"Webhooks: read and write\" (repository_hooks=write)") !=
          std::string::npos);
    const Diagnostic weak = why(check("weak", "o/r", change), ErrorKind::denied);
    CHECK(weak.code == Code::permission_missing);
    CHECK(weak.hint.find("admin:repo_hook") != std::string::npos);
  }
  // Hooks are shown, and could not be changed.
  for (const char* const entry : {"o/r", "o"}) {
    const Diagnostic readonly =
        why(check("readonly", entry, Preflight::Change::put), ErrorKind::denied);
    CHECK(readonly.code == Code::permission_missing);
    CHECK(readonly.message.find("read:repo_hook, read:org") != std::string::npos);
  }
  const JsonValue state = peer.state();
  for (const auto& [line, count] : state.find("requests")->members) CHECK(line.starts_with("GET "));
}

TEST_CASE("several hooks on one URL are told, and all but the oldest go when that is wanted") {
  GithubPeer peer;
  const std::string one = R"({"config": {"url": "https://prow.example.com/hook"}, "events": [")";
  peer.tell("seed", R"({"targets": {"o/many": {"hooks": [)" + one + "push\"]}," + one +
                        "issues\"]}," + one + R"(fork"]},
      {"config": {"url": "https://other.example.com/hook", "secret": "x"}}]}}})");
  const Hook hook = hook_for("o/many", "https://prow.example.com/hook", {"push"});
  const auto forge = peer.forge();
  const std::string oldest = at(peer.hooks("o/many")[0], "id");
  CHECK(forge->inspect(hook)->doubles == 2);
  REQUIRE(is_done(forge->put_hook(hook, token_for(kOne))));
  DoubleRemover* const remover = forge->abilities().doubles;
  CHECK(remover->doubles_of(hook) == 2);
  // The next run has to see them all, or they would keep a token that goes.
  CHECK(forge->abilities().memory->ids_of(hook).hook.empty());
  REQUIRE(is_done(remover->delete_doubles(hook)));
  REQUIRE(peer.hooks("o/many").size() == 2);
  CHECK(at(peer.hooks("o/many")[0], "id") == oldest);
  CHECK(secret_of(peer.hooks("o/many")[1]) == "x");
  CHECK(remover->doubles_of(hook) == 0);
  CHECK(forge->abilities().memory->ids_of(hook).hook == oldest);
  CHECK(is_done(remover->delete_doubles(hook)));
}

}  // namespace
}  // namespace hookplan
