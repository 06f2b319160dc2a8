// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/instant.h"
#include "core/base/result.h"
#include "core/plan/plan.h"
#include "core/sign/envelope.h"
#include "core/sign/private_key.h"
#include "core/sign/public_key.h"

namespace hookplan {

// A stored plan, signed or not: its bytes, the signatures so far, and what the bytes say.
struct PlanFile {
  Envelope envelope = {};  // of a bare statement: without signatures
  Plan plan = {};

  bool is_signed() const { return !envelope.signatures.empty(); }
};

// Reads an envelope or a bare statement. Nothing is verified.
Result<PlanFile> read_plan_file(std::string_view bytes, std::string_view path);

// The same, refusing what must not be signed (see check_signable()), so that no signature ever
// stands for it.
Result<PlanFile> read_signable(std::string_view bytes, std::string_view path, Instant now);

// From `now` on for so long; an error of kind `usage` beyond the year 9999, which nothing can
// write.
Result<Validity> validity_from(Instant now, std::chrono::seconds length);

// The plan, valid from `now` for so long, ready to be signed.
Result<PlanFile> make_signable(Plan plan, Instant now, std::chrono::seconds valid_for);

enum class Added { yes, was_there };

// Adds the key's signature. `was_there` if it has signed the plan already; nothing changes then.
Result<Added> add_signature(Envelope& envelope, const PrivateKey& key);

// Adds a signature that was made elsewhere over signed_bytes(): raw bytes of `signer`, or the
// armour of ssh-keygen, which names its signer. Refuses what does not verify.
Result<Added> attach_signature(Envelope& envelope, std::string_view signature,
                               const std::optional<PublicKey>& signer);

// The signatures of both; an error of kind `altered` unless payload and type are the same bytes.
Result<Envelope> merge(const Envelope& one, const Envelope& other);

// A Sigstore bundle (v0.3), which holds exactly one signature: the one of that key. Signatures of
// ssh do not fit into it.
Result<std::string> sigstore_bundle(const Envelope& envelope, const PublicKey& signer);

}  // namespace hookplan
