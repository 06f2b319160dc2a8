// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "cmd/commands.h"
#include "cmd/exit_code.h"
#include "cmd/input_output.h"
#include "cmd/view/plan_view.h"
#include "cmd/view/styled_text.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/plan/plan_json.h"
#include "core/sign/sign_plan.h"

namespace hookplan {
namespace {

// The signatures are counted, not verified: for that somebody must say whose count.
std::string signature_note(const PlanFile& file, std::string_view format, const TextStyle& style) {
  const std::string digest = plan_digest(file.envelope.payload);
  const std::string number = counted(file.envelope.signatures.size(), "signature");
  if (format == "json") return {};
  if (format == "markdown") {
    return fmt::format(
        "\n**Plan digest** <code>{}</code>, {} (not verified here). To approve: "
        "<code>hookplan approve FILE --key file:KEY</code>\n",
        digest, number);
  }
  return labelled("plan", Colour::bold, digest, style) +
         labelled("signed", Colour::yellow,
                  fmt::format("{}, not verified here: hookplan verify says whose", number), style);
}

}  // namespace

Result<int> run_show(const CommandLine& line, const Console& console) {
  const std::string& path = line.words.front();
  TRY(const std::string bytes, read_input(path, kMaxPlanBytes));
  TRY(const PlanFile file, read_plan_file(bytes, name_of_input(path)));
  if (line.has("digest")) {
    if (!file.is_signed()) return bare_statement(name_of_input(path));
    return success_of(console.print(plan_digest(file.envelope.payload) + "\n"));
  }
  const std::string format = line.get("format", "text");
  std::string text = in_format(file.plan, format, console.output);
  if (file.is_signed()) text += signature_note(file, format, console.output);
  return success_of(console.print(text));
}

}  // namespace hookplan
