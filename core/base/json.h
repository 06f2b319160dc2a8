// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"

namespace hookplan {

// Writes one JSON document in canonical form (RFC 8785: no white space, keys sorted, shortest
// escapes), so that equal content is equal bytes. Only integers, because every reader agrees on
// them.
class JsonWriter {
 public:
  JsonWriter();
  JsonWriter(JsonWriter&&) noexcept;
  JsonWriter& operator=(JsonWriter&&) noexcept;
  ~JsonWriter();

  void begin_object();
  void end_object();
  void begin_array();
  void end_array();
  // REQUIRES: keys of one object come in ascending order of their bytes; they are ASCII.
  // Returns the writer, for the value: json.key("size").integer(3).
  JsonWriter& key(std::string_view name);
  // Bytes that are not UTF-8 are written as U+FFFD.
  void string(std::string_view text);
  // REQUIRES: -2^53 < number < 2^53.
  void integer(std::int64_t number);
  void boolean(bool value);
  void null();

  // The document. REQUIRES: it is complete; the writer is not used afterwards.
  std::string take();

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

// A JSON value that was read strictly: valid UTF-8, no duplicate members, integers only, at most 32
// levels deep, nothing but white space around it.
class JsonValue {
 public:
  enum class Kind { null, boolean, integer, string, array, object };
  using Member = std::pair<std::string, JsonValue>;

  Kind kind = Kind::null;
  bool boolean = false;
  std::int64_t integer = 0;
  std::string string = {};
  std::vector<JsonValue> items = {};
  std::vector<Member> members = {};  // in the order of the document

  // The member of that name; null pointer if there is none or this is no object.
  const JsonValue* find(std::string_view name) const;
};

// An error says that the bytes are not the JSON of `what`, where and why, under the code that the
// caller has for such documents.
Result<JsonValue> parse_json(std::string_view bytes, std::string_view path, std::string_view what,
                             Code code);

// The same for what other services write: numbers of any size and kind, each kept as its text (kind
// string), because an id of 19 digits is another one after it went through a double; at most 100
// levels deep.
Result<JsonValue> parse_service_json(std::string_view bytes, std::string_view what, Code code);

}  // namespace hookplan
