// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "plugins/http/curl_client.h"

namespace hookplan {

// One request on its way, with everything that libcurl reads and writes meanwhile: its memory must
// not move, nor go before the handle was taken back from libcurl.
class CurlExchange {
 public:
  // An error (kind `unavailable`, HP8109) if the request is not one that may be sent.
  static Result<std::unique_ptr<CurlExchange>> prepare(std::shared_ptr<const HttpRequest> request,
                                                       const CurlOptions& options);
  CurlExchange(const CurlExchange&) = delete;
  CurlExchange& operator=(const CurlExchange&) = delete;
  ~CurlExchange();

  // The easy handle, ready to be performed. REQUIRES: libcurl does not hold it when this goes.
  void* handle() const;

  // The answer, from what libcurl says of the end (a CURLcode). REQUIRES: called once.
  Result<HttpResponse> finish(int code);

 private:
  struct State;
  explicit CurlExchange(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace hookplan
