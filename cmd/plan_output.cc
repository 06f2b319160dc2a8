// SPDX-License-Identifier: Apache-2.0
#include "cmd/plan_output.h"

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/base/text.h"

namespace hookplan {

Result<void> put_signed(const PlanFile& file, Added added, const CommandLine& line,
                        const std::string& out, const Console& console) {
  if (added == Added::was_there) {
    console.complain(to_text(
        {diagnose(Code::already_signed, "this key has signed the plan already", "nothing to do")},
        console.errors));
    const bool in_place = !line.words.empty() && out == line.words.front();
    if (in_place) return {};
  }
  if (out.empty()) return console.print(to_json(file.envelope));
  TRY_(write_file(out, to_json(file.envelope)));
  console.complain(fmt::format(
      "{}: {}; {}\n  plan {}\n", printable(out), counted_changes(file.plan),
      counted(file.envelope.signatures.size(), "signature"), plan_digest(file.envelope.payload)));
  return {};
}

}  // namespace hookplan
