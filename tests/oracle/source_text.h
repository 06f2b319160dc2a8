// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hookplan::oracle {

// The file as code points, cut the way Prow's YAML reader cuts it.
//
// The reader decodes 512 raw bytes at a time and only when its scanner asks for more. A broken
// byte therefore refuses a file only if the first document reaches the batch it lies in; the
// batch borders are kept so that the oracle hands libyaml the same portions.
struct SourceText {
  std::u32string chars;                 // without the byte order mark
  std::vector<std::size_t> batch_ends;  // positions in `chars`, ascending
  bool broken_tail = false;             // asking for more than the last batch is an error
  std::string problem;                  // why, if broken_tail
};

SourceText decode_source(std::string_view bytes);

void append_utf8(std::string& out, char32_t code_point);

// Go's conversion of text to JSON: each byte that is not part of valid UTF-8 becomes U+FFFD.
std::string replace_invalid_utf8(std::string_view text);

}  // namespace hookplan::oracle
