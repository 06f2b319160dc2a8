// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/json_view.h"
#include "core/base/secret.h"

namespace hookplan {

// Which secret of a KV version 2 engine.
struct KvPlace {
  std::string space = {};  // a namespace; empty: none
  std::string mount = {};
  std::string path = {};
};

// "secret prow/hmac in mount kv": for people.
std::string to_string(const KvPlace& place);

// What integrated storage takes as one entry is 1 MiB, and that is the secret as a whole, encrypted
// and with its metadata.
inline constexpr std::size_t kMaxKvDataBytes = 1'000'000;

// The newest version of a secret as Vault sent it. What is not ours goes back as it came: numbers
// with all their digits, and text to the byte.
class KvSecret {
 public:
  // Of the answer to a read. Nothing if that is not one: its version is a number above 0, its data
  // an object, or null if the version is deleted.
  static std::optional<KvSecret> read(Secret body);

  // The number that a write is compared with (`cas`).
  const std::string& number() const { return number_; }
  // Tells versions apart even where the secret was removed with all its history and made again.
  std::string version() const { return number_ + " of " + created_; }

  // Why there is no data; empty if there is.
  enum class State { there, deleted, destroyed };
  State state() const { return state_; }
  const std::string& deleted_at() const { return deleted_at_; }
  // custom_metadata of that name; empty if there is none.
  std::string note(std::string_view name) const;

  // What the key holds; null pointer if there is no such key.
  const JsonView* value(std::string_view key) const { return data().find(key); }

  struct Value {
    std::string_view key;  // letters, digits, `-`, `_`, `.`
    const Secret& text;    // valid UTF-8
  };
  // The whole data with these values, as JSON: all else as it came.
  Secret data_with(std::span<const Value> values) const;
  // Whether these values are in it.
  bool holds(std::span<const Value> values) const;

 private:
  const JsonView& data() const { return *json_.find("data", "data"); }

  Secret body_ = {};
  JsonView json_ = {};  // of the body
  std::string number_ = {};
  std::string created_ = {};
  State state_ = State::there;
  std::string deleted_at_ = {};
};

}  // namespace hookplan
