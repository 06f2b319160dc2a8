// SPDX-License-Identifier: Apache-2.0
// Runs of Prow's hmac tool in which the document of tokens was damaged or lost, numbered as in the
// reference data, and what we promise instead: the real format in a real file.
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <catch2/catch.hpp>

#include "plugins/file/file_store.h"
#include "plugins/prow/stored_receiver.h"
#include "plugins/prow/token_document.h"
#include "tests/fixtures/plans.h"
#include "tests/fixtures/tokens.h"
#include "tests/scenarios/play.h"

namespace hookplan::scenarios {
namespace {

namespace fs = std::filesystem;
using simulation::Calls;
using simulation::SimOutside;

// The file of tokens, and the world that sees what is in it.
class WatchedStore final : public TokenStore {
 public:
  WatchedStore(const fs::path& file, Play& play) : file_(file, format_), play_(play) {}

  std::string id() const override { return file_.id(); }
  std::string name() const override { return "file hmac.yaml"; }
  Result<StoreContents> read() override { return file_.read(); }
  Result<std::string> version() override { return file_.version(); }
  Result<void> write(const TokenMap& tokens, const Ledger& ledger,
                     std::string_view version) override {
    ++writes;
    if (before_write) std::exchange(before_write, {})();
    Result<void> written = file_.write(tokens, ledger, version);
    watch();
    return written;
  }

  void watch() {
    const Result<StoreContents> stored = file_.read();
    if (!stored) return;
    simulation::SimTokens& seen = play_.world.stores["prow"].tokens;
    seen.clear();
    for (const auto& [entry, list] : stored->tokens) {
      for (const Token& token : list)
        seen[entry].push_back({fixtures::text_of(token.value), token.created});
      if (list.empty()) seen[entry] = {};
    }
    play_.world.commit("prow");
  }

  std::size_t writes = 0;
  std::function<void()> before_write = {};

 private:
  ProwTokenFormat format_ = {};
  FileTokenStore file_;
  Play& play_;
};

class Document {
 public:
  explicit Document(const std::string& text) {
    std::string name = (fs::temp_directory_path() / "hookplan.XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    folder = name;
    file = folder / "hmac.yaml";
    put(text);
    store.emplace(file, play);
    store->watch();
  }
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;
  ~Document() { fs::remove_all(folder); }

  void put(const std::string& text) const {
    std::ofstream(file, std::ios::binary) << text;
    fs::permissions(file, fs::perms(0600));
  }
  std::string text() const { return fixtures::content_of(file.string()); }

  ApplyReport run(const Work& work) {
    Calls calls(play.world);
    const SimOutside ports(play.world, calls);
    StoredReceiver receiver(*store);
    Outside outside = ports.outside();
    const auto systems_of = outside.systems_of;
    outside.systems_of = [&](const Route& route) -> Result<Systems> {
      TRY(const Systems systems, systems_of(route));
      return Systems{systems.forge, *store, receiver, systems.traits};
    };
    return hookplan::run(work, outside, simulation::options());
  }
  ApplyReport run() { return run(play.work); }

  ApplyReport settle() {
    play.world.tick(kOverlap + 1);
    Work work = play.work;
    work.goals.clear();
    work.plan.reset();
    work.retires_global = false;
    return run(work);
  }

  Play play = {};
  fs::path folder = {};
  fs::path file = {};
  std::optional<WatchedStore> store = {};
};

std::string entry(const std::string& name, const std::string& value,
                  const std::string& created = "2021-01-01T00:00:00Z") {
  return name + ":\n- created_at: \"" + created + "\"\n  value: " + value + "\n";
}

TEST_CASE("S6: a damaged document is refused and stays as it is, byte for byte") {
  // Prow: the whole text becomes the global token, is copied to the entries that were lost, and
  // their deliveries are refused.
  const auto damage = GENERATE(as<std::string>(), "created_at: \"2021-01-01\"\n",
                               "created_at: \"2021-01-01T00:00:00Z\n", "created_at: {}\n");
  const std::string text =
      entry("a/a", "olda") + "m/m:\n- " + damage + "  value: oldm\n" + entry("z/z", "oldz");
  Document document(text);
  Play& play = document.play;
  play.work.respects_global = true;
  for (const std::string name : {"a/a", "m/m", "z/z"}) play.hook(name, "old" + name.substr(2));
  const auto hooks = play.world.hooks;
  play.onboard("m/m", "2020-08-12T00:00:00Z").onboard("z/z", "2020-08-12T00:00:00Z");
  play.plan("sha256:first");
  for (int i = 0; i < 2; ++i) {
    const ApplyReport report = document.run();
    REQUIRE(report.errors.size() == 1);
    CHECK(report.errors[0].kind == ErrorKind::token_document);
    CHECK(report.errors[0].first().message.find("old") == std::string::npos);
    CHECK(report.count(Outcome::failed) == 2);
    CHECK(document.settle().errors.size() == 1);
    CHECK(document.text() == text);
    CHECK(play.world.hooks == hooks);
  }
  CHECK(document.store->writes == 0);

  // Mended, it goes on.
  document.put(entry("a/a", "olda") + entry("m/m", "oldm") + entry("z/z", "oldz"));
  document.store->watch();
  CHECK(document.run().is_complete());
  CHECK(document.text() == entry("a/a", "olda") + entry("m/m", "oldm") + entry("z/z", "oldz"));
  CHECK(play.world.violations == Texts());
}

TEST_CASE("S10: what else there is stays: other files, the mode, comments where no token changes") {
  // Prow: replaces the whole Secret, so that other keys, labels and annotations are lost.
  const std::string text = "# ours\n" + entry("\"a/a\"", "olda") + "\n" + entry("x/y", "x");
  Document document(text);
  std::ofstream(document.folder / "other") << "other";
  Play& play = document.play;
  play.hook("a/a", "olda").begin();
  const auto mode = [&] {
    struct stat status = {};
    REQUIRE(::stat(document.file.c_str(), &status) == 0);
    return status.st_mode & 07777U;
  };

  play.onboard("a/a", "2020-08-12T00:00:00Z").plan("sha256:first");
  CHECK(document.run().is_complete());
  CHECK(document.store->writes > 0);
  CHECK(document.text() == text);
  CHECK(mode() == 0600);

  play.rotate("a/a", "2022-01-01T00:00:00Z").plan("sha256:second", 60);
  CHECK(document.run().is_complete());
  CHECK(document.text().find(entry("x/y", "x")) != std::string::npos);
  CHECK(mode() == 0600);
  CHECK(fixtures::content_of((document.folder / "other").string()) == "other");
  for (const auto& file : fs::directory_iterator(document.folder)) {
    const std::string name = file.path().filename().string();
    CHECK((name == "other" || name.starts_with("hmac.yaml")));
    struct stat status = {};
    REQUIRE(::stat(file.path().c_str(), &status) == 0);
    if (name != "other") CHECK((status.st_mode & 0077U) == 0);
  }
  CHECK(play.world.violations == Texts());
}

TEST_CASE("S13: an empty list of global tokens is no reason to fall over") {
  // Prow: index out of range; nothing is done until somebody mends the document by hand.
  const auto text = GENERATE(as<std::string>(), "'*': []\n", "'*':\n");
  Document document(text);
  Play& play = document.play;
  play.work.respects_global = true;
  play.begin();
  play.onboard("o/r", "2020-08-12T00:00:00Z").plan("sha256:first");
  CHECK(document.run().is_complete());
  CHECK(document.settle().errors.empty());
  CHECK(play.values("o/r").size() == 1);
  CHECK(play.signs_with("o/r", play.values("o/r")[0]));
  CHECK(document.text().starts_with("'*': []\n"));
  CHECK(play.world.violations == Texts());
}

TEST_CASE("S13b: without a threshold the promoted token gets a date that every reader knows") {
  // Prow: dates it to the year 0, which its own next run reads and others refuse.
  Document document(entry("'*'", "legacy", "0001-01-01T00:00:00Z"));
  Play& play = document.play;
  play.work.respects_global = true;
  play.hook("o/r", "legacy").begin();
  play.onboard("o/r", "0001-01-01T00:00:00Z").plan("sha256:first");
  CHECK(document.run().is_complete());
  CHECK(document.text().find("0000-12-31") == std::string::npos);
  CHECK(document.text().find(entry("o/r", "legacy", "0001-01-01T00:00:00Z")) != std::string::npos);
  CHECK(play.values("o/r").size() == 2);
  CHECK(document.settle().errors.empty());
  CHECK(play.values("o/r").size() == 1);
  CHECK(play.values("*") == Texts{"legacy"});
  CHECK(play.world.violations == Texts());
}

TEST_CASE("S16: what somebody else wrote meanwhile is never written over") {
  // Prow: writes without a version, and the last one wins.
  Document document(entry("a/a", "old"));
  Play& play = document.play;
  play.hook("a/a", "old").begin();
  play.rotate("a/a", "2022-01-01T00:00:00Z").plan("sha256:first");
  document.store->before_write = [&] {
    document.put(entry("a/a", "old") + entry("b/b", "new"));
    document.store->watch();
  };
  CHECK(document.run().is_complete());
  CHECK(document.text().find(entry("b/b", "new")) != std::string::npos);
  CHECK(document.settle().errors.empty());
  CHECK(play.values("a/a").size() == 1);
  CHECK(play.values("b/b") == Texts{"new"});
  CHECK(play.world.violations == Texts());
}

TEST_CASE("S17: an empty document is a beginning, as for Prow") {
  const auto text = GENERATE(as<std::string>(), "", "{}\n", "---\n", "# nothing yet\n");
  CAPTURE(text);
  Document document(text);
  Play& play = document.play;
  play.begin();
  play.onboard("o/r", "2020-08-12T00:00:00Z").plan("sha256:first");
  CHECK(document.run().is_complete());
  REQUIRE(play.values("o/r").size() == 1);
  CHECK(play.values("o/r")[0].size() == 40);
  CHECK(play.signs_with("o/r", play.values("o/r")[0]));
  CHECK(play.world.violations == Texts());
}

TEST_CASE("S18: when everything is removed an empty mapping is left, as by Prow") {
  Document document(entry("a/a", "olda") + entry("b", "oldb"));
  Play& play = document.play;
  play.hook("a/a", "olda").hook("b", "oldb").begin();
  play.remove("a/a").remove("b").plan("sha256:first");
  CHECK(document.run().is_complete());
  // Prow drops the tokens with the hook; deliveries that are under way are refused then.
  CHECK(document.text() == entry("a/a", "olda") + entry("b", "oldb"));
  CHECK(document.settle().errors.empty());
  CHECK(document.text() == "{}\n");
  CHECK(play.world.hooks.empty());
  CHECK(play.world.violations == Texts());
}

}  // namespace
}  // namespace hookplan::scenarios
