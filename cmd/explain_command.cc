// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "cmd/commands.h"
#include "cmd/exit_code.h"
#include "cmd/help.h"
#include "core/base/code.h"
#include "core/base/json.h"
#include "core/base/text.h"

namespace hookplan {
namespace {

std::string all_codes(const TextStyle& style) {
  constexpr std::size_t kTitleColumn = 17;
  std::string text;
  for (const CodeEntry& entry : catalog()) {
    text += fmt::format("{}  {:<7}  {}", to_string(entry.code), to_string(entry.severity),
                        wrapped(entry.title, kTitleColumn, style).substr(kTitleColumn));
  }
  return text;
}

std::string one_code(const CodeEntry& entry, std::size_t width) {
  const std::string title =
      fmt::format("{} ({}): {}", to_string(entry.code), to_string(entry.severity), entry.title);
  return fmt::format("{}\n{}\n{}", filled(title, 0, width), filled(entry.meaning, 0, width),
                     filled(fmt::format("What to do: {}", entry.remedy), 0, width));
}

void write_entry(JsonWriter& json, const CodeEntry& entry) {
  json.begin_object();
  json.key("code").string(to_string(entry.code));
  json.key("meaning").string(entry.meaning);
  json.key("remedy").string(entry.remedy);
  json.key("severity").string(to_string(entry.severity));
  json.key("title").string(entry.title);
  json.end_object();
}

// One code is an object, all of them are a list of such.
std::string to_json(const CodeEntry* one) {
  JsonWriter json;
  if (one != nullptr) {
    write_entry(json, *one);
    return json.take() + "\n";
  }
  json.begin_array();
  for (const CodeEntry& entry : catalog()) write_entry(json, entry);
  json.end_array();
  return json.take() + "\n";
}

}  // namespace

Result<int> run_explain(const CommandLine& line, const Console& console) {
  const bool as_json = line.get("format") == "json";
  if (line.words.empty())
    return success_of(console.print(as_json ? to_json(nullptr) : all_codes(console.output)));
  const auto code = code_from_string(line.words.front());
  if (code) {
    const CodeEntry& entry = catalog_entry(*code);
    return success_of(console.print(as_json ? to_json(&entry)
                                            : one_code(entry, page_width(console.output.width))));
  }
  return fail(Code::unknown_code, "no diagnostic is called {}", excerpt(line.words.front()))
      .hint("hookplan explain lists all of them");
}

}  // namespace hookplan
