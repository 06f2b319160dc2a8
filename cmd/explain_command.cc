// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "cmd/commands.h"
#include "cmd/exit_code.h"
#include "cmd/help.h"
#include "core/base/code.h"
#include "core/base/text.h"

namespace hookplan {
namespace {

std::string all_codes() {
  std::string text;
  for (const CodeEntry& entry : catalog()) {
    text += fmt::format("{}  {:<7}  {}\n", to_string(entry.code), to_string(entry.severity),
                        entry.title);
  }
  return text;
}

std::string one_code(const CodeEntry& entry) {
  return fmt::format("{} ({}): {}\n\n{}\n{}", to_string(entry.code), to_string(entry.severity),
                     entry.title, filled(entry.meaning, 0),
                     filled(fmt::format("What to do: {}", entry.remedy), 0));
}

}  // namespace

Result<int> run_explain(const CommandLine& line, const Console& console) {
  if (line.words.empty()) return success_of(console.print(all_codes()));
  const auto code = code_from_string(line.words.front());
  if (code) return success_of(console.print(one_code(catalog_entry(*code))));
  return fail(Code::unknown_code, "no diagnostic is called {}", excerpt(line.words.front()))
      .hint("hookplan explain lists all of them");
}

}  // namespace hookplan
