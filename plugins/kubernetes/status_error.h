// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "plugins/http/http_client.h"
#include "plugins/kubernetes/secret_object.h"

namespace hookplan {

// What was asked of an API server.
struct AskedOfCluster {
  SecretPlace place = {};
  bool is_write = false;
  std::string key = {};   // of the Secret that matters, for remedies
  std::string user = {};  // for people: as whom
};

// Why an answer that is not 2xx did not do what was asked, each with its own remedy. The status
// alone does not tell: the reason and the details of the Status object do. Kinds: `conflict` if the
// Secret has another version; `denied` if asking again is no use; `unavailable` if it did not
// happen this time; `unknown` for a write that may have happened. No words of the server are
// repeated but names.
Error error_of_status(const HttpResponse& response, const AskedOfCluster& asked);

}  // namespace hookplan
