// SPDX-License-Identifier: Apache-2.0
// Every plugin and every simulated system keeps the promises of the ports.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "plugins/plugin.h"
#include "tests/contract/ports/port_contracts.h"
#include "tests/simulation/ports.h"
#include "tests/simulation/world.h"
#include "tests/unit/plugins/github/github_peer.h"
#include "tests/unit/plugins/http/peer_server.h"
#include "tests/unit/plugins/kubernetes/kube_server.h"
#include "tests/unit/plugins/prow/prow_world.h"

namespace hookplan {

extern const Plugin kToyForgePlugin;
extern const Plugin kToyReceiverPlugin;
extern const Plugin kToyStorePlugin;

namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "hookplan.XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path_); }

  // A file that is there and empty, for its owner only.
  std::string file(const std::string& name) const {
    const fs::path path = path_ / name;
    std::ofstream(path).flush();
    fs::permissions(path, fs::perms(0600));
    return path.string();
  }
  fs::path path() const { return path_; }

 private:
  fs::path path_;
};

class NoClock final : public Clock {
 public:
  Instant now() override { return {1'700'000'000, 0}; }
  std::chrono::milliseconds running() override { return {}; }
  void sleep_for(std::chrono::milliseconds /*time*/) override {}
};

struct Surroundings {
  Folder folder = {};
  NoClock clock = {};
  ProwWorld hook = {};
  PluginWorld world{hook, clock, [](std::string_view) { return std::nullopt; },
                    folder.path() / "handover.yaml"};
};

Hook hook_of(const Route& route) { return {"o/r", route, Secret::copy_of(route.url())}; }

Route route_at(std::string_view url) {
  Route route;
  route.receiver.fields["url"] = url;
  route.events = {"*"};
  return route;
}

TEST_CASE("token stores keep the promises of their port") {
  Surroundings at;
  const TokenFormat& format = *receiver_plugin("prow")->traits.format;
  SECTION("file") {
    const Part part{"", "file", {{"path", at.folder.file("hmac.yaml")}}};
    token_store_contract(
        [&] { return store_plugin("file")->make(part, format, at.world).value(); });
  }
  SECTION("kubernetes") {
    const KubeServer server;
    server.put(R"({"data":{"hmac":"","other":"YQ=="}})");
    std::ofstream(at.folder.path() / "config")
        << "contexts: [{name: c, context: {cluster: k, user: u}}]\n"
        << "clusters: [{name: k, cluster: {server: \"" << server.url() << "\"}}]\n"
        << "users: [{name: u, user: {token: hookplan-token}}]\n";
    const Part part{"",
                    "kubernetes",
                    {{"context", "c"},
                     {"namespace", "prow"},
                     {"secret", "hmac-token"},
                     {"key", "hmac"},
                     {"kubeconfig", (at.folder.path() / "config").string()}}};
    CurlClient http{{.user_agent = "hookplan/test"}};
    const PluginWorld world{http, at.clock, at.world.environment};
    token_store_contract(
        [&] { return store_plugin("kubernetes")->make(part, format, world).value(); });
  }
  SECTION("vault") {
    const PeerServer server("vault.py");
    server.behind("PUT", "secrets/secret/prow/hmac", R"({"hmac":"","other":"a"})");
    const Part part{"",
                    "vault",
                    {{"address", server.url()},
                     {"mount", "secret"},
                     {"path", "prow/hmac"},
                     {"key", "hmac"},
                     {"token", "env:TOKEN"}}};
    CurlClient http{{.user_agent = "hookplan/test"}};
    const PluginWorld world{
        http, at.clock, at.world.environment, {}, [](const SecretSource&) -> Result<Secret> {
          return Secret::copy_of("hookplan-token");
        }};
    token_store_contract([&] { return store_plugin("vault")->make(part, format, world).value(); });
  }
  SECTION("gcp-secret-manager") {
    const PeerServer server("secret_manager.py");
    server.behind("PUT", "secrets/hmac-token", "{}");
    server.behind("PUT", "secrets/hmac-token-ledger", "{}");
    const Part part{"",
                    "gcp-secret-manager",
                    {{"api", server.url()}, {"project", "prow"}, {"secret", "hmac-token"}}};
    CurlClient http{{.user_agent = "hookplan/test"}};
    const PluginWorld world{http, at.clock, [&](std::string_view) -> std::optional<std::string> {
                              return server.url().substr(std::string_view("http://").size());
                            }};
    token_store_contract(
        [&] { return store_plugin("gcp-secret-manager")->make(part, format, world).value(); });
  }
  SECTION("toy") {
    const Part part{"", "toy", {{"place", at.folder.file("tokens")}}};
    token_store_contract(
        [&] { return kToyStorePlugin.stores[0].make(part, format, at.world).value(); });
  }
}

TEST_CASE("the simulated systems keep the promises of their ports") {
  simulation::World world;
  simulation::Calls calls(world);
  const simulation::SimOutside ports(world, calls);
  const Route route = simulation::route_to("prow");
  world.stores[simulation::World::store_of(std::string(route.url()))] = {};
  const Systems systems = ports.outside().systems_of(route).value();
  SECTION("forge") {
    world.repositories.insert("o/r");
    forge_contract({systems.forge, hook_of(route)});
  }
  SECTION("receiver") {
    receiver_contract({systems.receiver, hook_of(route), [&](const TokenList& tokens) {
                         TokenMap map;
                         map["o/r"] = clone(tokens);
                         REQUIRE(systems.store.write(map, {}, *systems.store.version()));
                       }});
  }
  SECTION("token store") {
    // One world; each door has its own run.
    std::vector<std::unique_ptr<simulation::SimOutside>> runs;
    class Door final : public TokenStore {
     public:
      explicit Door(TokenStore& store) : store_(store) {}
      std::string id() const override { return store_.id(); }
      std::string name() const override { return store_.name(); }
      Result<StoreContents> read() override { return store_.read(); }
      Result<std::string> version() override { return store_.version(); }
      Result<void> write(const TokenMap& tokens, const Ledger& ledger,
                         std::string_view version) override {
        return store_.write(tokens, ledger, version);
      }

     private:
      TokenStore& store_;
    };
    token_store_contract([&]() -> std::unique_ptr<TokenStore> {
      runs.push_back(std::make_unique<simulation::SimOutside>(world, calls));
      return std::make_unique<Door>(runs.back()->outside().systems_of(route)->store);
    });
  }
}

TEST_CASE("forges keep the promises of their port") {
  Surroundings at;
  const Route route = route_at("https://prow.example.com/hook");
  SECTION("manual: people do what the hand-over file says") {
    const ForgePlugin& plugin = *forge_plugin("manual");
    const auto forge = plugin.make({"people", "manual", {{"api", ""}}}, at.world).value();
    forge_contract({*forge, hook_of(route), [&] {
                      const auto people = plugin.make_people(at.world);
                      // What changed is confirmed the second time.
                      if (!people->confirm("o/r")) REQUIRE(people->confirm("o/r").has_value());
                    }});
  }
  SECTION("github, against a stand-in for it") {
    GithubPeer peer;
    const auto forge = peer.forge();
    forge_contract({*forge, hook_of(route)});
    Hook of_organization = hook_of(route);
    of_organization.entry = "o";
    forge_contract({*forge, std::move(of_organization)});
  }
  SECTION("toy") {
    const Part part{
        "box", "toy", {{"file", (at.folder.path() / "hooks").string()}, {"login", "env:X"}}};
    const auto forge = kToyForgePlugin.forges[0].make(part, at.world).value();
    forge_contract({*forge, hook_of(route)});
  }
}

TEST_CASE("receivers keep the promises of their port") {
  Surroundings at;
  const Route route = route_at("https://prow.example.com/hook");
  const auto with_store = [&](const ReceiverPlugin& plugin) {
    const Part part{"", "file", {{"path", at.folder.file("hmac.yaml")}}};
    const auto store = store_plugin("file")->make(part, *plugin.traits.format, at.world).value();
    const auto receiver = plugin.make(route.receiver, *store, at.world).value();
    receiver_contract({*receiver, hook_of(route), [&](const TokenList& tokens) {
                         TokenMap map;
                         map["o/r"] = clone(tokens);
                         REQUIRE(store->write(map, {}, *store->version()).has_value());
                         at.hook.replicas[0].tokens["o/r"].clear();
                         for (const Token& token : tokens) {
                           at.hook.replicas[0].tokens["o/r"].push_back(token.value.reveal(
                               [](std::string_view value) { return std::string(value); }));
                         }
                       }});
  };
  SECTION("prow, asked with signed pings") { with_store(*receiver_plugin("prow")); }
  SECTION("file") { with_store(*receiver_plugin("file")); }
  SECTION("toy") { with_store(kToyReceiverPlugin.receivers[0]); }
}

}  // namespace
}  // namespace hookplan
