// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>
#include <variant>

#include "core/base/error.h"

namespace hookplan {

// A value, or why there is none. Names follow std::expected, so that C++23 can replace it.
template <typename T>
class [[nodiscard]] Result {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): a value is a result
  Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
  // NOLINTNEXTLINE(google-explicit-constructor): an error is a result
  Result(Error error) : content_(std::in_place_index<1>, std::move(error)) {}

  bool has_value() const { return content_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  // REQUIRES: has_value(); std::bad_variant_access otherwise, as a mistake of ours.
  T& value() & { return std::get<0>(content_); }
  const T& value() const& { return std::get<0>(content_); }
  T&& value() && { return std::get<0>(std::move(content_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  // REQUIRES: !has_value().
  const Error& error() const& { return std::get<1>(content_); }
  Error&& error() && { return std::get<1>(std::move(content_)); }

 private:
  std::variant<T, Error> content_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): an error is a result
  Result(Error error) : content_(std::move(error)) {}

  bool has_value() const { return content_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  // REQUIRES: !has_value().
  const Error& error() const& { return std::get<1>(content_); }
  Error&& error() && { return std::get<1>(std::move(content_)); }

 private:
  std::variant<std::monostate, Error> content_;
};

}  // namespace hookplan

#define HOOKPLAN_CONCAT_(a, b) a##b
#define HOOKPLAN_CONCAT(a, b) HOOKPLAN_CONCAT_(a, b)
#define HOOKPLAN_TRY_(result, declaration, expression) \
  auto result = (expression);                          \
  if (!result) return std::move(result).error();       \
  declaration = std::move(result).value()

// TRY(auto x, f()): x is f's value, or the function returns f's error. An existing variable may
// take the value as well: TRY(x, f()). It is several statements, so below an `if` without braces it
// does not compile, instead of doing half of it.
#define TRY(declaration, expression) \
  HOOKPLAN_TRY_(HOOKPLAN_CONCAT(try_result_, __LINE__), declaration, expression)
// TRY_VOID(f()): the same where there is no value. It is one statement, which may stand anywhere:
// the loop keeps an `else` after it from becoming its own.
#define TRY_VOID(expression)                                                               \
  do {                                                                                     \
    if (auto try_result = (expression); !try_result) return std::move(try_result).error(); \
  } while (false)
