// SPDX-License-Identifier: Apache-2.0
#include "plugins/vault/vault_error.h"

#include <utility>

#include <fmt/format.h>

#include "core/base/json_view.h"
#include "core/base/text.h"

namespace hookplan {
namespace {

Error not_now(const AskedOfVault& asked, std::string_view why, std::string hint) {
  return fail(Code::store_unavailable, "{}: {}", to_string(asked.place), why).hint(std::move(hint));
}

// Where a write may have happened all the same.
Error not_known(const AskedOfVault& asked, std::string_view why, std::string hint) {
  if (!asked.is_write) return not_now(asked, why, std::move(hint));
  return fail(Code::answer_lost, "{}: {}, and may have written it", to_string(asked.place), why)
      .hint(std::move(hint));
}

Error refused(const AskedOfVault& asked, std::string_view why, std::string hint) {
  return fail(Code::store_refused, "{}: {}", to_string(asked.place), why).hint(std::move(hint));
}

// How vault and bao are told of the secret: words that a shell takes as they are.
std::string words_of(const KvPlace& place) {
  return fmt::format("{}-mount={} {}",
                     place.space.empty() ? "" : "-namespace=" + shell_word(place.space) + " ",
                     shell_word(place.mount), shell_word(place.path));
}

Error bad_request(const HttpResponse& response, const AskedOfVault& asked) {
  if (says(response, "did not match the current version")) {
    return fail(Code::store_changed, "{}: it is not what it was when it was read",
                to_string(asked.place));
  }
  if (says(response, "Upgrading from non-versioned"))
    return not_now(asked, "the mount is being upgraded to version 2", "run it again in a minute");
  if (says(response, "missing client token")) {
    return fail(Code::store_login, "{}: {} got no token", to_string(asked.place),
                printable(asked.server));
  }
  return refused(
      asked, "Vault calls the request invalid (400)",
      fmt::format("is {} a mount of a KV engine, version 2? vault secrets list -detailed "
                  "shows it",
                  printable(asked.place.mount)));
}

Error no_policy(const AskedOfVault& asked) {
  const std::string path = fmt::format("{}/data/{}", asked.place.mount, asked.place.path);
  return fail(Code::permission_missing, "{}: the token may not {} it (403)", to_string(asked.place),
              asked.is_write ? "update" : "read")
      .hint("give it a policy with: path \"{}\" {{ capabilities = [\"read\", \"update\"] }}",
            printable(path));
}

Error not_found(const HttpResponse& response, const AskedOfVault& asked) {
  if (says(response, "no handler for route") || says(response, "unsupported path")) {
    return fail(Code::store_missing, "{}: there is no such mount", to_string(asked.place))
        .hint("correct the mount or the namespace in the settings; vault secrets list shows them");
  }
  const bool is_vault = response.body.reveal([](std::string_view text) {
    const auto json = JsonView::of(text);
    return json && json->find("errors") != nullptr;
  });
  if (!is_vault) {
    return not_now(asked, "what answers there is not a Vault (404)",
                   "check the address of the store in the settings");
  }
  return fail(Code::store_missing, "{}: it is not there", to_string(asked.place))
      .hint("correct the settings, or make it yourself, empty: vault kv put -cas=0 {} {}=",
            words_of(asked.place), shell_word(asked.key));
}

Error too_large(const AskedOfVault& asked, std::string_view why) {
  return fail(Code::token_document_too_large, "{}: {}", to_string(asked.place), why)
      .hint(
          "the storage of this Vault takes less than others do: Consul takes 512 KiB, and "
          "max_entry_size limits integrated storage")
      .as(ErrorKind::unavailable);
}

Error server_error(const HttpResponse& response, const AskedOfVault& asked) {
  if (says(response, "too large")) return too_large(asked, "Vault's storage calls it too large");
  if (says(response, "sealed")) {
    return not_now(asked, "the Vault is sealed", "unseal it: vault operator unseal");
  }
  switch (response.status) {
    case 501: return not_now(asked, "the Vault is not initialized (501)", "is it the right one?");
    case 502:
    case 504:
      return not_known(asked,
                       fmt::format("what stands before the Vault answers {}", response.status),
                       "look at the Vault and at the proxy before it, then run it again");
    case 503:
      return not_known(asked, "the Vault is down for maintenance (503)",
                       "vault status shows whether it has an active node; then run it again");
    default:
      return not_known(asked,
                       fmt::format("the Vault has an error of its own ({})", response.status),
                       "look at its log and at its storage, then run it again");
  }
}

Error by_status(const HttpResponse& response, const AskedOfVault& asked) {
  switch (response.status) {
    case 405:
      return refused(asked, "what is mounted there has no such path (405)",
                     "name a mount of a KV engine, version 2: vault secrets list -detailed");
    case 412:
      return not_now(asked, "this node has not yet seen what was written on another one (412)",
                     "run it again; if it stays so, look at the replication between the nodes");
    case 413: return too_large(asked, "the request is larger than Vault takes (413)");
    case 429:
      return fail(Code::rate_limited, "{}: a quota of the Vault is used up (429)",
                  to_string(asked.place))
          .hint("run it again later; vault list sys/quotas/rate-limit shows the quotas");
    case 472:
      return not_now(asked, "this is a disaster recovery secondary, which serves nobody (472)",
                     "name the primary in the settings");
    case 473:
      return not_now(asked, "this is a standby that does not pass requests on (473)",
                     "name the address of the active node, or of the whole cluster");
    default: break;
  }
  return not_now(asked, fmt::format("{} answers {}", printable(asked.server), response.status),
                 "check the address of the store in the settings, and proxies before it");
}

}  // namespace

bool says(const HttpResponse& response, std::string_view words) {
  return response.body.reveal([&](std::string_view text) {
    const auto json = JsonView::of(text);
    const JsonView* const errors = json ? json->find("errors") : nullptr;
    if (errors == nullptr) return false;
    for (const JsonView& each : errors->items()) {
      if (each.text().find(words) != std::string::npos) return true;
    }
    return false;
  });
}

Error error_of_vault(const HttpResponse& response, const AskedOfVault& asked) {
  switch (response.status) {
    case 400: return bad_request(response, asked);
    case 403: return no_policy(asked);
    case 404: return not_found(response, asked);
    default: break;
  }
  if (response.status >= 300 && response.status <= 399) {
    return not_now(asked,
                   fmt::format("{} sends requests elsewhere ({}), and tokens do not follow",
                               printable(asked.server), response.status),
                   "it is a standby that does not pass requests on: name the address of the "
                   "active node, or of the whole cluster");
  }
  if (response.status >= 500) return server_error(response, asked);
  return by_status(response, asked);
}

Error error_of_login(const HttpResponse& response, std::string_view who, std::string_view server) {
  const int status = response.status;
  if (status == 404 || says(response, "no handler for route")) {
    return fail(Code::store_credential, "{}: {} has no such way to log in ({})", who,
                printable(server), status)
        .hint("correct auth, auth_mount or the namespace; vault auth list shows what there is");
  }
  if (status == 400 || status == 401 || status == 403) {
    return fail(Code::store_login, "{}: {} refuses it ({})", who, printable(server), status);
  }
  if (says(response, "sealed")) {
    return fail(Code::store_unavailable, "{}: the Vault is sealed", who)
        .hint("unseal it: vault operator unseal");
  }
  if (status == 429) return fail(Code::rate_limited, "{}: a quota is used up (429)", who);
  return fail(Code::store_unavailable, "{}: {} answers {}", who, printable(server), status)
      .hint("vault status shows how it is; then run it again");
}

Error without_data(const KvSecret& secret, const AskedOfVault& asked) {
  const std::string place = to_string(asked.place);
  if (secret.state() == KvSecret::State::destroyed) {
    return fail(Code::store_missing, "{}: its newest version, {}, was destroyed", place,
                secret.number())
        .hint(
            "put the tokens there again, from the receiver or from a backup: vault kv put "
            "-cas={} {} {}=@FILE",
            secret.number(), words_of(asked.place), shell_word(asked.key));
  }
  return fail(Code::store_missing, "{}: its newest version, {}, was deleted at {}", place,
              secret.number(), excerpt(secret.deleted_at()))
      .hint("if that was not meant: vault kv undelete -versions={} {}", secret.number(),
            words_of(asked.place));
}

}  // namespace hookplan
