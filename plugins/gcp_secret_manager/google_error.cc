// SPDX-License-Identifier: Apache-2.0
#include "plugins/gcp_secret_manager/google_error.h"

#include <utility>

#include <fmt/format.h>

#include "core/base/json_view.h"
#include "core/base/text.h"

namespace hookplan {
namespace {

using Call = AskedOfGoogle::Call;

std::string text_in_error(const HttpResponse& response, std::string_view name) {
  return response.body.reveal([&](std::string_view text) {
    const auto json = JsonView::of(text);
    const JsonView* const error = json ? json->find("error") : nullptr;
    return error == nullptr ? std::string() : error->text_of(name);
  });
}

bool changes(Call call) { return call != Call::get && call != Call::access; }

std::string_view permission_of(Call call) {
  switch (call) {
    case Call::get: return "secretmanager.secrets.get";
    case Call::access: return "secretmanager.versions.access";
    case Call::add: return "secretmanager.versions.add";
    case Call::patch: return "secretmanager.secrets.update";
    case Call::disable: return "secretmanager.versions.disable";
    case Call::destroy: return "secretmanager.versions.destroy";
  }
  return {};
}

Error not_now(const AskedOfGoogle& asked, std::string_view why, std::string hint) {
  return fail(Code::store_unavailable, "{}: {}", asked.where, why).hint(std::move(hint));
}

Error forbidden(const HttpResponse& response, const AskedOfGoogle& asked) {
  if (google_says(response, "has not been used in project") ||
      google_says(response, "it is disabled")) {
    return fail(Code::store_refused, "{}: the Secret Manager API is not enabled in the project",
                asked.where)
        .hint("gcloud services enable secretmanager.googleapis.com --project={}",
              shell_word(asked.project));
  }
  if (google_says(response, "VPC Service Controls")) {
    return fail(Code::store_refused, "{}: a perimeter of VPC Service Controls keeps it in",
                asked.where)
        .hint("run it inside of the perimeter, or let this caller in");
  }
  return fail(Code::permission_missing, "{}: {} has no {}", asked.where, printable(asked.who),
              permission_of(asked.call))
      .hint(
          "give it the role that `hookplan help settings` prints, on this secret and on the one "
          "of the ledger: gcloud secrets add-iam-policy-binding {} --project={}",
          shell_word(asked.secret), shell_word(asked.project));
}

Error not_found(const HttpResponse& response, const AskedOfGoogle& asked) {
  if (google_status(response).empty()) {
    return not_now(asked, "what answers there is not Secret Manager (404)",
                   "check `api` of the store in the settings");
  }
  return fail(Code::store_missing, "{}: it is not there", asked.where)
      .hint(
          "correct the settings, or make it yourself, without a version: gcloud secrets create "
          "{} --project={} --replication-policy=automatic",
          shell_word(asked.secret), shell_word(asked.project));
}

// The etag is another one; or the state of a version does not allow the call.
Error precondition(const AskedOfGoogle& asked) {
  if (asked.call == Call::patch)
    return fail(Code::store_changed, "{}: it is not what it was when it was read", asked.where);
  if (asked.call == Call::access) {
    return fail(Code::store_missing, "{}: the version that counts is disabled or destroyed",
                asked.where)
        .hint(
            "receivers read `latest`, too, and get nothing: gcloud secrets versions list {} "
            "--project={} shows it; enable it, or add the tokens as a new version",
            shell_word(asked.secret), shell_word(asked.project));
  }
  return fail(Code::store_refused, "{}: its state does not allow that (FAILED_PRECONDITION)",
              asked.where)
      .hint("look at it: gcloud secrets describe {} --project={}", shell_word(asked.secret),
            shell_word(asked.project));
}

Error server_trouble(const HttpResponse& response, const AskedOfGoogle& asked) {
  const std::string why = fmt::format("{} has an error of its own or is overloaded ({})",
                                      printable(asked.server), response.status);
  const std::string hint =
      "https://status.cloud.google.com says whether it is known; then run it "
      "again";
  if (!changes(asked.call)) return not_now(asked, why, hint);
  return fail(Code::answer_lost, "{}: {}, and may have done it", asked.where, why).hint(hint);
}

}  // namespace

std::string google_status(const HttpResponse& response) {
  return text_in_error(response, "status");
}

bool google_says(const HttpResponse& response, std::string_view words) {
  return text_in_error(response, "message").find(words) != std::string::npos;
}

Error error_of_google(const HttpResponse& response, const AskedOfGoogle& asked) {
  const std::string status = google_status(response);
  switch (response.status) {
    case 400:
      if (status == "FAILED_PRECONDITION") return precondition(asked);
      return fail(Code::store_refused, "{}: Secret Manager calls the request invalid (400)",
                  asked.where)
          .hint("check project, location and secret in the settings");
    case 401:
      return fail(Code::store_login, "{}: {} does not know {}", asked.where,
                  printable(asked.server), printable(asked.who));
    case 403: return forbidden(response, asked);
    case 404: return not_found(response, asked);
    case 409:
    case 412:
      if (asked.call == Call::patch)
        return fail(Code::store_changed, "{}: somebody else changed it at the same time",
                    asked.where);
      return not_now(asked,
                     fmt::format("somebody else changed it at the same time ({})", response.status),
                     "run it again");
    case 413:
      return fail(Code::token_document_too_large, "{}: the request is larger than it takes (413)",
                  asked.where)
          .as(ErrorKind::unavailable);
    case 429:
      return fail(Code::rate_limited, "{}: a quota of project {} is used up (429)", asked.where,
                  printable(asked.project))
          .hint("run it again in a minute; the quotas page of the project shows who uses them");
    default: break;
  }
  if (response.status >= 500) return server_trouble(response, asked);
  return not_now(asked, fmt::format("{} answers {}", printable(asked.server), response.status),
                 "check `api` of the store in the settings, and proxies before it");
}

Error error_of_google_login(const HttpResponse& response, std::string_view who,
                            std::string_view server) {
  const int status = response.status;
  const bool is_grant = response.body.reveal([](std::string_view text) {
    const auto json = JsonView::of(text);
    return json && json->text_of("error") == "invalid_grant";
  });
  if (is_grant) {
    return fail(Code::store_login, "{}: {} does not accept it (invalid_grant)", printable(who),
                printable(server))
        .hint(
            "the key was deleted or disabled, the token has expired or is of another provider, "
            "or the clock of this machine is wrong");
  }
  if (status == 404) {
    return fail(Code::store_credential, "{}: {} has none to give (404)", printable(who),
                printable(server))
        .hint("is a service account attached to this machine or pod?");
  }
  if (status == 400 || status == 401 || status == 403) {
    return fail(Code::store_login, "{}: {} does not accept it ({})", printable(who),
                printable(server), status)
        .hint(
            "check the credential; for workload identity also the pool, the provider, its "
            "condition, and roles/iam.workloadIdentityUser on the service account");
  }
  if (status == 429)
    return fail(Code::rate_limited, "{}: a quota is used up (429)", printable(who));
  return fail(Code::store_unavailable, "{}: {} answers {}", printable(who), printable(server),
              status);
}

}  // namespace hookplan
