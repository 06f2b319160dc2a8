// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/curl_client.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <stdexcept>
#include <utility>

#include <curl/curl.h>
#include <fmt/format.h>

#include "plugins/http/curl_exchange.h"

namespace hookplan {
namespace {

struct CloseMulti {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};

void require(CURLMcode code) {
  if (code == CURLM_OK) return;
  throw std::runtime_error(fmt::format("libcurl does not work: {}", curl_multi_strerror(code)));
}

bool prepare_libcurl() {
  // libcurl looks for it once, here; newer OpenSSLs can look at any time.
  ::unsetenv("SSLKEYLOGFILE");
  return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

}  // namespace

struct CurlClient::Implementation {
  struct UnderWay {
    RequestId id = RequestId::any;
    std::unique_ptr<CurlExchange> exchange = nullptr;
  };

  CurlOptions options;
  std::unique_ptr<CURLM, CloseMulti> multi;
  std::map<CURL*, UnderWay> under_way = {};

  ~Implementation() {
    for (const auto& [handle, ignored] : under_way) curl_multi_remove_handle(multi.get(), handle);
  }
};

CurlClient::CurlClient(CurlOptions options) {
  static const bool kIsReady = prepare_libcurl();
  std::unique_ptr<CURLM, CloseMulti> multi(kIsReady ? curl_multi_init() : nullptr);
  if (!multi) throw std::runtime_error("libcurl cannot be used");
  implementation_.reset(new Implementation{std::move(options), std::move(multi)});
}

CurlClient::~CurlClient() = default;

RequestId CurlClient::start(std::shared_ptr<const HttpRequest> request) {
  const RequestId id = next_id();
  auto exchange = CurlExchange::prepare(std::move(request), implementation_->options);
  if (!exchange) {
    answer(id, std::move(exchange).error());
    return id;
  }
  CURL* const handle = (*exchange)->handle();
  require(curl_multi_add_handle(implementation_->multi.get(), handle));
  implementation_->under_way[handle] = {id, std::move(*exchange)};
  return id;
}

void CurlClient::work(RequestId id, std::chrono::milliseconds max) {
  using std::chrono::milliseconds;
  perform();
  if (has_answer(id)) return;
  const milliseconds time = std::clamp(max, milliseconds{0}, milliseconds{std::chrono::hours{1}});
  require(curl_multi_poll(implementation_->multi.get(), nullptr, 0, static_cast<int>(time.count()),
                          nullptr));
  perform();
}

// As far as it goes without waiting.
void CurlClient::perform() {
  CURLM* const multi = implementation_->multi.get();
  int count = 0;
  require(curl_multi_perform(multi, &count));
  while (const CURLMsg* const message = curl_multi_info_read(multi, &count)) {
    CURL* const handle = message->easy_handle;
    const CURLcode code = message->data.result;  // the message goes with the handle
    require(curl_multi_remove_handle(multi, handle));
    auto ended = implementation_->under_way.extract(handle);
    answer(ended.mapped().id, ended.mapped().exchange->finish(code));
  }
}

}  // namespace hookplan
