// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "core/base/result.h"

namespace hookplan {

inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Refuses bytes that YAML readers take differently, before any of them sees them: not UTF-8,
// control characters, line breaks other than LF and CRLF, gzip, Git LFS pointers. What passes is
// the text without a leading UTF-8 byte order mark.
Result<std::string_view> yaml_text(std::string_view bytes, std::string_view path);

}  // namespace hookplan
