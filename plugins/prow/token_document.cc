// SPDX-License-Identifier: Apache-2.0
#include "plugins/prow/token_document.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/yaml/yaml_source.h"
#include "plugins/prow/created_text.h"
#include "plugins/prow/document_writer.h"
#include "plugins/prow/key_order.h"
#include "plugins/prow/token_visitor.h"
#include "plugins/prow/token_warnings.h"

namespace hookplan {
namespace {

Error refusal(const TokenProblem& problem, std::string_view name) {
  const auto [line, column] = problem.at;
  const std::string place = line == 0 ? "" : fmt::format(" in line {}, column {}", line, column);
  return fail(problem.code, "{}{}", problem.what, place)
      .at(name, line, column)
      .hint(std::string(problem.hint));
}

// The words of the YAML reader quote the text, so only its code and its place go on.
TokenProblem problem_of(const Diagnostic& said) {
  const YamlPosition at{said.where.line, said.where.column};
  if (said.code == Code::several_documents) {
    return {Code::token_document_shape, "a second YAML document begins",
            "keep one document; Prow reads only the first", at};
  }
  if (said.code == Code::ambiguous_yaml || said.code == Code::bad_tag) {
    return {Code::token_document_ambiguous, "YAML that readers take differently",
            "write it in a plainer way: one key and value a line, no tags", at};
  }
  if (said.code == Code::key_not_text || said.code == Code::value_not_json) {
    return {Code::token_document_ambiguous, "a name or value that is not text to Prow",
            "put it in quotes", at};
  }
  if (said.code == Code::bad_alias || said.code == Code::bad_merge ||
      said.code == Code::excessive_aliasing) {
    return {Code::token_document_shape, "an alias or a merge key", "write the value out", at};
  }
  if (said.code == Code::too_deep || said.code == Code::too_many_nodes ||
      said.code == Code::file_too_large) {
    return {Code::token_document_shape, "more than a document of tokens can hold",
            "is it the right document?", at};
  }
  if (said.code == Code::truncated_text) {
    return {Code::token_document_syntax, "the text ends inside a quote or bracket",
            "restore it from a backup, or repair it by hand", at};
  }
  return {
      Code::token_document_syntax, "no valid YAML",
      "repair it by hand, or restore it from a backup; the mistake may be just before this place",
      at};
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kWhiteSpace = " \t\n\v\f\r";
  const std::size_t first = text.find_first_not_of(kWhiteSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kWhiteSpace) + 1 - first);
}

// Whether one line of text can only be a token to Prow, however YAML likes it: what begins like
// something else in YAML may be a damaged document, and a token like `#x` or `&x` is lost to Prow.
bool is_legacy_token(std::string_view text) {
  constexpr std::string_view kBeginsYaml = "#&*!|>%[]{},";
  const auto printable_ascii = [](char c) { return c >= 0x20 && c < 0x7F; };
  if (text.empty() || !std::ranges::all_of(text, printable_ascii)) return false;
  if (kBeginsYaml.find(text.front()) != std::string_view::npos) return false;
  if (text.starts_with("---") || text.starts_with("...")) return false;
  for (const std::string_view start : {"-", "?", ":"}) {
    if (text == start || (text.starts_with(start) && text[1] == ' ')) return false;
  }
  return text.find(": ") == std::string_view::npos && !text.ends_with(':');
}

TokenDocument legacy_document(std::string_view token) {
  TokenDocument document;
  document.is_legacy_token = true;
  document.tokens[std::string(kGlobalEntry)].push_back({Secret::copy_of(token), kZeroInstant, {}});
  return document;
}

Result<TokenDocument> read_text(std::string_view text, std::string_view name) {
  const std::string_view legacy = trimmed(text);
  TokenVisitor visitor;
  const Result<void> walked = walk_yaml(text, name, visitor);
  const bool is_one_value = visitor.root() == TokenVisitor::Root::scalar ||
                            (!walked && visitor.root() == TokenVisitor::Root::nothing);
  if (is_one_value && is_legacy_token(legacy)) return legacy_document(legacy);
  if (visitor.problem()) return refusal(*visitor.problem(), name);
  if (!walked) return refusal(problem_of(walked.error().first()), name);
  if (visitor.root() == TokenVisitor::Root::scalar) {
    return refusal({Code::token_document_shape,
                    "one text that is neither entries nor a single token",
                    "if it is a token, write it as an entry: the name '*', then a list with its "
                    "value in quotes",
                    {1, 1}},
                   name);
  }
  if (visitor.root() == TokenVisitor::Root::nothing && legacy.starts_with('&')) {
    return refusal({Code::token_document_ambiguous,
                    "a text that may be a token and is nothing to Prow",
                    "if it is a token, write it as an entry: the name '*', then a list with its "
                    "value in quotes",
                    {1, 1}},
                   name);
  }
  return TokenDocument{visitor.take(), false};
}

Error not_writable(std::string_view what, std::string_view entry) {
  return fail(Code::token_not_writable, std::string(what))
      .entry(to_valid_utf8(entry))
      .hint("remove it from the store; a name or token is text in UTF-8");
}

Result<void> check_texts(const TokenMap& tokens) {
  for (const auto& [entry, list] : tokens) {
    if (!is_utf8(entry)) return not_writable("a name that is no UTF-8 text", entry);
    for (const Token& token : list) {
      if (!token.value.reveal(is_utf8)) {
        return not_writable(fmt::format("a token of {} that is no UTF-8 text", excerpt(entry)),
                            entry);
      }
    }
  }
  return {};
}

// Whatever the writer makes of odd tokens: what cannot be read back does not leave this place.
Result<void> check_reads_back(const Secret& document, const TokenMap& tokens) {
  const auto again = document.reveal(
      [](std::string_view text) { return read_text(text, "the document to be written"); });
  if (!again || again->is_legacy_token) {
    return not_writable("a document that could not be read back", {});
  }
  for (const auto& [entry, list] : tokens) {
    const auto found = again->tokens.find(entry);
    if (found == again->tokens.end() || !same_tokens(found->second, list)) {
      return not_writable(fmt::format("{} could not be read back as it is", excerpt(entry)), entry);
    }
  }
  if (again->tokens.size() == tokens.size()) return {};
  return not_writable("a document that would be read back with more entries", {});
}

}  // namespace

Result<TokenDocument> ProwTokenFormat::read(const Secret& document, std::string_view name) const {
  return document.reveal([&](std::string_view text) -> Result<TokenDocument> {
    TRY(TokenDocument read, read_text(text, name));
    if (!read.is_legacy_token) read.warnings = warnings_of(text, read.tokens, name);
    return read;
  });
}

Result<Secret> ProwTokenFormat::write(const TokenMap& tokens) const {
  TRY_VOID(check_texts(tokens));
  DocumentWriter writer(kMaxTokenDocumentBytes);
  for (const std::string_view entry : names_in_order(tokens)) {
    const TokenList& list = tokens.find(entry)->second;
    writer.name(entry);
    if (list.empty()) writer.no_tokens();
    for (const Token& token : list) {
      const std::string created = created_text(token.created, token.created_text);
      token.value.reveal([&](std::string_view value) { writer.token(created, value); });
    }
  }
  std::optional<Secret> document = writer.take();
  if (!document) {
    return fail(Code::token_document_too_large, "the tokens of {} need more than {} bytes",
                counted(tokens.size(), "entry", "entries"), kMaxTokenDocumentBytes);
  }
  TRY_VOID(check_reads_back(*document, tokens));
  return std::move(*document);
}

}  // namespace hookplan
