// SPDX-License-Identifier: Apache-2.0
#include "cmd/commands.h"
#include "cmd/exit_code.h"
#include "cmd/plan_view.h"
#include "core/base/file.h"
#include "core/plan/plan_json.h"

namespace hookplan {
namespace {

Result<void> show_command(const CommandLine& line, const Console& console) {
  const std::string& file = line.words.front();
  TRY(const std::string bytes, read_file(file, kMostPlanBytes));
  TRY(const Plan plan, plan_from_json(bytes, file));
  return console.print(in_format(plan, line.get("format", "text"), console.output));
}

}  // namespace

int run_show(const CommandLine& line, Console& console) {
  const Result<void> result = show_command(line, console);
  return result ? kSuccess : report(result.error(), &line, console);
}

}  // namespace hookplan
