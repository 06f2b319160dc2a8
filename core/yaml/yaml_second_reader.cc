// SPDX-License-Identifier: Apache-2.0
#include "core/yaml/yaml_second_reader.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <yaml.h>

#include "core/base/text.h"
#include "core/yaml/yaml_rules.h"
#include "core/yaml/yaml_scalar.h"

namespace hookplan {
namespace {

class ParsedEvent {
 public:
  ParsedEvent() = default;
  ParsedEvent(const ParsedEvent&) = delete;
  ParsedEvent& operator=(const ParsedEvent&) = delete;
  ~ParsedEvent() { yaml_event_delete(&event_); }

  bool read(yaml_parser_t& parser) { return yaml_parser_parse(&parser, &event_) == 1; }
  const yaml_event_t& operator*() const { return event_; }
  const yaml_event_t* operator->() const { return &event_; }

 private:
  yaml_event_t event_ = {};
};

std::string_view view(const yaml_char_t* text) {
  return text == nullptr ? std::string_view()
                         : std::string_view(reinterpret_cast<const char*>(text));
}

YamlPosition position_of(const yaml_mark_t& mark) {
  return {static_cast<std::uint32_t>(mark.line + 1), static_cast<std::uint32_t>(mark.column + 1)};
}

bool is_blank_or_break(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

struct YamlSecondReader::Implementation {
  static constexpr std::size_t kMaxLevels = 100;

  std::string_view text;
  yaml_parser_t parser = {};
  std::vector<bool> in_flow;                             // of each open collection
  std::unordered_map<std::string, std::size_t> anchors;  // the latest definition of a name
  std::size_t characters = 0;                            // libyaml counts characters, ...
  std::size_t bytes = 0;                                 // ... and this is where they lead

  // Where libyaml stumbles further on, its mistake is why the readers differ here.
  [[noreturn]] void disagree(YamlPosition at, std::string_view what) {
    if (auto later = first_mistake()) throw std::move(*later);
    if (in_flow.size() >= kMaxLevels) {
      throw YamlRefusal{fail(Code::too_deep, "more than {} levels", kMaxLevels), at};
    }
    throw YamlRefusal{
        fail(Code::ambiguous_yaml, "YAML readers take this differently: {}", what)
            .hint("write it in a plainer way: one key and value a line, quotes around text "
                  "with special characters"),
        at};
  }

  // The end of the text, where a mark behind its last line would point at nothing.
  YamlPosition within_text(YamlPosition at) const {
    const bool feed_at_end = !text.empty() && text.back() == '\n';
    const std::string_view lines = feed_at_end ? text.substr(0, text.size() - 1) : text;
    const auto last = static_cast<std::uint32_t>(std::ranges::count(lines, '\n') + 1);
    if (at.line <= last) return at;
    return {last, static_cast<std::uint32_t>(lines.size() - (lines.rfind('\n') + 1) + 1)};
  }

  YamlRefusal mistake() {
    const std::string problem = parser.problem == nullptr ? "unknown problem" : parser.problem;
    const YamlPosition at = within_text(position_of(parser.problem_mark));
    const bool at_end = parser.problem_mark.index >= characters_of(text) ||
                        problem == "found unexpected end of stream";
    const bool open_bracket = !in_flow.empty() && in_flow.back();
    // An escape that the end of the text cuts off: no quote follows it any more.
    const bool cut_escape = (problem.find("escape") != std::string::npos ||
                             problem.find("hexdecimal") != std::string::npos) &&
                            text.rfind('"') <= byte_of(parser.context_mark);
    if (cut_escape ||
        (at_end && (open_bracket || problem.find("end of stream") != std::string::npos))) {
      return {fail(Code::truncated_text,
                   "the text ends inside a quoted string or a bracket that is still open"),
              at};
    }
    if (problem == "found undefined tag handle") {
      return {fail(Code::bad_tag, "a tag whose handle is not defined").hint("remove the tag"), at};
    }
    return {fail(Code::yaml_syntax, "not valid YAML: {}", printable(problem))
                .hint("the mistake may be just before this place"),
            at};
  }

  std::optional<YamlRefusal> first_mistake() {
    // libyaml takes quadratic time in the depth, so hostile nesting is not followed.
    while (in_flow.size() < kMaxLevels) {
      ParsedEvent parsed;
      if (!parsed.read(parser)) return mistake();
      if (parsed->type == YAML_STREAM_END_EVENT || parsed->type == YAML_NO_EVENT)
        return std::nullopt;
      follow_nesting(*parsed);
    }
    return std::nullopt;
  }

  static std::size_t characters_of(std::string_view text) {
    std::size_t number = 0;
    for (const char c : text) number += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
    return number;
  }

  // Marks never go back from one event to the next, so the text is walked once.
  std::size_t byte_of(const yaml_mark_t& mark) {
    if (mark.index < characters) characters = bytes = 0;
    for (; characters < mark.index && bytes < text.size(); ++characters) {
      bytes += decode_utf8(text.substr(bytes)).size;
    }
    return bytes;
  }

  void read(ParsedEvent& event) {
    do {
      if (!event.read(parser)) throw mistake();
    } while (event->type == YAML_STREAM_START_EVENT);
  }

  // Where libyaml 0.2 reads more, or otherwise, than Prow's port of its older version.
  void check_dialect(const yaml_event_t& event, std::string_view tag) {
    const bool flow = !in_flow.empty() && in_flow.back();
    const std::size_t begin = byte_of(event.start_mark);
    const YamlPosition at = position_of(event.start_mark);
    if (!tag.empty()) {
      const std::size_t bang = text.find('!', begin);
      std::size_t end = bang;
      while (end < text.size() && !is_blank_or_break(text[end])) ++end;
      const std::string_view word = text.substr(bang, end - bang);
      if (word.find_first_of("%,[]{}") != std::string_view::npos) disagree(at, "the end of a tag");
    }
    if (event.type != YAML_SCALAR_EVENT) return;
    const std::string_view raw = text.substr(begin, byte_of(event.end_mark) - begin);
    const yaml_scalar_style_t style = event.data.scalar.style;
    if (style == YAML_PLAIN_SCALAR_STYLE && flow && raw.find('?') != std::string_view::npos) {
      disagree(at, "a question mark inside brackets");
    }
    if (style == YAML_DOUBLE_QUOTED_SCALAR_STYLE && has_escaped_slash(raw)) {
      disagree(at, "the escape \\/");
    }
  }

  static bool has_escaped_slash(std::string_view raw) {
    for (std::size_t i = 0; i + 1 < raw.size(); ++i) {
      if (raw[i] != '\\') continue;
      if (raw[i + 1] == '/') return true;
      ++i;
    }
    return false;
  }

  void compare_scalar(const yaml_event_t& event, const YamlNode& node, std::string_view tag) {
    const auto& scalar = event.data.scalar;
    const std::string_view value(reinterpret_cast<const char*>(scalar.value), scalar.length);
    // The tag `!` makes a bare word text, as quotes do; before quotes only `! '<<'` means more by
    // it.
    const bool non_specific = view(scalar.tag) == "!";
    const bool plain = scalar.style == YAML_PLAIN_SCALAR_STYLE && !non_specific;
    if (non_specific && node.is_key && value == "<<")
      disagree(position_of(event.start_mark), "the tag `!`");
    const std::string_view second_tag = non_specific ? std::string_view() : view(scalar.tag);
    const bool null = plain && scalar.tag == nullptr && plain_type(value) == PlainType::null;
    const bool same = node.kind == YamlKind::null
                          ? null
                          : node.kind == YamlKind::scalar && value == node.text && !null &&
                                second_tag == tag && (!tag.empty() || plain == node.plain);
    if (!same) {
      constexpr std::size_t kShown = 40;
      disagree(position_of(event.start_mark),
               fmt::format("the value {}", printable(value.substr(0, kShown))));
    }
  }

  void compare_anchor(const yaml_event_t& event, const yaml_char_t* name, std::size_t anchor) {
    if ((name != nullptr) != (anchor != 0)) disagree(position_of(event.start_mark), "an anchor");
    if (name != nullptr) anchors[std::string(view(name))] = anchor;
  }

  void compare_node(const yaml_event_t& event, const YamlNode& node, std::size_t anchor,
                    std::string_view tag) {
    const YamlPosition at = position_of(event.start_mark);
    switch (event.type) {
      case YAML_ALIAS_EVENT: {
        const auto known = anchors.find(std::string(view(event.data.alias.anchor)));
        const bool same =
            node.kind == YamlKind::alias && known != anchors.end() && known->second == anchor;
        if (!same) disagree(at, "an alias");
        return;
      }
      case YAML_SCALAR_EVENT:
        compare_scalar(event, node, tag);
        compare_anchor(event, event.data.scalar.anchor, anchor);
        break;
      case YAML_SEQUENCE_START_EVENT:
        if (node.kind != YamlKind::sequence || view(event.data.sequence_start.tag) != tag)
          disagree(at, "a list");
        compare_anchor(event, event.data.sequence_start.anchor, anchor);
        break;
      case YAML_MAPPING_START_EVENT:
        if (node.kind != YamlKind::map || view(event.data.mapping_start.tag) != tag)
          disagree(at, "a mapping");
        compare_anchor(event, event.data.mapping_start.anchor, anchor);
        break;
      case YAML_NO_EVENT:
      case YAML_STREAM_START_EVENT:
      case YAML_STREAM_END_EVENT:
      case YAML_DOCUMENT_START_EVENT:
      case YAML_DOCUMENT_END_EVENT:
      case YAML_SEQUENCE_END_EVENT:
      case YAML_MAPPING_END_EVENT: disagree(at, "where a value ends");
    }
    check_dialect(event, tag);
    follow_nesting(event);
  }

  void follow_nesting(const yaml_event_t& event) {
    if (event.type == YAML_SEQUENCE_START_EVENT) {
      in_flow.push_back(event.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE);
    } else if (event.type == YAML_MAPPING_START_EVENT) {
      in_flow.push_back(event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE);
    } else if (event.type == YAML_SEQUENCE_END_EVENT || event.type == YAML_MAPPING_END_EVENT) {
      in_flow.pop_back();
    }
  }
};

YamlSecondReader::YamlSecondReader(std::string_view text)
    : implementation_(std::make_unique<Implementation>()) {
  implementation_->text = text;
  if (yaml_parser_initialize(&implementation_->parser) != 1) throw std::bad_alloc();
  yaml_parser_set_encoding(&implementation_->parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&implementation_->parser,
                               reinterpret_cast<const unsigned char*>(text.data()), text.size());
}

YamlSecondReader::~YamlSecondReader() { yaml_parser_delete(&implementation_->parser); }

void YamlSecondReader::expect(Event event, const YamlNode& node, std::size_t anchor,
                              std::string_view tag) {
  Implementation& self = *implementation_;
  ParsedEvent parsed;
  self.read(parsed);
  const YamlPosition at = position_of(parsed->start_mark);
  switch (event) {
    case Event::document_start:
      if (parsed->type != YAML_DOCUMENT_START_EVENT) self.disagree(at, "where a document begins");
      if (parsed->data.document_start.version_directive != nullptr ||
          parsed->data.document_start.tag_directives.start !=
              parsed->data.document_start.tag_directives.end) {
        self.disagree(at, "a % directive");
      }
      return;
    case Event::document_end:
      if (parsed->type != YAML_DOCUMENT_END_EVENT) self.disagree(at, "where the document ends");
      return;
    case Event::node: return self.compare_node(*parsed, node, anchor, tag);
    case Event::close:
      if (parsed->type != YAML_SEQUENCE_END_EVENT && parsed->type != YAML_MAPPING_END_EVENT) {
        self.disagree(at, "where a list or mapping ends");
      }
      self.follow_nesting(*parsed);
      return;
  }
}

void YamlSecondReader::expect_end() {
  Implementation& self = *implementation_;
  ParsedEvent parsed;
  self.read(parsed);
  if (parsed->type != YAML_STREAM_END_EVENT) {
    self.disagree(position_of(parsed->start_mark), "where the text ends");
  }
}

std::optional<YamlRefusal> YamlSecondReader::first_mistake() {
  return implementation_->first_mistake();
}

}  // namespace hookplan
