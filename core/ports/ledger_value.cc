// SPDX-License-Identifier: Apache-2.0
#include "core/ports/ledger_value.h"

#include <utility>

#include <fmt/format.h>

#include "core/base/digest.h"
#include "core/base/json.h"

namespace hookplan {
namespace {

// Never reuse: another layout gets another number.
constexpr std::string_view kValueSchema = "hookplan.ledger-value/v1";
constexpr std::string_view kValueFamily = "hookplan.ledger-value/";

std::string value_head(const std::string& document) {
  JsonWriter json;
  json.begin_object();
  json.key("document").string(document);
  json.key("schema").string(kValueSchema);
  json.end_object();
  return json.take() + "\n";
}

Error damaged_value(std::string_view name, bool is_newer) {
  return fail(Code::ledger_unreadable, "{}: {}", name,
              is_newer ? "the layout of the ledger is not known" : "it is not a ledger of hookplan")
      .hint(is_newer ? "a newer build wrote it: use that build or a later one"
                     : "somebody has put something else under the ledger's key: if it is not "
                       "needed, remove the key; hooks are then set and proven once more");
}

}  // namespace

Secret to_value(const LedgerValue& value) {
  return Secret::copy_of(value_head(value.document) + value.ledger);
}

Result<LedgerValue> read_ledger_value(const Secret& value, std::string_view name) {
  return value.reveal([&](std::string_view text) -> Result<LedgerValue> {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return damaged_value(name, false);
    const auto head = parse_json(text.substr(0, end), name, "a ledger", Code::ledger_unreadable);
    if (!head) return damaged_value(name, false);
    const JsonValue* const schema = head->find("schema");
    const JsonValue* const document = head->find("document");
    if (schema == nullptr || schema->string != kValueSchema) {
      return damaged_value(name, schema != nullptr && schema->string.starts_with(kValueFamily));
    }
    if (document == nullptr || value_head(document->string) != text.substr(0, end + 1)) {
      return damaged_value(name, false);
    }
    return LedgerValue{document->string, std::string(text.substr(end + 1))};
  });
}

Secret ledger_value_beside(const Secret& document, const Ledger& ledger) {
  return to_value({document.reveal(sha256_hex), to_json(ledger)});
}

Result<StoreContents> contents_of(const Secret& document, const Secret* beside,
                                  const TokenFormat& format, std::string_view name,
                                  std::string_view ledger_name) {
  StoreContents contents;
  if (beside != nullptr) {
    TRY(const LedgerValue value, read_ledger_value(*beside, ledger_name));
    contents.is_edited = value.document != document.reveal(sha256_hex);
    TRY(contents.ledger, ledger_from_json(value.ledger, ledger_name));
  }
  TRY(TokenDocument read, format.read(document, name));
  contents.tokens = std::move(read.tokens);
  contents.is_legacy_token = read.is_legacy_token;
  contents.warnings = std::move(read.warnings);
  return contents;
}

Result<Secret> next_document(const Secret& there, const TokenMap& tokens, const TokenFormat& format,
                             std::string_view name) {
  TRY(const TokenDocument read, format.read(there, name));
  if (!read.is_legacy_token && same_tokens(read.tokens, tokens)) return there.clone();
  return format.write(tokens);
}

}  // namespace hookplan
