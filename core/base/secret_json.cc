// SPDX-License-Identifier: Apache-2.0
#include "core/base/secret_json.h"

#include <algorithm>
#include <utility>

namespace hookplan {

SecretJson& SecretJson::raw(std::string_view json) {
  constexpr std::size_t kFirstRoom = 512;
  if (size_ + json.size() > room_.size()) {
    Secret larger(std::max(kFirstRoom, 2 * (size_ + json.size())));
    std::ranges::copy(room_.room().first(size_), larger.room().begin());
    room_ = std::move(larger);
  }
  std::ranges::copy(json, room_.room().subspan(size_).begin());
  size_ += json.size();
  return *this;
}

SecretJson& SecretJson::text(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  raw("\"");
  for (const char& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20) {
      raw("\\u00").raw(kHex.substr(byte / 16, 1)).raw(kHex.substr(byte % 16, 1));
    } else {
      if (c == '"' || c == '\\') raw("\\");
      raw({&c, 1});
    }
  }
  return raw("\"");
}

SecretJson& SecretJson::text(const Secret& secret) {
  secret.reveal([&](std::string_view bytes) { text(bytes); });
  return *this;
}

Secret SecretJson::take() {
  room_.shrink(size_);
  return std::move(room_);
}

}  // namespace hookplan
