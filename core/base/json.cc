// SPDX-License-Identifier: Apache-2.0
#include "core/base/json.h"

#include <algorithm>
#include <set>
#include <stdexcept>

#include <fmt/format.h>
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "core/base/text.h"

namespace hookplan {
namespace {

constexpr std::size_t kMaxLevels = 32;
constexpr std::size_t kMaxServiceLevels = 100;
constexpr std::size_t kMaxValues = 1'000'000;  // bounds the memory that a hostile file can take
constexpr std::int64_t kExactLimit = std::int64_t{1} << 53;  // beyond it JavaScript rounds

rapidjson::SizeType json_size(std::string_view text) {
  return static_cast<rapidjson::SizeType>(text.size());
}

// RapidJSON writes control characters as \u001F; RFC 8785 wants lower-case digits.
std::string quoted_with_lower_case_escapes(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    switch (c) {
      case '"': quoted += "\\\""; break;
      case '\\': quoted += "\\\\"; break;
      case '\b': quoted += "\\b"; break;
      case '\f': quoted += "\\f"; break;
      case '\n': quoted += "\\n"; break;
      case '\r': quoted += "\\r"; break;
      case '\t': quoted += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          quoted += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
        } else {
          quoted += c;
        }
    }
  }
  return quoted + '"';
}

// Builds the value while RapidJSON reads; refusing is returning false with `problem` set.
class Builder : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Builder> {
 public:
  explicit Builder(std::size_t max_levels) : max_levels_(max_levels) {}

  bool Null() { return add(JsonValue{}); }
  bool Bool(bool value) {
    JsonValue json;
    json.kind = JsonValue::Kind::boolean;
    json.boolean = value;
    return add(std::move(json));
  }
  bool Int(int value) { return add_integer(value); }
  bool Uint(unsigned value) { return add_integer(value); }
  bool Int64(std::int64_t value) { return add_integer(value); }
  bool Uint64(std::uint64_t) { return refuse("a number beyond 2^53"); }
  bool Double(double) { return refuse("a number that is not an integer"); }
  // Of numbers as they stand there, if these are asked for.
  bool RawNumber(const char* text, rapidjson::SizeType size, bool) {
    return String(text, size, true);
  }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    JsonValue json;
    json.kind = JsonValue::Kind::string;
    json.string.assign(text, size);
    return add(std::move(json));
  }
  bool StartObject() { return open(JsonValue::Kind::object); }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    const std::string name(text, size);
    if (!seen_.back().insert(name).second) {
      return refuse(fmt::format("the member \"{}\" twice", printable(name)));
    }
    open_.back().members.emplace_back(name, JsonValue{});
    return true;
  }
  bool EndObject(rapidjson::SizeType) { return close(); }
  bool StartArray() { return open(JsonValue::Kind::array); }
  bool EndArray(rapidjson::SizeType) { return close(); }

  const std::string& problem() const { return problem_; }
  JsonValue take() { return std::move(root_); }

 private:
  bool refuse(std::string problem) {
    problem_ = std::move(problem);
    return false;
  }
  bool add_integer(std::int64_t value) {
    if (value >= kExactLimit || value <= -kExactLimit) return refuse("a number beyond 2^53");
    JsonValue json;
    json.kind = JsonValue::Kind::integer;
    json.integer = value;
    return add(std::move(json));
  }
  bool open(JsonValue::Kind kind) {
    if (open_.size() == max_levels_) return refuse(fmt::format("more than {} levels", max_levels_));
    open_.emplace_back().kind = kind;
    seen_.emplace_back();
    return true;
  }
  bool close() {
    JsonValue done = std::move(open_.back());
    open_.pop_back();
    seen_.pop_back();
    return add(std::move(done));
  }
  bool add(JsonValue value) {
    if (++values_ > kMaxValues) return refuse("more than 1,000,000 values");
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (open_.back().kind == JsonValue::Kind::array) {
      open_.back().items.push_back(std::move(value));
    } else {
      open_.back().members.back().second = std::move(value);
    }
    return true;
  }

  std::size_t max_levels_;
  JsonValue root_;
  std::vector<JsonValue> open_;
  std::vector<std::set<std::string>> seen_;
  std::string problem_;
  std::size_t values_ = 0;
};

// The iterative parser: the recursive one overflows the stack on deep nesting.
constexpr unsigned kStrictly =
    rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag;

template <unsigned kFlags>
Result<JsonValue> parse(std::string_view bytes, std::string_view path, std::string_view what,
                        Code code, std::size_t max_levels) {
  const auto error_at = [&](std::size_t offset, std::string_view why) {
    const TextPosition position = position_in(bytes, offset);
    return fail(code, "not the JSON of {}: {}", what, why).at(path, position.line, position.column);
  };
  // MemoryStream reads a zero byte as the end; what follows would not be seen.
  if (const std::size_t zero = bytes.find('\0'); zero != std::string_view::npos) {
    return error_at(zero, "a zero byte");
  }
  rapidjson::MemoryStream stream(bytes.data(), bytes.size());
  rapidjson::Reader reader;
  Builder builder(max_levels);
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, builder);
  if (result.IsError()) {
    const bool refused = result.Code() == rapidjson::kParseErrorTermination;
    return error_at(result.Offset(),
                    refused ? builder.problem() : rapidjson::GetParseError_En(result.Code()));
  }
  return builder.take();
}

}  // namespace

struct JsonWriter::Implementation {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer{buffer};
  std::vector<std::string> last_keys;
};

JsonWriter::JsonWriter() : implementation_(std::make_unique<Implementation>()) {}
JsonWriter::JsonWriter(JsonWriter&&) noexcept = default;
JsonWriter& JsonWriter::operator=(JsonWriter&&) noexcept = default;
JsonWriter::~JsonWriter() = default;

void JsonWriter::begin_object() {
  implementation_->writer.StartObject();
  implementation_->last_keys.emplace_back();
}

void JsonWriter::end_object() {
  implementation_->writer.EndObject();
  implementation_->last_keys.pop_back();
}

void JsonWriter::begin_array() { implementation_->writer.StartArray(); }
void JsonWriter::end_array() { implementation_->writer.EndArray(); }

JsonWriter& JsonWriter::key(std::string_view name) {
  std::string& last = implementation_->last_keys.back();
  if (name <= last) throw std::logic_error(fmt::format("JSON key {} after {}", name, last));
  last = name;
  implementation_->writer.Key(name.data(), json_size(name));
  return *this;
}

void JsonWriter::string(std::string_view text) {
  const std::string valid = is_utf8(text) ? std::string() : to_valid_utf8(text);
  if (!valid.empty()) text = valid;
  const bool control =
      std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  if (control) {
    const std::string quoted = quoted_with_lower_case_escapes(text);
    implementation_->writer.RawValue(quoted.data(), quoted.size(), rapidjson::kStringType);
  } else {
    implementation_->writer.String(text.data(), json_size(text));
  }
}

void JsonWriter::integer(std::int64_t number) {
  if (number >= kExactLimit || number <= -kExactLimit) {
    throw std::logic_error("JSON integer beyond 2^53");
  }
  implementation_->writer.Int64(number);
}

void JsonWriter::boolean(bool value) { implementation_->writer.Bool(value); }
void JsonWriter::null() { implementation_->writer.Null(); }

std::string JsonWriter::take() {
  if (!implementation_->writer.IsComplete()) throw std::logic_error("incomplete JSON document");
  return {implementation_->buffer.GetString(), implementation_->buffer.GetSize()};
}

const JsonValue* JsonValue::find(std::string_view name) const {
  const auto found = std::ranges::find(members, name, &Member::first);
  return found == members.end() ? nullptr : &found->second;
}

Result<JsonValue> parse_json(std::string_view bytes, std::string_view path, std::string_view what,
                             Code code) {
  return parse<kStrictly>(bytes, path, what, code, kMaxLevels);
}

Result<JsonValue> parse_service_json(std::string_view bytes, std::string_view what, Code code) {
  constexpr unsigned kFlags = kStrictly | rapidjson::kParseNumbersAsStringsFlag;
  return parse<kFlags>(bytes, {}, what, code, kMaxServiceLevels);
}

}  // namespace hookplan
