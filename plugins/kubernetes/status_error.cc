// SPDX-License-Identifier: Apache-2.0
#include "plugins/kubernetes/status_error.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "core/base/json_view.h"
#include "core/base/text.h"

namespace hookplan {
namespace {

// A Status object (meta/v1).
struct KubeStatus {
  bool is_status = false;
  std::string reason = {};
  std::string message = {};
  std::string kind = {};   // of what it is about: "secrets", "namespaces"
  std::string cause = {};  // the reason of the first cause
  std::string field = {};  // of the first cause
};

KubeStatus status_of(const HttpResponse& response) {
  return response.body.reveal([](std::string_view text) {
    KubeStatus status;
    const std::optional<JsonView> json = JsonView::of(text);
    // Some timeouts leave `kind` out.
    if (!json || json->text_of("status") != "Failure") return status;
    status.is_status = true;
    status.reason = json->text_of("reason");
    status.message = json->text_of("message");
    const JsonView* const details = json->find("details");
    if (details == nullptr) return status;
    status.kind = details->text_of("kind");
    if (const JsonView* const causes = details->find("causes");
        causes && !causes->items().empty()) {
      status.cause = causes->items().front().text_of("reason");
      status.field = causes->items().front().text_of("field");
    }
    return status;
  });
}

// The word between `before` and the next `after`: a name that the message has in it. Empty if it
// is none, so that nothing else of the message is repeated.
std::string name_in(std::string_view message, std::string_view before, std::string_view after) {
  const std::size_t start = message.find(before);
  if (start == std::string_view::npos) return {};
  message.remove_prefix(start + before.size());
  const std::string_view name = message.substr(0, message.find(after));
  constexpr std::string_view kCharactersOfNames =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:-_@/";
  const bool is_name = name.find_first_not_of(kCharactersOfNames) == std::string_view::npos;
  return is_name ? excerpt(name) : std::string();
}

bool has_words(const KubeStatus& status, std::string_view words) {
  return status.message.find(words) != std::string::npos;
}

Error refused(const AskedOfCluster& asked, std::string_view why, std::string hint) {
  return fail(Code::store_refused, "{}: {}", to_string(asked.place), why).hint(std::move(hint));
}

Error not_now(const AskedOfCluster& asked, std::string_view why, std::string hint) {
  return fail(Code::store_unavailable, "{}: {}", to_string(asked.place), why).hint(std::move(hint));
}

Error unauthorized(const AskedOfCluster& asked) {
  return fail(Code::cluster_login, "{}: the API server does not know who asks (401): {}",
              to_string(asked.place), printable(asked.user))
      .hint("its token or certificate has expired or is of another cluster: log in again");
}

// How kubectl create rolebinding is told of the user.
std::string binding_of(const std::string& user) {
  constexpr std::string_view kServiceAccountUser = "system:serviceaccount:";
  if (user.empty()) return "--user=USER";
  if (user.starts_with(kServiceAccountUser)) {
    return "--serviceaccount=" + shell_word(user.substr(kServiceAccountUser.size()));
  }
  return "--user=" + shell_word(user);
}

Error no_role(const KubeStatus& status, const AskedOfCluster& asked) {
  const std::string user = name_in(status.message, "User \"", "\"");
  const auto& [space, name] = asked.place;
  if (user == "system:anonymous") {
    // A role for it would be one for everybody.
    return fail(Code::cluster_login, "{}: the API server got no credential: {}",
                to_string(asked.place), printable(asked.user))
        .hint("give it a token, a client certificate or an exec plugin");
  }
  return fail(Code::permission_missing, "{}: {} may not {} it (403)", to_string(asked.place),
              user.empty() ? printable(asked.user) : "user " + user,
              asked.is_write ? "update" : "get")
      .hint(
          "kubectl -n {0} create role hookplan --verb=get,update --resource=secrets "
          "--resource-name={1} && kubectl -n {0} create rolebinding hookplan --role=hookplan {2}",
          space, name, binding_of(user));
}

Error forbidden(const KubeStatus& status, const AskedOfCluster& asked) {
  if (status.cause == "NamespaceTerminating" || has_words(status, "it is being terminated")) {
    return refused(asked, fmt::format("the namespace {} is being deleted", asked.place.space),
                   "name the namespace that the receiver runs in now");
  }
  if (has_words(status, "exceeded quota:")) {
    const std::string quota = name_in(status.message, "exceeded quota: ", ",");
    return refused(asked, fmt::format("the quota {} of the namespace is used up", quota),
                   "kubectl describe quota shows it; free some of it or raise it");
  }
  if (has_words(status, "cannot get") || has_words(status, "cannot update")) {
    return no_role(status, asked);
  }
  return refused(asked, "a policy of the cluster forbids it (403)",
                 "look at its admission policies and webhooks: kubectl get "
                 "validatingwebhookconfigurations,validatingadmissionpolicies");
}

Error not_found(const KubeStatus& status, const AskedOfCluster& asked) {
  const auto& [space, name] = asked.place;
  if (!status.is_status) {
    return not_now(asked, "what answers there is not an API server (404)",
                   "check the server of the cluster in the kubeconfig");
  }
  if (status.kind == "namespaces") {
    return fail(Code::store_missing, "{}: there is no namespace {}", to_string(asked.place), space)
        .hint("correct the namespace or the context in the settings");
  }
  return fail(Code::store_missing, "{}: it is not there", to_string(asked.place))
      .hint(
          "correct the settings, or make it yourself, empty: kubectl -n {} create secret generic "
          "{} --from-literal={}=",
          space, name, asked.key);
}

Error conflict(const KubeStatus& status, const AskedOfCluster& asked) {
  if (status.reason != "Conflict") {
    return not_now(asked, "the API server answers with a conflict that a write cannot have (409)",
                   "is there a proxy between?");
  }
  const bool is_other = has_words(status, "UID");
  return fail(Code::store_changed, "{}: {}", to_string(asked.place),
              is_other ? "it was deleted and made again since it was read"
                       : "it is not what it was when it was read");
}

Error too_large(const AskedOfCluster& asked, std::string_view what) {
  return fail(Code::token_document_too_large, "{}: {}", to_string(asked.place), what)
      .as(ErrorKind::unavailable);
}

Error invalid(const KubeStatus& status, const AskedOfCluster& asked) {
  if (has_words(status, "field is immutable when `immutable` is set")) {
    return refused(asked, "it is immutable",
                   "make it again without `immutable: true`, with the same content");
  }
  if (status.cause == "FieldValueTooLong" || has_words(status, "Too long")) {
    return too_large(asked, "the API server takes no more than 1048576 bytes of data");
  }
  return refused(asked,
                 fmt::format("the API server calls {} invalid (422)",
                             status.field.empty() ? "it" : "its field " + excerpt(status.field)),
                 "correct the Secret: kubectl edit secret shows what is wrong");
}

// Whether the status speaks of a plugin of the API server that was asked before anything is stored.
bool is_dead_webhook(const KubeStatus& status) {
  return has_words(status, "failed calling webhook");
}

Error server_trouble(int status_code, const KubeStatus& status, const AskedOfCluster& asked) {
  if (is_dead_webhook(status)) {
    const std::string webhook = name_in(status.message, "failed calling webhook \"", "\"");
    return not_now(asked, fmt::format("the admission webhook {} does not answer", webhook),
                   "bring its service back, or take Secrets or this namespace out of its rules");
  }
  const bool is_storage = status_code == 504 || has_words(status, "deadline exceeded") ||
                          has_words(status, "etcdserver") || has_words(status, "rpc error");
  const std::string why =
      is_storage ? fmt::format("the cluster's storage does not answer in time ({})", status_code)
                 : fmt::format("the API server has an error of its own ({})", status_code);
  const std::string hint = is_storage ? "look at its etcd, then run it again"
                                      : "look at the API server, then run it again";
  if (!asked.is_write) return not_now(asked, why, hint);
  return fail(Code::answer_lost, "{}: {}, and may have written it", to_string(asked.place), why)
      .hint(hint);
}

Error too_many_requests(const AskedOfCluster& asked) {
  return fail(Code::rate_limited, "{}: the API server is overloaded (429)", to_string(asked.place))
      .hint("run it again later; if it stays so, look at the API server's load");
}

}  // namespace

Error error_of_status(const HttpResponse& response, const AskedOfCluster& asked) {
  const KubeStatus status = status_of(response);
  switch (response.status) {
    case 401: return unauthorized(asked);
    case 403: return forbidden(status, asked);
    case 404: return not_found(status, asked);
    case 406:
    case 415:
      return not_now(asked,
                     fmt::format("what answers there does not speak JSON ({})", response.status),
                     "is it an API server, or a proxy before it?");
    case 409: return conflict(status, asked);
    case 410:
      return not_now(asked, "the API server no longer has that version (410)", "run it again");
    case 413: return too_large(asked, "the request is larger than the API server takes");
    case 422: return invalid(status, asked);
    case 429: return too_many_requests(asked);
    default: break;
  }
  if (response.status >= 500) return server_trouble(response.status, status, asked);
  return not_now(asked, fmt::format("the API server answers {}", response.status),
                 "check the server of the cluster in the kubeconfig, and proxies before it");
}

}  // namespace hookplan
