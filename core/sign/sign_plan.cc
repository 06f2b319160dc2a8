// SPDX-License-Identifier: Apache-2.0
#include "core/sign/sign_plan.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/base/base64.h"
#include "core/base/digest.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/plan/plan_json.h"
#include "core/sign/judge_plan.h"
#include "core/sign/ssh_signature.h"

namespace hookplan {
namespace {

constexpr std::string_view kBundleType = "application/vnd.dev.sigstore.bundle.v0.3+json";

Result<void> check_size(std::string_view payload) {
  if (payload.size() <= kMaxPayloadBytes) return {};
  return fail(Code::plan_not_signable, "the plan has {} bytes; an envelope holds {}",
              payload.size(), kMaxPayloadBytes);
}

// The signature was made by that key over the envelope's bytes.
bool is_by(const PublicKey& key, const Signature& signature, std::string_view bytes) {
  if (!is_ssh_signature(signature.bytes)) return key.verifies(bytes, signature.bytes);
  const Result<SshSignature> ssh = read_ssh_signature(signature.bytes, bytes);
  return ssh && ssh->signer == key && key.verifies(ssh->signed_data, ssh->bytes);
}

Result<Added> append(Envelope& envelope, Signature signature, const PublicKey& signer) {
  const std::string bytes = signed_bytes(envelope);
  const bool signed_before = std::ranges::any_of(
      envelope.signatures, [&](const Signature& each) { return is_by(signer, each, bytes); });
  if (signed_before) return Added::was_there;
  if (envelope.signatures.size() >= kMaxSignatures) {
    return fail(Code::envelope_signature_count, "the plan has {} signatures already",
                kMaxSignatures);
  }
  envelope.signatures.push_back(std::move(signature));
  return Added::yes;
}

Error does_not_fit() {
  return fail(Code::signature_does_not_fit,
              "the signature was made over other bytes or with another key");
}

Result<Added> attach_ssh_signature(Envelope& envelope, std::string_view armour,
                                   const std::optional<PublicKey>& signer) {
  TRY(std::string blob, ssh_signature_from_armour(armour));
  TRY(const SshSignature ssh, read_ssh_signature(blob, signed_bytes(envelope)));
  if (!ssh.signer.verifies(ssh.signed_data, ssh.bytes) || (signer && *signer != ssh.signer)) {
    return does_not_fit();
  }
  return append(envelope, {ssh.signer.id(), std::move(blob)}, ssh.signer);
}

}  // namespace

Result<PlanFile> read_plan_file(std::string_view bytes, std::string_view path) {
  PlanFile file;
  TRY(Document document, document_from_json(bytes, path));
  if (!document.envelope) {
    file.envelope = {std::string(kPayloadType), std::string(bytes), {}};
  } else {
    file.envelope = *std::move(document.envelope);
    if (file.envelope.payload_type != kPayloadType) {
      return fail(Code::not_a_change_plan, "the payload is {}, not {}",
                  excerpt(file.envelope.payload_type), kPayloadType);
    }
  }
  TRY(file.plan, plan_from_json(file.envelope.payload, path));
  return file;
}

Result<PlanFile> read_signable(std::string_view bytes, std::string_view path, Instant now) {
  TRY(PlanFile file, read_plan_file(bytes, path));
  TRY_VOID(check_size(file.envelope.payload));
  TRY_VOID(check_signable(file.plan, now));
  return file;
}

Result<Validity> validity_from(Instant now, std::chrono::seconds length) {
  constexpr std::int64_t kEndOf9999 = 253'402'300'799;
  const Validity validity{now, {now.seconds + length.count(), 0}};
  if (validity.expires.seconds <= kEndOf9999) return validity;
  return fail(Code::bad_option_value, "the plan would be valid beyond the year 9999");
}

Result<PlanFile> make_signable(Plan plan, Instant now, std::chrono::seconds valid_for) {
  TRY(plan.validity, validity_from(now, valid_for));
  TRY_VOID(check_signable(plan, now));
  PlanFile signable{{std::string(kPayloadType), to_json(plan), {}}, std::move(plan)};
  TRY_VOID(check_size(signable.envelope.payload));
  return signable;
}

Result<Added> add_signature(Envelope& envelope, const PrivateKey& key) {
  return append(envelope, {key.public_key().id(), key.sign(signed_bytes(envelope))},
                key.public_key());
}

Result<Added> attach_signature(Envelope& envelope, std::string_view signature,
                               const std::optional<PublicKey>& signer) {
  if (looks_like_ssh_armour(signature)) return attach_ssh_signature(envelope, signature, signer);
  if (!signer) {
    return fail(Code::bad_option_value,
                "a raw signature does not say whose it is: name the public key with --key");
  }
  if (!signer->verifies(signed_bytes(envelope), signature)) return does_not_fit();
  return append(envelope, {signer->id(), std::string(signature)}, *signer);
}

Result<Envelope> merge(const Envelope& one, const Envelope& other) {
  if (one.payload_type != other.payload_type || one.payload != other.payload) {
    return fail(Code::different_plans,
                one.payload == other.payload
                    ? fmt::format("the same bytes as two types: {} and {}",
                                  excerpt(one.payload_type), excerpt(other.payload_type))
                    : fmt::format("these are two plans: {} and {}", plan_digest(one.payload),
                                  plan_digest(other.payload)));
  }
  Envelope merged = one;
  for (const Signature& signature : other.signatures) {
    const bool is_there =
        std::ranges::find(merged.signatures, signature) != merged.signatures.end();
    if (!is_there) merged.signatures.push_back(signature);
  }
  if (merged.signatures.size() > kMaxSignatures) {
    return fail(Code::envelope_signature_count, "together they have {} signatures; at most {}",
                merged.signatures.size(), kMaxSignatures);
  }
  return merged;
}

Result<std::string> sigstore_bundle(const Envelope& envelope, const PublicKey& signer) {
  const std::string bytes = signed_bytes(envelope);
  const auto found = std::ranges::find_if(envelope.signatures, [&](const Signature& signature) {
    return signer.verifies(bytes, signature.bytes);
  });
  if (found == envelope.signatures.end()) {
    return fail(Code::no_such_signature,
                "that key made no signature of this plan that fits into a bundle");
  }
  JsonWriter json;
  json.begin_object();
  json.key("dsseEnvelope").begin_object();
  json.key("payload").string(base64(envelope.payload));
  json.key("payloadType").string(envelope.payload_type);
  json.key("signatures").begin_array();
  json.begin_object();
  json.key("keyid").string(signer.id());
  json.key("sig").string(base64(found->bytes));
  json.end_object();
  json.end_array();
  json.end_object();
  json.key("mediaType").string(kBundleType);
  json.key("verificationMaterial").begin_object();
  json.key("publicKey").begin_object();
  // What cosign and sigstore-go compute from the key.
  json.key("hint").string(base64(sha256(signer.der())));
  json.end_object();
  json.key("tlogEntries").begin_array();
  json.end_array();
  json.end_object();
  json.end_object();
  return json.take() + "\n";
}

}  // namespace hookplan
