// SPDX-License-Identifier: Apache-2.0
#include "core/config/locate.h"

#include <array>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/config/revisions.h"

namespace hookplan {
namespace {

constexpr std::string_view kFound = "found by looking in the usual places";

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

// The contents of one path at both revisions, by their ids; one if they are the same.
Result<std::set<std::string>> contents_at(const GitRepository& repository, const GitCommit& base,
                                          const GitCommit& head, std::string_view path) {
  std::set<std::string> contents;
  for (const GitCommit* const commit : {&base, &head}) {
    if (commit->id.empty()) continue;
    TRY(auto id, repository.blob_id(*commit, path));
    if (id) contents.insert(*std::move(id));
  }
  return contents;
}

using Candidate = std::pair<std::string_view, std::set<std::string>>;  // a path and its contents

// Reads the files of several usual places, to see which of them is the config.
Result<ConfigPath> choose(const GitRepository& repository,
                          const std::vector<Candidate>& candidates) {
  std::vector<std::string> with_section;
  std::vector<std::string> without_section;
  for (const auto& [path, contents] : candidates) {
    bool has_section = false;
    for (const std::string& id : contents) {
      TRY(const GitContent file, repository.content(id, kMaxConfigBytes, path));
      has_section = has_section || names_the_section(file.bytes);
    }
    (has_section ? with_section : without_section).emplace_back(path);
  }
  if (with_section.size() > 1) return several_configs(with_section);
  if (with_section.size() == 1) return ConfigPath{with_section.front(), std::string(kFound)};
  return fail(Code::several_configs,
              "several files could be the config, none holds managed_webhooks: {}",
              fmt::join(without_section, ", "))
      .hint("name the right one with --config-path");
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
  constexpr std::string_view kSection = "managed_webhooks";
  return bytes.find(kSection) != std::string_view::npos ||
         ascii_lower(bytes).find(kSection) != std::string::npos;
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
    TRY(const auto contents, contents_at(repository, base, head, named));
    const std::string_view rule =
        option.empty() ? "named in .hookplan.yaml of the base" : "--config-path";
    if (!contents.empty()) return ConfigPath{std::string(named), std::string(rule)};
    return fail(Code::config_not_found, "neither revision has {} ({})", printable(named),
                option.empty() ? rule : "named by --config-path")
        .at(named)
        .hint("name a file from the top of the repository");
  }
  std::vector<Candidate> candidates;
  std::optional<Error> obstacle;  // what a usual place holds instead, if nothing better is found
  for (const std::string_view path : kUsualPaths) {
    Result<std::set<std::string>> contents = contents_at(repository, base, head, path);
    if (!contents) {
      if (contents.error().first().code != Code::not_a_regular_file)
        return std::move(contents).error();
      if (!obstacle) obstacle = std::move(contents).error();
    } else if (!contents->empty()) {
      candidates.emplace_back(path, std::move(contents).value());
    }
  }
  if (candidates.size() > 1) return choose(repository, candidates);
  if (candidates.size() == 1) {
    return ConfigPath{std::string(candidates.front().first), std::string(kFound), true};
  }
  if (obstacle) return std::move(*obstacle);
  return fail(Code::config_not_found, "no Prow config in either revision")
      .hint("name it with --config-path; looked for {}", fmt::join(kUsualPaths, ", "));
}

}  // namespace hookplan
