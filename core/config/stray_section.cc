// SPDX-License-Identifier: Apache-2.0
#include "core/config/stray_section.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "core/base/text.h"

namespace hookplan {
namespace {

bool names_a_field(std::string_view key) {
  constexpr std::array<std::string_view, 3> kFields = {kEntries, kRespect, kAccept};
  const std::string folded = folded_field(key);
  return std::ranges::find(kFields, folded) != kFields.end();
}

// The section as a map below the top, wherever that is.
class SectionFinder : public YamlVisitor {
 public:
  // What an alias stands for is not looked up: it may be a section.
  std::optional<YamlPosition> found = {};
  std::vector<std::pair<YamlPosition, std::string>> texts = {};  // that may hold one

  void key(const YamlNode& node) override {
    key_is_section_ = folded_field(node.text) == kSection;
    key_at_ = node.at;
    if (!open_.empty() && open_.back() && names_a_field(node.text)) find(*open_.back());
  }

  void value(const YamlNode& node) override {
    const bool is_section = std::exchange(key_is_section_, false);
    switch (node.kind) {
      case YamlKind::map:
        open_.push_back(is_section ? std::optional(key_at_) : std::nullopt);
        break;
      case YamlKind::sequence: open_.emplace_back(); break;
      case YamlKind::alias:
        if (is_section) find(key_at_);
        break;
      case YamlKind::scalar:
        if (node.text.find(kSection) != std::string_view::npos)
          texts.emplace_back(node.at, std::string(node.text));
        break;
      case YamlKind::null: break;
    }
  }

  void close() override { open_.pop_back(); }

 private:
  void find(YamlPosition at) {
    if (!found) found = at;
  }

  std::vector<std::optional<YamlPosition>> open_;  // of maps and sequences: the key of a section
  bool key_is_section_ = false;
  YamlPosition key_at_;
};

// A text is not looked into any deeper: what is quoted twice nobody takes for a config.
bool holds_section(std::string_view text) {
  SectionFinder inside;
  return walk_yaml(text, {}, inside) && inside.found;
}

// The line that speaks of the section in the text that begins there.
YamlPosition mention_after(std::string_view bytes, YamlPosition text) {
  std::size_t begin = 0;
  for (std::uint32_t line = 1; line < text.line && begin < bytes.size(); ++line)
    begin = bytes.find('\n', begin) + 1;
  const std::size_t at = bytes.find(kSection, begin);
  if (at == std::string_view::npos) return text;
  const TextPosition place = position_in(bytes, at);
  return {place.line, place.column};
}

std::optional<YamlPosition> place_of_section(std::string_view bytes) {
  // A look at the bytes spares most files the second reading.
  if (ascii_lower(bytes).find(kSection) == std::string::npos) return std::nullopt;
  SectionFinder finder;
  if (!walk_yaml(bytes, {}, finder)) return std::nullopt;
  if (finder.found) return finder.found;
  for (const auto& [at, text] : finder.texts) {
    if (holds_section(text)) return mention_after(bytes, at);
  }
  return std::nullopt;
}

}  // namespace

std::optional<StraySection> stray_section(std::string_view bytes,
                                          const std::optional<FirstKey>& lookalike) {
  if (lookalike) {
    return StraySection{lookalike->at, fail(Code::section_misplaced, "unknown key {}, and no {}",
                                            excerpt(lookalike->text), kSection)
                                           .hint("did you mean {}?", kSection)};
  }
  const std::optional<YamlPosition> place = place_of_section(bytes);
  if (!place) return std::nullopt;
  return StraySection{
      *place, fail(Code::section_misplaced,
                   "{} stands here, and not at the top level where Prow reads it", kSection)};
}

}  // namespace hookplan
