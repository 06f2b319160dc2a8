// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hookplan::oracle {

// kUint holds only what does not fit kInt, as in yaml.v2; the difference shows in mapping keys.
enum class ScalarKind { kNull, kBool, kInt, kUint, kFloat, kString };

struct Scalar {
  ScalarKind kind = ScalarKind::kNull;
  bool boolean = false;
  std::int64_t integer = 0;
  std::uint64_t unsigned_integer = 0;
  double floating = 0;
  std::string text;
};

inline constexpr std::string_view kMergeTag = "tag:yaml.org,2002:merge";

// Gives a scalar its YAML 1.1 type the way yaml.v2 does when it decodes into an untyped value.
// `plain` is libyaml's plain_implicit: untagged and unquoted, or tagged with the bare "!".
// Returns false, with `error` filled, where yaml.v2 gives up on the whole file.
bool resolve_scalar(const std::string& tag, const std::string& value, bool plain, Scalar& out,
                    std::string& error);

// The text of a number or truth value that became a key of the JSON object. Null and kUint have
// none (Prow refuses such keys): returns false.
bool key_text(const Scalar& key, std::string& out);

}  // namespace hookplan::oracle
