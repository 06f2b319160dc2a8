// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/json_view.h"
#include "core/base/result.h"
#include "core/base/secret.h"

namespace hookplan {

// Which Secret of a cluster.
struct SecretPlace {
  std::string space = {};  // its namespace
  std::string name = {};
};

// "Secret prow/hmac-token": for people.
std::string to_string(const SecretPlace& place);

// As the API server counts it: all values together (its MaxSecretSize).
inline constexpr std::size_t kMaxSecretDataBytes = std::size_t{1} << 20;

// A Secret as the API server sent it, kept to the byte: what is not ours goes back as it came.
class SecretObject {
 public:
  // Of an answer, whole or its metadata alone. Nothing if that is not this Secret, or its version
  // is one that a write would not compare with ("" and "0").
  static std::optional<SecretObject> read(Secret body, const SecretPlace& place);

  // metadata.resourceVersion
  const std::string& version() const { return version_; }
  const JsonView& metadata() const { return *json_.find("metadata"); }
  bool is_immutable() const;
  // Somebody has deleted it, and what holds it back may end at any time.
  bool is_going() const { return metadata().find("deletionTimestamp") != nullptr; }

  // What the key holds, as written: base64 in quotes; null pointer if there is no such key.
  const JsonView* value(std::string_view key) const;

  struct Value {
    std::string_view key;  // letters, digits, `-`, `_`, `.`
    const Secret& bytes;
  };
  // The bytes of all values once these have been put in.
  std::size_t data_bytes_with(std::span<const Value> values) const;
  // The whole object with these values, all else as it came. REQUIRES: it came as a whole.
  Secret with(std::span<const Value> values) const;
  // Whether these values are in it.
  bool holds(std::span<const Value> values) const;

 private:
  Secret body_ = {};
  JsonView json_ = {};  // of the body
  std::string version_ = {};
};

}  // namespace hookplan
