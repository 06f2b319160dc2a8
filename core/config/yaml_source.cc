// SPDX-License-Identifier: Apache-2.0
#include "core/config/yaml_source.h"

#include <istream>
#include <streambuf>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "core/base/text.h"
#include "core/config/yaml_bytes.h"
#include "core/config/yaml_rules.h"

namespace hookplan {
namespace {

// Reads from memory without copying it, and then from a closing document marker: a quoted string
// that is still open at the end of the text runs into the marker and becomes an error, where
// yaml-cpp alone would close it silently.
class ClosedText : public std::streambuf {
 public:
  explicit ClosedText(std::string_view text) { show(text); }

 protected:
  int_type underflow() override {
    if (marker_shown_) return traits_type::eof();
    marker_shown_ = true;
    show("\n...\n");
    return traits_type::to_int_type(*gptr());
  }

 private:
  void show(std::string_view part) {
    // A get area is never written to; std::streambuf merely predates const.
    char* const begin = const_cast<char*>(part.data());
    setg(begin, begin, begin + part.size());
  }

  bool marker_shown_ = false;
};

YamlPosition position_of(const YAML::Mark& mark) {
  return {static_cast<std::uint32_t>(mark.line + 1), static_cast<std::uint32_t>(mark.column + 1)};
}

// yaml-cpp's events as ours.
class Events : public YAML::EventHandler {
 public:
  Events(YamlRules& rules) : rules_(rules) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    rules_.start_document(position_of(mark));
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    rules_.node({YamlKind::null, {}, true, false, position_of(mark)}, anchor, {});
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    rules_.node({YamlKind::alias, {}, false, false, position_of(mark)}, anchor, {});
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    rules_.node({YamlKind::scalar, value, tag == "?", is_explicit(tag), position_of(mark)}, anchor,
                tag);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    rules_.node({YamlKind::sequence, {}, false, is_explicit(tag), position_of(mark)}, anchor, tag);
  }
  void OnSequenceEnd() override { rules_.close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    rules_.node({YamlKind::map, {}, false, is_explicit(tag), position_of(mark)}, anchor, tag);
  }
  void OnMapEnd() override { rules_.close(); }

 private:
  // yaml-cpp reports "?" for what has no tag and "!" for what is quoted.
  static bool is_explicit(const std::string& tag) {
    return tag != "?" && tag != "!" && !tag.empty();
  }

  YamlRules& rules_;
};

Diagnostic syntax_error(const YAML::Exception& exception, std::string_view text) {
  const std::string_view said = exception.msg;
  const bool at_end =
      exception.mark.pos >= 0 && static_cast<std::size_t>(exception.mark.pos) >= text.size();
  const bool open = said.find("document indicator in scalar") != std::string_view::npos ||
                    said.find("end of sequence") != std::string_view::npos ||
                    said.find("end of map") != std::string_view::npos ||
                    said.find("unexpected end of file") != std::string_view::npos;
  if (at_end && open) {
    return diagnose(Code::truncated_text,
                    "the text ends inside a quoted string or a bracket that is still open",
                    "restore the rest of the file, or close the quote or bracket");
  }
  if (said == YAML::ErrorMsg::UNKNOWN_ANCHOR || said.starts_with("the referenced anchor")) {
    return diagnose(Code::bad_alias, "an alias whose anchor is not defined before it",
                    "define the anchor before the alias");
  }
  return diagnose(Code::yaml_syntax, fmt::format("not valid YAML: {}", printable(said)),
                  "the mistake may be just before this place");
}

}  // namespace

Result<void> walk_yaml(std::string_view bytes, std::string_view path, YamlVisitor& visitor) {
  TRY(const std::string_view text, yaml_text(bytes, path));
  YamlRules rules(visitor);
  const auto refuse = [&](Diagnostic diagnostic, YamlPosition at) {
    diagnostic.where = {std::string(path), at.line, at.column};
    return Error(ErrorKind::config, std::move(diagnostic));
  };
  try {
    ClosedText buffer(text);
    std::istream stream(&buffer);
    YAML::Parser parser(stream);
    Events events(rules);
    while (parser.HandleNextDocument(events)) {
    }
    rules.finish();
    return {};
  } catch (const YamlRefusal& refusal) {
    return refuse(refusal.diagnostic, refusal.at);
  } catch (const YAML::Exception& exception) {
    return refuse(syntax_error(exception, text), position_of(exception.mark));
  }
}

}  // namespace hookplan
