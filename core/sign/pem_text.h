// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

namespace hookplan {

// The labels of the PEM blocks (RFC 7468) in the text, in order: "PUBLIC KEY". Only the lines that
// begin a block are looked at.
std::vector<std::string_view> pem_labels(std::string_view text);

}  // namespace hookplan
