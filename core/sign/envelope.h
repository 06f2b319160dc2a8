// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace hookplan {

inline constexpr std::string_view kPayloadType = "application/vnd.in-toto+json";
inline constexpr std::size_t kMaxEnvelopeBytes = std::size_t{16} << 20;
inline constexpr std::size_t kMaxPayloadBytes = kMaxEnvelopeBytes / 4 * 3 - 65'536;
inline constexpr std::size_t kMaxSignatures = 16;

struct Signature {
  std::string key_id = {};  // what the signer says; a hint that nothing may be decided by
  std::string bytes = {};

  bool operator==(const Signature&) const = default;
};

// A DSSE envelope (Dead Simple Signing Envelope 1.0.2): bytes, what they are, and who signed both.
struct Envelope {
  std::string payload_type = {};
  std::string payload = {};
  std::vector<Signature> signatures = {};
};

// What is signed: type and payload with their lengths, so that no byte can move from one to the
// other (PAE, "pre-authentication encoding").
std::string signed_bytes(std::string_view payload_type, std::string_view payload);
std::string signed_bytes(const Envelope& envelope);

// SHA-256 of the payload, "sha256:" and 64 hexadecimal digits: which plan it is.
std::string plan_digest(std::string_view payload);

// The envelope in its one spelling: canonical JSON on one line and a line feed.
// REQUIRES: at least one signature; an unsigned plan is a bare statement.
std::string to_json(const Envelope& envelope);

// Reads strictly: duplicate members at any depth, base64 in any but its one spelling, anything
// after the document are refused, because other readers take them differently. So are the URL-safe
// alphabet in the payload, which DSSE allows but `base64 -d` does not read, members of a statement,
// which would show a reviewer another plan, and second spellings of the envelope's own. Other
// members are ignored, as DSSE demands. An envelope without signatures, and a bare statement, are
// of kind `not_signed`; else errors are of kind `plan_file`. Nothing is verified.
Result<Envelope> envelope_from_json(std::string_view bytes, std::string_view path);

// An envelope, or a statement that nobody has signed yet. Which of them follows from the parsed
// document alone: one that has a member of an envelope must be one.
struct Document {
  std::optional<Envelope> envelope = {};
  bool is_statement = false;  // it says so, and nothing else was looked at
};
Result<Document> document_from_json(std::string_view bytes, std::string_view path);

// The error of a command that needs signatures and was given a bare statement.
Error bare_statement(std::string_view path);

}  // namespace hookplan
