// SPDX-License-Identifier: Apache-2.0
#include "plugins/kubernetes/cluster_login.h"

#include <utility>

namespace hookplan {
namespace {

// A request may be on its way for so long.
constexpr std::chrono::seconds kBeforeExpiry{20};

std::shared_ptr<const Tls> tls_with(const ClusterAccess& access, const Secret& certificate,
                                    const Secret& key) {
  Tls tls;
  tls.authorities = access.authorities;
  tls.client_certificate = certificate.clone();
  tls.client_key = key.clone();
  tls.server_name = access.server_name;
  tls.skip_verification = access.skips_verification;
  return std::make_shared<const Tls>(std::move(tls));
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
  request.proxy = access_.proxy.clone();
  if (!access_.token_file.empty()) {
    TRY(const Secret token, read_credential_file(access_.token_file));
    request.credential.value = token.trimmed();
  } else if (!access_.token.empty()) {
    request.credential.value = access_.token.clone();
  } else if (access_.exec) {
    TRY(const auto credential, plugin_credential());
    request.credential.value = credential->token.clone();
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
