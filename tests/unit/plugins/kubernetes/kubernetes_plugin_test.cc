// SPDX-License-Identifier: Apache-2.0
// The plugin as cmd has it: settings, kubeconfig and TLS together.
#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "core/base/base64.h"
#include "plugins/prow/token_document.h"
#include "tests/unit/plugins/kubernetes/kube_server.h"

namespace hookplan {

extern const Plugin kKubernetesPlugin;

namespace {

struct Machine {
  TestFolder folder = {};
  CurlClient http{{.user_agent = "hookplan/test"}};
  ClusterClock clock = {};
  ProwTokenFormat format = {};
  std::map<std::string, std::string> variables = {};
  PluginWorld world{http, clock, [this](std::string_view name) {
                      const auto found = variables.find(std::string(name));
                      return found == variables.end() ? std::nullopt : std::optional(found->second);
                    }};

  Result<std::unique_ptr<TokenStore>> make(FieldMap fields = {}) {
    for (const auto& [name, value] : FieldMap{{"context", "c"},
                                              {"namespace", "prow"},
                                              {"secret", "hmac-token"},
                                              {"key", "hmac"},
                                              {"kubeconfig", folder.path("config")}}) {
      fields.emplace(name, value);
    }
    return kKubernetesPlugin.stores[0].make({"", "kubernetes", fields}, format, world);
  }
  void kubeconfig(const std::string& cluster, const std::string& user) const {
    folder.write(
        "config",
        fmt::format(
            "contexts: [{{name: c, context: {{cluster: k, user: u}}}}]\n"
            "clusters: [{{name: k, cluster: {{{}}}}}]\nusers: [{{name: u, user: {{{}}}}}]\n",
            cluster, user));
  }
  Result<StoreContents> read(FieldMap fields = {}) {
    TRY(const auto store, make(std::move(fields)));
    return store->read();
  }
};

void check_message(const Result<StoreContents>& read, const std::string& why) {
  REQUIRE_FALSE(read.has_value());
  CHECK_THAT(read.error().first().message, Catch::Contains(why));
  CHECK(read.error().kind == ErrorKind::unavailable);
}

TEST_CASE_METHOD(Machine, "a server is known by its certificate") {
  const Certificates files;
  const auto server_with = [&](const std::string& name, const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {"--certificate", files.path(name + ".pem"),
                                      files.path(name + ".key")};
    words.insert(words.end(), more.begin(), more.end());
    return ChildServer([&] {
      std::vector<std::string> all = {"python3", HOOKPLAN_SOURCE "/tests/peers/kube_api.py",
                                      "--seconds", "120"};
      all.insert(all.end(), words.begin(), words.end());
      return all;
    }());
  };
  const std::string authority = "certificate-authority: " + files.path("ca.pem");
  const auto at = [](const ChildServer& server) {
    return "server: \"https://127.0.0.1:" + server.first_line() + "\"";
  };
  // Nobody has put a Secret there, so what is reached says that it is not there.
  const auto check_reached = [](const Result<StoreContents>& read) {
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().first().code == Code::store_missing);
  };
  const std::string user = "token: hookplan-token";
  SECTION("its authority is that of the kubeconfig") {
    const ChildServer server = server_with("server");
    kubeconfig(at(server) + ", " + authority, user);
    check_reached(read());
    kubeconfig(
        fmt::format("{}, certificate-authority-data: {}", at(server), base64(files.text("ca.pem"))),
        user);
    check_reached(read());
    kubeconfig(at(server), user);
    check_message(read(), "its certificate is not trusted");
    kubeconfig(at(server) + ", certificate-authority: " + files.path("stranger.pem"), user);
    check_message(read(), "its certificate is not trusted");
  }
  SECTION("its name is the host, or the one that the kubeconfig says") {
    const ChildServer server = server_with("elsewhere");
    kubeconfig(at(server) + ", " + authority, user);
    check_message(read(), "its certificate is for another name");
    kubeconfig(at(server) + ", tls-server-name: kube.example, " + authority, user);
    check_reached(read());
  }
  SECTION("it has not expired") {
    const ChildServer server = server_with("expired");
    kubeconfig(at(server) + ", " + authority, user);
    check_message(read(), "its certificate has expired");
  }
  SECTION("TLS 1.0 and 1.1 are too old") {
    const ChildServer server =
        server_with("server", {"--max-tls", GENERATE(as<std::string>(), "TLSv1", "TLSv1_1")});
    kubeconfig(at(server) + ", " + authority, user);
    const auto read = this->read();
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().kind == ErrorKind::unavailable);
    CHECK_THAT(read.error().first().message,
               Catch::Contains("it offers no version of TLS that is new enough"));
  }
  SECTION("a client certificate that it wants and does not get") {
    const ChildServer server =
        server_with("server", {"--client-authority", files.path("ca.pem"), "--max-tls", "TLSv1_2"});
    kubeconfig(at(server) + ", " + authority, user);
    const auto without = read();
    check_message(without, "it breaks the TLS handshake off");
    kubeconfig(at(server) + ", " + authority,
               fmt::format("client-certificate: {}, client-key: {}", files.path("client.pem"),
                           files.path("server.key")));
    check_message(read(), "the client certificate or its key cannot be used");
    // It gets in; that the role is missing shows as whom.
    kubeconfig(at(server) + ", " + authority,
               fmt::format("client-certificate-data: {}, client-key: {}",
                           base64(files.text("client.pem")), files.path("client.key")));
    const auto with = read();
    REQUIRE_FALSE(with.has_value());
    CHECK(with.error().first().code == Code::permission_missing);
    // The same by a plugin.
    const std::string plugin = folder.write("login", R"SH(#!/bin/sh
text() { awk '{ printf "%s\\n", $0 }' "$1"; }
cat <<END
{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1",
"status":{"clientCertificateData":"$(text "$1")","clientKeyData":"$(text "$2")"}}
END
)SH");
    std::filesystem::permissions(plugin, std::filesystem::perms(0700));
    kubeconfig(
        at(server) + ", " + authority,
        fmt::format("exec: {{apiVersion: client.authentication.k8s.io/v1, command: {}, args: "
                    "[{}, {}]}}",
                    plugin, files.path("client.pem"), files.path("client.key")));
    const auto by_plugin = read();
    REQUIRE_FALSE(by_plugin.has_value());
    CHECK(by_plugin.error().first().message == with.error().first().message);
  }
  SECTION("a pod knows it by the authority of its service account") {
    const ChildServer server = server_with("server");
    variables = {{"KUBERNETES_SERVICE_HOST", "127.0.0.1"},
                 {"KUBERNETES_SERVICE_PORT", server.first_line()}};
    folder.write("sa/ca.crt", files.text("ca.pem"));
    folder.write("sa/token", "hookplan-token\n");
    const FieldMap pod = {{"context", ""}, {"service_account", folder.path("sa")}};
    check_reached(read(pod));
    folder.write("sa/ca.crt", files.text("stranger.pem"));
    check_message(read(pod), "its certificate is not trusted");
  }
  SECTION("without any check only if the settings say so, too") {
    const ChildServer server = server_with("elsewhere");
    kubeconfig(at(server) + ", insecure-skip-tls-verify: true", user);
    const auto refused = read();
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().kind == ErrorKind::config);
    CHECK(refused.error().first().code == Code::cluster_access);
    CHECK_FALSE(read({{"skip_tls_verify", "false"}}).error().kind != ErrorKind::config);
    check_reached(read({{"skip_tls_verify", "true"}}));
    // The settings alone switch nothing off.
    kubeconfig(at(server) + ", " + authority, user);
    check_message(read({{"skip_tls_verify", "true"}}), "its certificate is for another name");
  }
}

TEST_CASE_METHOD(Machine, "a context is never guessed") {
  kubeconfig("server: \"http://127.0.0.1:1\"", "token: t");
  CHECK(make().has_value());
  const auto other = make({{"context", "other"}});
  REQUIRE_FALSE(other.has_value());
  CHECK(other.error().kind == ErrorKind::config);
  CHECK_THAT(other.error().first().message, Catch::Contains("there is no context other"));
  // Without a context it is the cluster around us, and here is none.
  CHECK_THAT(make({{"context", ""}}).error().first().message, Catch::Contains("not a pod"));
  CHECK_FALSE(make({{"context", "default"}}).has_value());
  variables = {{"KUBERNETES_SERVICE_HOST", "10.0.0.1"}, {"KUBERNETES_SERVICE_PORT", "443"}};
  folder.write("sa/ca.crt", "PEM");
  const auto inside = make({{"context", ""}, {"service_account", folder.path("sa")}});
  REQUIRE(inside.has_value());
  CHECK((*inside)->id() == "kubernetes:https://10.0.0.1:443/prow/hmac-token/hmac");
  const auto by_alias = make({{"context", "default"}, {"service_account", folder.path("sa")}});
  REQUIRE(by_alias.has_value());
  CHECK((*by_alias)->id() == (*inside)->id());
}

TEST_CASE_METHOD(Machine, "names that Kubernetes does not allow are refused before they are sent") {
  kubeconfig("server: \"http://127.0.0.1:1\"", "token: t");
  const auto [field, value] = GENERATE(table<std::string, std::string>({{"namespace", ""},
                                                                        {"namespace", "a/b"},
                                                                        {"namespace", "Prow"},
                                                                        {"namespace", ".."},
                                                                        {"secret", "a?b"},
                                                                        {"secret", "-a"},
                                                                        {"secret", "a%2fb"},
                                                                        {"key", "a/b"},
                                                                        {"key", "\"x"},
                                                                        {"key", ".."},
                                                                        {"key", "."},
                                                                        {"key", ""}}));
  const auto made = make({{field, value}});
  CAPTURE(field, value);
  REQUIRE_FALSE(made.has_value());
  CHECK(made.error().first().code ==
        (value.empty() ? Code::settings_missing_field : Code::settings_bad_value));
}

TEST_CASE_METHOD(Machine, "a proxy of the kubeconfig is used") {
  const LoopbackServer proxy;
  kubeconfig(
      "server: \"https://kube.invalid\", proxy-url: \"http://127.0.0.1:" + proxy.port() + "\"",
      "token: t");
  check_message(read(), "the proxy answered 405");
}

}  // namespace
}  // namespace hookplan
