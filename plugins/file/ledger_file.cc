// SPDX-License-Identifier: Apache-2.0
#include "plugins/file/ledger_file.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "core/base/json.h"

namespace hookplan {
namespace {

// Never reuse: another layout gets another number.
constexpr std::string_view kHead = "{\"schema\":\"hookplan.ledger-file/v1\"}";
constexpr std::string_view kHeadFamily = "{\"schema\":\"hookplan.ledger-file/";

std::string record_head(std::string_view document) {
  JsonWriter json;
  json.begin_object();
  json.key("document").string(document);
  json.end_object();
  return json.take();
}

bool is_digest(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// The next line without its line feed; nothing if there is no whole one.
std::optional<std::string_view> next_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

Error damaged(std::string_view path, std::size_t line, std::string_view what) {
  return fail(Code::ledger_unreadable, "the ledger file: {}", what)
      .at(path, static_cast<std::uint32_t>(line));
}

}  // namespace

std::string ledger_file_text(const LedgerRecords& records) {
  std::string text = fmt::format("{}\n", kHead);
  for (const LedgerRecord& record : records) {
    text += fmt::format("{}\n{}", record_head(record.document), record.ledger);
  }
  return text;
}

Result<LedgerRecords> read_ledger_file(std::string_view text, std::string_view path) {
  std::string_view rest = text;
  const auto head = next_line(rest);
  if (!head || *head != kHead) {
    const bool is_newer = head && head->starts_with(kHeadFamily);
    return damaged(path, 1, is_newer ? "its layout is not known" : "it does not begin like one")
        .hint(is_newer ? "a newer build wrote it: use that build or a later one" : "");
  }
  LedgerRecords records;
  std::size_t line = 1;
  while (!rest.empty()) {
    const auto name = next_line(rest);
    const auto ledger = next_line(rest);
    if (!ledger) return damaged(path, line + 1, "a record is cut off");
    const Result<JsonValue> value = parse_json(*name, path, "a record", Code::ledger_unreadable);
    const JsonValue* const document = value ? value->find("document") : nullptr;
    if (document == nullptr || !is_digest(document->string) ||
        record_head(document->string) != *name) {
      return damaged(path, line + 1, "a record does not say beside which tokens it counts");
    }
    records.push_back({document->string, fmt::format("{}\n", *ledger)});
    line += 2;
  }
  if (records.empty() || records.size() > 2 ||
      (records.size() == 2 && records[0].document == records[1].document)) {
    return damaged(path, 0, "it is not clear which record counts");
  }
  return records;
}

const LedgerRecord* current_record(const LedgerRecords& records, std::string_view document,
                                   bool is_next_waiting) {
  if (records.empty()) return nullptr;
  const auto fits = std::ranges::find(records, document, &LedgerRecord::document);
  if (fits != records.end()) return &*fits;
  return is_next_waiting ? &records.front() : &records.back();
}

}  // namespace hookplan
