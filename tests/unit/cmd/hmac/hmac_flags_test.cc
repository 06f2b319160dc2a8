// SPDX-License-Identifier: Apache-2.0
// The flags of `hookplan hmac`. G1 to G3 are what Prow's own tests ask of its tool.
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <unistd.h>

#include <catch2/catch.hpp>

#include "cmd/hmac/go_flags.h"
#include "cmd/hmac/hmac_settings.h"
#include "core/config/settings.h"

namespace hookplan {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

Words with(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

// A kubeconfig with these contexts.
class Kubeconfig {
 public:
  explicit Kubeconfig(const Words& contexts, const std::string& name = "config")
      : path_(fs::temp_directory_path() / ("hmac_flags_test." + std::to_string(::getpid())) /
              name) {
    fs::create_directories(path_.parent_path());
    std::ofstream out(path_);
    out << "clusters: [{name: c, cluster: {server: 'https://127.0.0.1:1'}}]\n"
        << "users: [{name: u, user: {token: t}}]\ncontexts:\n";
    for (const std::string& context : contexts)
      out << "- {name: '" << context << "', context: {cluster: c, user: u}}\n";
    out.close();
    fs::permissions(path_, fs::perms::owner_read | fs::perms::owner_write);
  }
  ~Kubeconfig() {
    std::error_code ignored;
    fs::remove(path_, ignored);
    fs::remove(path_.parent_path(), ignored);
  }
  Kubeconfig(const Kubeconfig&) = delete;
  Kubeconfig& operator=(const Kubeconfig&) = delete;

  std::string text() const { return path_.string(); }
  std::string folder() const { return path_.parent_path().string(); }

 private:
  fs::path path_;
};

// The least that Prow's tool takes, and a login.
Words base(const Kubeconfig& kubeconfig) {
  return {"--config-path=yo",
          "--hook-url=https://prow.example/hook",
          "--kubeconfig-context=whatever",
          "--hmac-token-secret-name=hmac-token",
          "--hmac-token-key=hmac",
          "--kubeconfig=" + kubeconfig.text(),
          "--github-token-path=/etc/github/oauth"};
}

Result<HmacSettings> read(const Words& words, const std::map<std::string, std::string>& set = {}) {
  TRY(const CommandLine line, parse_command_line(with({"hmac"}, words)));
  return hmac_settings(line, [&](std::string_view name) -> std::optional<std::string> {
    const auto found = set.find(std::string(name));
    return found == set.end() ? std::nullopt : std::optional(found->second);
  });
}

std::string store_field(const HmacSettings& told, std::string_view field) {
  const Part& store = told.settings.routes.at(0).route.store;
  if (const std::string_view value = store.field(field); !value.empty()) return std::string(value);
  const FieldMap& access = told.settings.access.at("receivers.hook.store");
  const auto found = access.find(field);
  return found == access.end() ? std::string() : found->second;
}

TEST_CASE("G1: the least flags, and what stands for the others") {
  const Kubeconfig kubeconfig({"whatever"});
  const auto told = read(base(kubeconfig));
  REQUIRE(told.has_value());
  CHECK(told->dry_run);
  CHECK(told->files.config == "yo");
  CHECK(told->files.supplemental_folders.empty());
  CHECK(told->files.supplemental_suffix == "_prowconfig.yaml");
  CHECK(store_field(*told, "namespace") == "default");
  CHECK(store_field(*told, "secret") == "hmac-token");
  CHECK(store_field(*told, "key") == "hmac");
  CHECK(store_field(*told, "context") == "whatever");
  const Route& route = told->settings.routes.at(0).route;
  CHECK(route.url() == "https://prow.example/hook");
  CHECK(route.forge.field("api") == "https://api.github.com");
  CHECK(route.events == std::vector<std::string>{"*"});
  CHECK(told->settings.overlap == std::chrono::minutes(60));
  CHECK(told->settings.guards.most_removals == 5);
  CHECK(told->notes.empty());
}

TEST_CASE("G2, G3: another config, and no dry run; the last of several counts") {
  const Kubeconfig kubeconfig({"whatever"});
  const auto told = read(with(base(kubeconfig), {"-config-path", "other", "-dry-run=f"}));
  REQUIRE(told.has_value());
  CHECK(told->files.config == "other");
  CHECK_FALSE(told->dry_run);
  CHECK_FALSE(read(with(base(kubeconfig), {"--dryrun=false"}))->dry_run);
  CHECK(read(with(base(kubeconfig), {"--dry-run=false", "--dry-run"}))->dry_run);
  CHECK_FALSE(read(with(base(kubeconfig), {"--dryrun", "--dry-run=false"})).has_value());
}

TEST_CASE("every flag of Prow's tool is taken, and those without effect say so") {
  const Kubeconfig kubeconfig({"whatever"});
  const Words more = {"--job-config-path=jobs",
                      "--supplemental-prow-config-dir=a",
                      "--supplemental-prow-config-dir=b",
                      "--supplemental-prow-configs-filename-suffix=_x.yaml",
                      "--in-repo-config-cache-size=200",
                      "--cache-dir-base=/tmp",
                      "--moonraker-address=http://moonraker",
                      "--kubeconfig-dir=" + kubeconfig.folder() + "-none",
                      "--github-host=github.com",
                      "--github-endpoint=http://ghproxy",
                      "--github-endpoint=https://api.github.com",
                      "--github-graphql-endpoint=https://api.github.com/graphql",
                      "--github-hourly-tokens=300",
                      "--github-allowed-burst=20",
                      "--github-throttle-org=foo:300:20",
                      "--github-client.request-timeout=2m",
                      "--github-client.max-retries=8",
                      "--github-client.max-404-retries=2",
                      "--github-client.backoff-timeout=2m0s",
                      "--github-client.initial-delay=2s",
                      "--git-signing-key-path=k",
                      "--projected-token-file=t",
                      "--no-in-cluster-config"};
  fs::create_directory(kubeconfig.folder() + "-none");
  const auto told = read(with(base(kubeconfig), more));
  fs::remove(kubeconfig.folder() + "-none");
  REQUIRE(told.has_value());
  CHECK(told->files.supplemental_folders == std::vector<fs::path>{"a", "b"});
  CHECK(told->files.supplemental_suffix == "_x.yaml");
  CHECK(told->notes.size() == 16);  // 15 of them, and the proxy that is passed over
  CHECK(told->settings.routes.at(0).route.forge.field("api") == "https://api.github.com");
}

TEST_CASE("what Prow's tool refuses is refused, and what would be misread") {
  const Kubeconfig kubeconfig({"whatever"});
  const auto [words, code] = GENERATE(table<Words, Code>({
      {{"--config-path="}, Code::bad_option_value},
      {{"--hook-url="}, Code::bad_option_value},
      {{"--hook-url=http://prow.example/hook"}, Code::settings_bad_value},
      {{"--github-app-id=1"}, Code::bad_option_value},
      {{"--github-app-id=1", "--github-app-private-key-path=k"}, Code::bad_option_value},
      {{"--github-hourly-tokens=many"}, Code::bad_option_value},
      {{"--github-client.initial-delay=2"}, Code::bad_option_value},
      {{"--github-endpoint=http://ghproxy"}, Code::no_usable_endpoint},
      {{"--github-endpoint=http://localhost.example"}, Code::no_usable_endpoint},
      {{"--kubeconfig-context=other"}, Code::cluster_access},
      {{"--max-removals=-1"}, Code::bad_option_value},
      {{"--overlap=1s"}, Code::settings_bad_value},
      {{"--dry-run", "false"}, Code::stray_word},
      {{"--dry-run=maybe"}, Code::bad_option_value},
      {{"--log-format=xml"}, Code::bad_option_value},
      {{"--no-such-flag=1"}, Code::unknown_option},
      {{"---dry-run"}, Code::unknown_option},
      {{"--config-path"}, Code::bad_option_value},
      {{"word"}, Code::stray_word},
  }));
  CAPTURE(words);
  const auto told = read(with(base(kubeconfig), words));
  REQUIRE_FALSE(told.has_value());
  CHECK(to_string(told.error().first().code) == to_string(code));
}

TEST_CASE("values that may be secrets are not repeated") {
  const Kubeconfig kubeconfig({"whatever"});
  const auto told = read(with(base(kubeconfig), {"--github-token=ghp_secret"}));
  REQUIRE_FALSE(told.has_value());
  CHECK(told.error().first().message.find("ghp_secret") == std::string::npos);
  CHECK(told.error().first().hint.find("ghp_secret") == std::string::npos);
}

TEST_CASE("default is the cluster of the pod where no kubeconfig has a context of that name") {
  const Kubeconfig with_default({"default"});
  const Kubeconfig without({"whatever"}, "other");
  const std::map<std::string, std::string> pod = {{"KUBERNETES_SERVICE_HOST", "10.0.0.1"},
                                                  {"KUBERNETES_SERVICE_PORT", "443"}};
  const Words context = {"--kubeconfig-context=default"};
  const auto named = read(with(base(with_default), context), pod);
  REQUIRE(named.has_value());
  CHECK(store_field(*named, "context") == "default");
  const auto in_pod =
      read(with(base(without), with(context, {"--projected-token-file=/var/token"})), pod);
  REQUIRE(in_pod.has_value());
  CHECK(store_field(*in_pod, "context") == "");
  CHECK(store_field(*in_pod, "token_file") == "/var/token");
  CHECK_FALSE(read(with(base(without), context)).has_value());
  CHECK_FALSE(
      read(with(base(without), with(context, {"--no-in-cluster-config"})), pod).has_value());
}

TEST_CASE("a context is found in a folder of kubeconfigs, once") {
  const Kubeconfig one({"a", "b"}, "one.yaml");
  const Kubeconfig two({"b", "c"}, "two.yaml");
  const Words words = {"--config-path=yo",           "--hook-url=https://prow.example/hook",
                       "--hmac-token-secret-name=s", "--hmac-token-key=k",
                       "--github-token-path=t",      "--kubeconfig-dir=" + one.folder()};
  const auto of = [&](const Words& more) { return read(with(words, more)); };
  CHECK(store_field(*of({"--kubeconfig-context=c"}), "kubeconfig") == two.text());
  CHECK_FALSE(of({"--kubeconfig-context=b"}).has_value());
  CHECK_FALSE(of({"--kubeconfig-context=d"}).has_value());
  CHECK(store_field(*of({"--kubeconfig-context=b", "--kubeconfig-suffix=two.yaml"}),
                    "kubeconfig") == two.text());
}

TEST_CASE("durations and booleans are those of Go") {
  CHECK(go_duration("1h30m") == std::chrono::minutes(90));
  CHECK(go_duration("1.5s") == std::chrono::milliseconds(1500));
  CHECK(go_duration("2m0s") == std::chrono::minutes(2));
  CHECK(go_duration("-2ms") == std::chrono::milliseconds(-2));
  CHECK(go_duration("0") == std::chrono::nanoseconds(0));
  for (const std::string_view text : {"", "2", "s", "1.s2", "2 m", "1..5s", ".s", "9999999999h"})
    CHECK_FALSE(go_duration(text));
  CHECK(go_boolean("T") == true);
  CHECK(go_boolean("0") == false);
  CHECK_FALSE(go_boolean("yes"));
}

}  // namespace
}  // namespace hookplan
