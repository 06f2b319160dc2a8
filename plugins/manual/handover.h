// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/secret.h"
#include "core/ports/forge.h"
#include "core/ports/token.h"

namespace hookplan {

enum class HandoverTask { set_hook, delete_hook, check_name };

// What a person is asked to do, or has confirmed to have done, for one hook.
struct HandoverItem {
  HandoverTask task = HandoverTask::set_hook;
  bool is_confirmed = false;
  // Waits, and another task or token stood here before, which somebody may have seen.
  bool has_changed = false;
  std::string entry = {};
  // To check: how the name is spelled if the item may be confirmed. To delete: only a hook that is
  // not that entry's, too; empty: nothing speaks for another name.
  std::string new_name = {};
  std::string plan =
      {};  // to delete or to check: which plan asked for it; a confirmation is for that one
  std::string page = {};  // where to do it; empty: not known
  Secret url = {};        // empty once a secret one is confirmed
  // Of a URL that is secret: a random salt, a colon, and SHA-256 of both. It tells whose hook was
  // confirmed when the URL is gone from the file.
  std::string url_mark = {};
  std::vector<std::string> events = {};  // to set
  Token token = {};                      // to set; its value is empty once confirmed

  bool is_for(std::string_view wanted_entry, const Secret& wanted_url) const;
  // It asks for, or confirms, this hook with a token that was created then.
  bool sets(const Hook& hook, const Token& wanted) const;
};

std::string mark_of(const Secret& url);
bool same_bytes(const Secret& one, const Secret& other);

enum class Confirmation {
  nothing_waits,
  changed,  // it is not what was first written down; nothing was confirmed, the next time it will
            // be
  confirmed,
};

// Everything that people are asked to do and have confirmed. A value: copies share the items, which
// nobody can change, so that no copy sees what is done to another one and their secrets exist once.
class Handover {
 public:
  using Items = std::vector<std::shared_ptr<const HandoverItem>>;
  Handover() = default;
  explicit Handover(Items items);

  // Those that wait come first.
  const Items& items() const { return items_; }
  // Null pointer if nobody was asked to do anything about the hook.
  const HandoverItem* find(const Hook& hook) const;
  // The entries that wait for a person, sorted.
  std::vector<std::string> waiting() const;

  // The item takes the place of what was asked for or confirmed of the same hook. What it outdates
  // is forgotten.
  void ask(HandoverItem item);
  // A person says that everything that waits for the entry is done. Its secrets go.
  Confirmation confirm(std::string_view entry);

  // Whether nothing was done to one that was not done to the other: the same items, not equal ones.
  bool operator==(const Handover&) const = default;

 private:
  Items items_;
};

}  // namespace hookplan
