// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/secret.h"

struct Curl_URL;  // libcurl's own

namespace hookplan {

// URLs as libcurl itself understands them, so that what is judged is what is sent.
struct CurlUrl {
  struct Free {
    void operator()(Curl_URL* url) const;
  };
  std::unique_ptr<Curl_URL, Free> url = nullptr;
  std::string host = {};  // for people
  bool is_local = false;  // this machine, or the metadata server that is this machine's alone
};

// An error (kind `unavailable`, HP8109) unless it is a https URL, or a http URL of this machine
// (localhost, 127.0.0.0/8, [::1]) or of the metadata server of clouds (169.254.169.254), without a
// user name.
Result<CurlUrl> parse_url(const Secret& url);

// For a certificate that is for another name: makes that name the URL's host. Returns the host with
// its port as it was, and how libcurl is told to connect there all the same.
struct FormerHost {
  std::string name = {};        // what the Host header says
  std::string connect_to = {};  // CURLOPT_CONNECT_TO
};
Result<FormerHost> rename_host(CurlUrl& url, const std::string& name);

// The URL that `reference` means inside an answer from `base`, whole or relative. An error (kind
// `unavailable`, HP8109) unless scheme, host and port are the same: what may be sent to one server
// must not go to another because an answer says so.
Result<Secret> same_origin_url(const Secret& base, const std::string& reference);

}  // namespace hookplan
