// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/incoming.h"

#include <algorithm>
#include <utility>

#include "core/base/text.h"

namespace hookplan {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

// Appends to a value, with something between the two unless one is empty.
void join(std::string& value, std::string_view between, std::string_view more) {
  if (!value.empty() && !more.empty()) value += between;
  value += more;
}

}  // namespace

bool Incoming::take_header(std::string_view line) {
  header_bytes_ += line.size();
  if (is_too_large()) return false;
  if (line.starts_with("HTTP/")) {  // also after an interim answer, which does not count
    in_headers_ = true;
    has_headers_ = false;
    headers_.clear();
    last_name_.clear();
    return true;
  }
  // What comes after the body is no part of what the answer is judged by.
  if (!in_headers_) return true;
  const std::string_view text = trimmed(line);
  if (text.empty()) {
    in_headers_ = false;
    has_headers_ = true;
    return true;
  }
  // Folded: the rest of the value before (RFC 9112, 5.2), and never a header of its own.
  if (line.starts_with(' ') || line.starts_with('\t')) {
    if (!last_name_.empty()) join(headers_[last_name_], " ", text);
    return true;
  }
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return true;
  last_name_ = ascii_lower(text.substr(0, colon));
  join(headers_[last_name_], ", ", trimmed(text.substr(colon + 1)));
  return true;
}

bool Incoming::take_body(std::string_view bytes) {
  is_body_too_large_ = body_.size() + bytes.size() > max_bytes_;
  if (!is_body_too_large_) body_.append(bytes);
  return !is_body_too_large_;
}

HttpResponse Incoming::response(int status) { return {status, std::move(headers_), body_.take()}; }

void Incoming::Buffer::append(std::string_view bytes) {
  if (size_ + bytes.size() > room_.size()) {
    Secret larger(std::max({2 * room_.size(), size_ + bytes.size(), std::size_t{4096}}));
    std::ranges::copy(room_.room().first(size_), larger.room().begin());
    room_ = std::move(larger);
  }
  std::ranges::copy(bytes, room_.room().subspan(size_).begin());
  size_ += bytes.size();
}

Secret Incoming::Buffer::take() {
  room_.shrink(size_);
  return std::move(room_);
}

}  // namespace hookplan
