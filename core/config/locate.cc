// SPDX-License-Identifier: Apache-2.0
#include "core/config/locate.h"

#include <array>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/config/revisions.h"

namespace hookplan {
namespace {

// Where public Prow instances keep theirs.
constexpr std::array<std::string_view, 8> kUsualPaths = {
    "config.yaml",
    "config/prow/config.yaml",
    "prow/config.yaml",
    "config/config.yaml",
    "prow/oss/config.yaml",
    "prow/config/config.yaml",
    "core-services/prow/02_config/_config.yaml",
    "github/ci/prow-deploy/kustom/base/configs/current/config/config.yaml",
};

struct Found {
  bool exists = false;
  bool has_section = false;
};

Result<Found> look(const GitRepository& repository, const GitCommit& base, const GitCommit& head,
                   std::string_view path) {
  Found found;
  for (const GitCommit* const commit : {&base, &head}) {
    if (commit->id.empty()) continue;
    TRY(const auto file, repository.file(*commit, path, kMaxConfigBytes));
    if (!file) continue;
    found.exists = true;
    found.has_section = found.has_section || names_the_section(file->bytes);
  }
  return found;
}

}  // namespace

Result<std::string> locate_settings(const GitRepository& repository, const GitCommit& commit,
                                    std::string_view config_path, std::string_view option) {
  std::string path(option.empty() ? config_path : option);
  if (commit.id.empty()) return std::string();
  // Each folder above the config in turn; the empty one is the top.
  for (std::size_t slash = path.rfind('/');; slash = path.rfind('/')) {
    path.resize(slash == std::string::npos ? 0 : slash);
    const std::string candidate = !option.empty() ? std::string(option)
                                  : path.empty()  ? std::string(kSettingsName)
                                                  : fmt::format("{}/{}", path, kSettingsName);
    TRY(const auto file, repository.file(commit, candidate, kMaxSettingsBytes));
    if (file) return candidate;
    if (path.empty() || !option.empty()) return std::string();
  }
}

bool names_the_section(std::string_view bytes) {
  return ascii_lower(bytes).find("managed_webhooks") != std::string::npos;
}

Error several_configs(const std::vector<std::string>& paths) {
  return fail(Code::several_configs, "several files hold managed_webhooks: {}",
              fmt::join(paths, ", "))
      .hint("name the right one with --config-path, or as PATH of check");
}

std::span<const std::string_view> usual_config_paths() { return kUsualPaths; }

Result<ConfigPath> locate_config(const GitRepository& repository, const GitCommit& base,
                                 const GitCommit& head, std::string_view option,
                                 std::string_view setting) {
  const std::string_view named = option.empty() ? setting : option;
  if (!named.empty()) {
    TRY(const Found found, look(repository, base, head, named));
    const std::string_view rule =
        option.empty() ? "named in .hookplan.yaml of the base" : "--config-path";
    if (found.exists) return ConfigPath{std::string(named), std::string(rule)};
    return fail(Code::config_not_found, "neither revision has {} ({})", printable(named),
                option.empty() ? rule : "named by --config-path")
        .at(named)
        .hint("name a file from the top of the repository");
  }
  std::vector<std::string> with_section;
  std::vector<std::string> without_section;
  std::optional<Error> obstacle;  // what a usual place holds instead, if nothing better is found
  for (const std::string_view path : kUsualPaths) {
    Result<Found> found = look(repository, base, head, path);
    if (!found) {
      if (found.error().first().code != Code::not_a_regular_file) return std::move(found).error();
      if (!obstacle) obstacle = std::move(found).error();
    } else if (found->exists) {
      (found->has_section ? with_section : without_section).emplace_back(path);
    }
  }
  if (with_section.size() > 1) return several_configs(with_section);
  if (with_section.size() == 1) {
    return ConfigPath{with_section.front(), "found by looking in the usual places"};
  }
  if (without_section.size() == 1) {
    return ConfigPath{without_section.front(),
                      "found by looking in the usual places, without managed_webhooks"};
  }
  if (without_section.size() > 1) {
    return fail(Code::several_configs,
                "several files could be the config, none holds managed_webhooks: {}",
                fmt::join(without_section, ", "))
        .hint("name the right one with --config-path");
  }
  if (obstacle) return std::move(*obstacle);
  return fail(Code::config_not_found, "no Prow config in either revision")
      .hint("name it with --config-path; looked for {}", fmt::join(kUsualPaths, ", "));
}

}  // namespace hookplan
