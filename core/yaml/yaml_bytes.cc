// SPDX-License-Identifier: Apache-2.0
#include "core/yaml/yaml_bytes.h"

#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "core/base/text.h"

namespace hookplan {
namespace {

constexpr std::size_t kLongestLine = std::size_t{1} << 20;
constexpr std::string_view kLfsPointer = "version https://git-lfs.github.com/spec/";

// Why a character may not stand in a YAML text; the set that libyaml's reader accepts, less the
// line breaks that only some readers know.
std::optional<std::string> objection(char32_t c, bool line_feed_follows) {
  if (c == '\r' && !line_feed_follows) return "a carriage return without a line feed";
  if (c == '\n' || c == '\r' || c == '\t') return std::nullopt;
  if (c < 0x20 || c == 0x7F || (c >= 0x80 && c < 0xA0 && c != 0x85)) {
    return fmt::format("the control character U+{:04X}", static_cast<std::uint32_t>(c));
  }
  if (c == 0x85 || c == 0x2028 || c == 0x2029) {
    return fmt::format("U+{:04X}, a line break for some readers only",
                       static_cast<std::uint32_t>(c));
  }
  if (c == 0xFEFF) return "a byte order mark inside the text";
  if (c == 0xFFFE || c == 0xFFFF) {
    return fmt::format("the non-character U+{:04X}", static_cast<std::uint32_t>(c));
  }
  return std::nullopt;
}

Error at(std::string_view text, std::size_t offset, std::string_view path, Error error) {
  const TextPosition position = position_in(text, offset);
  return std::move(error).at(path, position.line, position.column);
}

// Printable ASCII and line feeds alone, and surely no line that is too long: nothing to object to.
// Most files are such, and this tells so many times faster than looking at one character after the
// other. The blocks are for the compiler, which compares one of them at once.
bool is_plain_text(std::string_view bytes) {
  constexpr std::size_t kBlock = 64;
  const auto is_other = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return static_cast<unsigned>(byte < 0x20 || byte > 0x7E) & static_cast<unsigned>(byte != '\n');
  };
  std::size_t at = 0;
  for (; at + kBlock <= bytes.size(); at += kBlock) {
    unsigned other = 0;
    for (std::size_t i = 0; i < kBlock; ++i) other |= is_other(bytes[at + i]);
    if (other != 0) return false;
  }
  for (; at < bytes.size(); ++at) {
    if (is_other(bytes[at]) != 0) return false;
  }
  // A line of that length would fill one of these windows.
  constexpr std::size_t kWindow = kLongestLine / 2;
  for (at = 0; at + kWindow <= bytes.size(); at += kWindow) {
    if (bytes.substr(at, kWindow).find('\n') == std::string_view::npos) return false;
  }
  return true;
}

}  // namespace

Result<std::string_view> yaml_text(std::string_view bytes, std::string_view path) {
  if (bytes.starts_with("\x1F\x8B")) {
    return at(bytes, 0, path, fail(Code::compressed, "the file is gzip, not text"));
  }
  if (bytes.starts_with(kLfsPointer)) {
    return at(bytes, 0, path,
              fail(Code::lfs_pointer, "the file is a Git LFS pointer, not a config"));
  }
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
    return at(bytes, 0, path, fail(Code::not_utf8, "the text is UTF-16"));
  }
  if (bytes.starts_with(kByteOrderMark)) bytes.remove_prefix(kByteOrderMark.size());

  if (is_plain_text(bytes)) return bytes;

  std::size_t line_start = 0;
  for (std::size_t i = 0; i < bytes.size();) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (byte == '\n') {
      line_start = i + 1;
    } else if (i - line_start > kLongestLine) {
      return at(bytes, line_start, path,
                fail(Code::file_too_large, "a line of more than {} bytes", kLongestLine)
                    .hint("break the line, or is it the right file?")
                    .as(ErrorKind::config));
    }
    if (byte >= 0x20 && byte < 0x7F) {
      ++i;
      continue;
    }
    const DecodedCharacter c = decode_utf8(bytes.substr(i));
    if (c.size == 0) {
      return at(bytes, i, path, fail(Code::not_utf8, "the byte 0x{:02X} is not UTF-8", byte));
    }
    const bool line_feed_follows = i + 1 < bytes.size() && bytes[i + 1] == '\n';
    if (const auto problem = objection(c.value, line_feed_follows)) {
      return at(bytes, i, path,
                fail(Code::forbidden_character, "{} in the text", *problem)
                    .hint("remove it; in a double-quoted string write it as an escape"));
    }
    i += c.size;
  }
  return bytes;
}

}  // namespace hookplan
