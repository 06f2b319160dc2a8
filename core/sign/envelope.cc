// SPDX-License-Identifier: Apache-2.0
#include "core/sign/envelope.h"

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "core/base/base64.h"
#include "core/base/digest.h"
#include "core/base/json.h"
#include "core/base/text.h"

namespace hookplan {
namespace {

// A member that must be text.
Result<std::string> text_member(const JsonValue& object, std::string_view name,
                                const std::string& field, std::string_view path) {
  const JsonValue* const value = object.find(name);
  if (value != nullptr && value->kind == JsonValue::Kind::string) return value->string;
  return fail(Code::envelope_wrong_shape, "{} {}", field,
              value == nullptr ? "is missing" : "is not text")
      .at(path)
      .field(field);
}

Result<std::string> bytes_member(const JsonValue& object, std::string_view name,
                                 const std::string& field, std::string_view path) {
  TRY(const std::string text, text_member(object, name, field, path));
  std::optional<std::string> bytes = bytes_from_base64(text);
  if (bytes) return *std::move(bytes);
  return fail(Code::envelope_base64, "{} is not strict base64", field).at(path).field(field);
}

Result<Signature> read_signature(const JsonValue& value, const std::string& field,
                                 std::string_view path) {
  Signature signature;
  TRY(signature.bytes, bytes_member(value, "sig", field + ".sig", path));
  if (value.find("keyid") != nullptr) {
    TRY(signature.key_id, text_member(value, "keyid", field + ".keyid", path));
  }
  return signature;
}

constexpr std::array<std::string_view, 3> kMembers = {"payload", "payloadType", "signatures"};

// Members that a reader might take for something that the signature covers.
Result<void> check_members(const JsonValue& root, std::string_view path) {
  constexpr std::array<std::string_view, 4> kOfStatements = {"_type", "predicate", "predicateType",
                                                             "subject"};
  for (const JsonValue::Member& member : root.members) {
    const std::string& name = member.first;
    if (std::ranges::find(kMembers, name) != kMembers.end()) continue;
    const bool is_second_spelling = std::ranges::any_of(
        kMembers, [&](std::string_view own) { return ascii_lower(own) == ascii_lower(name); });
    const bool is_of_statement = std::ranges::find(kOfStatements, name) != kOfStatements.end();
    if (!is_second_spelling && !is_of_statement) continue;
    return fail(Code::envelope_wrong_shape, "{} has no place beside the payload", name)
        .at(path)
        .field(name);
  }
  return {};
}

Result<std::string> read_payload(const JsonValue& root, std::string_view path) {
  TRY(std::string payload, bytes_member(root, "payload", "payload", path));
  if (root.find("payload")->string.find_first_of("-_") == std::string::npos) return payload;
  return fail(Code::envelope_base64,
              "payload is in the URL-safe alphabet of base64, which base64 -d does not read")
      .at(path)
      .field("payload");
}

}  // namespace

std::string signed_bytes(std::string_view payload_type, std::string_view payload) {
  return fmt::format("DSSEv1 {} {} {} {}", payload_type.size(), payload_type, payload.size(),
                     payload);
}

std::string signed_bytes(const Envelope& envelope) {
  return signed_bytes(envelope.payload_type, envelope.payload);
}

std::string plan_digest(std::string_view payload) { return "sha256:" + sha256_hex(payload); }

std::string to_json(const Envelope& envelope) {
  if (envelope.signatures.empty()) throw std::logic_error("an envelope without signatures");
  JsonWriter json;
  json.begin_object();
  json.key("payload").string(base64(envelope.payload));
  json.key("payloadType").string(envelope.payload_type);
  json.key("signatures").begin_array();
  for (const Signature& signature : envelope.signatures) {
    json.begin_object();
    if (!signature.key_id.empty()) json.key("keyid").string(signature.key_id);
    json.key("sig").string(base64(signature.bytes));
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return json.take() + "\n";
}

namespace {

Result<Envelope> envelope_of(const JsonValue& root, std::string_view path) {
  TRY_VOID(check_members(root, path));
  Envelope envelope;
  TRY(envelope.payload_type, text_member(root, "payloadType", "payloadType", path));
  TRY(envelope.payload, read_payload(root, path));
  const JsonValue* const list = root.find("signatures");
  if (list == nullptr || list->kind != JsonValue::Kind::array) {
    return fail(Code::envelope_wrong_shape, "signatures {}",
                list == nullptr ? "is missing" : "is not a list")
        .at(path)
        .field("signatures");
  }
  if (list->items.empty()) {
    return fail(Code::plan_not_signed, "the envelope holds no signature")
        .at(path)
        .field("signatures");
  }
  if (list->items.size() > kMaxSignatures) {
    return fail(Code::envelope_signature_count, "{} signatures; at most {}", list->items.size(),
                kMaxSignatures)
        .at(path)
        .field("signatures");
  }
  for (const JsonValue& item : list->items) {
    const std::string field = fmt::format("signatures[{}]", envelope.signatures.size());
    TRY(Signature signature, read_signature(item, field, path));
    envelope.signatures.push_back(std::move(signature));
  }
  return envelope;
}

}  // namespace

Error bare_statement(std::string_view path) {
  return fail(Code::plan_not_signed, "a bare statement carries no signature").at(path);
}

Result<Document> document_from_json(std::string_view bytes, std::string_view path) {
  TRY(const JsonValue root, parse_json(bytes, path, "a stored plan", Code::plan_not_json));
  const bool is_envelope = std::ranges::any_of(
      kMembers, [&](std::string_view name) { return root.find(name) != nullptr; });
  if (!is_envelope) return Document{{}, root.find("_type") != nullptr};
  if (bytes.size() > kMaxEnvelopeBytes) {
    return fail(Code::file_too_large, "the envelope has {} bytes; at most {}", bytes.size(),
                kMaxEnvelopeBytes)
        .at(path)
        .as(ErrorKind::plan_file);
  }
  TRY(Envelope envelope, envelope_of(root, path));
  return Document{std::move(envelope), false};
}

Result<Envelope> envelope_from_json(std::string_view bytes, std::string_view path) {
  TRY(Document document, document_from_json(bytes, path));
  if (document.envelope) return *std::move(document.envelope);
  if (document.is_statement) return bare_statement(path);
  return fail(Code::envelope_wrong_shape,
              "not an envelope: payloadType, payload and signatures are missing")
      .at(path);
}

}  // namespace hookplan
