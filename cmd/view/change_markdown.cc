// SPDX-License-Identifier: Apache-2.0
#include "cmd/view/change_markdown.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "cmd/view/markdown_escape.h"
#include "cmd/view/plan_text.h"
#include "core/base/text.h"
#include "core/plan/consequence.h"

namespace hookplan {
namespace {

// The sections of a comment: the kinds, but for what only changes its spelling and keeps its hook.
enum class Section { reroute, rotate, onboard, respell, relax };
constexpr std::array kSections = {Section::reroute, Section::rotate, Section::onboard,
                                  Section::respell, Section::relax};

// REQUIRES: it does not end its hook.
Section section_of(const Change& change) {
  if (change.relation && change.relation->kind == RelationKind::case_rename)
    return Section::respell;
  switch (change.kind) {
    case ChangeKind::reroute: return Section::reroute;
    case ChangeKind::rotate: return Section::rotate;
    case ChangeKind::onboard: return Section::onboard;
    case ChangeKind::remove:
    case ChangeKind::relax: break;
  }
  return Section::relax;
}

std::string_view name_of(Section section) {
  switch (section) {
    case Section::reroute: return "🔀 reroute";
    case Section::rotate: return "🔁 rotate";
    case Section::onboard: return "➕ onboard";
    case Section::respell: return "✏️ respell";
    case Section::relax: break;
  }
  return "⏸️ relax";
}

// " to https://..." where all of them lead to one URL.
std::string common_url(const std::vector<const Change*>& changes) {
  const auto url_of = [](const Change* change) {
    return change->after->route ? change->after->route->url() : std::string_view();
  };
  const std::string_view first = url_of(changes.front());
  const bool same =
      std::ranges::all_of(changes, [&](const Change* change) { return url_of(change) == first; });
  return same && !first.empty() ? fmt::format(" to {}", markdown_text(first)) : std::string();
}

// What happens to each of them.
std::string meaning_of(Section section, const std::vector<const Change*>& changes,
                       const Plan& plan) {
  switch (section) {
    case Section::reroute:
      return fmt::format("each follows its new route; old tokens stay valid for {}",
                         in_words(plan.overlap));
    case Section::rotate:
      return fmt::format("new token, switch, verify; the old one stays valid for {}",
                         in_words(plan.overlap));
    case Section::onboard: return "new token and hook" + common_url(changes);
    case Section::respell: return "only the spelling changes: the hook stays, and so do its tokens";
    case Section::relax: break;
  }
  return "recorded only: there is nothing to do";
}

std::string table_of(Section section, const std::vector<const Change*>& changes, const Plan& plan,
                     Depth depth) {
  std::string all = section == Section::reroute ? "| Entry | What changes |\n|---|---|\n"
                                                : "| Entry | Cause |\n|---|---|\n";
  for (const Change* const change : changes) {
    all += fmt::format(
        "| {} | {} |\n", entry_markdown(*change, plan.provenance, depth),
        section == Section::reroute ? markdown_text(change->consequence) : cause_markdown(*change));
  }
  return all;
}

std::string list_of(const NameList& names) {
  if (names.omitted == 0) return names.markdown + "\n";
  const std::string more = counted(names.omitted, "entry", "entries");
  if (names.markdown.empty())
    return fmt::format("{}, not shown here: <code>hookplan show FILE</code> lists all\n", more);
  return fmt::format("{}\n\nand **{} more**: <code>hookplan show FILE</code> lists all\n",
                     names.markdown, more);
}

}  // namespace

NameList names_in(const std::vector<const Change*>& changes, std::size_t room) {
  NameList list;
  std::string names;
  for (const Change* const change : changes) {
    const std::string name = markdown_code_text(change->entry);
    if (list.omitted > 0 || names.size() + name.size() > room) {
      ++list.omitted;
      continue;
    }
    names += names.empty() ? name : ", " + name;
  }
  // In fixed width all together: there, nothing is taken for a mention or a reference.
  if (!names.empty()) list.markdown = fmt::format("<code>{}</code>", names);
  return list;
}

std::string entry_markdown(const Change& change, const Provenance& from, Depth depth) {
  const bool removed = change.kind == ChangeKind::remove;
  std::string entry = markdown_code(change.entry);
  if (depth == Depth::full) {
    entry = markdown_source_link(entry, from.repository,
                                 removed ? from.before.commit : from.after.commit, from.path,
                                 removed ? change.lines_before : change.lines_after);
  }
  if (change.scope() == Scope::org) entry += " · org";
  if (change.is_protected) entry += " · protected";
  return entry;
}

std::string cause_markdown(const Change& change) {
  const std::string cause = markdown_code_text(cause_of(change));
  if (!change.before || !change.after) return fmt::format("<code>{}</code>", cause);
  // Two dates: a browser breaks them at hyphens and blanks, which makes four lines of one.
  constexpr std::string_view kArrow = "-&#62;";
  const std::size_t end = std::min(cause.find(','), cause.size());
  std::string shown;
  for (std::size_t i = 0; i < end; ++i) {
    if (std::string_view(cause).substr(i).starts_with(kArrow)) {
      shown += "→";
      i += kArrow.size() - 1;
    } else if (cause[i] == '-') {
      shown += "&#8209;";
    } else if (cause[i] == ' ') {
      shown += "&nbsp;";
    } else {
      shown += cause[i];
    }
  }
  return fmt::format("<code>{}</code>{}", shown, std::string_view(cause).substr(end));
}

std::string changes_markdown(const Plan& plan, Depth depth, std::size_t room) {
  std::array<std::vector<const Change*>, kSections.size()> by_section;
  for (const Change* const change : in_reading_order(plan.changes)) {
    if (!change->ends_hook())
      by_section.at(static_cast<std::size_t>(section_of(*change))).push_back(change);
  }
  std::string all;
  for (const Section section : kSections) {
    const auto& changes = by_section.at(static_cast<std::size_t>(section));
    if (changes.empty()) continue;
    std::string content;
    if (depth == Depth::lists) {
      const NameList names = names_in(changes, room);
      room -= std::min(room, names.markdown.size());
      content = list_of(names);
    } else {
      content = table_of(section, changes, plan, depth);
    }
    all +=
        fmt::format("<details><summary><b>{} ({})</b>: {}</summary>\n\n{}\n</details>\n",
                    name_of(section), changes.size(), meaning_of(section, changes, plan), content);
  }
  return all.empty() ? all : all + "\n";
}

}  // namespace hookplan
