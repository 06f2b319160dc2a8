// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/base/diagnostic.h"

namespace hookplan {

// What kind of thing went wrong; each kind has an exit status of its own (cmd/exit_code.h).
enum class ErrorKind {
  usage,           // the command line is wrong
  config,          // a config or a settings file says something we cannot accept
  repository,      // git or a file cannot give us the bytes
  plan_file,       // a stored plan cannot be read
  altered,         // a stored plan does not say what it said when it was made or signed
  blocked,         // a guard blocks the plan
  key,             // a key or a passphrase cannot be used
  not_signed,      // a plan carries no signature
  unknown_signer,  // a plan is signed, but by nobody who is known
  signer_invalid,  // the signer's key is revoked or out of its window
  threshold,       // too few of those who must sign a plan have signed it
  not_a_plan,      // what is signed is no change plan
  expired,         // a plan is not valid at this time
  not_allowed,     // the policy does not allow what the plan does or where it comes from
  unconfirmed,     // a person did not confirm
  output,          // the result cannot be written
  token_document,  // a document of tokens, or the ledger beside it, cannot be understood
  unavailable,     // something outside did not work, and nothing happened there
  unknown,         // something outside may or may not have happened: look before deciding
  conflict,        // somebody else changed a store at the same time; nothing was overwritten
  busy,            // another run is at work
  denied,          // a service refuses for good; a permission is missing
  not_fresh,       // a plan is no longer what it was made for
  unfinished,      // a run did a part and can go on
  interrupted,     // a person asked to stop
  internal,        // our own mistake
};

// Why something did not work: at least one diagnostic, the most important first.
struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::vector<Diagnostic> diagnostics = {};

  Error(ErrorKind kind_, Diagnostic diagnostic) : kind(kind_) {
    diagnostics.push_back(std::move(diagnostic));
  }
  // REQUIRES: `all` is not empty.
  Error(ErrorKind kind_, std::vector<Diagnostic> all) : kind(kind_), diagnostics(std::move(all)) {}

  const Diagnostic& first() const { return diagnostics.front(); }
};

// An error with the remedy that the catalog knows for its code.
Error refusal(ErrorKind kind, Code code, std::string message);

}  // namespace hookplan
