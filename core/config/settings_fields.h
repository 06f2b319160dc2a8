// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/diagnostic.h"
#include "core/base/instant.h"
#include "core/yaml/yaml_tree.h"

namespace hookplan {

// The most that a limit on a number of changes can be.
inline constexpr std::int64_t kMaxCount = 1'000'000'000;

// Reads the fields of one mapping of the settings file and collects what is wrong with them.
// Getters return nothing for a field that is absent or wrong; wrong ones have been reported.
class SettingsFields {
 public:
  // `where` is the path of the mapping within the file, empty for the root.
  SettingsFields(const YamlTree& tree, std::string where, std::string_view path,
                 std::vector<Diagnostic>& problems);

  // The same, reporting every field that is not in `known`.
  SettingsFields(const YamlTree& tree, std::string where,
                 std::initializer_list<std::string_view> known, std::string_view path,
                 std::vector<Diagnostic>& problems);

  std::optional<std::string> text(std::string_view name);
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t least, std::int64_t most);
  std::optional<bool> boolean(std::string_view name);
  std::optional<std::vector<std::string>> texts(std::string_view name);
  // A single text as a list of one.
  std::optional<std::vector<std::string>> text_or_texts(std::string_view name);
  // RFC 3339, in any zone.
  std::optional<Instant> instant(std::string_view name);
  // A number and s, m, h or d: "60m".
  std::optional<std::chrono::seconds> duration(std::string_view name);
  const YamlTree* mapping(std::string_view name);   // null pointer if absent or wrong
  const YamlTree* sequence(std::string_view name);  // null pointer if absent or wrong
  const YamlTree* any(std::string_view name) const;

  // Reports every field that is not among these.
  void allow_only(const std::vector<std::string_view>& known);
  // Reports a field that must be there and is not.
  void require(std::string_view name);
  void complain(std::string_view name, Code code, std::string message, std::string hint = {});
  // So many problems are known that no more are wanted.
  bool is_full() const;
  // "forges.github.api"
  std::string path_of(std::string_view name) const;
  // Where the field stands, or the mapping if it has none.
  Location place_of(std::string_view name) const;

 private:
  const YamlTree* typed(std::string_view name, YamlKind kind, std::string_view expected);
  YamlPosition position_of(std::string_view name) const;

  const YamlTree& tree_;
  std::string where_;
  std::string_view path_;
  std::vector<Diagnostic>& problems_;
};

// "90s", "60m", "24h", "7d": a number of at most 1,000,000 and its unit.
std::optional<std::chrono::seconds> duration_from_text(std::string_view text);

// Why a URL of a service cannot be used; empty if it can. Plain http is for tests on this machine
// only.
std::string url_problem(std::string_view url);

}  // namespace hookplan
