// SPDX-License-Identifier: Apache-2.0
// Any bytes as a document of tokens: no crash, no refusal that quotes a token, and what is accepted
// can be written and is the same when it is read again.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "plugins/prow/token_document.h"
#include "tests/fuzz/require.h"

namespace hookplan {
namespace {

// Where the input has this word, it stands for a token.
constexpr std::string_view kPlanted = "s3cr3t";

void check_error(const Error& error) {
  require(error.kind == ErrorKind::token_document);
  for (const Diagnostic& diagnostic : error.diagnostics) {
    require(!diagnostic.message.empty() && !diagnostic.hint.empty());
    for (const std::string& text :
         {diagnostic.message, diagnostic.hint, diagnostic.field, diagnostic.entry}) {
      require(text.find(kPlanted) == std::string::npos);
    }
  }
}

void check(std::string_view bytes) {
  const ProwTokenFormat format;
  const auto document = format.read(Secret::copy_of(bytes), "secret");
  if (!document) return check_error(document.error());
  const auto written = format.write(document->tokens);
  if (!written) {
    // Escapes and quotes may make a large document larger; nothing else is in the way.
    require(bytes.size() > kMaxTokenDocumentBytes / 16);
    return check_error(written.error());
  }
  const auto again = format.read(*written, "secret");
  require(again && !again->is_legacy_token && same_tokens(again->tokens, document->tokens));
  const auto rewritten = format.write(again->tokens);
  require(rewritten.has_value());
  written->reveal([&](std::string_view one) {
    rewritten->reveal([&](std::string_view other) { require(one == other); });
  });
}

}  // namespace
}  // namespace hookplan

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  hookplan::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
