// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace hookplan {

// Whether the bytes begin as gzip does (RFC 1952): 1F 8B.
bool is_gzip(std::string_view bytes);

// The content of a gzip file, all of its members. Kind `config` (HP8403) if it is damaged, cut off,
// has something behind it, or is more than `most_bytes`: a small file must not fill the memory.
Result<std::string> gunzip(std::string_view bytes, std::size_t most_bytes, std::string_view path);

}  // namespace hookplan
