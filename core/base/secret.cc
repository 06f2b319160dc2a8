// SPDX-License-Identifier: Apache-2.0
#include "core/base/secret.h"

#include <algorithm>
#include <stdexcept>

#include <openssl/crypto.h>

namespace hookplan {

void wipe(std::span<char> bytes) { OPENSSL_cleanse(bytes.data(), bytes.size()); }

Secret::Secret(std::size_t size)
    : bytes_(std::make_unique<char[]>(size)), size_(size), capacity_(size) {}

Secret::Secret(Secret&& other) noexcept
    : bytes_(std::move(other.bytes_)),
      size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  std::swap(size_, other.size_);
  std::swap(capacity_, other.capacity_);
  return *this;
}

Secret::~Secret() {
  if (bytes_) wipe({bytes_.get(), capacity_});
}

Secret Secret::copy_of(std::string_view bytes) {
  Secret secret(bytes.size());
  std::ranges::copy(bytes, secret.room().begin());
  return secret;
}

Secret Secret::trimmed() const {
  constexpr std::string_view kWhiteSpace = " \t\r\n";
  const std::string_view all(bytes_.get(), size_);
  const std::size_t first = std::min(all.find_first_not_of(kWhiteSpace), size_);
  const std::size_t end = all.find_last_not_of(kWhiteSpace) + 1;  // 0 if there is nothing else
  return copy_of(all.substr(first, end > first ? end - first : 0));
}

void Secret::shrink(std::size_t size) {
  if (size > size_) throw std::logic_error("a secret cannot grow");
  size_ = size;
}

}  // namespace hookplan
