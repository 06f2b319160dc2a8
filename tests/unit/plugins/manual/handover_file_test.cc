// SPDX-License-Identifier: Apache-2.0
#include "plugins/manual/handover_file.h"

#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "core/base/fibers.h"
#include "tests/unit/plugins/manual/handover_place.h"

namespace hookplan {
namespace {

void ask(Handover& handover, const std::string& entry) {
  HandoverItem item;
  item.task = HandoverTask::delete_hook;
  item.entry = entry;
  item.url = Secret::copy_of("https://hooks.example.com/hook");
  handover.ask(std::move(item));
}

Result<std::size_t> add(HandoverFile& file, const std::string& entry) {
  return file.update([&](Handover& handover) -> Result<std::size_t> {
    ask(handover, entry);
    return handover.items().size();
  });
}

TEST_CASE("an update is in the file and answers what its function answers") {
  const HandoverPlace place;
  HandoverFile file(place.file);
  CHECK(*add(file, "foo") == 1);
  CHECK(*add(file, "bar") == 2);
  CHECK(*file.read() == *file.read());
  CHECK(HandoverFile(place.file).read()->waiting() == std::vector<std::string>{"bar", "foo"});
}

TEST_CASE("an update whose function fails leaves everything as it was") {
  const HandoverPlace place;
  HandoverFile file(place.file);
  const auto fails = [&](Handover& handover) -> Result<void> {
    ask(handover, "bar");
    return fail(Code::nothing_to_confirm, "no");
  };
  const auto throws = [&](Handover& handover) -> Result<void> {
    ask(handover, "bar");
    throw std::runtime_error("no");
  };
  CHECK_FALSE(file.update(fails).has_value());
  CHECK_THROWS(file.update(throws));
  CHECK(std::filesystem::is_empty(place.folder));
  REQUIRE(add(file, "foo").has_value());
  const std::string before = place.text();
  CHECK(file.update(fails).error().first().message == "no");
  CHECK_THROWS(file.update(throws));
  CHECK(place.text() == before);
  CHECK(file.read()->waiting() == std::vector<std::string>{"foo"});
  CHECK(*add(file, "baz") == 2);
}

TEST_CASE(
    "updates of fibers that come at the same time are one write, where there are many items") {
  const HandoverPlace place;
  HandoverFile file(place.file);
  const auto many = [](Handover& handover) -> Result<void> {
    for (int i = 0; i < 200; ++i) ask(handover, "many/" + std::to_string(i));
    return {};
  };
  REQUIRE(file.update(many).has_value());
  Fibers fibers{
      {[] { return std::chrono::milliseconds{0}; }, [](std::chrono::milliseconds) {}, {}}};
  std::set<std::string> contents;
  std::size_t refused = 0;
  std::vector<std::function<void()>> bodies;
  for (int i = 0; i < 50; ++i) {
    bodies.emplace_back([&, i] {
      const Result<void> added = file.update([&](Handover& handover) -> Result<void> {
        ask(handover, "o/r" + std::to_string(i));
        if (i % 10 == 3) return fail(Code::nothing_to_confirm, "no");
        return {};
      });
      if (!added) ++refused;
      contents.insert(place.text());
    });
  }
  fibers.run(bodies);
  CHECK(refused == 5);
  CHECK(contents.size() == 1);
  CHECK(HandoverFile(place.file).read()->waiting().size() == 245);

  // A fiber that is given up leaves nothing behind that others could wait for.
  const auto throws = [&] {
    static_cast<void>(
        file.update([](Handover&) -> Result<void> { throw std::runtime_error("no"); }));
  };
  const auto adds = [&] { CHECK(add(file, "late").has_value()); };
  CHECK_THROWS(fibers.run({throws, [&] { static_cast<void>(add(file, "given up")); }}));
  fibers.run({adds});
  CHECK(HandoverFile(place.file).read()->waiting().size() == 246);
}

TEST_CASE("an update that does nothing writes nothing") {
  const HandoverPlace place;
  HandoverFile file(place.file);
  const auto nothing = [](Handover& /*handover*/) { return Result<void>(); };
  CHECK(file.update(nothing).has_value());
  CHECK(std::filesystem::is_empty(place.folder));
  REQUIRE(add(file, "foo").has_value());
  const std::string edited = "# a note\n" + place.text();
  place.put(edited);
  CHECK(file.update(nothing).has_value());
  CHECK(place.text() == edited);
}

TEST_CASE("an update is worked out on what somebody else wrote in between") {
  const HandoverPlace place;
  HandoverFile one(place.file);
  HandoverFile other(place.file);
  CHECK(*add(one, "a") == 1);
  CHECK(*add(other, "b") == 2);
  CHECK(*add(one, "c") == 3);
  std::filesystem::remove(place.file);
  CHECK(*add(other, "d") == 1);
  CHECK(*add(one, "e") == 2);
  place.put("");
  CHECK(one.read()->items().empty());
  CHECK(*add(other, "f") == 1);
}

TEST_CASE("a file that cannot be written is what it was, also for its writer") {
  const HandoverPlace place;
  HandoverFile file(place.file);
  REQUIRE(add(file, "foo").has_value());
  const Result<std::size_t> added = add(file, "a\nb");
  REQUIRE_FALSE(added.has_value());
  CHECK(added.error().first().code == Code::token_not_writable);
  CHECK(added.error().first().entry == "a\nb");
  CHECK(file.read()->waiting() == std::vector<std::string>{"foo"});
  // Something that the new content cannot replace.
  std::filesystem::create_directory(place.folder / ".handover.yaml.hookplan-new");
  CHECK_FALSE(add(file, "bar").has_value());
  std::filesystem::remove(place.folder / ".handover.yaml.hookplan-new");
  CHECK(file.read()->waiting() == std::vector<std::string>{"foo"});
  CHECK(*add(file, "baz") == 2);
}

TEST_CASE("updates of several programs and threads at once lose nothing") {
  constexpr int kEach = 15;
  const HandoverPlace place;
  const auto add_all = [&](const std::string& who) {
    HandoverFile file(place.file);
    bool all = true;
    for (int i = 0; i < kEach; ++i) {
      all = add(file, who + "/" + std::to_string(i)).has_value() && all;
    }
    return all;
  };
  std::vector<pid_t> programs;
  for (const char* const who : {"a", "b"}) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) ::_exit(add_all(who) ? 0 : 1);
    programs.push_back(child);
  }
  std::thread thread([&] { static_cast<void>(add_all("c")); });
  const bool own = add_all("d");
  thread.join();
  CHECK(own);
  for (const pid_t program : programs) {
    int status = 0;
    REQUIRE(::waitpid(program, &status, 0) == program);
    CHECK(status == 0);
  }
  CHECK(HandoverFile(place.file).read()->waiting().size() == 4 * kEach);
}

}  // namespace
}  // namespace hookplan
