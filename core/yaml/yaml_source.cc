// SPDX-License-Identifier: Apache-2.0
#include "core/yaml/yaml_source.h"

#include <sstream>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "core/base/text.h"
#include "core/yaml/yaml_bytes.h"
#include "core/yaml/yaml_rules.h"
#include "core/yaml/yaml_second_reader.h"

namespace hookplan {
namespace {

YamlPosition position_of(const YAML::Mark& mark) {
  return {static_cast<std::uint32_t>(mark.line + 1), static_cast<std::uint32_t>(mark.column + 1)};
}

// yaml-cpp's events as ours, each of them confirmed by the second reader.
class Events : public YAML::EventHandler {
 public:
  Events(YamlRules& rules, YamlSecondReader& second) : rules_(rules), second_(second) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    rules_.start_document(position_of(mark));
    second_.expect(YamlSecondReader::Event::document_start, {}, 0, {});
  }
  void OnDocumentEnd() override {
    second_.expect(YamlSecondReader::Event::document_end, {}, 0, {});
  }
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    node(YamlKind::null, {}, mark, anchor, "?");
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    node(YamlKind::alias, {}, mark, anchor, {});
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    node(YamlKind::scalar, value, mark, anchor, tag);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    node(YamlKind::sequence, {}, mark, anchor, tag);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    node(YamlKind::map, {}, mark, anchor, tag);
  }
  void OnMapEnd() override { close(); }

 private:
  // yaml-cpp reports "?" for what has no tag and "!" for what is quoted.
  void node(YamlKind kind, std::string_view text, const YAML::Mark& mark, YAML::anchor_t anchor,
            std::string_view tag) {
    const bool plain = tag == "?";
    if (plain || tag == "!") tag = {};
    const YamlNode node{kind, text, plain, !tag.empty(), rules_.expects_key(), position_of(mark)};
    second_.expect(YamlSecondReader::Event::node, node, anchor, tag);
    rules_.node(node, anchor, tag);
  }
  void close() {
    second_.expect(YamlSecondReader::Event::close, {}, 0, {});
    rules_.close();
  }

  YamlRules& rules_;
  YamlSecondReader& second_;
};

// yaml-cpp gave up. Where the second reader finds a mistake, too, its words are those of Prow;
// where it finds none, the text is fine and yaml-cpp is not.
YamlRefusal refusal_of(const YAML::Exception& exception, YamlSecondReader& second) {
  if (dynamic_cast<const YAML::DeepRecursion*>(&exception) != nullptr) {
    return {fail(Code::too_deep, "nested too deeply to be read"), position_of(exception.mark)};
  }
  if (auto mistake = second.first_mistake()) return std::move(*mistake);
  const std::string_view said = exception.msg;
  const YamlPosition at = position_of(exception.mark);
  if (said.starts_with("the referenced anchor")) {
    return {fail(Code::bad_alias, "an alias whose anchor is not defined before it")
                .hint("define the anchor before the alias"),
            at};
  }
  return {
      fail(Code::ambiguous_yaml, "YAML readers take this differently: {}", printable(said))
          .hint(
              "a block of text after an anchor or tag needs lines indented deeper than the anchor; "
              "otherwise write it in a plainer way"),
      at};
}

}  // namespace

Result<void> walk_yaml(std::string_view bytes, std::string_view path, YamlVisitor& visitor) {
  TRY(const std::string_view text, yaml_text(bytes, path));
  YamlRules rules(visitor);
  YamlSecondReader second(text);
  const auto error_of = [&](YamlRefusal refusal) {
    return std::move(refusal.error).at(path, refusal.at.line, refusal.at.column);
  };
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    Events events(rules, second);
    while (parser.HandleNextDocument(events)) {
    }
    second.expect_end();
    rules.finish();
    return {};
  } catch (YamlRefusal& refusal) {
    return error_of(std::move(refusal));
  } catch (const YAML::Exception& exception) {
    try {
      return error_of(refusal_of(exception, second));
    } catch (YamlRefusal& refusal) {
      return error_of(std::move(refusal));
    }
  }
}

}  // namespace hookplan
