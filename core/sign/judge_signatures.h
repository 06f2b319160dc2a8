// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/sign/envelope.h"
#include "core/sign/policy.h"
#include "core/sign/verify.h"

namespace hookplan {

// One signature and the trusted key that made it, if any.
struct Signer {
  const TrustedKey* key = nullptr;  // null pointer: no trusted key made it
  std::string claimed_id = {};      // the key id that stands beside it
  std::string claimed_name = {};    // the trusted key that it names without being made by it
  std::string why = {};   // in words, where no trusted key made it, or not over these bytes
  bool is_valid = false;  // a trusted key that counts now made it
};

// A signer for every signature of the envelope, in its order.
std::vector<Signer> find_signers(const Envelope& envelope, const Policy& policy, Instant now);

struct SignatureJudgement {
  std::vector<SignatureReport> signatures = {};
  std::vector<RoleReport> roles = {};
  std::vector<Error> problems = {};  // the gravest first
  std::vector<Diagnostic> warnings = {};
};

// Which signatures count, and whether those who must sign have signed. One key counts once, one
// owner counts once.
SignatureJudgement judge_signatures(const std::vector<Signer>& signers, const Policy& policy,
                                    const std::vector<Requirement>& needed, Instant now);

}  // namespace hookplan
