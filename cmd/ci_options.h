// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "cmd/command_line.h"
#include "core/base/result.h"
#include "core/ci/ci_facts.h"
#include "core/ci/ci_run.h"

namespace hookplan {

// What a run is to do where it can be trusted; elsewhere it only plans.
enum class CiMode { plan, apply, drift };

enum class CiFailOn { error, guard, changes };

struct CiOptions {
  CiMode mode = CiMode::plan;
  CiFailOn fail_on = CiFailOn::error;
  std::string branch = {};            // the trusted one, as given; empty: the default branch
  std::filesystem::path folder = {};  // for files of the plan; empty: none are written
};

// The variables of this process.
CiEnvironment environment_of_process();

// The facts of that environment, with the event file that it names. An error (HP8502) if that
// cannot be read.
Result<CiFacts> facts_of(CiEnvironment environment);

// What --mode, --apply, --fail-on, --branch and --out say for this run. Without --out the files of
// the plan go to a new folder below RUNNER_TEMP, or to ARTIFACTS of Prow, where there is one.
Result<CiOptions> ci_options_of(const CommandLine& line, const CiRun& run,
                                const CiEnvironment& environment);

}  // namespace hookplan
