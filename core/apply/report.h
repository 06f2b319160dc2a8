// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/instant.h"
#include "core/ports/outside.h"

namespace hookplan {

// What became of one entry in a run.
enum class Outcome {
  unchanged,    // it was so already
  planned,      // of a dry run: it would begin with the step
  done,         // reached, and nothing is left to do
  settling,     // reached; superseded tokens stay valid until the overlap has passed
  waiting,      // a person must act
  failed,       // see the error; what was done is safe
  not_started,  // see the error: what it waits for
  left_out,     // by --only
};
std::string_view to_string(Outcome outcome);

struct EntryReport {
  std::string entry = {};
  std::string kinds = {};
  Outcome outcome = Outcome::not_started;
  std::optional<Step> step = {};      // the one that failed or waits; in a dry run the first to do
  std::optional<Instant> until = {};  // of `settling`
  std::optional<Error> error = {};    // of `failed` and `not_started`
};

struct ApplyReport {
  std::vector<EntryReport> entries = {};  // sorted by entry
  std::vector<Error> errors = {};         // that concern no entry alone
  std::vector<Diagnostic> warnings = {};
  // Repositories and organizations that let the credential in, because it accepted their
  // invitations or, in a dry run, would.
  std::vector<std::string> invitations = {};
  bool dry_run = false;          // nothing was done
  bool already_applied = false;  // the ledger says so, and nothing was left to do
  bool interrupted = false;      // the run was asked to stop
  std::size_t writes = 0;        // to stores

  std::size_t count(Outcome outcome) const;
  // Everything that was asked for is reached; superseded tokens may still wait for the overlap.
  bool is_complete() const;
  // The same for what the run was asked for, which may have left entries out.
  bool has_done_its_part() const;
};

}  // namespace hookplan
