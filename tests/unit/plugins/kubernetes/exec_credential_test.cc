// SPDX-License-Identifier: Apache-2.0
#include "plugins/kubernetes/exec_credential.h"

#include <catch2/catch.hpp>

#include "plugins/child_output.h"
#include "plugins/kubernetes/cluster_login.h"
#include "tests/unit/plugins/kubernetes/cluster_fixture.h"

namespace hookplan {
namespace {

constexpr const char* kV1 = "client.authentication.k8s.io/v1";

// A plugin that is a script, and how often it was asked: lines of the file `asked`.
struct ScriptedPlugin {
  TestFolder folder = {};
  ClusterClock clock = {};

  ClusterAccess access(const std::string& script, const std::string& version = kV1) const {
    const std::string path = folder.write("login", "#!/bin/sh\necho x >>\"$0.asked\"\n" + script);
    std::filesystem::permissions(path, std::filesystem::perms(0700));
    ClusterAccess access;
    access.server = "https://kube.example";
    access.authorities = "PEM";
    access.user = "user u of config";
    access.exec = ExecPlugin{version, path, {"one", "two words"}, {{"EXTRA", "e"}}, "", true};
    return access;
  }
  int times_asked() const {
    std::ifstream in(folder.path("login.asked"));
    int lines = 0;
    for (std::string line; std::getline(in, line);) ++lines;
    return lines;
  }
};

std::string answer(const std::string& status, const std::string& version = kV1) {
  return "cat <<'END'\n{\"kind\":\"ExecCredential\",\"apiVersion\":\"" + version +
         "\",\"status\":" + status + "}\nEND\n";
}

TEST_CASE_METHOD(ScriptedPlugin, "an exec plugin is told of the cluster and gives a token") {
  const std::string version =
      GENERATE(as<std::string>(), kV1, "client.authentication.k8s.io/v1beta1");
  const auto given = ask_exec_plugin(
      access("printf '%s\\n' \"$#\" \"$2\" \"$EXTRA\" \"$KUBERNETES_EXEC_INFO\" >\"$0.told\"\n"
             "cat >>\"$0.told\"\n" +
                 answer(R"({"token":"t0ken-s3cret","expirationTimestamp":"2030-01-01T00:00:00Z"})",
                        version),
             version),
      clock);
  REQUIRE(given.has_value());
  CHECK(shown(given->token) == "t0ken-s3cret");
  CHECK(given->expires == instant_from_rfc3339("2030-01-01T00:00:00Z"));
  std::ifstream in(folder.path("login.told"));
  const std::string told{std::istreambuf_iterator<char>(in), {}};
  CHECK(told == "2\ntwo words\ne\n{\"apiVersion\":\"" + version +
                    "\",\"kind\":\"ExecCredential\",\"spec\":{\"cluster\":{"
                    "\"certificate-authority-data\":\"UEVN\",\"server\":\"https://kube.example\"},"
                    "\"interactive\":false}}\n");
}

TEST_CASE_METHOD(ScriptedPlugin, "a plugin may give a certificate instead") {
  const auto given = ask_exec_plugin(
      access(answer(R"({"clientCertificateData":"C\nC","clientKeyData":"K\nK"})")), clock);
  REQUIRE(given.has_value());
  CHECK(shown(given->client_certificate) == "C\nC");
  CHECK(shown(given->client_key) == "K\nK");
  CHECK_FALSE(given->expires.has_value());
}

TEST_CASE_METHOD(ScriptedPlugin,
                 "what a plugin says is not repeated, and what it lacks is an error") {
  const auto [script, why] = GENERATE(table<std::string, std::string>(
      {{"echo s3cret; echo s3cret >&2; exit 3", "ended with exit status 3"},
       {"kill -9 $$", "was ended by signal 9"},
       {"echo s3cret", "did not write an ExecCredential of client.authentication.k8s.io/v1"},
       {answer(R"({"token":"s3cret"})", "client.authentication.k8s.io/v1beta1"), "did not write"},
       {answer("{}"), "did not write"},
       {answer(R"({"clientKeyData":"s3cret"})"), "did not write"},
       {answer(R"({"token":"s3cret","expirationTimestamp":"soon"})"), "did not write"},
       {"yes s3cret", "wrote more than any credential has"}}));
  const auto given = ask_exec_plugin(access(script), clock);
  REQUIRE_FALSE(given.has_value());
  CHECK(given.error().kind == ErrorKind::unavailable);
  CHECK_THAT(given.error().first().message, Catch::Contains(why));
  CHECK_THAT(text_of_error(given.error()), !Catch::Contains("s3cret"));
}

TEST_CASE_METHOD(ScriptedPlugin,
                 "no shell comes between, and a plugin that is not there is told of") {
  ClusterAccess no_shell = access("");
  no_shell.exec->command = "no-such-login; touch " + folder.path("owned");
  no_shell.exec->install_hint = "get it from example.com";
  const auto given = ask_exec_plugin(no_shell, clock);
  REQUIRE_FALSE(given.has_value());
  CHECK(given.error().kind == ErrorKind::config);
  CHECK(given.error().first().hint == "get it from example.com");
  CHECK_FALSE(std::filesystem::exists(folder.path("owned")));
}

TEST_CASE_METHOD(ScriptedPlugin, "a plugin that hangs is ended with all that it started") {
  clock.max_sleep = std::chrono::milliseconds{1};
  const std::string script =
      folder.write("slow", "#!/bin/sh\nsleep 60 & echo $! >\"$0.pid\"\nwait\n");
  std::filesystem::permissions(script, std::filesystem::perms(0700));
  const auto start = std::chrono::steady_clock::now();
  const ChildOutput ran = output_of({{script}, {}}, std::chrono::milliseconds{500}, clock);
  CHECK(ran.end == ChildOutput::End::too_slow);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds{10});
  std::ifstream in(folder.path("slow.pid"));
  pid_t child = 0;
  in >> child;
  REQUIRE(child > 0);
  const auto is_gone = [&] {
    std::ifstream stat("/proc/" + std::to_string(child) + "/stat");
    std::string text{std::istreambuf_iterator<char>(stat), {}};
    return text.empty() || text.find(") Z") != std::string::npos;
  };
  for (int i = 0; i < 100 && !is_gone(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  CHECK(is_gone());
}

TEST_CASE_METHOD(ScriptedPlugin,
                 "a credential is asked for again only when it is about to expire") {
  const std::string soon = to_rfc3339(later(clock.now(), std::chrono::seconds{120}));
  ClusterLogin login(access(answer(R"({"token":"t","expirationTimestamp":")" + soon + "\"}")),
                     clock);
  const auto ask = [&] {
    HttpRequest request;
    REQUIRE(login.put_into(request).has_value());
    CHECK(shown(request.credential.value) == "t");
  };
  ask();
  ask();
  CHECK(times_asked() == 1);
  clock.ahead = std::chrono::seconds{110};
  ask();
  CHECK(times_asked() == 2);
  // One that the server does not take is not kept.
  clock.ahead = {};
  ask();
  CHECK(times_asked() == 2);
  CHECK(login.forget());
  ask();
  CHECK(times_asked() == 3);
}

TEST_CASE_METHOD(ScriptedPlugin,
                 "a token file is read for each request, without the white space around") {
  ClusterAccess by_file;
  by_file.token_file = folder.write("token", " one\n");
  ClusterLogin login(std::move(by_file), clock);
  const auto token = [&] {
    HttpRequest request;
    REQUIRE(login.put_into(request).has_value());
    return shown(request.credential.value);
  };
  CHECK(token() == "one");
  folder.write("token", "two");
  CHECK(token() == "two");
  CHECK(login.forget());
  std::filesystem::remove(folder.path("token"));
  HttpRequest request;
  CHECK_FALSE(login.put_into(request).has_value());
}

}  // namespace
}  // namespace hookplan
