// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hookplan {

// Reads the data types of RFC 4251, section 5. What is cut off reads as zero or empty, and
// is_good() is false from then on.
class SshReader {
 public:
  explicit SshReader(std::string_view bytes) : rest_(bytes) {}

  std::uint32_t number();
  std::string_view text();  // a `string`: length and bytes
  std::string_view bytes(std::size_t size);

  bool is_good() const { return good_; }
  bool is_at_end() const { return good_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

// The text as an SSH `string`.
std::string ssh_text(std::string_view bytes);

}  // namespace hookplan
