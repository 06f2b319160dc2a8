// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/curl_exchange.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

#include <curl/curl.h>
#include <fmt/format.h>

#include "plugins/http/curl_url.h"
#include "plugins/http/incoming.h"

namespace hookplan {
namespace {

using std::chrono::milliseconds;

struct CloseHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};

// An option that libcurl does not take must not be left out in silence: some of them protect us.
template <typename Value>
void set(CURL* handle, CURLoption option, Value value) {
  if (const CURLcode code = curl_easy_setopt(handle, option, value); code != CURLE_OK) {
    throw std::runtime_error(
        fmt::format("libcurl refuses option {}: {}", int{option}, curl_easy_strerror(code)));
  }
}

// Without a copy: the bytes stay where they are until the exchange is over.
void set_bytes(CURL* handle, CURLoption option, std::string_view bytes) {
  curl_blob blob = {const_cast<char*>(bytes.data()), bytes.size(), CURL_BLOB_NOCOPY};
  set(handle, option, &blob);
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool is_value(std::string_view text) {
  return std::ranges::none_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

// Stricter, because what is pasted or read from a file likes to bring its surroundings along.
bool is_credential(std::string_view text) {
  return !text.starts_with(' ') && !text.ends_with(' ') &&
         std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7F; });
}

// A list of header lines in memory of ours, so that the credential is wiped with it.
class HeaderLines {
 public:
  void add(std::string_view before, const Secret& secret = {}) {
    secret.reveal([&](std::string_view bytes) {
      Secret& line = lines_.emplace_back(before.size() + bytes.size() + 1);  // ends with a zero
      std::ranges::copy(bytes, std::ranges::copy(before, line.room().begin()).out);
    });
  }
  // The list for libcurl. REQUIRES: nothing is added afterwards.
  curl_slist* list() {
    nodes_.resize(lines_.size());
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      nodes_[i] = {lines_[i].room().data(), i + 1 < nodes_.size() ? &nodes_[i + 1] : nullptr};
    }
    return nodes_.empty() ? nullptr : nodes_.data();
  }

 private:
  std::vector<Secret> lines_;
  std::vector<curl_slist> nodes_;
};

struct Sending {
  bool may_repeat = false;
  bool was_begun = false;  // at least its first byte may have gone
};

// libcurl asks here once a connection stands, with TLS, before it writes the request. When a kept
// connection dies without an answer it takes a new one and asks again: what may have had an effect
// must not be sent twice.
int before_sending(void* sending_pointer, char* /*ip*/, char* /*own_ip*/, int /*port*/,
                   int /*own_port*/) {
  auto& sending = *static_cast<Sending*>(sending_pointer);
  if (sending.was_begun && !sending.may_repeat) return CURL_PREREQFUNC_ABORT;
  sending.was_begun = true;
  return CURL_PREREQFUNC_OK;
}

// libcurl is C: nothing may be thrown through it. A size other than what came ends the exchange.
template <bool (Incoming::*take)(std::string_view)>
std::size_t on_bytes(char* bytes, std::size_t one, std::size_t count, void* incoming) {
  try {
    const std::string_view text(bytes, one * count);
    return (static_cast<Incoming*>(incoming)->*take)(text) ? text.size() : 0;
  } catch (const std::bad_alloc&) {
    return 0;
  }
}

bool has_body(const HttpRequest& request) {
  return !request.body.empty() || request.method == "POST" || request.method == "PUT" ||
         request.method == "PATCH";
}

Result<HeaderLines> header_lines(const HttpRequest& request, std::string_view host) {
  HeaderLines lines;
  for (const auto& [name, value] : request.headers) {
    if (!is_token(name) || !is_value(value)) {
      return not_sent(host, "a header has a character that headers cannot have",
                      "look for line breaks in what was configured");
    }
    // A semicolon is how libcurl is told to send a header without a value.
    lines.add(value.empty() ? name + ";" : fmt::format("{}: {}", name, value));
  }
  if (const auto& [header, scheme, value] = request.credential; !value.empty()) {
    if (!is_token(header) || !is_value(scheme) || !value.reveal(is_credential)) {
      return not_sent(host, "the credential has a line break or another odd character",
                      "look at the end of the file or variable it comes from");
    }
    lines.add(fmt::format("{}: {}{}", header, scheme, scheme.empty() ? "" : " "), value);
  }
  lines.add("Expect:");  // no waiting for leave to send the body
  if (has_body(request) && !request.headers.contains("content-type")) lines.add("Content-Type:");
  return lines;
}

void set_tls(CURL* handle, const Tls& tls) {
  set(handle, CURLOPT_SSLVERSION,
      long{tls.min_version == TlsVersion::v1_3 ? CURL_SSLVERSION_TLSv1_3
                                               : CURL_SSLVERSION_TLSv1_2});
  set(handle, CURLOPT_SSL_VERIFYPEER, tls.skip_verification ? 0L : 1L);
  set(handle, CURLOPT_SSL_VERIFYHOST, tls.skip_verification ? 0L : 2L);
  if (!tls.authorities.empty()) {
    set_bytes(handle, CURLOPT_CAINFO_BLOB, tls.authorities);
    // It replaces the system's file and not the system's folder; a null pointer is the folder again
    // in newer versions. Here is nobody.
    set(handle, CURLOPT_CAPATH, "/dev/null");
  } else {
    for (const auto& [name, option] :
         {std::pair("SSL_CERT_FILE", CURLOPT_CAINFO), std::pair("SSL_CERT_DIR", CURLOPT_CAPATH)}) {
      const char* const path = std::getenv(name);
      if (path != nullptr && *path != '\0') set(handle, option, path);
    }
  }
  if (!tls.client_certificate.empty()) {
    tls.client_certificate.reveal(
        [&](std::string_view bytes) { set_bytes(handle, CURLOPT_SSLCERT_BLOB, bytes); });
    tls.client_key.reveal(
        [&](std::string_view bytes) { set_bytes(handle, CURLOPT_SSLKEY_BLOB, bytes); });
    // Otherwise OpenSSL asks whoever sits at the terminal for the passphrase of a key that has one.
    set(handle, CURLOPT_KEYPASSWD, "");
  }
}

void set_safe_defaults(CURL* handle, const CurlOptions& options, const CurlUrl& url) {
  set(handle, CURLOPT_CURLU, url.url.get());
  set(handle, CURLOPT_PROTOCOLS_STR, url.is_local ? "https,http" : "https");
  set(handle, CURLOPT_REDIR_PROTOCOLS_STR, "https");
  set(handle, CURLOPT_FOLLOWLOCATION, 0L);
  set(handle, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  set(handle, CURLOPT_PATH_AS_IS, 1L);
  set(handle, CURLOPT_NETRC, long{CURL_NETRC_IGNORED});
  set(handle, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
  if (url.is_local) set(handle, CURLOPT_PROXY, "");
  set(handle, CURLOPT_HEADEROPT, long{CURLHEADER_SEPARATE});  // a proxy gets none of our headers
  set(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(handle, CURLOPT_NOSIGNAL, 1L);
  set(handle, CURLOPT_USERAGENT, options.user_agent.c_str());
}

void set_callbacks(CURL* handle, Sending& sending, Incoming& incoming) {
  set(handle, CURLOPT_PREREQFUNCTION, before_sending);
  set(handle, CURLOPT_PREREQDATA, &sending);
  set(handle, CURLOPT_HEADERFUNCTION, on_bytes<&Incoming::take_header>);
  set(handle, CURLOPT_HEADERDATA, &incoming);
  set(handle, CURLOPT_WRITEFUNCTION, on_bytes<&Incoming::take_body>);
  set(handle, CURLOPT_WRITEDATA, &incoming);
  set(handle, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(incoming.max_bytes()));
}

// After the safe defaults: who names a proxy means it for this machine, too.
void set_proxy(CURL* handle, const Secret& proxy) {
  if (proxy.empty()) return;
  Secret c_text(proxy.size() + 1);  // with a zero behind it
  proxy.reveal([&](std::string_view bytes) { std::ranges::copy(bytes, c_text.room().begin()); });
  set(handle, CURLOPT_PROXY, static_cast<const char*>(c_text.room().data()));
  set(handle, CURLOPT_NOPROXY, "");
}

void set_outgoing(CURL* handle, const HttpRequest& request, const CurlOptions& options) {
  if (has_body(request)) {
    request.body.reveal([&](std::string_view body) {
      set(handle, CURLOPT_POSTFIELDS, body.empty() ? "" : body.data());
      set(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    });
  } else if (request.method == "HEAD") {
    set(handle, CURLOPT_NOBODY, 1L);
  } else {
    set(handle, CURLOPT_HTTPGET, 1L);
  }
  if (request.method != "HEAD") set(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  // libcurl reads 0 as "for ever".
  const milliseconds timeout = std::max(request.timeout, milliseconds{1});
  set(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
  set(handle, CURLOPT_CONNECTTIMEOUT_MS,
      static_cast<long>(std::min(timeout, options.connect_timeout).count()));
  set(handle, CURLOPT_FRESH_CONNECT, request.new_connection ? 1L : 0L);
  set(handle, CURLOPT_FORBID_REUSE, request.new_connection ? 1L : 0L);
}

std::string certificate_problem(CURL* handle) {
  // Numbers of OpenSSL's X509_V_ERR_*. Names are libcurl's business: for these it leaves 0, or 1.
  long problem = 0;
  curl_easy_getinfo(handle, CURLINFO_SSL_VERIFYRESULT, &problem);
  switch (problem) {
    case 0:
    case 1: return "its certificate is for another name";
    case 9: return "its certificate is not valid yet";
    case 10: return "its certificate has expired";
    default: return "its certificate is not trusted";
  }
}

// Why the TLS of the two does not go together, out of what OpenSSL says, which is for programmers.
std::string handshake_problem(CURLcode code, std::string_view said) {
  const auto has = [&](std::string_view words) {
    return said.find(words) != std::string_view::npos;
  };
  if (has("unsupported protocol") || has("alert protocol version")) {
    return "it offers no version of TLS that is new enough";
  }
  if (has("alert handshake failure") || has("alert certificate required") ||
      has("alert bad certificate") || has("alert unknown ca")) {
    return "it breaks the TLS handshake off, as those do that want another client certificate";
  }
  return curl_easy_strerror(code);
}

std::string reason(CURL* handle, CURLcode code, const Incoming& incoming, bool was_sent,
                   milliseconds timeout, std::string_view said) {
  if (incoming.is_too_large() || code == CURLE_FILESIZE_EXCEEDED) {
    return fmt::format("it has more than {} bytes", incoming.max_bytes());
  }
  long proxy_status = 0;
  curl_easy_getinfo(handle, CURLINFO_HTTP_CONNECTCODE, &proxy_status);
  if (!was_sent && proxy_status >= 300) {
    return fmt::format("the proxy answered {}", proxy_status);
  }
  long system_error = 0;
  curl_easy_getinfo(handle, CURLINFO_OS_ERRNO, &system_error);
  switch (static_cast<int>(code)) {  // libcurl has more codes than anybody can list
    case CURLE_COULDNT_RESOLVE_HOST: return "its name cannot be resolved";
    case CURLE_COULDNT_RESOLVE_PROXY: return "the name of the proxy cannot be resolved";
    case CURLE_COULDNT_CONNECT:
      return system_error == 0 ? "no connection"
                               : std::generic_category().message(static_cast<int>(system_error));
    case CURLE_OPERATION_TIMEDOUT:
      return was_sent ? fmt::format("{} ms have passed", timeout.count())
                      : "there was no connection in time";
    case CURLE_PEER_FAILED_VERIFICATION: return certificate_problem(handle);
    case CURLE_SSL_CACERT_BADFILE: return "the certificates of authorities cannot be read";
    case CURLE_SSL_CERTPROBLEM: return "the client certificate or its key cannot be used";
    case CURLE_GOT_NOTHING:
    case CURLE_ABORTED_BY_CALLBACK: return "the connection was closed";
    case CURLE_PARTIAL_FILE: return "the connection was closed in the middle of it";
    default: return handshake_problem(code, said);
  }
}

std::string remedy(CURLcode code) {
  switch (static_cast<int>(code)) {
    case CURLE_PEER_FAILED_VERIFICATION:
      return "correct its certificate, or name its authority with SSL_CERT_FILE";
    case CURLE_SSL_CACERT_BADFILE:
      return "correct SSL_CERT_FILE or what was configured, or install ca-certificates";
    case CURLE_SSL_CERTPROBLEM: return "both must be PEM, belong together, and need no passphrase";
    default: return "check the URL and the way to it, such as HTTPS_PROXY, then run it again";
  }
}

}  // namespace

struct CurlExchange::State {
  std::shared_ptr<const HttpRequest> request;
  CurlUrl url;
  HeaderLines lines;
  Sending sending;
  Incoming incoming;
  std::string connect_to = {};
  curl_slist connect_to_list = {};
  std::array<char, CURL_ERROR_SIZE> said = {};  // by libcurl, when something went wrong
  std::unique_ptr<CURL, CloseHandle> handle =
      nullptr;  // the last: it goes before what it points to
};

CurlExchange::CurlExchange(std::unique_ptr<State> state) : state_(std::move(state)) {}
CurlExchange::~CurlExchange() = default;

Result<std::unique_ptr<CurlExchange>> CurlExchange::prepare(
    std::shared_ptr<const HttpRequest> request, const CurlOptions& options) {
  if (!is_token(request->method)) throw std::logic_error("not a method of HTTP");
  TRY(CurlUrl url, parse_url(request->url));
  TRY(HeaderLines lines, header_lines(*request, url.host));
  const Sending sending = {.may_repeat = is_read(*request)};
  Incoming incoming(request->max_answer_bytes);
  auto state = std::make_unique<State>(
      State{std::move(request), std::move(url), std::move(lines), sending, std::move(incoming)});
  state->handle.reset(curl_easy_init());
  CURL* const handle = state->handle.get();
  if (handle == nullptr) throw std::bad_alloc();

  static const Tls kUsual;
  const Tls& tls = state->request->tls ? *state->request->tls : kUsual;
  if (!tls.server_name.empty()) {
    TRY(FormerHost former, rename_host(state->url, tls.server_name));
    state->lines.add("Host: " + former.name);
    state->connect_to = std::move(former.connect_to);
    state->connect_to_list = {state->connect_to.data(), nullptr};
    set(handle, CURLOPT_CONNECT_TO, &state->connect_to_list);
  }
  set_safe_defaults(handle, options, state->url);
  set_proxy(handle, state->request->proxy);
  set_tls(handle, tls);
  set(handle, CURLOPT_ERRORBUFFER, state->said.data());
  set_callbacks(handle, state->sending, state->incoming);
  set_outgoing(handle, *state->request, options);
  set(handle, CURLOPT_HTTPHEADER, state->lines.list());
  return std::unique_ptr<CurlExchange>(new CurlExchange(std::move(state)));
}

void* CurlExchange::handle() const { return state_->handle.get(); }

Result<HttpResponse> CurlExchange::finish(int number) {
  const auto code = static_cast<CURLcode>(number);
  CURL* const handle = state_->handle.get();
  Incoming& incoming = state_->incoming;
  const bool was_sent = state_->sending.was_begun;
  const std::string& host = state_->url.host;
  if (code != CURLE_OK) {
    const std::string why =
        reason(handle, code, incoming, was_sent, state_->request->timeout, state_->said.data());
    if (was_sent) return no_answer(host, why);
    return not_sent(host, why, remedy(code));
  }
  if (!incoming.has_headers()) {
    // libcurl takes the end of the connection for the end of the headers.
    return no_answer(host, "the connection was closed in the middle of its headers");
  }
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  return incoming.response(static_cast<int>(status));
}

}  // namespace hookplan
