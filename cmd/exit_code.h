// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"

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
  kUnfinished = 7,
  kBusy = 8,
  kDeadline = 9,
  kDrift = 10,
  kNotSigned = 20,
  kUnknownSigner = 21,
  kSignerInvalid = 22,
  kThresholdNotMet = 23,
  kNotAPlan = 24,
  kExpired = 25,
  kNotAllowed = 26,
  kUnconfirmed = 27,
  kNotFresh = 28,
  kTokenDocument = 29,
  kUsage = 64,
  kPlanUnreadable = 65,
  kInputMissing = 66,
  kUnavailable = 69,
  kCannotWrite = 73,
  kConflict = 75,
  kDenied = 77,
  kInterrupted = 130,
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
    case ErrorKind::token_document: return kTokenDocument;
    case ErrorKind::unavailable:
    case ErrorKind::unknown: return kUnavailable;
    case ErrorKind::conflict: return kConflict;
    case ErrorKind::busy: return kBusy;
    case ErrorKind::denied: return kDenied;
    case ErrorKind::not_fresh: return kNotFresh;
    case ErrorKind::unfinished: return kUnfinished;
    case ErrorKind::interrupted: return kInterrupted;
    case ErrorKind::internal: return kInternalError;
  }
  return kInternalError;
}

// The exit code of a command that has nothing to say but whether it could be done.
inline Result<int> success_of(const Result<void>& done) {
  if (!done) return done.error();
  return kSuccess;
}

}  // namespace hookplan
