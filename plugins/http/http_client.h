// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/secret.h"

namespace hookplan {

struct Lane;  // plugins/http/lane.h

// Names in lower case.
using HttpHeaders = std::map<std::string, std::string, std::less<>>;

// Who asks, in one header. It goes to the host of the URL only: never to a proxy, and never to
// where an answer points.
struct Credential {
  std::string header = "authorization";
  std::string scheme = "Bearer";  // empty: the value stands alone, as in GitLab's private-token
  Secret value = {};              // empty: nothing is sent
};

enum class TlsVersion { v1_2, v1_3 };

// What a server needs that the system does not know of. Certificates and keys are PEM.
struct Tls {
  std::string authorities = {};    // instead of the system's, SSL_CERT_FILE and SSL_CERT_DIR
  Secret client_certificate = {};  // followed by those between it and the server's authority
  Secret client_key = {};          // not encrypted
  TlsVersion min_version = TlsVersion::v1_2;
  // The name that its certificate must be for, unless it is the host of the URL. NO_PROXY is then
  // compared with this name.
  std::string server_name = {};
  // The server may be anybody: no certificate is checked. For what somebody has asked for twice.
  bool skip_verification = false;
};

struct HttpRequest {
  std::string method = "GET";
  Secret url = {};  // a secret, because for some receivers it holds a token
  HttpHeaders headers = {};
  Credential credential = {};
  Secret body = {};  // a secret, because what is sent to forges and stores holds tokens
  std::shared_ptr<const Tls> tls = nullptr;  // null: as the system has it
  // http, https or socks5 URL of the proxy, instead of those that the environment names; it may
  // hold a password.
  Secret proxy = {};
  std::chrono::milliseconds timeout = std::chrono::seconds{30};  // of the exchange as a whole
  std::size_t max_answer_bytes = std::size_t{1} << 20;           // of headers, and of the body
  // Not over a connection that is open already. Behind a load balancer only a new connection may
  // lead to another replica.
  bool new_connection = false;
  // For PacedClient, others do not look at it: who shares a limit with this request (null: nobody),
  // and how long it may stand in line before its exchange begins.
  std::shared_ptr<const Lane> lane = nullptr;
  std::chrono::milliseconds patience = std::chrono::minutes{5};
  bool goes_first = false;  // before all that stand in that line already
};

struct HttpResponse {
  int status = 0;
  HttpHeaders headers = {};  // values of one name are joined by ", "
  Secret body = {};          // a secret, because answers of stores and of token endpoints hold some
};

enum class RequestId : std::uint64_t { any };

// Sends requests, many at a time, all in the thread of its caller: start() some, wait(), take().
// Nothing is sent or received but inside of wait(), work() and send(). What is still under way when
// the client goes is given up, and may have happened.
//
// An answer is whole, whatever its status; redirects are answers and are not followed. Errors are
// of kind `unavailable` (HP8109, HP8110): the request was not sent, or was turned away by a limit;
// or of kind `unknown` (HP8104): it was sent, wholly or in part, and no whole answer came. Unless
// its method is GET or HEAD it is never sent a second time. Errors name the host and what failed,
// and nothing else of request and answer.
class HttpClient {
 public:
  virtual ~HttpClient() = default;

  // Begins an exchange and returns at once; what is wrong with the request is its answer.
  virtual RequestId start(std::shared_ptr<const HttpRequest> request) = 0;

  // Until the answer of `id` can be taken (`any`: of one of them), `max` at the longest. May return
  // earlier, for instance after a signal. In a fiber the others go on meanwhile, and whatever they
  // live in does the work.
  void wait(RequestId id, std::chrono::milliseconds max);

  // Works on everything that was started, as wait() does, but never lets other fibers go on.
  virtual void work(RequestId id, std::chrono::milliseconds max) = 0;

  // How long it takes until a request of the lane (one that only reads, or one that writes) could
  // go, as far as is known. For callers that must not stand in line with what they are about to
  // send.
  virtual std::chrono::milliseconds time_to_turn(const Lane& /*lane*/, bool /*reads*/) {
    return {};  // who keeps no limits
  }

  // The answer, once; nothing as long as the exchange is under way.
  std::optional<Result<HttpResponse>> take(RequestId id);

  // One exchange from start to end; the others go on meanwhile.
  Result<HttpResponse> send(HttpRequest request);

 protected:
  RequestId next_id() { return last_id_ = RequestId{static_cast<std::uint64_t>(last_id_) + 1}; }
  void answer(RequestId id, Result<HttpResponse> result);
  bool has_answer(RequestId id) const;

 private:
  RequestId last_id_ = RequestId::any;
  std::map<RequestId, Result<HttpResponse>> answers_ = {};
};

// Whether asking twice is as good as asking once because nothing can change.
bool is_read(const HttpRequest& request);

// What people may be told of a URL: its host, with the port if one is written. "the URL" if none
// can be made out.
std::string host_of(const Secret& url);

// The errors that the promise above speaks of.
Error not_sent(std::string_view host, std::string_view why, std::string hint);
Error no_answer(std::string_view host, std::string_view why);

}  // namespace hookplan
