// SPDX-License-Identifier: Apache-2.0
#include "tests/oracle/source_text.h"

#include <algorithm>
#include <cstdint>

namespace hookplan::oracle {
namespace {

constexpr std::size_t kRawBatch = 512;

enum class Encoding { kUtf8, kUtf16Le, kUtf16Be };
enum class DecodeStatus { kOk, kIncomplete, kInvalid };

struct DecodedChar {
  DecodeStatus status = DecodeStatus::kOk;
  char32_t code_point = 0;
  std::size_t width = 0;
};

std::uint8_t byte_at(std::string_view bytes, std::size_t i) {
  return static_cast<std::uint8_t>(bytes[i]);
}

DecodedChar decode_utf8(std::string_view bytes) {
  const std::uint8_t lead = byte_at(bytes, 0);
  DecodedChar result;
  char32_t minimum = 0;
  if (lead < 0x80) {
    result.width = 1;
    result.code_point = lead;
  } else if ((lead & 0xE0) == 0xC0) {
    result.width = 2;
    result.code_point = lead & 0x1FU;
    minimum = 0x80;
  } else if ((lead & 0xF0) == 0xE0) {
    result.width = 3;
    result.code_point = lead & 0x0FU;
    minimum = 0x800;
  } else if ((lead & 0xF8) == 0xF0) {
    result.width = 4;
    result.code_point = lead & 0x07U;
    minimum = 0x10000;
  } else {
    result.status = DecodeStatus::kInvalid;
    return result;
  }
  if (result.width > bytes.size()) {
    result.status = DecodeStatus::kIncomplete;
    return result;
  }
  for (std::size_t i = 1; i < result.width; ++i) {
    const std::uint8_t next = byte_at(bytes, i);
    if ((next & 0xC0) != 0x80) {
      result.status = DecodeStatus::kInvalid;
      return result;
    }
    result.code_point = (result.code_point << 6) | (next & 0x3FU);
  }
  const bool surrogate = result.code_point >= 0xD800 && result.code_point <= 0xDFFF;
  if (result.code_point < minimum || surrogate || result.code_point > 0x10FFFF) {
    result.status = DecodeStatus::kInvalid;
  }
  return result;
}

DecodedChar decode_utf16(std::string_view bytes, Encoding encoding) {
  const std::size_t low = encoding == Encoding::kUtf16Le ? 0 : 1;
  const std::size_t high = 1 - low;
  DecodedChar result;
  result.width = 2;
  if (bytes.size() < 2) {
    result.status = DecodeStatus::kIncomplete;
    return result;
  }
  const auto unit = [&](std::size_t at) {
    return static_cast<char32_t>(byte_at(bytes, at + low) | (byte_at(bytes, at + high) << 8));
  };
  result.code_point = unit(0);
  if ((result.code_point & 0xFC00U) == 0xDC00U) {
    result.status = DecodeStatus::kInvalid;
  } else if ((result.code_point & 0xFC00U) == 0xD800U) {
    result.width = 4;
    if (bytes.size() < 4) {
      result.status = DecodeStatus::kIncomplete;
      return result;
    }
    const char32_t second = unit(2);
    if ((second & 0xFC00U) != 0xDC00U) result.status = DecodeStatus::kInvalid;
    result.code_point = 0x10000 + ((result.code_point & 0x3FFU) << 10) + (second & 0x3FFU);
  }
  return result;
}

bool is_allowed(char32_t c) {
  return c == 0x09 || c == 0x0A || c == 0x0D || (c >= 0x20 && c <= 0x7E) || c == 0x85 ||
         (c >= 0xA0 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) ||
         (c >= 0x10000 && c <= 0x10FFFF);
}

}  // namespace

SourceText decode_source(std::string_view bytes) {
  SourceText text;
  if (bytes.empty()) bytes = "\n";
  Encoding encoding = Encoding::kUtf8;
  std::size_t pos = 0;
  if (bytes.starts_with("\xFF\xFE")) {
    encoding = Encoding::kUtf16Le;
    pos = 2;
  } else if (bytes.starts_with("\xFE\xFF")) {
    encoding = Encoding::kUtf16Be;
    pos = 2;
  } else if (bytes.starts_with("\xEF\xBB\xBF")) {
    pos = 3;
  }
  std::size_t batch_begin = 0;
  for (;;) {
    const std::size_t batch_end = std::min(batch_begin + kRawBatch, bytes.size());
    const std::size_t chars_before = text.chars.size();
    while (pos < batch_end) {
      const std::string_view rest = bytes.substr(pos, batch_end - pos);
      const DecodedChar next =
          encoding == Encoding::kUtf8 ? decode_utf8(rest) : decode_utf16(rest, encoding);
      if (next.status == DecodeStatus::kIncomplete) break;
      if (next.status == DecodeStatus::kInvalid || !is_allowed(next.code_point)) {
        // The reader gives up on the whole batch, also on the good characters before.
        text.chars.resize(chars_before);
        text.broken_tail = true;
        text.problem = "byte sequence or control character not allowed in YAML";
        return text;
      }
      text.chars.push_back(next.code_point);
      pos += next.width;
    }
    if (text.chars.size() > chars_before) text.batch_ends.push_back(text.chars.size());
    if (batch_end == bytes.size()) break;
    batch_begin = pos;
  }
  if (pos < bytes.size()) {
    text.broken_tail = true;
    text.problem = "incomplete character at the end";
  }
  return text;
}

void append_utf8(std::string& out, char32_t c) {
  if (c < 0x80) {
    out.push_back(static_cast<char>(c));
    return;
  }
  if (c < 0x800) {
    out.push_back(static_cast<char>(0xC0U | (c >> 6)));
  } else if (c < 0x10000) {
    out.push_back(static_cast<char>(0xE0U | (c >> 12)));
    out.push_back(static_cast<char>(0x80U | ((c >> 6) & 0x3FU)));
  } else {
    out.push_back(static_cast<char>(0xF0U | (c >> 18)));
    out.push_back(static_cast<char>(0x80U | ((c >> 12) & 0x3FU)));
    out.push_back(static_cast<char>(0x80U | ((c >> 6) & 0x3FU)));
  }
  out.push_back(static_cast<char>(0x80U | (c & 0x3FU)));
}

std::string replace_invalid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const DecodedChar next = decode_utf8(text);
    if (next.status == DecodeStatus::kOk) {
      out.append(text.substr(0, next.width));
      text.remove_prefix(next.width);
    } else {
      out.append("\xEF\xBF\xBD");
      text.remove_prefix(1);
    }
  }
  return out;
}

}  // namespace hookplan::oracle
