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
  kKeyUnusable = 6,
  kDeadline = 9,
  kNotSigned = 20,
  kUnknownSigner = 21,
  kSignerInvalid = 22,
  kThresholdNotMet = 23,
  kNotAPlan = 24,
  kExpired = 25,
  kNotAllowed = 26,
  kUnconfirmed = 27,
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
    case ErrorKind::blocked: return kBlocked;
    case ErrorKind::key: return kKeyUnusable;
    case ErrorKind::not_signed: return kNotSigned;
    case ErrorKind::unknown_signer: return kUnknownSigner;
    case ErrorKind::signer_invalid: return kSignerInvalid;
    case ErrorKind::threshold: return kThresholdNotMet;
    case ErrorKind::not_a_plan: return kNotAPlan;
    case ErrorKind::expired: return kExpired;
    case ErrorKind::not_allowed: return kNotAllowed;
    case ErrorKind::unconfirmed: return kUnconfirmed;
    case ErrorKind::output: return kCannotWrite;
    case ErrorKind::internal: return kInternalError;
  }
  return kInternalError;
}

}  // namespace hookplan
