// SPDX-License-Identifier: Apache-2.0
// ping_floor URL FILE PINGS: signs and sends so many pings, each over a connection of its own, for
// the first entry of a token file; what an apply has to do at the receiver and nothing else.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "core/base/file.h"
#include "plugins/http/curl_client.h"
#include "plugins/prow/prow_receiver.h"
#include "plugins/prow/token_document.h"

int main(int count, char** arguments) {
  using namespace hookplan;
  if (count != 4) return 64;
  constexpr std::size_t kMaxBytes = std::size_t{1} << 21;
  const auto bytes = read_file(arguments[2], kMaxBytes);
  if (!bytes) return 66;
  const auto document = ProwTokenFormat().read(Secret::copy_of(*bytes), arguments[2]);
  if (!document || document->tokens.empty()) return 66;
  const auto& [entry, tokens] = *document->tokens.begin();
  CurlClient http({"hookplan-bench"});
  ProwReceiver receiver(http, {1, std::chrono::seconds(10)});
  const Hook hook{entry, {}, Secret::copy_of(arguments[1])};
  for (int pings = std::atoi(arguments[3]); pings > 0; --pings) {
    const auto accepted = receiver.accepts(hook, tokens.front());
    if (!accepted || !*accepted) return 1;
  }
  return 0;
}
