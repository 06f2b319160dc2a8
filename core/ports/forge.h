// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "core/base/instant.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/config/route.h"
#include "core/ports/token.h"

namespace hookplan {

// A webhook: whose events go where. An entry has at most one for each URL.
struct Hook {
  std::string entry = {};
  Route route = {};
  // Where deliveries go. A secret, because for some receivers it holds a token; for the others it
  // is the URL of the route.
  Secret url = {};
  // To be deleted: the repository may have become that entry by a new name or owner. Where both
  // names lead to one hook, that hook is the other entry's, and stays. Empty: nothing speaks for
  // it.
  std::string renamed_to = {};
};

enum class Progress {
  done,     // the state is reached
  waiting,  // a person must act first; asking again later is all there is to do
};

// What a forge shows of a hook. Its secret is write-only everywhere.
struct HookSight {
  enum class Presence { absent, present, unknowable };  // unknowable: it cannot be asked, as people
  Presence presence = Presence::absent;
  bool is_active = true;
  std::vector<std::string> events = {};  // sorted
  std::string note = {};                 // for people, such as the result of the last delivery
};

// For forges that can send deliveries again.
class Redeliverer {
 public:
  virtual ~Redeliverer() = default;

  // Sends again what the receiver refused since then.
  virtual Result<Progress> redeliver(const Hook& hook, Instant since) = 0;
};

// For forges that take names which differ in case only for one, and send one spelling of it.
class Speller {
 public:
  virtual ~Speller() = default;

  // Deliveries carry the name as `entry` has it, and not as `superseded`. An error of kind
  // `conflict` if it is the other way round.
  virtual Result<Progress> prove_spelling(const Hook& superseded, const std::string& entry) = 0;
};

// What only some forges can do; null pointer: this one cannot.
struct ForgeAbilities {
  Redeliverer* redeliverer = nullptr;
  Speller* speller = nullptr;
};

// As long as a request to a forge may take.
inline constexpr std::chrono::seconds kLongestCall{30};

// The service that owns repositories and sends deliveries. Its effects are states to reach: each
// may be asked for again at any time. Error kinds: `unavailable` (it did not happen), `unknown` (it
// may have happened), `denied` (it never will unless somebody grants what the error names).
class Forge {
 public:
  virtual ~Forge() = default;

  // The entry has one hook that leads to the URL, sends the events of the route and signs with the
  // token.
  virtual Result<Progress> put_hook(const Hook& hook, const Token& token) = 0;

  // The entry has no hook that leads to the URL. One that is gone already, or whose repository is,
  // is done.
  virtual Result<Progress> delete_hook(const Hook& hook) = 0;

  // A delivery that the hook made after this call began was signed with the token and accepted.
  virtual Result<Progress> prove_delivery(const Hook& hook, const Token& token) = 0;

  // How long it takes at the most from the begin of put_hook() or delete_hook() until their effect
  // is there or never will be, whatever became of the caller meanwhile.
  virtual std::chrono::seconds longest_call() const { return kLongestCall; }

  // Hooks of one lane are changed one after the other, because the service wants it so; empty: any
  // number at once.
  virtual std::string lane_of(const Hook& /*hook*/) const { return {}; }

  // What is there now. Changes nothing.
  virtual Result<HookSight> inspect(const Hook& hook) = 0;

  virtual ForgeAbilities abilities() { return {}; }
};

}  // namespace hookplan
