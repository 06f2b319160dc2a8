// SPDX-License-Identifier: Apache-2.0
// Every neighbouring pair of revisions of a real config, 1,946 of them: the plan has the changes
// that an independent program found, and none anywhere else.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "core/base/json.h"
#include "core/plan/make_plan.h"
#include "tests/fixtures/plans.h"

namespace hookplan {
namespace {

struct Expected {
  std::map<std::string, std::set<std::string>> changes;  // kind to entries
  std::map<std::string, std::pair<bool, bool>> settings;
  std::int64_t unchanged = 0;
};

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "hookplan.XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

std::map<std::string, Expected> read_expected(const std::string& path) {
  std::map<std::string, Expected> by_head;
  std::istringstream lines(fixtures::content_of(path));
  for (std::string line; std::getline(lines, line);) {
    const Result<JsonValue> record = parse_json(line, path, "a record", Code::internal_error);
    REQUIRE(record.has_value());
    Expected expected;
    for (const char* const kind : {"onboard", "rotate", "remove", "relax"}) {
      for (const JsonValue& entry : record->find(kind)->items) {
        expected.changes[kind].insert(entry.string);
      }
    }
    for (const auto& [name, values] : record->find("settings")->members) {
      expected.settings[name] = {values.items[0].boolean, values.items[1].boolean};
    }
    expected.unchanged = record->find("unchanged")->integer;
    by_head[record->find("head")->string] = expected;
  }
  return by_head;
}

void require_expected(const Plan& plan, const Expected& expected) {
  std::map<std::string, std::set<std::string>> changes;
  for (const Change& change : plan.changes) {
    changes[std::string(to_string(change.kind))].insert(change.entry);
  }
  std::map<std::string, std::pair<bool, bool>> settings;
  for (const SettingChange& setting : plan.settings) {
    settings[setting.name] = {setting.before, setting.after};
  }
  REQUIRE(changes == expected.changes);
  REQUIRE(settings == expected.settings);
  REQUIRE(plan.summary.unchanged == expected.unchanged);
}

TEST_CASE("the plans of 1,946 real commits are exactly as expected") {
  const std::string shared = std::string(HOOKPLAN_SHARED) + "/real/";
  const std::string bundle = shared + "kubernetes-prow-config.bundle";
  if (!std::filesystem::exists(bundle)) {
    WARN("skipped: " << bundle << " is absent");
    return;
  }
  const std::map<std::string, Expected> expected =
      read_expected(shared + "kubernetes-expected.jsonl");
  REQUIRE(expected.size() == 19);

  const TemporaryFolder folder;
  const std::string clone = folder.path() + "/clone.git";
  const std::string list = folder.path() + "/revisions";
  REQUIRE(std::system(("git clone -q --bare -b main '" + bundle + "' '" + clone + "' && git -C '" +
                       clone + "' rev-list --reverse main > '" + list + "'")
                          .c_str()) == 0);
  std::ifstream revisions(list);
  std::string base;
  std::size_t planned = 0;
  std::size_t with_changes = 0;
  for (std::string head; std::getline(revisions, head); base = head) {
    if (base.empty()) continue;
    CAPTURE(base, head);
    RevisionRequest request;
    request.repository = clone;
    request.base = base;
    request.head = head;
    const Result<Revisions> read = read_revisions(request, fixtures::types());
    REQUIRE(read.has_value());
    const Plan plan = make_plan(*read, fixtures::kNow, "0.0.0");
    const auto wanted = expected.find(head);
    if (wanted != expected.end()) ++with_changes;
    require_expected(
        plan,
        wanted == expected.end()
            ? Expected{{}, {}, static_cast<std::int64_t>(read->before.snapshot.entries.size())}
            : wanted->second);
    ++planned;
  }
  REQUIRE(planned == 1946);
  REQUIRE(with_changes == 19);
}

}  // namespace
}  // namespace hookplan
