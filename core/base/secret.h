// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace hookplan {

// Bytes that nobody may see: they cannot be copied, printed, formatted or compared, and are wiped
// when they are released. Wiping is best effort: libraries that get to see them may keep copies.
class Secret {
 public:
  Secret() = default;
  // The bytes of `room()` are zero until somebody fills them.
  explicit Secret(std::size_t size);
  static Secret copy_of(std::string_view bytes);
  // Copies are made on purpose, and each is wiped for itself.
  Secret clone() const { return copy_of({bytes_.get(), size_}); }
  // A copy without the white space around it that editors and echo add.
  Secret trimmed() const;

  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret();
  bool operator==(const Secret&) const = delete;

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

  // The bytes, to be filled by whoever makes the secret.
  std::span<char> room() { return {bytes_.get(), size_}; }
  // Keeps the first `size` bytes. REQUIRES: no more than there are.
  void shrink(std::size_t size);

  // The only way to the bytes: as short as possible, and nothing may keep a copy.
  template <typename Use>
  decltype(auto) reveal(Use&& use) const {
    return std::invoke(std::forward<Use>(use), std::string_view(bytes_.get(), size_));
  }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

// Overwrites bytes that were secret, in a way that compilers keep.
void wipe(std::span<char> bytes);

}  // namespace hookplan
