// SPDX-License-Identifier: Apache-2.0
#include "plugins/kubernetes/kubeconfig.h"

#include <catch2/catch.hpp>

#include "core/base/base64.h"
#include "tests/unit/plugins/kubernetes/cluster_fixture.h"

namespace hookplan {
namespace {

constexpr const char* kWhole = R"(apiVersion: v1
kind: Config
current-context: elsewhere
clusters:
- name: services
  cluster:
    server: https://10.0.0.1:6443/
    certificate-authority: pki/ca.pem
    tls-server-name: kube.example
    proxy-url: http://us3r:pr0xy-s3cret@proxy.example:3128
- name: elsewhere
  cluster: {server: "https://elsewhere.example"}
users:
- name: prow
  user: {token: t0ken-s3cret}
- name: rotated
  user: {token: old, tokenFile: token}
- name: certificate
  user: {client-certificate-data: Y2VydA==, client-key: pki/key.pem}
contexts:
- name: prow-services
  context: {cluster: services, user: prow, namespace: prow}
- name: by-file
  context: {cluster: elsewhere, user: rotated}
- name: by-certificate
  context: {cluster: services, user: certificate}
- name: nobody
  context: {cluster: services, user: nobody}
- name: nowhere
  context: {cluster: nowhere, user: prow}
)";

struct Files {
  TestFolder folder = {};
  std::map<std::string, std::string> variables = {};

  Files() {
    folder.write("pki/ca.pem", "AUTHORITY");
    folder.write("pki/key.pem", "K3Y");
    folder.write("config", kWhole);
  }
  Lookup environment() const {
    return [this](std::string_view name) {
      const auto found = variables.find(std::string(name));
      return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
  }
  Result<std::optional<ClusterAccess>> read(const std::string& context,
                                            const std::string& file = "config") const {
    return access_by_kubeconfig({{folder.path(file)}, false}, context);
  }
  ClusterAccess access_by(const std::string& context, const std::string& file = "config") const {
    auto found = read(context, file);
    REQUIRE(found.has_value());
    REQUIRE(found->has_value());
    return *std::move(found.value());
  }
  // With a user in the place of the one of prow-services.
  Error refused_user(const std::string& user) const {
    std::string text = kWhole;
    const std::string before = "{token: t0ken-s3cret}";
    text.replace(text.find(before), before.size(), user);
    folder.write("other", text);
    const auto found = read("prow-services", "other");
    REQUIRE_FALSE(found.has_value());
    return found.error();
  }
};

TEST_CASE_METHOD(Files, "a context leads to its cluster and its user") {
  const auto found = read("prow-services");
  REQUIRE(found.has_value());
  const ClusterAccess& access = **found;
  CHECK(access.server == "https://10.0.0.1:6443");
  CHECK(access.authorities == "AUTHORITY");
  CHECK(access.server_name == "kube.example");
  CHECK_FALSE(access.skips_verification);
  CHECK(shown(access.proxy) == "http://us3r:pr0xy-s3cret@proxy.example:3128");
  CHECK(shown(access.token) == "t0ken-s3cret");
  CHECK(access.user == "user prow of " + folder.path("config"));
  CHECK(access.token_file.empty());
  CHECK(access.client_key.empty());
}

TEST_CASE_METHOD(Files, "a token file counts more than a token, and stands beside its kubeconfig") {
  const ClusterAccess access = access_by("by-file");
  CHECK(access.token_file == folder.path("token"));
  CHECK(access.token.empty());
}

TEST_CASE_METHOD(Files, "certificates and keys come from data and from files") {
  const ClusterAccess access = access_by("by-certificate");
  CHECK(shown(access.client_certificate) == "cert");
  CHECK(shown(access.client_key) == "K3Y");
}

TEST_CASE_METHOD(Files, "a context that is not there is no error, one that leads nowhere is") {
  CHECK_FALSE(read("absent")->has_value());
  CHECK_THAT(read("nobody").error().first().message, Catch::Contains("there is no user nobody"));
  CHECK_THAT(read("nowhere").error().first().message,
             Catch::Contains("there is no cluster nowhere"));
}

TEST_CASE_METHOD(Files, "of several files the first counts for each name") {
  variables["KUBECONFIG"] =
      folder.path("first") + "::" + folder.path("missing") + ":" + folder.path("config");
  folder.write("first", "users:\n- name: prow\n  user: {token: of-the-first}\n");
  const KubeconfigFiles files = kubeconfig_files({}, environment());
  CHECK(files.paths.size() == 3);
  const auto found = access_by_kubeconfig(files, "prow-services");
  REQUIRE(found.has_value());
  CHECK(shown((*found)->token) == "of-the-first");
  CHECK((*found)->server == "https://10.0.0.1:6443");
}

TEST_CASE_METHOD(Files, "without KUBECONFIG it is the one of the home folder") {
  variables["HOME"] = folder.path("home");
  CHECK(kubeconfig_files({}, environment()).paths ==
        std::vector<std::filesystem::path>{folder.path("home/.kube/config")});
  CHECK_FALSE(
      access_by_kubeconfig(kubeconfig_files({}, environment()), "prow-services")->has_value());
  CHECK(kubeconfig_files("named", environment()).paths ==
        std::vector<std::filesystem::path>{"named"});
  CHECK_FALSE(kubeconfig_files("named", environment()).may_be_missing);
  CHECK_FALSE(read("prow-services", "missing").has_value());
}

TEST_CASE_METHOD(Files, "logins that are not known are refused and never passed over") {
  const auto [user, why] = GENERATE(table<std::string, std::string>(
      {{"{username: u, password: s3cret}", "it logs in with username"},
       {"{auth-provider: {name: gcp}}", "it logs in with auth-provider"},
       {"{token: s3cret, as: admin}", "it acts as somebody else"},
       {"{client-certificate-data: Y2VydA==}", "a client certificate without its key"},
       {"{client-key-data: \"*s3cret*\"}", "client-key-data is not base64"},
       {"{client-key: absent}", "cannot read"},
       {"{exec: {command: x}}", "a version that is not known here"},
       {"{exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: x}}",
        "a version that is not known here"},
       {"{exec: {apiVersion: client.authentication.k8s.io/v1}}", "has no command"},
       {"{exec: {apiVersion: client.authentication.k8s.io/v1, command: x, interactiveMode: Always}}",
        "wants to ask a person"}}));
  const Error error = refused_user(user);
  CHECK(error.kind == ErrorKind::config);
  CHECK_THAT(error.first().message, Catch::Contains(why));
  CHECK_FALSE(error.first().hint.empty());
  CHECK_THAT(text_of_error(error), !Catch::Contains("s3cret"));
}

TEST_CASE_METHOD(Files, "a kubeconfig that cannot be read is not quoted") {
  folder.write("broken", "users:\n- name: prow\n  user: {token: \"t0ken-s3cret}\n");
  const auto found = read("prow-services", "broken");
  REQUIRE_FALSE(found.has_value());
  CHECK_THAT(found.error().first().message, Catch::Contains("cannot be read: HP1004 in line"));
  CHECK_THAT(text_of_error(found.error()), !Catch::Contains("s3cret"));
}

TEST_CASE_METHOD(Files, "a kubeconfig that everybody may write is not followed") {
  std::filesystem::permissions(folder.path("config"), std::filesystem::perms(0666));
  const auto found = read("prow-services");
  REQUIRE_FALSE(found.has_value());
  CHECK_THAT(found.error().first().message, Catch::Contains("everybody may write"));
  std::filesystem::permissions(folder.path("config"), std::filesystem::perms(0644));
  CHECK(read("prow-services").has_value());
}

TEST_CASE_METHOD(Files, "an exec plugin is read with all it is told") {
  folder.write("exec", R"(
contexts: [{name: c, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: "https://k", insecure-skip-tls-verify: true}}]
users:
- name: u
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: bin/login
      args: [get-token, "--x"]
      env: [{name: A, value: b}]
      installHint: install it
      provideClusterInfo: true
      interactiveMode: IfAvailable
)");
  const ClusterAccess access = access_by("c", "exec");
  REQUIRE(access.exec.has_value());
  CHECK(access.exec->command == folder.path("bin/login"));
  CHECK(access.exec->arguments == std::vector<std::string>{"get-token", "--x"});
  CHECK(access.exec->environment.front() == std::pair<std::string, std::string>("A", "b"));
  CHECK(access.exec->wants_cluster);
  CHECK(access.skips_verification);
}

TEST_CASE_METHOD(Files, "a pod has its cluster in the environment and its token in a file") {
  CHECK_FALSE(access_in_cluster(folder.path(""), environment()).has_value());
  variables["KUBERNETES_SERVICE_HOST"] = "fd00::1";
  variables["KUBERNETES_SERVICE_PORT"] = "443";
  CHECK_FALSE(access_in_cluster(folder.path(""), environment()).has_value());
  folder.write("ca.crt", "AUTHORITY");
  const auto access = access_in_cluster(folder.path(""), environment());
  REQUIRE(access.has_value());
  CHECK(access->server == "https://[fd00::1]:443");
  CHECK(access->authorities == "AUTHORITY");
  CHECK(access->token_file == folder.path("token"));
}

}  // namespace
}  // namespace hookplan
