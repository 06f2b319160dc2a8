// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>

#include "plugins/http/http_client.h"

namespace hookplan {

// A world that answers each request as soon as it is started.
class AnsweringClient : public HttpClient {
 public:
  RequestId start(std::shared_ptr<const HttpRequest> request) final {
    const RequestId id = next_id();
    answer(id, respond(*request));
    return id;
  }
  void work(RequestId /*id*/, std::chrono::milliseconds /*max*/) final {}

 protected:
  virtual Result<HttpResponse> respond(const HttpRequest& request) = 0;
};

}  // namespace hookplan
