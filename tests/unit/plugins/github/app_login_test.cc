// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdio>
#include <cstdlib>

#include <catch2/catch.hpp>

#include "plugins/github/app_login.h"
#include "tests/unit/plugins/github/github_peer.h"

namespace hookplan {
namespace {

std::string output_of(const std::string& command) {
  std::string text;
  FILE* const pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return text;
  std::array<char, 4096> part = {};
  while (const std::size_t size = std::fread(part.data(), 1, part.size(), pipe)) {
    text.append(part.data(), size);
  }
  ::pclose(pipe);
  return text;
}

struct AppKeyPair {
  std::string pem = output_of("openssl genrsa -traditional 2048 2>/dev/null");
  // "Modulus=ABC\n"
  std::string modulus() const {
    const std::string text = output_of("printf '%s' '" + pem + "' | openssl rsa -noout -modulus");
    return text.substr(8, text.size() - 9);
  }
};

const AppKeyPair& app_keys() {
  static const AppKeyPair kKeys;
  return kKeys;
}

// An App that is installed at `o`, for o/r and o/s, and at `p`.
struct AppWorld {
  GithubPeer peer = {};
  explicit AppWorld(const std::string& permissions =
                        R"({"repository_hooks": "write", "organization_hooks": "write"})",
                    int token_seconds = 3600) {
    const std::string more = R"(, "permissions": )" + permissions + R"(, "seconds": )" +
                             std::to_string(token_seconds) + "}";
    peer.tell("seed", R"({"apps": {"77": {"modulus": ")" + app_keys().modulus() +
                          R"("}}, "targets": {"o/s": {}, "p/r": {}, "q/r": {}}, "installations": {
        "o": {"id": 501, "app": "77", "repositories": ["o/r", "o/s"])" +
                          more + R"(, "p": {"id": 502, "app": "77")" + more + "}}");
  }
  std::unique_ptr<Forge> forge(const FieldMap& more = {}) {
    FieldMap fields = {
        {"app_id", "77"}, {"pace", "0s"}, {"private_key", peer.file("app.pem", app_keys().pem)}};
    for (const auto& [name, value] : more) fields[name] = value;
    auto made = forge_plugin("github")->make(peer.part(fields), peer.world());
    if (!made) FAIL(made.error().first().message);
    return std::move(made).value();
  }
  std::vector<std::pair<std::string, JsonValue>> tokens() {
    return peer.state().find("tokens")->members;
  }
};

bool puts(Forge& forge, const std::string& entry) {
  const auto put = forge.put_hook(hook_for(entry), token_for("1111"));
  if (!put) UNSCOPED_INFO(put.error().first().message);
  return put && *put == Progress::done;
}

Code refusal_of(Forge& forge, const std::string& entry) {
  const auto put = forge.put_hook(hook_for(entry), token_for("1111"));
  REQUIRE_FALSE(put.has_value());
  CHECK(put.error().kind == ErrorKind::denied);
  return put.error().first().code;
}

TEST_CASE("an App has a token for each entry, which can do nothing else, and revokes it") {
  AppWorld app;
  {
    const auto forge = app.forge();
    for (const char* const entry : {"o/r", "o", "p/r", "o/r"}) CHECK(puts(*forge, entry));
    CHECK(app.tokens().size() == 3);
    for (const auto& [value, token] : app.tokens()) {
      CHECK(token.find("permissions")->members.size() == 1);
      CHECK(token.find("revoked") == nullptr);
      const JsonValue& repositories = *token.find("repositories");
      const bool is_hooks_of_repository =
          token.find("permissions")->find("repository_hooks") != nullptr;
      CHECK(repositories.items.size() == (is_hooks_of_repository ? 1 : 0));
    }
    // The installation is looked for once an owner.
    CHECK(app.peer.requests("GET /users/o/installation") == 1);
  }
  for (const auto& [value, token] : app.tokens()) CHECK(token.find("revoked")->boolean);
}

TEST_CASE("repositories that are expected share a token, but for those that the App may not see") {
  AppWorld app;
  const bool is_one_hidden = GENERATE(false, true);
  {
    const auto forge = app.forge();
    std::vector<std::string> expected = {"o/r", "o", "o/s", "p/r"};
    if (is_one_hidden) expected.insert(expected.begin() + 2, "o/unknown");
    forge->abilities().preflight->expect(expected);
    if (is_one_hidden) CHECK(refusal_of(*forge, "o/unknown") == Code::app_not_installed);
    for (const char* const entry : {"o/r", "o", "o/s", "p/r", "o/s"}) CHECK(puts(*forge, entry));
    // o, p, and those of o: together, or each alone because of the one between them.
    CHECK(app.tokens().size() == (is_one_hidden ? 4 : 3));
    for (const auto& [value, token] : app.tokens()) {
      CHECK(token.find("permissions")->members.size() == 1);
      for (const JsonValue& name : token.find("repositories")->items)
        CHECK((name.string == "o/r" || name.string == "o/s" || name.string == "p/r"));
    }
  }
  for (const auto& [value, token] : app.tokens()) CHECK(token.find("revoked")->boolean);
}

TEST_CASE("a token is renewed before it ends, and after GitHub refused it") {
  AppWorld app(R"({"repository_hooks": "write"})", 602);
  const auto forge = app.forge();
  CHECK(puts(*forge, "o/r"));
  CHECK(app.tokens().size() == 1);
  app.peer.clock.sleep_for(std::chrono::milliseconds(2500));
  CHECK(puts(*forge, "o/r"));
  CHECK(app.tokens().size() > 1);
  const std::size_t before = app.tokens().size();
  for (const auto& [value, token] : app.tokens()) {
    app.peer.tell("seed", R"({"tokens": {")" + value + R"(": {"kind": "app", "revoked": true}}})");
  }
  CHECK(puts(*forge, "o/r"));
  CHECK(app.tokens().size() == before + 1);
}

TEST_CASE("a clock that is wrong is corrected by GitHub's") {
  const int skew = GENERATE(-3000, 3000);
  AppWorld app;
  app.peer.tell("settings", R"({"skew": )" + std::to_string(skew) + "}");
  const auto forge = app.forge();
  CHECK(puts(*forge, "o/r"));
  CHECK(puts(*forge, "o/s"));
  // Found out once.
  CHECK(app.peer.requests("GET /users/o/installation") == 2);
  CHECK(app.peer.requests("POST /app/installations/501/access_tokens") == 2);
}

TEST_CASE("an App that is not installed, or may not, is told as such") {
  AppWorld app(R"({"repository_hooks": "write"})");
  const auto forge = app.forge();
  CHECK(refusal_of(*forge, "q/r") == Code::app_not_installed);
  CHECK(refusal_of(*forge, "o/unknown") == Code::app_not_installed);
  CHECK(refusal_of(*forge, "o") == Code::permission_missing);
  CHECK(puts(*forge, "o/r"));
  CHECK(refusal_of(*app.forge({{"app_id", "78"}}), "o/r") == Code::credential_refused);
}

TEST_CASE("claims say nine minutes, the first of which has passed") {
  CHECK(app_claims("Iv1.abc", 1'700'000'060) ==
        R"({"exp":1700000540,"iat":1700000000,"iss":"Iv1.abc"})");
}

TEST_CASE("a key that is not one of an App is refused, and not repeated") {
  GithubPeer peer;
  const auto code_of = [&](const std::string& pem) {
    const auto forge = forge_plugin("github")->make(
        peer.part({{"app_id", "77"}, {"private_key", peer.file("app.pem", pem)}}), peer.world());
    REQUIRE_FALSE(forge.has_value());
    return forge.error().first().code;
  };
  CHECK(code_of("secret") == Code::key_malformed);
  CHECK(code_of(output_of("openssl genpkey -algorithm ed25519")) == Code::key_wrong_kind);
  CHECK(code_of(output_of("openssl genrsa 1024 2>/dev/null")) == Code::key_weak);
  const auto half = forge_plugin("github")->make(peer.part({{"app_id", "77"}}), peer.world());
  REQUIRE_FALSE(half.has_value());
  CHECK(half.error().first().code == Code::credential_missing);
}

}  // namespace
}  // namespace hookplan
