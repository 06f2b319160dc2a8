// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "plugins/manual/handover.h"

namespace hookplan {

// What is wrong with the hand-over file of that name (kind `unavailable`, HP8106).
Error handover_error(const std::string& file, std::string_view why, std::string hint = {},
                     std::uint32_t line = 0);

// Makes the text of a hand-over, YAML that people may read, not edit. What could not be read back
// is an error. The text depends on nothing but the hand-over: what the writer remembers, the texts
// of the items that it wrote last, only saves time, and cannot be wrong, for no item ever changes.
class HandoverWriter {
 public:
  Result<Secret> text_of(const Handover& handover, const std::string& file);

 private:
  std::unordered_map<std::shared_ptr<const HandoverItem>, Secret> texts_;
};
inline constexpr std::size_t kMaxHandoverBytes = std::size_t{16} << 20;

// The inverse. An empty text is an empty hand-over; what cannot be understood is an error.
Result<Handover> read_handover(const Secret& text, const std::string& file);

}  // namespace hookplan
