// SPDX-License-Identifier: Apache-2.0
#include "tests/generate/config_text.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/generate/other_sections.h"
#include "tests/generate/random_choice.h"
#include "tests/generate/yaml_tree.h"
#include "tests/generate/yaml_writer.h"

namespace hookplan::generate {
namespace {

constexpr std::array<std::string_view, 11> kTrue = {"true", "True", "TRUE", "yes", "Yes", "YES",
                                                    "on",   "On",   "ON",   "y",   "Y"};
constexpr std::array<std::string_view, 11> kFalse = {"false", "False", "FALSE", "no", "No", "NO",
                                                     "off",   "Off",   "OFF",   "n",  "N"};
constexpr std::array<std::string_view, 5> kNull = {"", "~", "null", "Null", "NULL"};

constexpr std::int64_t kMaxOffsetMinutes = 14 * 60;

std::string offset_text(std::int64_t minutes) {
  const auto size = static_cast<unsigned>(minutes < 0 ? -minutes : minutes);
  std::array<char, 16> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%c%02u:%02u", minutes < 0 ? '-' : '+',
                size / 60 % 100, size % 60);
  return buffer.data();
}

// Writes the `managed_webhooks` section as a tree.
class SectionBuilder {
 public:
  SectionBuilder(bool json, std::mt19937_64& random) : json_(json), random_(random) {}

  // Nothing: the section may be absent.
  std::optional<Node> build(const ConfigModel& model) {
    if (model == ConfigModel{}) {
      switch (below(random_, 4)) {
        case 0: return std::nullopt;
        case 1: return null();
        case 2: return map_node();
        default: break;
      }
    }
    Node section = map_node();
    add_boolean(section, "respect_legacy_global_token", model.respect_legacy_global_token);
    add_boolean(section, "auto_accept_invitation", model.auto_accept_invitation);
    add_entries(section, model);
    shuffle(section.members, random_);
    return section;
  }

 private:
  Node null() {
    if (json_) return bare_node("null");
    return bare_node(std::string(pick(random_, kNull)));
  }

  void add_boolean(Node& section, std::string name, bool value) {
    if (!value && percent(random_, 35)) return;
    if (!value && percent(random_, 20)) {
      add_member(section, std::move(name), null());
      return;
    }
    if (json_ || one_in(random_, 2)) {
      add_member(section, std::move(name), bare_node(value ? "true" : "false"));
      return;
    }
    add_member(section, std::move(name),
               bare_node(std::string(value ? pick(random_, kTrue) : pick(random_, kFalse))));
  }

  void add_entries(Node& section, const ConfigModel& model) {
    if (model.entries.empty()) {
      const std::size_t sort = below(random_, 3);
      if (sort == 0) return;
      add_member(section, "org_repo_config", sort == 1 ? null() : map_node());
      return;
    }
    Node entries = map_node();
    for (const auto& [name, instant] : model.entries) {
      Node entry = map_node();
      add_member(entry, "token_created_after", text_node(spell_instant(instant, random_)));
      add_member(entries, name, std::move(entry));
    }
    if (one_in(random_, 2)) shuffle(entries.members, random_);
    add_member(section, "org_repo_config", std::move(entries));
  }

  bool json_;
  std::mt19937_64& random_;
};

bool speaks_of_section(const Node& node) {
  if (node.text.find("managed_webhooks") != std::string::npos) return true;
  return std::ranges::any_of(node.items, speaks_of_section) ||
         std::ranges::any_of(node.members, [](const Member& member) {
           return speaks_of_section(member.key) || speaks_of_section(member.value);
         });
}

Node build_root(const ConfigModel& model, bool json, std::mt19937_64& random) {
  SectionBuilder builder(json, random);
  std::optional<Node> section = builder.build(model);
  SectionGrower grower(json, random);
  const std::size_t others = one_in(random, 10) ? 0 : below(random, 7);
  const std::size_t position = below(random, others + 1);
  Node root = map_node();
  for (std::size_t i = 0; i <= others; ++i) {
    if (i == position && section) add_member(root, "managed_webhooks", std::move(*section));
    if (i < others && !grower.none()) root.members.push_back(grower.next());
  }
  // Prow reads it, but it is refused: a section that is spoken of and not there was misplaced.
  if (!section && speaks_of_section(root)) add_member(root, "managed_webhooks", map_node());
  return root;
}

std::string with_crlf(const std::string& text) {
  std::string result;
  result.reserve(text.size() + text.size() / 16);
  for (const char c : text) {
    if (c == '\n') result += '\r';
    result += c;
  }
  return result;
}

std::string document_start(YamlWriter& writer, bool flow_root, std::mt19937_64& random) {
  std::string text = writer.noise();
  switch (below(random, flow_root ? 4 : 3)) {
    case 0: return text + "---\n";
    case 1: return text + "--- # managed_webhooks:\n";
    case 2: return text + "---  \n\n";
    default: return text + "--- ";
  }
}

}  // namespace

std::string spell_instant(std::int64_t instant, std::mt19937_64& random) {
  std::int64_t offset = 0;
  std::string zone = "Z";
  const std::size_t sort = below(random, 10);
  if (sort < 2) {  // a zone as there are
    offset = 15 * between(random, -kMaxOffsetMinutes / 15, kMaxOffsetMinutes / 15);
    zone = offset_text(offset);
  } else if (sort == 2) {
    offset = between(random, -kMaxOffsetMinutes, kMaxOffsetMinutes);
    zone = offset_text(offset);
  } else if (sort == 3) {
    zone = one_in(random, 2) ? "+00:00" : "-00:00";
  }

  using std::chrono::seconds;
  const std::chrono::sys_seconds local{seconds{instant + offset * 60}};
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{local - day};
  std::array<char, 64> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%04d-%02u-%02uT%02d:%02d:%02d",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
  std::string text = buffer.data();
  if (one_in(random, 8)) {
    const std::size_t digits = one_in(random, 2) ? 3 : 1 + below(random, 9);
    text += '.' + std::string(digits, '0');
  }
  return text + zone;
}

std::string write_in_random_style(const ConfigModel& model, std::mt19937_64& random) {
  const WriterStyle style = random_style(random);
  const Node root = build_root(model, style.json, random);
  YamlWriter writer(style, random);

  std::string text;
  const bool flow_root = style.flow_root || root.members.empty();
  if (!style.json && one_in(random, 4)) {
    text = document_start(writer, flow_root, random);
  } else {
    text = writer.noise();
  }
  text += writer.write(root);
  if (!style.json && one_in(random, 8)) {
    text += one_in(random, 2) ? "...\n" : "... # end\n";
    text += writer.noise();
  }
  if (one_in(random, 6)) text.pop_back();
  if (one_in(random, 6)) text = with_crlf(text);
  if (one_in(random, 12)) text.insert(0, "\xEF\xBB\xBF");
  return text;
}

}  // namespace hookplan::generate
