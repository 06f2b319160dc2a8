// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/base/instant.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/config/route.h"
#include "core/ports/hook_ids.h"
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
  // To be deleted: digest of the plan that asks for it. What was done for another plan is no
  // answer.
  std::string plan = {};
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
  std::size_t doubles = 0;               // other hooks of the entry that lead to the same URL
  HookIds ids = {};
  std::string note = {};  // for people, such as the result of the last delivery
};

// For forges that can send deliveries again.
class Redeliverer {
 public:
  virtual ~Redeliverer() = default;

  // Sends again what the receiver refused since then.
  virtual Result<Progress> redeliver(const Hook& hook, Instant since) = 0;
};

// For forges that have ids. They are hints: a hook that is not there any more, or leads elsewhere,
// is looked for again. Only that the name belongs to somebody else by now is believed of them:
// put_hook() then refuses (HP8132), whatever it finds there.
class HookMemory {
 public:
  virtual ~HookMemory() = default;

  // What an earlier run saw of the hook.
  virtual void recall(const Hook& hook, const HookIds& ids) = 0;

  // What is known of it now.
  virtual HookIds ids_of(const Hook& hook) const = 0;
};

// For forges that can tell beforehand what they would refuse.
class Preflight {
 public:
  virtual ~Preflight() = default;

  enum class Change { put, remove };
  // Kind `denied` if the forge would refuse the change for good, and then the error names what is
  // missing, as the forge calls it. Changes nothing. Other errors say that nobody knows.
  virtual Result<void> require_possible(const Hook& hook, Change change) = 0;

  // Whom a run is about, told before it asks for the first of them: whoever gets credentials for
  // itself can get one for many.
  virtual void expect(const std::vector<std::string>& /*entries*/) {}
};

// For forges that show several hooks of an entry on one URL.
class DoubleRemover {
 public:
  virtual ~DoubleRemover() = default;

  // How many others there are, as they were seen last.
  virtual std::size_t doubles_of(const Hook& hook) const = 0;

  // Of those that lead to the URL only the one is left that put_hook() and prove_delivery() are
  // about.
  virtual Result<Progress> delete_doubles(const Hook& hook) = 0;
};

// Somebody asks the credential to take charge of a repository or an organization.
struct Invitation {
  std::string target = {};  // an entry, as the forge spells it
  std::string id = {};
  // It may be accepted: it makes an administrator, and `target` is one of the entries. Otherwise
  // why it stays, in words.
  std::string why_left = {};
};

struct PendingInvitations {
  std::vector<Invitation> invitations = {};
  std::vector<Error> errors = {};  // why there may be more of them
};

// For forges where a credential must be let in first.
class Invitations {
 public:
  virtual ~Invitations() = default;

  // Those that concern the entries; what concerns none of them is not even told.
  virtual PendingInvitations pending(const std::vector<std::string>& entries) = 0;

  // One that is accepted already is done.
  virtual Result<void> accept(const Invitation& invitation) = 0;
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
  HookMemory* memory = nullptr;
  Preflight* preflight = nullptr;
  DoubleRemover* doubles = nullptr;
  Invitations* invitations = nullptr;
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
