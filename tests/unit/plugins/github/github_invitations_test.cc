// SPDX-License-Identifier: Apache-2.0
// The rows I1 to I4 of Prow's own tests, and what they leave out.
#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/unit/plugins/github/github_peer.h"

namespace hookplan {
namespace {

using namespace github_test;

// A forge whose token may answer invitations.
std::unique_ptr<Forge> invited_forge(GithubPeer& peer) {
  peer.tell("seed", R"({"tokens": {"bot": {"kind": "classic",
      "scopes": ["repo", "admin:org", "admin:org_hook"]}}})");
  return forge_plugin("github")
      ->make(peer.part({{"token", peer.file("bot", "bot")}, {"pace", "0s"}}), peer.world())
      .value();
}

// What is accepted of what is pending, and what stays, as "target: why".
struct Answered {
  std::vector<std::string> accepted = {};
  std::vector<std::string> left = {};
  std::size_t errors = 0;
};
Answered answer_all(Forge& forge, const std::vector<std::string>& entries) {
  Invitations* const invitations = forge.abilities().invitations;
  REQUIRE(invitations != nullptr);
  const PendingInvitations pending = invitations->pending(entries);
  Answered answered;
  answered.errors = pending.errors.size();
  for (const Invitation& each : pending.invitations) {
    if (!each.why_left.empty()) {
      answered.left.push_back(each.target + ": " + each.why_left);
      continue;
    }
    REQUIRE(invitations->accept(each).has_value());
    answered.accepted.push_back(each.target);
  }
  return answered;
}

std::vector<std::string> accepted_there(GithubPeer& peer) {
  std::vector<std::string> names;
  const JsonValue state = peer.state();
  for (const JsonValue& each : state.find("accepted_invitations")->items)
    names.push_back(each.string);
  return names;
}

using Names = std::vector<std::string>;

TEST_CASE("invitations are accepted as Prow does, for what is listed itself") {
  GithubPeer peer;
  const auto forge = invited_forge(peer);
  const std::string repository =
      R"({"repositories": [{"repository": "acme/one", "permissions": "admin"}]})";
  const std::string organization = R"({"organizations": [{"login": "acme", "role": "admin"}]})";
  SECTION("I1: to a repository that is listed") {
    peer.tell("invite", repository);
    CHECK(answer_all(*forge, {"acme/one", "acme/two"}).accepted == Names{"acme/one"});
  }
  SECTION("I2: to an organization that is listed") {
    peer.tell("invite", organization);
    CHECK(answer_all(*forge, {"acme", "acme/one"}).accepted == Names{"acme"});
  }
  SECTION("I3: to an organization of which only repositories are listed; Prow becomes its owner") {
    peer.tell("invite", organization);
    const Answered answered = answer_all(*forge, {"acme/one", "acme/two"});
    CHECK(answered.accepted.empty());
    CHECK(answered.left ==
          Names{"acme: it would make an owner, and only repositories of it are listed"});
  }
  SECTION("I4: to a repository of an organization that is listed") {
    peer.tell("invite", repository);
    CHECK(answer_all(*forge, {"acme"}).accepted.empty());
  }
  SECTION("whatever the case of names") {
    peer.tell("invite", repository);
    peer.tell("invite", organization);
    CHECK(answer_all(*forge, {"ACME", "Acme/One"}).accepted == Names{"Acme/One", "ACME"});
    CHECK(accepted_there(peer) == Names{"acme/one", "ACME"});
  }
}

TEST_CASE("invitations that nobody can make sense of stop nothing") {
  GithubPeer peer;
  const auto forge = invited_forge(peer);
  // A repository that is gone, roles that Prow does not know, things that do not concern anybody.
  peer.tell("invite", R"({"repositories": [
      {"repository": null, "permissions": "admin"},
      {"repository": "acme/one", "permissions": "unaffiliated"},
      {"repository": "acme/two", "permissions": "write"},
      {"repository": "acme/old", "permissions": "admin", "expired": true},
      {"repository": "other/repository", "permissions": "admin"},
      {"repository": "acme/last", "permissions": "admin"}],
    "organizations": [{"login": "acme", "role": "reinstate"}, {"login": "other", "role": "admin"},
      {"login": "mine", "role": "admin", "state": "active"}]})");
  const Answered answered =
      answer_all(*forge, {"acme", "acme/last", "acme/old", "acme/one", "acme/two", "mine"});
  CHECK(answered.errors == 0);
  CHECK(answered.accepted == Names{"acme/last"});
  CHECK(answered.left ==
        Names{"acme/one: it offers unaffiliated and not admin, so hooks could not be managed",
              "acme/two: it offers write and not admin, so hooks could not be managed",
              "acme/old: it has expired",
              "acme: it offers reinstate and not admin, so hooks could not be managed"});
  CHECK(accepted_there(peer) == Names{"acme/last"});
}

TEST_CASE("invitations of all pages are seen, and a lost answer accepts none twice") {
  GithubPeer peer;
  const auto forge = invited_forge(peer);
  std::string many;
  for (int i = 0; i < 120; ++i)
    many += R"({"repository": "acme/r)" + std::to_string(i) + R"(", "permissions": "admin"},)";
  many.pop_back();
  peer.tell("invite", R"({"repositories": [)" + many + "]}");
  Invitations* const invitations = forge->abilities().invitations;
  const PendingInvitations pending = invitations->pending({"acme/r119"});
  REQUIRE(pending.invitations.size() == 1);
  peer.tell("fault", R"({"kind": "lost", "method": "PATCH"})");
  CHECK(why(invitations->accept(pending.invitations[0]), ErrorKind::unknown).code ==
        Code::answer_lost);
  CHECK(invitations->accept(pending.invitations[0]).has_value());
  CHECK(accepted_there(peer) == Names{"acme/r119"});
}

TEST_CASE("a token that may not see invitations of one kind answers those of the other") {
  GithubPeer peer;
  peer.tell("invite", R"({"repositories": [{"repository": "o/r", "permissions": "admin"}]})");
  const PendingInvitations pending = peer.forge()->abilities().invitations->pending({"o", "o/r"});
  CHECK(pending.invitations.size() == 1);
  REQUIRE(pending.errors.size() == 1);
  CHECK(pending.errors[0].first().code == Code::invitations_unanswered);
  CHECK(pending.errors[0].first().hint ==
        "give the token one of these scopes: admin:org, write:org");
  // None would be accepted, so nothing is missing.
  CHECK(peer.forge()->abilities().invitations->pending({"o/r"}).errors.empty());
}

}  // namespace
}  // namespace hookplan
