// SPDX-License-Identifier: Apache-2.0
#include "plugins/manual/manual_forge.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/config/entry_name.h"

namespace hookplan {
namespace {

std::string page_for(const Hook& hook) {
  std::string_view api = hook.route.forge.field("api");
  if (api.ends_with('/')) api.remove_suffix(1);
  if (api != "https://api.github.com") return {};
  if (scope_of(hook.entry) == Scope::org) {
    return fmt::format("https://github.com/organizations/{}/settings/hooks", hook.entry);
  }
  return fmt::format("https://github.com/{}/settings/hooks", hook.entry);
}

HandoverItem item_for(HandoverTask task, const Hook& hook) {
  HandoverItem item;
  item.task = task;
  item.entry = hook.entry;
  item.page = page_for(hook);
  item.url = hook.url.reveal([&](std::string_view url) {
    if (url != hook.route.url()) item.url_mark = mark_of(hook.url);
    return Secret::copy_of(url);
  });
  return item;
}

HandoverItem* find(std::vector<HandoverItem>& items, const Hook& hook) {
  const auto found = std::ranges::find_if(
      items, [&](const HandoverItem& item) { return item.is_for(hook.entry, hook.url); });
  return found == items.end() ? nullptr : &*found;
}

bool sets(const HandoverItem& item, const Hook& hook, const Token& token) {
  return item.task == HandoverTask::set_hook && item.created == token.created &&
         item.events == hook.route.events;
}

bool same_secret(const Secret& one, const Secret& other) {
  return one.reveal(
      [&](std::string_view a) { return other.reveal([&](std::string_view b) { return a == b; }); });
}

void put(std::vector<HandoverItem>& items, HandoverItem* old, HandoverItem item) {
  if (old != nullptr) {
    item.has_changed = !old->is_confirmed;
    *old = std::move(item);
  } else {
    items.push_back(std::move(item));
  }
}

// What was confirmed of this hook under another spelling: the forge takes both for one, so it says
// nothing any more.
void forget_other_spellings(std::vector<HandoverItem>& items, const Hook& hook) {
  std::erase_if(items, [&](const HandoverItem& other) {
    return other.is_confirmed && other.entry != hook.entry &&
           ascii_lower(other.entry) == ascii_lower(hook.entry);
  });
}

Result<FolderLock> lock(const HandoverFile& file) {
  Result<FolderLock> taken = FolderLock::take(file.path());
  if (taken) return taken;
  return file.error("its folder cannot be locked", taken.error().first().hint);
}

}  // namespace

ManualForge::ManualForge(const std::filesystem::path& handover) : file_(handover) {}

Result<Progress> ManualForge::put_hook(const Hook& hook, const Token& token) {
  TRY(const FolderLock held, lock(file_));
  TRY(std::vector<HandoverItem>* const items, file_.read());
  HandoverItem* const old = find(*items, hook);
  if (old != nullptr && sets(*old, hook, token)) {
    if (old->is_confirmed) return Progress::done;
    if (same_secret(old->secret, token.value)) return Progress::waiting;
  }
  HandoverItem item = item_for(HandoverTask::set_hook, hook);
  item.events = hook.route.events;
  item.created = token.created;
  item.secret = token.clone().value;
  put(*items, old, std::move(item));
  forget_other_spellings(*items, hook);
  // That hooks went from other URLs before is of no use any more.
  std::erase_if(*items, [&](const HandoverItem& other) {
    return other.entry == hook.entry && other.is_confirmed &&
           other.task == HandoverTask::delete_hook;
  });
  TRY_(file_.write());
  return Progress::waiting;
}

Result<Progress> ManualForge::delete_hook(const Hook& hook) {
  TRY(const FolderLock held, lock(file_));
  TRY(std::vector<HandoverItem>* const items, file_.read());
  HandoverItem* const old = find(*items, hook);
  if (old != nullptr && old->task == HandoverTask::delete_hook) {
    return old->is_confirmed ? Progress::done : Progress::waiting;
  }
  put(*items, old, item_for(HandoverTask::delete_hook, hook));
  forget_other_spellings(*items, hook);
  TRY_(file_.write());
  return Progress::waiting;
}

Result<Progress> ManualForge::prove_delivery(const Hook& hook, const Token& token) {
  TRY(std::vector<HandoverItem>* const items, file_.read());
  const HandoverItem* const item = find(*items, hook);
  const bool is_done = item != nullptr && item->is_confirmed && sets(*item, hook, token);
  return is_done ? Progress::done : Progress::waiting;
}

Result<HookSight> ManualForge::inspect(const Hook& hook) {
  TRY(std::vector<HandoverItem>* const items, file_.read());
  const HandoverItem* const item = find(*items, hook);
  HookSight view;
  view.presence = HookSight::Presence::unknowable;
  if (item == nullptr) {
    view.note = "set by people";
    return view;
  }
  const bool is_set = item->task == HandoverTask::set_hook;
  view.note = fmt::format(
      "{} {}", is_set ? "to be set" : "to be deleted",
      item->is_confirmed ? "by people, who confirmed it" : "by a person, who has not confirmed it");
  return view;
}

Result<std::vector<std::string>> ManualForge::waiting() {
  TRY(std::vector<HandoverItem>* const items, file_.read());
  std::set<std::string> entries;
  for (const HandoverItem& item : *items) {
    if (!item.is_confirmed) entries.insert(item.entry);
  }
  return std::vector<std::string>(entries.begin(), entries.end());
}

Result<void> ManualForge::confirm(std::string_view entry) {
  TRY(const FolderLock held, lock(file_));
  TRY(std::vector<HandoverItem>* const items, file_.read());
  bool any = false;
  bool has_changed = false;
  for (HandoverItem& item : *items) {
    if (item.entry != entry || item.is_confirmed || !item.has_changed) continue;
    item.has_changed = false;
    item.text = {};
    has_changed = true;
  }
  if (has_changed) {
    TRY_(file_.write());
    return refusal(ErrorKind::unconfirmed, Code::handover_changed,
                   fmt::format("what is to be done for {} changed since it was first written down",
                               excerpt(entry)));
  }
  for (HandoverItem& item : *items) {
    if (item.entry != entry || item.is_confirmed) continue;
    item.confirm();
    any = true;
  }
  if (any) return file_.write();
  Diagnostic diagnostic =
      diagnose(Code::nothing_to_confirm, fmt::format("nothing waits for {}", excerpt(entry)),
               std::string(catalog_entry(Code::nothing_to_confirm).remedy));
  diagnostic.entry = entry;
  return Error(ErrorKind::usage, std::move(diagnostic));
}

}  // namespace hookplan
