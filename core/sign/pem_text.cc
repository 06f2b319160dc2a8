// SPDX-License-Identifier: Apache-2.0
#include "core/sign/pem_text.h"

#include <algorithm>

namespace hookplan {

std::vector<std::string_view> pem_labels(std::string_view text) {
  constexpr std::string_view kBegin = "-----BEGIN ";
  constexpr std::string_view kDashes = "-----";
  std::vector<std::string_view> labels;
  while (true) {
    const std::size_t begin = text.find(kBegin);
    if (begin == std::string_view::npos) return labels;
    text.remove_prefix(begin + kBegin.size());
    constexpr std::size_t kLongestLine = 128;  // so that a text without line ends takes no longer
    const std::string_view line = text.substr(0, std::min(text.find('\n'), kLongestLine));
    const std::size_t end = line.find(kDashes);
    labels.push_back(end == std::string_view::npos ? std::string_view() : line.substr(0, end));
  }
}

}  // namespace hookplan
