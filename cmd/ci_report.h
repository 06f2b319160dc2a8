// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/console.h"
#include "cmd/step_file.h"
#include "cmd/view/annotations.h"
#include "core/base/result.h"
#include "core/ci/ci_facts.h"

namespace hookplan {

// What a step of a CI system leaves behind besides its log: outputs, a summary, annotations. Where
// the system has no such files, or is not one that understands commands in the log, nothing is
// left.
class CiReport {
 public:
  // Fails (HP8512) before anything is done if a file cannot be written afterwards.
  static Result<CiReport> open(const CiEnvironment& environment);

  // An output; the last value counts.
  void set(std::string_view name, std::string_view value) { outputs_[std::string(name)] = value; }
  void annotate(std::vector<Annotation> more);
  // Adds a paragraph to the summary; where it would get too long, the shorter one.
  Result<void> summarize(std::string_view markdown, std::string_view instead);

  // Writes everything that is known by now, also of a step that failed, and gives its result back.
  Result<int> end(Result<int> done, const Console& console);

 private:
  CiReport(StepFile output, StepFile summary, bool understands_commands)
      : output_(std::move(output)),
        summary_(std::move(summary)),
        understands_commands_(understands_commands) {}

  StepFile output_;
  StepFile summary_;
  bool understands_commands_;
  std::map<std::string, std::string> outputs_ = {};
  std::vector<Annotation> annotations_ = {};
};

// A word for programs: why a step failed. Empty for 0.
std::string_view failure_reason(int exit_code);

}  // namespace hookplan
