// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/curl_client.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

#include <curl/curl.h>
#include <fmt/format.h>

#include "core/base/text.h"

namespace hookplan {
namespace {

using std::chrono::milliseconds;

struct CloseHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
struct FreeText {
  void operator()(char* text) const { curl_free(text); }
};
using Handle = std::unique_ptr<CURL, CloseHandle>;
using Url = std::unique_ptr<CURLU, FreeUrl>;

// An option that libcurl does not take must not be left out in silence: some of them protect us.
template <typename Value>
void set(CURL* handle, CURLoption option, Value value) {
  if (const CURLcode code = curl_easy_setopt(handle, option, value); code != CURLE_OK) {
    throw std::runtime_error(
        fmt::format("libcurl refuses option {}: {}", int{option}, curl_easy_strerror(code)));
  }
}

Error not_sent(std::string_view host, std::string_view why, std::string hint) {
  return {ErrorKind::unavailable,
          diagnose(Code::receiver_unreachable,
                   fmt::format("cannot send a request to {}: {}", host, why), std::move(hint))};
}

Error no_answer(std::string_view host, std::string_view why) {
  return {ErrorKind::unknown,
          diagnose(Code::answer_lost,
                   fmt::format("{} was sent a request and gave no whole answer: {}", host, why),
                   "run it again: it will look first what has happened")};
}

// The secret between two texts and with a zero behind it, as C wants it.
Secret c_text(std::string_view before, const Secret& secret, std::string_view after = {}) {
  return secret.reveal([&](std::string_view bytes) {
    Secret text(before.size() + bytes.size() + after.size() + 1);
    auto end = std::ranges::copy(before, text.room().begin()).out;
    end = std::ranges::copy(bytes, end).out;
    std::ranges::copy(after, end);
    return text;
  });
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool has_control_characters(std::string_view text) {
  return std::ranges::any_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

// A list of header lines in memory of ours, so that the bearer is wiped with it.
class HeaderLines {
 public:
  void add(Secret line) { lines_.push_back(std::move(line)); }
  void add(std::string_view line) { add(c_text(line, {})); }
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

// Bytes in room that grows, wiped wherever they were.
class SecretBuffer {
 public:
  void append(std::string_view bytes) {
    if (size_ + bytes.size() > room_.size()) {
      Secret larger(std::max({2 * room_.size(), size_ + bytes.size(), std::size_t{4096}}));
      std::ranges::copy(room_.room().first(size_), larger.room().begin());
      room_ = std::move(larger);
    }
    std::ranges::copy(bytes, room_.room().subspan(size_).begin());
    size_ += bytes.size();
  }
  std::size_t size() const { return size_; }
  Secret take() {
    room_.shrink(size_);
    return std::move(room_);
  }

 private:
  Secret room_ = {};
  std::size_t size_ = 0;
};

// One request on its way, as libcurl's callbacks see it.
struct Exchange {
  std::size_t most_bytes = 0;
  bool may_repeat = false;
  bool was_sent = false;  // at least its first byte may have been
  bool is_too_large = false;
  bool in_headers = false;  // of the answer: its first line came and its empty line did not
  bool has_headers = false;
  std::size_t header_bytes = 0;
  HttpHeaders headers = {};
  SecretBuffer body = {};
};

// libcurl asks here once a connection stands, with TLS, before it writes the request. When a kept
// connection dies without an answer it takes a new one and asks again: what may have had an effect
// must not be sent twice.
int before_sending(void* exchange_pointer, char* /*ip*/, char* /*own_ip*/, int /*port*/,
                   int /*own_port*/) {
  auto& exchange = *static_cast<Exchange*>(exchange_pointer);
  if (exchange.was_sent && !exchange.may_repeat) return CURL_PREREQFUNC_ABORT;
  exchange.was_sent = true;
  return CURL_PREREQFUNC_OK;
}

void take_header(std::string_view line, Exchange& exchange) {
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  if (line.starts_with("HTTP/")) {  // also after an interim answer, which does not count
    exchange.in_headers = true;
    exchange.has_headers = false;
    exchange.headers.clear();
    return;
  }
  if (line.empty() && exchange.in_headers) {
    exchange.in_headers = false;
    exchange.has_headers = true;
  }
  // What comes after the body is no part of what the answer is judged by.
  const auto colon = line.find(':');
  if (!exchange.in_headers || colon == std::string_view::npos) return;
  std::string_view value = line.substr(colon + 1);
  while (value.starts_with(' ') || value.starts_with('\t')) value.remove_prefix(1);
  while (value.ends_with(' ') || value.ends_with('\t')) value.remove_suffix(1);
  std::string& known = exchange.headers[ascii_lower(line.substr(0, colon))];
  if (!known.empty()) known += ", ";
  known += value;
}

std::size_t on_header(char* bytes, std::size_t one, std::size_t count, void* exchange_pointer) {
  auto& exchange = *static_cast<Exchange*>(exchange_pointer);
  try {
    exchange.header_bytes += one * count;
    exchange.is_too_large = exchange.header_bytes > exchange.most_bytes;
    if (exchange.is_too_large) return 0;
    take_header({bytes, one * count}, exchange);
    return one * count;
  } catch (const std::bad_alloc&) {
    return 0;  // libcurl is C: nothing may be thrown through it
  }
}

std::size_t on_body(char* bytes, std::size_t one, std::size_t count, void* exchange_pointer) {
  auto& exchange = *static_cast<Exchange*>(exchange_pointer);
  try {
    exchange.is_too_large = exchange.body.size() + one * count > exchange.most_bytes;
    if (exchange.is_too_large) return 0;
    exchange.body.append({bytes, one * count});
    return one * count;
  } catch (const std::bad_alloc&) {
    return 0;
  }
}

bool is_this_machine(std::string_view host) {
  const std::string name = ascii_lower(host);
  if (name == "localhost" || name == "[::1]") return true;
  in_addr address = {};
  return ::inet_pton(AF_INET, name.c_str(), &address) == 1 && (ntohl(address.s_addr) >> 24U) == 127;
}

// A URL as libcurl itself understands it, so that nobody else's reading is judged.
struct Target {
  Url url = nullptr;
  std::string host = {};  // for people
  bool is_this_machine = false;
};

std::string part_of(const Url& url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url.get(), part, &text, 0) != CURLUE_OK) return {};
  const std::unique_ptr<char, FreeText> owner(text);
  return text;
}

Result<Target> target_of(const Secret& url) {
  Target target;
  target.host = host_of(url);
  const auto refuse = [&](std::string_view why, std::string hint) -> Error {
    return not_sent(target.host, why, std::move(hint));
  };
  if (url.reveal(has_control_characters)) {
    return refuse("the URL has a line break or another control character", "correct the URL");
  }
  target.url.reset(curl_url());
  if (!target.url) throw std::bad_alloc();
  const Secret text = c_text("", url);
  const CURLUcode code = text.reveal([&](std::string_view bytes) {
    return curl_url_set(target.url.get(), CURLUPART_URL, bytes.data(),
                        CURLU_PATH_AS_IS | CURLU_DISALLOW_USER);
  });
  if (code == CURLUE_USER_NOT_ALLOWED) {
    return refuse("the URL has a user name or a password in it", "take them out of the URL");
  }
  if (code != CURLUE_OK) {
    return refuse(fmt::format("the URL is malformed ({})", curl_url_strerror(code)),
                  "write it like https://example.com/hook");
  }
  target.is_this_machine = is_this_machine(part_of(target.url, CURLUPART_HOST));
  const std::string scheme = part_of(target.url, CURLUPART_SCHEME);
  if (scheme != "https" && !(scheme == "http" && target.is_this_machine)) {
    return refuse("the URL does not begin with https://",
                  "use https; plain http is for this machine only, such as http://127.0.0.1:8888");
  }
  return target;
}

Result<HeaderLines> header_lines(const HttpRequest& request, std::string_view host, bool has_body) {
  HeaderLines lines;
  for (const auto& [name, value] : request.headers) {
    if (!is_token(name) || has_control_characters(value)) {
      return not_sent(host, "a header has a character that headers cannot have",
                      "look for line breaks in what was configured");
    }
    // A semicolon is how libcurl is told to send a header without a value.
    lines.add(value.empty() ? fmt::format("{};", name) : fmt::format("{}: {}", name, value));
  }
  if (!request.bearer.empty()) {
    const bool is_sound = request.bearer.reveal([](std::string_view bytes) {
      return std::ranges::all_of(bytes, [](char c) { return c > 0x20 && c < 0x7F; });
    });
    if (!is_sound) {
      return not_sent(host, "the credential has a space, a line break or another odd character",
                      "look at the end of the file or variable it comes from");
    }
    lines.add(c_text("authorization: Bearer ", request.bearer));
  }
  lines.add("Expect:");  // no waiting for leave to send the body
  if (has_body && !request.headers.contains("content-type")) lines.add("Content-Type:");
  return lines;
}

// Set anew for each request, so that none inherits from the one before.
void set_safe_defaults(CURL* handle, const CurlOptions& options, const Target& target) {
  set(handle, CURLOPT_CURLU, target.url.get());
  set(handle, CURLOPT_PROTOCOLS_STR, target.is_this_machine ? "https,http" : "https");
  set(handle, CURLOPT_REDIR_PROTOCOLS_STR, "https");
  set(handle, CURLOPT_FOLLOWLOCATION, 0L);
  set(handle, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  set(handle, CURLOPT_PATH_AS_IS, 1L);
  set(handle, CURLOPT_NETRC, long{CURL_NETRC_IGNORED});
  set(handle, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
  set(handle, CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
  set(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  set(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  if (const char* const file = std::getenv("SSL_CERT_FILE"); file != nullptr && *file != '\0') {
    set(handle, CURLOPT_CAINFO, file);
  }
  if (const char* const folder = std::getenv("SSL_CERT_DIR");
      folder != nullptr && *folder != '\0') {
    set(handle, CURLOPT_CAPATH, folder);
  }
  if (target.is_this_machine) set(handle, CURLOPT_PROXY, "");
  set(handle, CURLOPT_HEADEROPT, long{CURLHEADER_SEPARATE});  // a proxy gets none of our headers
  set(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(handle, CURLOPT_NOSIGNAL, 1L);
  set(handle, CURLOPT_USERAGENT, options.user_agent.c_str());
}

void set_exchange(CURL* handle, Exchange& exchange) {
  set(handle, CURLOPT_PREREQFUNCTION, before_sending);
  set(handle, CURLOPT_PREREQDATA, &exchange);
  set(handle, CURLOPT_HEADERFUNCTION, on_header);
  set(handle, CURLOPT_HEADERDATA, &exchange);
  set(handle, CURLOPT_WRITEFUNCTION, on_body);
  set(handle, CURLOPT_WRITEDATA, &exchange);
  set(handle, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(exchange.most_bytes));
}

void set_method(CURL* handle, const HttpRequest& request, const char* body, bool has_body) {
  if (has_body) {
    set(handle, CURLOPT_POSTFIELDS, body);
    set(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  } else if (request.method == "HEAD") {
    set(handle, CURLOPT_NOBODY, 1L);
  } else {
    set(handle, CURLOPT_HTTPGET, 1L);
  }
  if (request.method != "HEAD") set(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

std::string reason(CURL* handle, CURLcode code, const Exchange& exchange, milliseconds timeout) {
  if (exchange.is_too_large || code == CURLE_FILESIZE_EXCEEDED) {
    return fmt::format("it has more than {} bytes", exchange.most_bytes);
  }
  long proxy_status = 0;
  curl_easy_getinfo(handle, CURLINFO_HTTP_CONNECTCODE, &proxy_status);
  if (!exchange.was_sent && proxy_status >= 300) {
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
      return exchange.was_sent ? fmt::format("{} ms have passed", timeout.count())
                               : "there was no connection in time";
    case CURLE_PEER_FAILED_VERIFICATION:
      return "its certificate is not trusted, has expired or is for another name";
    case CURLE_SSL_CACERT_BADFILE: return "the file of authorities cannot be read";
    case CURLE_GOT_NOTHING:
    case CURLE_ABORTED_BY_CALLBACK: return "the connection was closed";
    case CURLE_PARTIAL_FILE: return "the connection was closed in the middle of it";
    default: return curl_easy_strerror(code);
  }
}

std::string remedy(CURLcode code) {
  switch (static_cast<int>(code)) {
    case CURLE_PEER_FAILED_VERIFICATION:
      return "correct its certificate, or name its authority with SSL_CERT_FILE";
    case CURLE_SSL_CACERT_BADFILE: return "correct SSL_CERT_FILE or install ca-certificates";
    default: return "check the URL and the way to it, such as HTTPS_PROXY, then run it again";
  }
}

}  // namespace

struct CurlClient::Implementation {
  CurlOptions options;
  Handle handle;
};

CurlClient::CurlClient(CurlOptions options) {
  static const CURLcode kReady = curl_global_init(CURL_GLOBAL_DEFAULT);
  Handle handle(kReady == CURLE_OK ? curl_easy_init() : nullptr);
  if (!handle) throw std::runtime_error("libcurl cannot be used");
  implementation_ =
      std::make_unique<Implementation>(Implementation{std::move(options), std::move(handle)});
}

CurlClient::~CurlClient() = default;

Result<HttpResponse> CurlClient::send(const HttpRequest& request) {
  const CurlOptions& options = implementation_->options;
  TRY(const Target target, target_of(request.url));
  if (!is_token(request.method)) throw std::logic_error("not a method of HTTP");
  const bool has_body = !request.body.empty() || request.method == "POST" ||
                        request.method == "PUT" || request.method == "PATCH";
  TRY(HeaderLines lines, header_lines(request, target.host, has_body));

  Exchange exchange;
  exchange.most_bytes = options.most_answer_bytes;
  exchange.may_repeat = request.method == "GET" || request.method == "HEAD";
  CURL* const handle = implementation_->handle.get();
  // libcurl reads 0 as "for ever".
  const milliseconds timeout = std::max(request.timeout, milliseconds{1});
  const CURLcode code = request.body.reveal([&](std::string_view body) {
    set_safe_defaults(handle, options, target);
    set_exchange(handle, exchange);
    set_method(handle, request, body.empty() ? "" : body.data(), has_body);
    set(handle, CURLOPT_HTTPHEADER, lines.list());
    set(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
    set(handle, CURLOPT_CONNECTTIMEOUT_MS,
        static_cast<long>(std::min(timeout, options.connect_timeout).count()));
    set(handle, CURLOPT_FRESH_CONNECT, request.new_connection ? 1L : 0L);
    set(handle, CURLOPT_FORBID_REUSE, request.new_connection ? 1L : 0L);
    return curl_easy_perform(handle);
  });
  std::optional<Error> error;
  if (code != CURLE_OK) {
    const std::string why = reason(handle, code, exchange, timeout);
    error =
        exchange.was_sent ? no_answer(target.host, why) : not_sent(target.host, why, remedy(code));
  } else if (!exchange.has_headers) {
    // libcurl takes the end of the connection for the end of the headers.
    error = no_answer(target.host, "the connection was closed in the middle of its headers");
  }
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  // Leaves the connections and nothing that points to this request.
  curl_easy_reset(handle);
  if (error) return std::move(*error);
  return HttpResponse{static_cast<int>(status), std::move(exchange.headers), exchange.body.take()};
}

}  // namespace hookplan
