// SPDX-License-Identifier: Apache-2.0
#include "plugins/kubernetes/cluster_login.h"

#include <utility>

namespace hookplan {
namespace {

// A request may be on its way for so long.
constexpr std::chrono::seconds kBeforeExpiry{20};

Secret copy_of(const Secret& secret) {
  return secret.reveal([](std::string_view bytes) { return Secret::copy_of(bytes); });
}

std::shared_ptr<const Tls> tls_with(const ClusterAccess& access, const Secret& certificate,
                                    const Secret& key) {
  Tls tls;
  tls.authorities = access.authorities;
  tls.client_certificate = copy_of(certificate);
  tls.client_key = copy_of(key);
  tls.server_name = access.server_name;
  tls.skip_verification = access.skips_verification;
  return std::make_shared<const Tls>(std::move(tls));
}

// As kubectl does: white space around it is not part of it.
Secret without_white_space(const Secret& token) {
  return token.reveal([](std::string_view text) {
    constexpr std::string_view kWhiteSpace = " \t\r\n";
    const std::size_t first = std::min(text.find_first_not_of(kWhiteSpace), text.size());
    const std::size_t last = text.find_last_not_of(kWhiteSpace) + 1;  // 0 if there is none
    return Secret::copy_of(text.substr(first, last > first ? last - first : 0));
  });
}

}  // namespace

ClusterLogin::ClusterLogin(ClusterAccess access, Clock& clock)
    : access_(std::move(access)),
      clock_(clock),
      tls_(tls_with(access_, access_.client_certificate, access_.client_key)) {}

Result<std::shared_ptr<const ExecCredential>> ClusterLogin::plugin_credential() {
  const std::shared_ptr<const ExecCredential> known = plugin_;
  if (known && (!known->expires || later(clock_.now(), kBeforeExpiry) < *known->expires)) {
    return known;
  }
  // Others may ask at the same time; whoever is the last has the newest.
  TRY(ExecCredential credential, ask_exec_plugin(access_, clock_));
  auto fresh = std::make_shared<const ExecCredential>(std::move(credential));
  plugin_ = fresh;
  return std::shared_ptr<const ExecCredential>(fresh);
}

Result<void> ClusterLogin::put_into(HttpRequest& request) {
  request.tls = tls_;
  request.proxy = copy_of(access_.proxy);
  if (!access_.token_file.empty()) {
    TRY(const Secret token, read_credential_file(access_.token_file));
    request.credential.value = without_white_space(token);
  } else if (!access_.token.empty()) {
    request.credential.value = copy_of(access_.token);
  } else if (access_.exec) {
    TRY(const auto credential, plugin_credential());
    request.credential.value = copy_of(credential->token);
    if (!credential->client_key.empty()) {
      request.tls = tls_with(access_, credential->client_certificate, credential->client_key);
    }
  }
  return {};
}

bool ClusterLogin::forget() {
  const bool was_by_plugin = std::exchange(plugin_, nullptr) != nullptr;
  return was_by_plugin || !access_.token_file.empty();
}

}  // namespace hookplan
