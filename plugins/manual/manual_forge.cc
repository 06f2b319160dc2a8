// SPDX-License-Identifier: Apache-2.0
#include "plugins/manual/manual_forge.h"

#include <stdexcept>
#include <string_view>
#include <utility>

#include <fmt/format.h>

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

std::string_view what_is_done(HandoverTask task) {
  switch (task) {
    case HandoverTask::set_hook: return "to be set";
    case HandoverTask::delete_hook: return "to be deleted";
    case HandoverTask::check_name: return "its name to be checked";
  }
  throw std::logic_error("no such task");
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

}  // namespace

ManualForge::ManualForge(const std::filesystem::path& handover) : file_(handover) {}

Result<Progress> ManualForge::put_hook(const Hook& hook, const Token& token) {
  return file_.update([&](Handover& handover) -> Result<Progress> {
    const HandoverItem* const old = handover.find(hook);
    if (old != nullptr && old->sets(hook, token)) {
      if (old->is_confirmed) return Progress::done;
      if (same_value(old->token, token)) return Progress::waiting;
    }
    HandoverItem item = item_for(HandoverTask::set_hook, hook);
    item.events = hook.route.events;
    item.token = token.clone();
    handover.ask(std::move(item));
    return Progress::waiting;
  });
}

Result<Progress> ManualForge::delete_hook(const Hook& hook) {
  return ask_for(HandoverTask::delete_hook, hook, hook.renamed_to);
}

Result<Progress> ManualForge::prove_spelling(const Hook& superseded, const std::string& entry) {
  return ask_for(HandoverTask::check_name, superseded, entry);
}

// For what needs no token.
Result<Progress> ManualForge::ask_for(HandoverTask task, const Hook& hook,
                                      const std::string& new_name) {
  return file_.update([&](Handover& handover) -> Result<Progress> {
    const HandoverItem* const old = handover.find(hook);
    const bool is_asked = old != nullptr && old->task == task && old->new_name == new_name;
    if (is_asked && !old->is_confirmed) return Progress::waiting;
    // Since another plan asked for it the hook may have been set again, by whatever file.
    if (is_asked && old->plan == hook.plan) return Progress::done;
    HandoverItem item = item_for(task, hook);
    item.new_name = new_name;
    item.plan = hook.plan;
    handover.ask(std::move(item));
    return Progress::waiting;
  });
}

Result<Progress> ManualForge::prove_delivery(const Hook& hook, const Token& token) {
  TRY(const Handover handover, file_.read());
  const HandoverItem* const item = handover.find(hook);
  const bool is_done = item != nullptr && item->is_confirmed && item->sets(hook, token);
  return is_done ? Progress::done : Progress::waiting;
}

Result<HookSight> ManualForge::inspect(const Hook& hook) {
  TRY(const Handover handover, file_.read());
  const HandoverItem* const item = handover.find(hook);
  HookSight view;
  view.presence = HookSight::Presence::unknowable;
  if (item == nullptr) {
    view.note = "set by people";
    return view;
  }
  view.note = fmt::format(
      "{} {}", what_is_done(item->task),
      item->is_confirmed ? "by people, who confirmed it" : "by a person, who has not confirmed it");
  return view;
}

Result<std::vector<std::string>> ManualForge::waiting() {
  TRY(const Handover handover, file_.read());
  return handover.waiting();
}

Result<void> ManualForge::confirm(std::string_view entry) {
  TRY(const Confirmation answer, file_.update([&](Handover& handover) -> Result<Confirmation> {
    return handover.confirm(entry);
  }));
  switch (answer) {
    case Confirmation::confirmed: return {};
    case Confirmation::changed:
      return fail(Code::handover_changed,
                  "what is to be done for {} changed since it was first written down",
                  excerpt(entry));
    case Confirmation::nothing_waits: break;
  }
  return fail(Code::nothing_to_confirm, "nothing waits for {}", excerpt(entry)).entry(entry);
}

}  // namespace hookplan
