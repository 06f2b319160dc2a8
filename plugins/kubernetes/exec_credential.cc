// SPDX-License-Identifier: Apache-2.0
#include "plugins/kubernetes/exec_credential.h"

#include <fmt/format.h>

#include "core/base/base64.h"
#include "core/base/json.h"
#include "core/base/json_view.h"
#include "core/base/text.h"
#include "plugins/child_output.h"

namespace hookplan {
namespace {

constexpr std::chrono::seconds kPluginTime{60};

// What the plugin finds in KUBERNETES_EXEC_INFO.
std::string exec_info(const ClusterAccess& access) {
  JsonWriter json;
  json.begin_object();
  json.key("apiVersion").string(access.exec->api_version);
  json.key("kind").string("ExecCredential");
  json.key("spec").begin_object();
  if (access.exec->wants_cluster) {
    json.key("cluster").begin_object();
    if (!access.authorities.empty()) {
      json.key("certificate-authority-data").string(base64(access.authorities));
    }
    if (access.skips_verification) json.key("insecure-skip-tls-verify").boolean(true);
    if (!access.proxy.empty()) {
      access.proxy.reveal([&](std::string_view url) { json.key("proxy-url").string(url); });
    }
    json.key("server").string(access.server);
    if (!access.server_name.empty()) json.key("tls-server-name").string(access.server_name);
    json.end_object();
  }
  json.key("interactive").boolean(false);
  json.end_object();
  json.end_object();
  return json.take();
}

// The text of a member, which may have escapes: certificates have line breaks.
Secret secret_member(const JsonView& status, std::string_view name) {
  std::string text = status.text_of(name);
  Secret secret = Secret::copy_of(text);
  wipe(text);
  return secret;
}

Error no_credential(const ClusterAccess& access, std::string_view why) {
  return fail(Code::credential_plugin, "the exec plugin {} of {}: {}",
              excerpt(access.exec->command), printable(access.user), why)
      .hint("run it by hand to see what it says; does it need a login that has ended?");
}

std::string problem_of(const ChildOutput& ran) {
  switch (ran.end) {
    case ChildOutput::End::exited: return fmt::format("it ended with exit status {}", ran.status);
    case ChildOutput::End::killed: return fmt::format("it was ended by signal {}", ran.status);
    case ChildOutput::End::too_slow:
      return fmt::format("it took more than {} seconds", kPluginTime.count());
    case ChildOutput::End::too_much: return "it wrote more than any credential has";
    case ChildOutput::End::not_found: break;
  }
  return "it cannot be started";
}

}  // namespace

std::optional<ExecCredential> read_exec_credential(std::string_view text,
                                                   std::string_view api_version) {
  const std::optional<JsonView> json = JsonView::of(text);
  if (!json || json->text_of("kind") != "ExecCredential" ||
      json->text_of("apiVersion") != api_version) {
    return std::nullopt;
  }
  const JsonView* const status = json->find("status");
  if (status == nullptr) return std::nullopt;
  ExecCredential credential;
  credential.token = secret_member(*status, "token");
  credential.client_certificate = secret_member(*status, "clientCertificateData");
  credential.client_key = secret_member(*status, "clientKeyData");
  const bool is_half = credential.client_certificate.empty() != credential.client_key.empty();
  if (is_half || (credential.token.empty() && credential.client_key.empty())) return std::nullopt;
  if (const std::string expires = status->text_of("expirationTimestamp"); !expires.empty()) {
    credential.expires = instant_from_rfc3339(expires);
    if (!credential.expires) return std::nullopt;
  }
  return credential;
}

Result<ExecCredential> ask_exec_plugin(const ClusterAccess& access, Clock& clock) {
  const ExecPlugin& plugin = *access.exec;
  Child child{{plugin.command}, plugin.environment};
  child.words.insert(child.words.end(), plugin.arguments.begin(), plugin.arguments.end());
  child.environment.emplace_back("KUBERNETES_EXEC_INFO", exec_info(access));
  const ChildOutput ran = output_of(child, kPluginTime, clock);
  if (ran.end == ChildOutput::End::not_found) {
    return fail(Code::cluster_access, "the exec plugin {} of {} cannot be started",
                excerpt(plugin.command), printable(access.user))
        .hint(plugin.install_hint.empty() ? "install it, or put its folder on the PATH"
                                          : printable(plugin.install_hint));
  }
  if (ran.end != ChildOutput::End::exited || ran.status != 0) {
    return no_credential(access, problem_of(ran));
  }
  std::optional<ExecCredential> credential = ran.output.reveal(
      [&](std::string_view text) { return read_exec_credential(text, plugin.api_version); });
  if (!credential) {
    return no_credential(access, fmt::format("it did not write an ExecCredential of {}",
                                             printable(plugin.api_version)));
  }
  return *std::move(credential);
}

}  // namespace hookplan
