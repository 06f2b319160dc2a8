// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include <catch2/catch.hpp>

#include "core/yaml/yaml_tree.h"
#include "plugins/manual/manual_forge.h"
#include "tests/unit/plugins/manual/handover_place.h"

namespace hookplan {
namespace {

namespace fs = std::filesystem;
using ManualPlace = HandoverPlace;

TEST_CASE("a hook waits until a person confirms it, and its secret goes then") {
  const ManualPlace place;
  ManualForge forge(place.file);
  const Hook hook = hook_for("foo/bar");
  CHECK(*forge.put_hook(hook, token_of(1)) == Progress::waiting);
  CHECK(*forge.put_hook(hook, token_of(1)) == Progress::waiting);
  CHECK(*forge.prove_delivery(hook, token_of(1)) == Progress::waiting);
  CHECK(*forge.waiting() == std::vector<std::string>{"foo/bar"});
  struct stat status = {};
  REQUIRE(::stat(place.file.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  for (const char* const words :
       {"HOLDS SECRETS", "do: set hook", "https://github.com/foo/bar/settings/hooks",
        "https://hooks.example.com/hook", "application/json", "[\"pull_request\", \"push\"]",
        "s3cr3t\\\"\\\\value", "hookplan confirm foo/bar"}) {
    CAPTURE(words);
    CHECK(place.says(words));
  }
  const Result<YamlTree> tree = read_yaml_tree(place.text(), "h");
  REQUIRE(tree.has_value());

  ManualForge person(place.file);
  REQUIRE(person.confirm("foo/bar").has_value());
  CHECK_FALSE(place.says("s3cr3t"));
  CHECK(forge.waiting()->empty());
  CHECK(*forge.put_hook(hook, token_of(1)) == Progress::done);
  CHECK(*forge.prove_delivery(hook, token_of(1)) == Progress::done);
  CHECK(forge.inspect(hook)->presence == HookSight::Presence::unknowable);
  CHECK(fs::directory_iterator(place.folder)->path() == place.file);

  SECTION("another token, other events or another URL wait again") {
    Hook events = hook_for("foo/bar");
    events.route.events = {"push"};
    CHECK(*forge.prove_delivery(events, token_of(1)) == Progress::waiting);
    CHECK(*forge.prove_delivery(hook_for("foo/bar", "2"), token_of(1)) == Progress::waiting);
    CHECK(*forge.prove_delivery(hook, token_of(2)) == Progress::waiting);
    CHECK(*forge.put_hook(hook, token_of(2)) == Progress::waiting);
    CHECK(*forge.put_hook(hook, token_of(1)) == Progress::waiting);
  }
  SECTION("a deletion is confirmed, too, and ends what was set") {
    CHECK(*forge.delete_hook(hook) == Progress::waiting);
    CHECK(place.says("do: delete hook"));
    CHECK(*forge.prove_delivery(hook, token_of(1)) == Progress::waiting);
    REQUIRE(forge.confirm("foo/bar").has_value());
    CHECK(*forge.delete_hook(hook) == Progress::done);
    CHECK(*forge.delete_hook(hook_for("foo/bar", "2")) == Progress::waiting);
    CHECK(*forge.put_hook(hook, token_of(1)) == Progress::waiting);
    CHECK(*forge.delete_hook(hook) == Progress::waiting);
  }
}

TEST_CASE("a hook that may be another entry's by now is not to be deleted for sure") {
  const ManualPlace place;
  ManualForge forge(place.file);
  Hook hook = hook_for("old/spec");
  CHECK(*forge.delete_hook(hook) == Progress::waiting);
  CHECK_FALSE(place.says("unless_renamed_to:"));
  hook.renamed_to = "new/spec";
  CHECK(*forge.delete_hook(hook) == Progress::waiting);
  CHECK(place.says("unless_renamed_to: \"new/spec\""));
  // It reads otherwise than what was written first, which somebody may have obeyed.
  CHECK_FALSE(forge.confirm("old/spec").has_value());
  REQUIRE(forge.confirm("old/spec").has_value());
  CHECK(*forge.delete_hook(hook) == Progress::done);
}

TEST_CASE("what was deleted for one plan may be there again for the next one") {
  const ManualPlace place;
  ManualForge forge(place.file);
  Hook hook = hook_for("foo/bar");
  hook.plan = "sha256:first";
  CHECK(*forge.delete_hook(hook) == Progress::waiting);
  REQUIRE(forge.confirm("foo/bar").has_value());
  CHECK(*forge.delete_hook(hook) == Progress::done);
  // It was set again, by what another file says, and is to go again.
  hook.plan = "sha256:second";
  CHECK(*forge.delete_hook(hook) == Progress::waiting);
  CHECK(*forge.waiting() == std::vector<std::string>{"foo/bar"});
  REQUIRE(forge.confirm("foo/bar").has_value());
  CHECK(*forge.delete_hook(hook) == Progress::done);
}

TEST_CASE("a person tells how the name is spelled") {
  const ManualPlace place;
  ManualForge forge(place.file);
  Speller& speller = *forge.abilities().speller;
  CHECK(*forge.put_hook(hook_for("foo/bar"), token_of(1)) == Progress::waiting);
  REQUIRE(forge.confirm("foo/bar").has_value());
  const Hook old = hook_for("Foo/Bar");
  CHECK(*speller.prove_spelling(old, "foo/bar") == Progress::waiting);
  CHECK(*speller.prove_spelling(old, "foo/bar") == Progress::waiting);
  CHECK(place.says("- do: check name\n"));
  CHECK(place.says("hookplan confirm Foo/Bar"));
  // What was confirmed of the other spelling stands.
  CHECK(*forge.prove_delivery(hook_for("foo/bar"), token_of(1)) == Progress::done);
  REQUIRE(forge.confirm("Foo/Bar").has_value());
  CHECK(*speller.prove_spelling(old, "foo/bar") == Progress::done);
  CHECK(*speller.prove_spelling(old, "FOO/bar") == Progress::waiting);
}

TEST_CASE("a token that was made again with the same time is handed over again") {
  const ManualPlace place;
  ManualForge forge(place.file);
  CHECK(*forge.put_hook(hook_for("foo"), token_of(1, "one")) == Progress::waiting);
  CHECK(*forge.put_hook(hook_for("foo"), token_of(1, "two")) == Progress::waiting);
  CHECK(place.says("\"two\""));
  CHECK_FALSE(place.says("\"one\""));
  CHECK(place.says("https://github.com/organizations/foo/settings/hooks"));
}

TEST_CASE("a secret URL leaves the file and is known nevertheless") {
  const ManualPlace place;
  ManualForge forge(place.file);
  const Hook one = hook_for("foo", "/PRIVATE1");
  CHECK(*forge.put_hook(one, token_of(1)) == Progress::waiting);
  CHECK(place.says("/PRIVATE1"));
  REQUIRE(forge.confirm("foo").has_value());
  CHECK_FALSE(place.says("PRIVATE1"));
  ManualForge later(place.file);
  CHECK(*later.put_hook(one, token_of(1)) == Progress::done);
  CHECK(*later.delete_hook(one) == Progress::waiting);
  CHECK(*later.delete_hook(hook_for("foo", "/PRIVATE2")) == Progress::waiting);
  REQUIRE(later.confirm("foo").has_value());
  CHECK_FALSE(place.says("PRIVATE"));
  CHECK(*later.delete_hook(one) == Progress::done);
  CHECK(*later.delete_hook(hook_for("foo", "/PRIVATE3")) == Progress::waiting);
}

TEST_CASE("only what waits can be confirmed") {
  const ManualPlace place;
  ManualForge forge(place.file);
  CHECK(*forge.put_hook(hook_for("foo"), token_of(1)) == Progress::waiting);
  REQUIRE(forge.confirm("foo").has_value());
  for (const char* const entry : {"foo", "bar"}) {
    const Result<void> confirmed = forge.confirm(entry);
    REQUIRE_FALSE(confirmed.has_value());
    CHECK(confirmed.error().first().code == Code::nothing_to_confirm);
  }
}

TEST_CASE("a hand-over file that is damaged or not private is not overwritten") {
  const ManualPlace place;
  ManualForge forge(place.file);
  CHECK(*forge.put_hook(hook_for("foo"), token_of(1)) == Progress::waiting);
  const std::string good = place.text();
  const auto replaced = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    return text.replace(text.find(from), from.size(), to);
  };
  const auto check_refused = [&](const std::string& why) {
    const Result<Progress> put = forge.put_hook(hook_for("bar"), token_of(2));
    REQUIRE_FALSE(put.has_value());
    CHECK(put.error().kind == ErrorKind::unavailable);
    CHECK(put.error().first().code == Code::handover_unusable);
    CHECK_THAT(put.error().first().message, Catch::Contains(why));
    CHECK_THAT(put.error().first().message, !Catch::Contains("s3cr3t"));
  };
  struct Case {
    std::string text, why;
    std::uint32_t line;
  };
  for (const Case& bad :
       {Case{replaced("version: 1", "version: 2"), "version", 1},
        Case{replaced("waiting:", "wating:"), "unknown field", 12},
        Case{replaced("do: set hook", "do: nothing"), "`do`", 13},
        Case{replaced("    secret:", "    secrt:"), "unknown field secrt", 19},
        Case{replaced("secret: \"s3cr3t", "secret: [s3cr3t"), "not valid YAML", 0},
        Case{replaced("token_created: \"1", "token_created: \"x"), "not a time", 20},
        Case{good.substr(0, good.size() - 2), "not valid YAML", 0}}) {
    CAPTURE(bad.text);
    place.put(bad.text);
    check_refused(bad.why);
    if (bad.line != 0) {
      CHECK(forge.waiting().error().first().where.line == bad.line);
    }
    CHECK(place.text() == bad.text);
  }
  place.put(good);
  ::chmod(place.file.c_str(), 0640);
  check_refused("others may use it");
  fs::rename(place.file, place.folder / "real");
  fs::create_symlink("real", place.file);
  check_refused("symbolic link");
}

TEST_CASE("what cannot be written down is refused and leaves the file as it was") {
  const ManualPlace place;
  ManualForge forge(place.file);
  CHECK(*forge.put_hook(hook_for("foo"), token_of(1)) == Progress::waiting);
  const std::string before = place.text();
  const Result<Progress> put = forge.put_hook(hook_for("bar"), token_of(1, "a\nb"));
  REQUIRE_FALSE(put.has_value());
  CHECK(put.error().first().code == Code::token_not_writable);
  CHECK(place.text() == before);
  CHECK(*forge.waiting() == std::vector<std::string>{"foo"});
}

TEST_CASE("an apply and a confirmation at the same time lose nothing") {
  const ManualPlace place;
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&place, i] {
      ManualForge forge(place.file);
      for (int n = 0; n < 10; ++n) {
        const std::string entry = "org" + std::to_string(i) + "/r" + std::to_string(n);
        static_cast<void>(forge.put_hook(hook_for(entry), token_of(1)).has_value());
        if (n % 2 == 0) static_cast<void>(forge.confirm(entry).has_value());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ManualForge forge(place.file);
  CHECK(forge.waiting()->size() == 15);
  CHECK(*forge.put_hook(hook_for("org2/r8"), token_of(1)) == Progress::done);
}

TEST_CASE("a thousand entries are handed over in little time") {
  const ManualPlace place;
  ManualForge forge(place.file);
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 1000; ++i) {
    REQUIRE(forge.put_hook(hook_for("org/r" + std::to_string(i)), token_of(1)).has_value());
  }
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  WARN("1000 entries: " << taken.count() << " s, " << fs::file_size(place.file) << " bytes");
  CHECK(taken < std::chrono::seconds(60));
  CHECK(ManualForge(place.file).waiting()->size() == 1000);
}

}  // namespace
}  // namespace hookplan
