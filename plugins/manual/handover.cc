// SPDX-License-Identifier: Apache-2.0
#include "plugins/manual/handover.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "core/base/digest.h"
#include "core/base/random.h"
#include "core/base/text.h"

namespace hookplan {
namespace {

using Item = std::shared_ptr<const HandoverItem>;

std::string salted(std::string_view salt, const Secret& url) {
  return url.reveal([&](std::string_view bytes) {
    std::string both;
    both.reserve(salt.size() + bytes.size());
    both += salt;
    both += bytes;
    std::string digest = sha256_hex(both);
    wipe(both);
    return digest;
  });
}

// To be changed before it is part of a hand-over.
HandoverItem clone(const HandoverItem& item) {
  return {item.task, item.is_confirmed, item.has_changed, item.entry,  item.new_name,     item.plan,
          item.page, item.url.clone(),  item.url_mark,    item.events, item.token.clone()};
}

// The forge takes two spellings of an entry for one, so what was confirmed under another one says
// nothing any more, unless only the name is looked at. Nor does it, once a hook is set, that hooks
// went from other URLs before.
bool outdates(const HandoverItem& asked, const HandoverItem& other) {
  if (!other.is_confirmed || asked.task == HandoverTask::check_name) return false;
  if (other.entry != asked.entry) return ascii_lower(other.entry) == ascii_lower(asked.entry);
  return asked.task == HandoverTask::set_hook && other.task == HandoverTask::delete_hook;
}

void put_waiting_first(Handover::Items& items) {
  // clang 14 cannot compile the one of std::ranges.
  std::stable_partition(items.begin(), items.end(),
                        [](const Item& item) { return !item->is_confirmed; });
}

}  // namespace

bool same_bytes(const Secret& one, const Secret& other) {
  return one.reveal(
      [&](std::string_view a) { return other.reveal([&](std::string_view b) { return a == b; }); });
}

std::string mark_of(const Secret& url) {
  constexpr std::size_t kSaltBytes = 16;
  return random_hex(kSaltBytes).reveal([&](std::string_view salt) {
    return fmt::format("{}:{}", salt, salted(salt, url));
  });
}

bool HandoverItem::is_for(std::string_view wanted_entry, const Secret& wanted_url) const {
  if (entry != wanted_entry) return false;
  if (url_mark.empty()) return same_bytes(url, wanted_url);
  const std::size_t colon = url_mark.find(':');
  return colon != std::string::npos &&
         url_mark.substr(colon + 1) == salted(url_mark.substr(0, colon), wanted_url);
}

bool HandoverItem::sets(const Hook& hook, const Token& wanted) const {
  return task == HandoverTask::set_hook && token.created == wanted.created &&
         events == hook.route.events;
}

Handover::Handover(Items items) : items_(std::move(items)) { put_waiting_first(items_); }

const HandoverItem* Handover::find(const Hook& hook) const {
  const auto found = std::ranges::find_if(
      items_, [&](const Item& item) { return item->is_for(hook.entry, hook.url); });
  return found == items_.end() ? nullptr : found->get();
}

std::vector<std::string> Handover::waiting() const {
  std::set<std::string> entries;
  for (const Item& item : items_) {
    if (!item->is_confirmed) entries.insert(item->entry);
  }
  return {entries.begin(), entries.end()};
}

void Handover::ask(HandoverItem item) {
  auto place = std::ranges::find_if(
      items_, [&](const Item& other) { return other->is_for(item.entry, item.url); });
  item.is_confirmed = false;
  item.has_changed = place != items_.end() && !(*place)->is_confirmed;
  const auto asked = std::make_shared<const HandoverItem>(std::move(item));
  if (place == items_.end()) {
    items_.push_back(asked);
  } else {
    *place = asked;
  }
  std::erase_if(items_, [&](const Item& other) { return outdates(*asked, *other); });
  put_waiting_first(items_);
}

Confirmation Handover::confirm(std::string_view entry) {
  const auto waits = [&](const Item& item) { return item->entry == entry && !item->is_confirmed; };
  if (std::ranges::none_of(items_, waits)) return Confirmation::nothing_waits;
  const bool is_changed = std::ranges::any_of(
      items_, [&](const Item& item) { return waits(item) && item->has_changed; });
  for (Item& item : items_) {
    if (!waits(item)) continue;
    HandoverItem next = clone(*item);
    next.has_changed = false;
    if (!is_changed) {
      next.is_confirmed = true;
      next.token.value = Secret();
      if (!next.url_mark.empty()) next.url = Secret();
    }
    item = std::make_shared<const HandoverItem>(std::move(next));
  }
  put_waiting_first(items_);
  return is_changed ? Confirmation::changed : Confirmation::confirmed;
}

}  // namespace hookplan
