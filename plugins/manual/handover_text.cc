// SPDX-License-Identifier: Apache-2.0
#include "plugins/manual/handover_text.h"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/yaml/yaml_tree.h"

namespace hookplan {
namespace {

// Of about 16,000 hooks. What cannot be read back must not be written.
constexpr std::size_t kMaxValues = 200'000;
constexpr std::size_t kUsualItem = 512;  // bytes; more is no harm
constexpr std::string_view kSetHook = "set hook";
constexpr std::string_view kDeleteHook = "delete hook";
constexpr std::string_view kCheckName = "check name";
constexpr std::string_view kContentType = "application/json";
constexpr std::string_view kHead =
    "# What hookplan asks people to do, because it may not do it itself.\n"
    "# THIS FILE HOLDS SECRETS: show it to nobody, and never put it into git.\n"
    "#\n"
    "# For each item below `waiting`: open the page, do what `do` says, then run the command that\n"
    "# stands there. It empties the item; do not edit the file. Where a hook was changed, have a\n"
    "# look at its recent deliveries, and send again those that failed.\n"
    "# `delete hook`: a page that leads on to another name, such as that of `unless_renamed_to`, was\n"
    "# renamed: leave the hook, which is that name's, and run the command all the same.\n"
    "# `check name`: run the command only if the page shows the name as `new_name` has it. If it\n"
    "# shows it as `entry` has it, put that spelling back into the config.\n"
    "version: 1\n";

// An item that is not as it must be; never leaves this file.
struct WrongItem {
  std::uint32_t line;
  std::string problem;
};

// A text with secrets that grows without leaving copies of them behind.
class TextWriter {
 public:
  explicit TextWriter(std::size_t room) : bytes_(room) {}

  std::size_t size() const { return size_; }
  void add(std::initializer_list<std::string_view> texts) {
    for (const std::string_view text : texts) {
      if (text.size() > bytes_.size() - size_) {
        Secret more(2 * (size_ + text.size()));
        std::ranges::copy(bytes_.room().first(size_), more.room().begin());
        bytes_ = std::move(more);
      }
      std::ranges::copy(text, bytes_.room().subspan(size_).begin());
      size_ += text.size();
    }
  }
  // REQUIRES: is_readable(text).
  void add_quoted(std::string_view text) {
    add({"\""});
    std::size_t done = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
      if (text[at] != '"' && text[at] != '\\') continue;
      add({text.substr(done, at - done), "\\"});
      done = at;
    }
    add({text.substr(done), "\""});
  }
  void add_field(std::string_view name, std::string_view text) {
    add({"    ", name, ": "});
    add_quoted(text);
    add({"\n"});
  }
  Secret finish() && {
    bytes_.shrink(size_);
    return std::move(bytes_);
  }

 private:
  Secret bytes_;
  std::size_t size_ = 0;
};

bool is_readable(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

// A secret URL leaves the file when it is confirmed, and its mark stays.
bool shows_url(const HandoverItem& item) { return !item.is_confirmed || item.url_mark.empty(); }

bool shows_token(const HandoverItem& item) {
  return !item.is_confirmed && item.task == HandoverTask::set_hook;
}

bool is_writable(const HandoverItem& item) {
  return is_readable(item.entry) && (item.new_name.empty() || is_readable(item.new_name)) &&
         (item.plan.empty() || is_readable(item.plan)) &&
         (item.page.empty() || is_readable(item.page)) &&
         (item.url_mark.empty() || is_readable(item.url_mark)) &&
         (!shows_url(item) || item.url.reveal(is_readable)) &&
         (!shows_token(item) || item.token.value.reveal(is_readable)) &&
         std::ranges::all_of(item.events, is_readable);
}

std::string_view words_of(HandoverTask task) {
  switch (task) {
    case HandoverTask::set_hook: return kSetHook;
    case HandoverTask::delete_hook: return kDeleteHook;
    case HandoverTask::check_name: return kCheckName;
  }
  throw std::logic_error("no such task");
}

std::string_view field_for_new_name(HandoverTask task) {
  return task == HandoverTask::delete_hook ? "unless_renamed_to" : "new_name";
}

std::optional<HandoverTask> task_of(std::string_view words) {
  if (words == kSetHook) return HandoverTask::set_hook;
  if (words == kDeleteHook) return HandoverTask::delete_hook;
  if (words == kCheckName) return HandoverTask::check_name;
  return std::nullopt;
}

// REQUIRES: is_writable(item).
Secret text_of(const HandoverItem& item) {
  const bool sets = item.task == HandoverTask::set_hook;
  TextWriter out(kUsualItem);
  const auto add_secret = [&](std::string_view name, const Secret& secret) {
    secret.reveal([&](std::string_view text) { out.add_field(name, text); });
  };
  out.add({"  - do: ", words_of(item.task), "\n"});
  out.add_field("entry", item.entry);
  if (!item.new_name.empty()) out.add_field(field_for_new_name(item.task), item.new_name);
  if (!item.plan.empty()) out.add_field("plan", item.plan);
  if (!item.page.empty()) out.add_field("page", item.page);
  if (shows_url(item)) add_secret("url", item.url);
  if (!item.url_mark.empty()) out.add_field("url_mark", item.url_mark);
  if (shows_token(item)) out.add_field("content_type", kContentType);
  if (sets) {
    out.add({"    events: ["});
    for (const std::string& event : item.events) {
      if (&event != &item.events.front()) out.add({", "});
      out.add_quoted(event);
    }
    out.add({"]\n"});
  }
  if (shows_token(item)) add_secret("secret", item.token.value);
  if (sets) out.add_field("token_created", to_rfc3339(item.token.created));
  if (!item.is_confirmed) {
    if (item.has_changed) out.add_field("changed", "since this was first written");
    out.add_field("then_run", "hookplan confirm " + shell_word(item.entry));
  }
  return std::move(out).finish();
}

// Not less than the values that text_of() writes.
std::size_t values_of(const HandoverItem& item) { return 13 + item.events.size(); }

// The value of a field; null pointer if the mapping does not have it.
const YamlTree* find(const YamlTree& tree, std::string_view name) {
  if (tree.kind != YamlKind::map) throw WrongItem{tree.at.line, "it is not a mapping"};
  const auto found = std::ranges::find(tree.children, name, &YamlTree::name);
  return found == tree.children.end() ? nullptr : &*found;
}

const YamlTree& need(const YamlTree& tree, std::string_view name) {
  const YamlTree* const value = find(tree, name);
  if (value == nullptr) throw WrongItem{tree.at.line, fmt::format("it has no {}", name)};
  return *value;
}

const std::string& scalar(const YamlTree& value) {
  if (value.kind == YamlKind::scalar && !value.text.empty()) return value.text;
  throw WrongItem{value.at.line, fmt::format("{} must be text", excerpt(value.name))};
}

const std::string& text(const YamlTree& tree, std::string_view name) {
  return scalar(need(tree, name));
}

std::string text_or_empty(const YamlTree& tree, std::string_view name) {
  return find(tree, name) == nullptr ? std::string() : text(tree, name);
}

const std::vector<YamlTree>& values(const YamlTree& list) {
  if (list.kind == YamlKind::sequence) return list.children;
  throw WrongItem{list.at.line, fmt::format("{} is not a list", list.name)};
}

void has_only(const YamlTree& tree, const std::vector<std::string_view>& names) {
  for (const YamlTree& field : tree.children) {
    if (std::ranges::find(names, field.name) != names.end()) continue;
    throw WrongItem{field.name_at.line, fmt::format("unknown field {}", excerpt(field.name))};
  }
}

HandoverItem read_item(const YamlTree& tree, bool is_confirmed) {
  const std::string& words = text(tree, "do");
  const std::optional<HandoverTask> task = task_of(words);
  if (!task) throw WrongItem{tree.at.line, "`do` is nothing that can be done"};
  const bool sets = *task == HandoverTask::set_hook;
  const bool waits = !is_confirmed;
  std::vector<std::string_view> names{"do", "entry", "page", "url", "url_mark"};
  if (!sets) names.insert(names.end(), {field_for_new_name(*task), "plan"});
  if (sets) names.insert(names.end(), {"events", "token_created"});
  if (waits) names.insert(names.end(), {"changed", "then_run"});
  if (sets && waits) names.insert(names.end(), {"content_type", "secret"});
  has_only(tree, names);

  HandoverItem item;
  item.task = *task;
  item.is_confirmed = is_confirmed;
  item.has_changed = find(tree, "changed") != nullptr;
  item.entry = text(tree, "entry");
  if (!sets) item.plan = text_or_empty(tree, "plan");
  if (*task == HandoverTask::check_name) item.new_name = text(tree, "new_name");
  if (*task == HandoverTask::delete_hook) item.new_name = text_or_empty(tree, "unless_renamed_to");
  item.page = text_or_empty(tree, "page");
  item.url_mark = text_or_empty(tree, "url_mark");
  if (waits || item.url_mark.empty()) item.url = Secret::copy_of(text(tree, "url"));
  if (waits) static_cast<void>(text(tree, "then_run"));
  if (!sets) return item;
  for (const YamlTree& event : values(need(tree, "events"))) item.events.push_back(scalar(event));
  const auto created = instant_from_rfc3339(text(tree, "token_created"));
  if (!created) throw WrongItem{need(tree, "token_created").at.line, "token_created is not a time"};
  item.token.created = *created;
  if (!waits) return item;
  if (text(tree, "content_type") != kContentType) {
    throw WrongItem{need(tree, "content_type").at.line, "content_type is not application/json"};
  }
  item.token.value = Secret::copy_of(text(tree, "secret"));
  return item;
}

Handover read_items(const YamlTree& root) {
  if (text(root, "version") != "1") throw WrongItem{1, "its version is not 1"};
  has_only(root, {"version", "waiting", "confirmed"});
  Handover::Items items;
  for (const std::string_view name : {"waiting", "confirmed"}) {
    const YamlTree* const list = find(root, name);
    if (list == nullptr) continue;
    for (const YamlTree& item : values(*list)) {
      items.push_back(std::make_shared<const HandoverItem>(read_item(item, name == "confirmed")));
    }
  }
  return Handover(std::move(items));
}

// Leaves nothing of a tree behind that held secrets.
struct TreeWiper {
  YamlTree& tree;
  ~TreeWiper() { wipe_texts(tree); }
  static void wipe_texts(YamlTree& tree) {
    wipe(tree.text);
    for (YamlTree& child : tree.children) wipe_texts(child);
  }
};

}  // namespace

Error handover_error(const std::string& file, std::string_view why, std::string hint,
                     std::uint32_t line) {
  return fail(Code::handover_unusable, "the hand-over file {}: {}", file, why)
      .at(file, line)
      .hint(std::move(hint));
}

Result<Secret> HandoverWriter::text_of(const Handover& handover, const std::string& file) {
  std::unordered_map<std::shared_ptr<const HandoverItem>, Secret> texts;
  TextWriter out(kHead.size() + handover.items().size() * kUsualItem);
  out.add({kHead});
  std::size_t values = 4;
  const HandoverItem* previous = nullptr;
  for (const auto& item : handover.items()) {
    auto known = texts_.extract(item);
    if (known.empty() && !is_writable(*item)) {
      Error error =
          handover_error(file, "a name, URL or token has characters that cannot be written there",
                         "hook names, URLs and tokens are printable ASCII");
      error.diagnostics.front().code = Code::token_not_writable;
      error.diagnostics.front().entry = item->entry;
      return error;
    }
    const auto text = known.empty() ? texts.emplace(item, hookplan::text_of(*item)).first
                                    : texts.insert(std::move(known)).position;
    if (previous == nullptr || previous->is_confirmed != item->is_confirmed) {
      out.add({item->is_confirmed ? "confirmed:\n" : "waiting:\n"});
    }
    previous = item.get();
    text->second.reveal([&](std::string_view bytes) { out.add({bytes}); });
    values += values_of(*item);
  }
  texts_ = std::move(texts);
  if (values > kMaxValues || out.size() > kMaxHandoverBytes) {
    return handover_error(
        file, "it is full",
        "do and confirm what it lists, then run it again; items below `confirmed` may be removed "
        "when `hookplan status` shows nothing unfinished");
  }
  return std::move(out).finish();
}

Result<Handover> read_handover(const Secret& text, const std::string& file) {
  constexpr const char* kHint = "restore it, or move it away: what waits is then written again";
  if (text.empty()) return Handover();
  Result<YamlTree> tree =
      text.reveal([&](std::string_view bytes) { return read_yaml_tree(bytes, file, kMaxValues); });
  // What the reader says could quote a secret.
  if (!tree) {
    return handover_error(file, "it is not valid YAML", kHint, tree.error().first().where.line);
  }
  const TreeWiper wiper{*tree};
  try {
    return read_items(*tree);
  } catch (const WrongItem& wrong) {
    return handover_error(file, wrong.problem, kHint, wrong.line);
  }
}

}  // namespace hookplan
