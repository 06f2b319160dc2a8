// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/base/secret.h"
#include "core/ports/forge.h"
#include "plugins/http/http_client.h"

namespace hookplan {

// A webhook as GitHub lists it.
struct GithubHook {
  std::string id = {};  // digits; more of them than a double can hold
  std::string created = {};
  bool is_active = true;
  std::vector<std::string> events = {};  // sorted
  bool has_secret = false;               // GitHub shows that there is one, and never which
  bool checks_tls = true;
  std::string content_type = {};
  std::string last_status = {};   // HTTP status of the last delivery; empty: none, or not told
  std::string last_message = {};  // "active", "Invalid HTTP Response: 403", ...
};

// Those of a page of the list that lead to the URL, byte for byte, as Prow compares it. An error
// (HP8121) if the page is not a list of hooks.
Result<std::vector<GithubHook>> hooks_on(const HttpResponse& page, const Secret& url);

// The hook that the answer is about; nothing if it leads elsewhere. An error as above.
Result<std::optional<GithubHook>> hook_in(const HttpResponse& answer, const Secret& url);

// The one that was made first stands first: it is the one that counts.
void sort_by_age(std::vector<GithubHook>& hooks);

// Bodies of requests. Each of them that has a `config` has its secret, because GitHub drops a
// secret that is not named. `is_new`: of a hook that is to be made.
Secret body_of_hook(const Hook& hook, const Secret& token, bool is_new);
Secret body_of_config(const Hook& hook, const Secret& token);

// Events and activity are what the route asks for, so that only the config is left to be set.
bool sends_what_is_asked(const GithubHook& found, const Hook& hook);

// What people should know of the hook that is there; `number`: how many lead to the URL.
std::string note_on(const GithubHook& hook, std::size_t number);

}  // namespace hookplan
