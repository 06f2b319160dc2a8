// SPDX-License-Identifier: Apache-2.0
// testdata/plans: a case is a folder with before.yaml and after.yaml (either may be absent), and
// the plan in each format. HOOKPLAN_UPDATE_GOLDEN=1 writes the plans anew; review the difference.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "cmd/view/diagnostic_text.h"
#include "cmd/view/plan_markdown.h"
#include "cmd/view/plan_text.h"
#include "core/base/file.h"
#include "core/plan/plan_json.h"
#include "tests/fixtures/plans.h"

namespace hookplan {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> case_folders() {
  std::vector<fs::path> folders;
  for (const auto& entry :
       fs::directory_iterator(std::string(HOOKPLAN_SOURCE) + "/testdata/plans")) {
    if (entry.is_directory()) folders.push_back(entry.path());
  }
  std::ranges::sort(folders);
  return folders;
}

std::optional<std::string> optional_content(const fs::path& path) {
  if (!fs::exists(path)) return std::nullopt;
  return fixtures::content_of(path.string());
}

Settings settings_of(const fs::path& folder) {
  const auto text = optional_content(folder / "settings.yaml");
  if (!text) return {};
  Result<Settings> settings = read_settings(*text, "settings.yaml", fixtures::types());
  REQUIRE(settings.has_value());
  return std::move(settings).value();
}

void require_golden(const fs::path& path, const std::string& text) {
  if (std::getenv("HOOKPLAN_UPDATE_GOLDEN") != nullptr) {
    REQUIRE(write_file(path, text).has_value());
  }
  CAPTURE(path.string());
  REQUIRE(fs::exists(path));
  REQUIRE(fixtures::content_of(path.string()) == text);
}

TEST_CASE("each case gives its plan in every format") {
  const std::vector<fs::path> folders = case_folders();
  REQUIRE(folders.size() >= 10);
  for (const fs::path& folder : folders) {
    const auto before = optional_content(folder / "before.yaml");
    const auto after = optional_content(folder / "after.yaml");
    const Plan plan = fixtures::plan_of(
        before ? std::optional<std::string_view>(*before) : std::nullopt,
        after ? std::optional<std::string_view>(*after) : std::nullopt, settings_of(folder));
    require_golden(folder / "plan.txt", to_text(plan, TextStyle{}));
    require_golden(folder / "plan.md", to_markdown(plan));
    require_golden(folder / "plan.json", to_json(plan));
    const Result<Plan> stored = plan_from_json(to_json(plan), "plan.json");
    REQUIRE(stored.has_value());
    REQUIRE(to_markdown(*stored) == to_markdown(plan));
  }
}

}  // namespace
}  // namespace hookplan
