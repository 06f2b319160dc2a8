// SPDX-License-Identifier: Apache-2.0
// libcurl, loaded when it is called for the first time.
//
// Linked in the usual way it is loaded when hookplan starts, with 25 libraries of its own (two TLS
// libraries, LDAP, Kerberos, HTTP/2), for 4 ms that every plan would pay and no plan uses. These
// functions have the names of libcurl's and pass on to them, so that the callers are written as
// ever. On Linux a `long`, a `curl_off_t` and a pointer are passed alike after the dots; a machine
// where they are not must link libcurl itself (plugins/http/CMakeLists.txt).
#include <dlfcn.h>

#include <cstdarg>
#include <stdexcept>
#include <string>

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#undef curl_easy_setopt
#undef curl_easy_getinfo

static_assert(sizeof(long) == sizeof(void*) && sizeof(curl_off_t) == sizeof(void*));

namespace {

void* libcurl() {
  // Never closed: libcurl has threads and handlers of its own.
  static void* const kLibrary = ::dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (kLibrary != nullptr) return kLibrary;
  const char* const why = ::dlerror();
  throw std::runtime_error(std::string("libcurl cannot be used: ") + (why == nullptr ? "" : why));
}

template <typename Function>
Function* real(Function* /*the one of that type*/, const char* name) {
  void* const found = ::dlsym(libcurl(), name);
  if (found == nullptr) throw std::runtime_error(std::string("libcurl has no ") + name);
  return reinterpret_cast<Function*>(found);
}

}  // namespace

// Looked up once.
#define CALL_LIBCURL(name, ...)                        \
  static auto* const kFunction = real(&(name), #name); \
  return kFunction(__VA_ARGS__)

extern "C" {

CURLcode curl_global_init(long flags) { CALL_LIBCURL(curl_global_init, flags); }

CURL* curl_easy_init() { CALL_LIBCURL(curl_easy_init); }
void curl_easy_cleanup(CURL* handle) { CALL_LIBCURL(curl_easy_cleanup, handle); }
const char* curl_easy_strerror(CURLcode code) { CALL_LIBCURL(curl_easy_strerror, code); }
CURLcode curl_easy_setopt(CURL* handle, CURLoption option, ...) {
  va_list rest;
  va_start(rest, option);
  void* const value = va_arg(rest, void*);
  va_end(rest);
  CALL_LIBCURL(curl_easy_setopt, handle, option, value);
}
CURLcode curl_easy_getinfo(CURL* handle, CURLINFO info, ...) {
  va_list rest;
  va_start(rest, info);
  void* const value = va_arg(rest, void*);
  va_end(rest);
  CALL_LIBCURL(curl_easy_getinfo, handle, info, value);
}
void curl_free(void* pointer) { CALL_LIBCURL(curl_free, pointer); }

CURLM* curl_multi_init() { CALL_LIBCURL(curl_multi_init); }
CURLMcode curl_multi_cleanup(CURLM* multi) { CALL_LIBCURL(curl_multi_cleanup, multi); }
CURLMcode curl_multi_add_handle(CURLM* multi, CURL* handle) {
  CALL_LIBCURL(curl_multi_add_handle, multi, handle);
}
CURLMcode curl_multi_remove_handle(CURLM* multi, CURL* handle) {
  CALL_LIBCURL(curl_multi_remove_handle, multi, handle);
}
CURLMcode curl_multi_perform(CURLM* multi, int* running) {
  CALL_LIBCURL(curl_multi_perform, multi, running);
}
CURLMcode curl_multi_poll(CURLM* multi, curl_waitfd* extra, unsigned int number, int milliseconds,
                          int* ready) {
  CALL_LIBCURL(curl_multi_poll, multi, extra, number, milliseconds, ready);
}
CURLMsg* curl_multi_info_read(CURLM* multi, int* left) {
  CALL_LIBCURL(curl_multi_info_read, multi, left);
}
const char* curl_multi_strerror(CURLMcode code) { CALL_LIBCURL(curl_multi_strerror, code); }

CURLU* curl_url() { CALL_LIBCURL(curl_url); }
void curl_url_cleanup(CURLU* url) { CALL_LIBCURL(curl_url_cleanup, url); }
#if LIBCURL_VERSION_NUM >= 0x080000
using UrlToRead = const CURLU;
#else
using UrlToRead = CURLU;
#endif
CURLUcode curl_url_get(UrlToRead* url, CURLUPart part, char** text, unsigned int flags) {
  CALL_LIBCURL(curl_url_get, url, part, text, flags);
}
CURLUcode curl_url_set(CURLU* url, CURLUPart part, const char* text, unsigned int flags) {
  CALL_LIBCURL(curl_url_set, url, part, text, flags);
}
const char* curl_url_strerror(CURLUcode code) { CALL_LIBCURL(curl_url_strerror, code); }

}  // extern "C"
