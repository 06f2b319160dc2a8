// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "core/base/diagnostic.h"

namespace hookplan {

// Why something did not work: at least one diagnostic, the most important first.
//
// Whoever sees that something is wrong says so in one expression, and what the catalog knows of the
// code (kind, severity, remedy) is not said again:
//
//   return fail(Code::unreadable_file, "cannot read x").at("x").hint("name a regular file");
struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::vector<Diagnostic> diagnostics = {};

  Error(ErrorKind kind_, Diagnostic diagnostic);
  // REQUIRES: `all` is not empty.
  Error(ErrorKind kind_, std::vector<Diagnostic> all) : kind(kind_), diagnostics(std::move(all)) {}
  // Of the kind of the first one. REQUIRES: `all` is not empty.
  explicit Error(std::vector<Diagnostic> all);

  const Diagnostic& first() const { return diagnostics.front(); }

  // The error with more said about its first diagnostic.
  Error at(std::string_view path, std::uint32_t line = 0, std::uint32_t column = 0) &&;
  Error at(Location place) &&;
  Error field(std::string_view name) &&;
  Error entry(std::string_view name) &&;
  // Instead of the catalog's remedy, unless it is empty.
  Error hint(std::string what_to_do) &&;
  template <typename First, typename... Rest>
  Error hint(fmt::format_string<First, Rest...> what_to_do, First&& first, Rest&&... rest) && {
    return std::move(*this).hint(
        fmt::format(what_to_do, std::forward<First>(first), std::forward<Rest>(rest)...));
  }
  // Where the usual kind of the code would be wrong, say because it may have happened after all.
  Error as(ErrorKind other) &&;
};

// An error with the kind and the remedy that the catalog knows for its code.
Error fail(Code code, std::string message);

// The same with a message that fmt puts together: fail(Code::x, "no entry fits {}", pattern).
template <typename First, typename... Rest>
Error fail(Code code, fmt::format_string<First, Rest...> message, First&& first, Rest&&... rest) {
  return fail(code, fmt::format(message, std::forward<First>(first), std::forward<Rest>(rest)...));
}

}  // namespace hookplan
