// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

namespace hookplan {

// Documented and stable: scripts depend on them. command_table.cc says the same in words.
enum ExitCode : int {
  kSuccess = 0,
  kInternalError = 1,
  kChangesPresent = 2,
  kBlocked = 3,
  kAltered = 4,
  kConfigInvalid = 5,
  kDeadline = 9,
  kUsage = 64,
  kPlanUnreadable = 65,
  kInputMissing = 66,
  kCannotWrite = 73,
};

inline ExitCode exit_code_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage: return kUsage;
    case ErrorKind::config: return kConfigInvalid;
    case ErrorKind::repository: return kInputMissing;
    case ErrorKind::plan_file: return kPlanUnreadable;
    case ErrorKind::altered: return kAltered;
    case ErrorKind::output: return kCannotWrite;
    case ErrorKind::internal: return kInternalError;
  }
  return kInternalError;
}

}  // namespace hookplan
