// SPDX-License-Identifier: Apache-2.0
#include "plugins/manual/handover_file.h"

#include <sys/random.h>

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "core/base/digest.h"
#include "core/base/text.h"
#include "core/yaml/yaml_tree.h"

namespace hookplan {
namespace {

constexpr PrivateFileCodes kCodes{Code::handover_unusable, Code::handover_unusable};
constexpr std::size_t kMostBytes = std::size_t{16} << 20;
// Reading refuses more than 20,000 values; what cannot be read back must not be written.
constexpr std::size_t kMostValues = 19'000;
constexpr std::size_t kSaltDigits = 32;
constexpr std::string_view kSetHook = "set hook";
constexpr std::string_view kDeleteHook = "delete hook";
constexpr std::string_view kHead =
    "# What hookplan asks people to do, because it may not do it itself.\n"
    "# THIS FILE HOLDS SECRETS: show it to nobody, and never put it into git.\n"
    "#\n"
    "# For each item below `waiting`: open the page, do what `do` says, then run the command that\n"
    "# stands there. It empties the item; do not edit the file. Where a hook was changed, have a\n"
    "# look at its recent deliveries, and send again those that failed.\n"
    "version: 1\n";

// An item that is not as it must be; never leaves this file.
struct WrongItem {
  std::uint32_t line;
  std::string problem;
};

bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

// REQUIRES: is_plain(text).
void add_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

void add_field(std::string& out, std::string_view name, std::string_view text) {
  out += "    ";
  out += name;
  out += ": ";
  add_quoted(out, text);
  out += '\n';
}

void add_events(std::string& out, const std::vector<std::string>& events) {
  out += "    events: [";
  for (const std::string& event : events) {
    if (&event != &events.front()) out += ", ";
    add_quoted(out, event);
  }
  out += "]\n";
}

bool can_be_written(const HandoverItem& item) {
  return is_plain(item.entry) && is_plain(item.page) && item.url.reveal(is_plain) &&
         item.secret.reveal(is_plain) && std::ranges::all_of(item.events, is_plain);
}

Secret text_of(const HandoverItem& item) {
  const bool sets = item.task == HandoverTask::set_hook;
  std::size_t room = 1024 + item.entry.size() * 8 + item.page.size() * 2 + item.url.size() * 2 +
                     item.secret.size() * 2;
  for (const std::string& event : item.events) room += event.size() * 2 + 4;
  std::string out;
  out.reserve(room);  // growing would leave copies of the secrets behind
  out += "  - do: ";
  out += sets ? kSetHook : kDeleteHook;
  out += '\n';
  add_field(out, "entry", item.entry);
  if (!item.page.empty()) add_field(out, "page", item.page);
  if (!item.url.empty()) {
    item.url.reveal([&](std::string_view url) { add_field(out, "url", url); });
  }
  if (!item.url_mark.empty()) add_field(out, "url_mark", item.url_mark);
  if (sets) {
    if (!item.is_confirmed) add_field(out, "content_type", "application/json");
    add_events(out, item.events);
    if (!item.is_confirmed) {
      item.secret.reveal([&](std::string_view secret) { add_field(out, "secret", secret); });
    }
    add_field(out, "token_created", to_rfc3339(item.created));
  }
  if (!item.is_confirmed && item.has_changed) {
    add_field(out, "changed", "since this was first written");
  }
  if (!item.is_confirmed) {
    add_field(out, "then_run", fmt::format("hookplan confirm {}", shell_word(item.entry)));
  }
  Secret text = Secret::copy_of(out);
  wipe(out);
  return text;
}

// Not less than the values that text_of() writes.
std::size_t values_of(const HandoverItem& item) { return 11 + item.events.size(); }

// The fields of one item of the file.
class ItemReader {
 public:
  explicit ItemReader(const YamlTree& tree) : tree_(tree) {
    if (tree.kind != YamlKind::map) throw WrongItem{tree.at.line, "it is not a mapping"};
  }

  const YamlTree* find(std::string_view name) const {
    const auto found = std::ranges::find(tree_.children, name, &YamlTree::name);
    return found == tree_.children.end() ? nullptr : &*found;
  }
  const YamlTree& need(std::string_view name) const {
    const YamlTree* const value = find(name);
    if (value == nullptr) throw WrongItem{tree_.at.line, fmt::format("it has no {}", name)};
    return *value;
  }
  const std::string& text(std::string_view name) const { return scalar(need(name)); }
  std::string text_or_empty(std::string_view name) const {
    const YamlTree* const value = find(name);
    return value == nullptr ? std::string() : scalar(*value);
  }
  static const std::string& scalar(const YamlTree& value) {
    if (value.kind != YamlKind::scalar || value.text.empty()) {
      throw WrongItem{value.at.line, fmt::format("{} must be text", excerpt(value.name))};
    }
    return value.text;
  }
  void has_only(std::initializer_list<std::string_view> names) const {
    for (const YamlTree& field : tree_.children) {
      if (std::ranges::find(names, field.name) != names.end()) continue;
      throw WrongItem{field.name_at.line, fmt::format("unknown field {}", excerpt(field.name))};
    }
  }
  std::uint32_t line() const { return tree_.at.line; }

 private:
  const YamlTree& tree_;
};

HandoverItem read_item(const YamlTree& tree, bool is_confirmed) {
  const ItemReader fields(tree);
  HandoverItem item;
  item.is_confirmed = is_confirmed;
  const std::string& task = fields.text("do");
  if (task != kSetHook && task != kDeleteHook) {
    throw WrongItem{fields.line(), "`do` is neither of what can be done"};
  }
  const bool sets = task == kSetHook;
  item.task = sets ? HandoverTask::set_hook : HandoverTask::delete_hook;
  item.entry = fields.text("entry");
  item.page = fields.text_or_empty("page");
  item.url_mark = fields.text_or_empty("url_mark");
  if (!is_confirmed || item.url_mark.empty()) item.url = Secret::copy_of(fields.text("url"));
  if (!is_confirmed) static_cast<void>(fields.text("then_run"));
  item.has_changed = !is_confirmed && fields.find("changed") != nullptr;
  if (!sets) {
    if (is_confirmed) {
      fields.has_only({"do", "entry", "page", "url", "url_mark"});
    } else {
      fields.has_only({"do", "entry", "page", "url", "url_mark", "changed", "then_run"});
    }
    return item;
  }
  const YamlTree& events = fields.need("events");
  if (events.kind != YamlKind::sequence) throw WrongItem{events.at.line, "events is not a list"};
  for (const YamlTree& event : events.children) item.events.push_back(ItemReader::scalar(event));
  const auto created = instant_from_rfc3339(fields.text("token_created"));
  if (!created)
    throw WrongItem{fields.need("token_created").at.line, "token_created is no instant"};
  item.created = *created;
  if (is_confirmed) {
    fields.has_only({"do", "entry", "page", "url", "url_mark", "events", "token_created"});
    return item;
  }
  fields.has_only({"do", "entry", "page", "url", "url_mark", "content_type", "events", "secret",
                   "token_created", "changed", "then_run"});
  if (fields.text("content_type") != "application/json") {
    throw WrongItem{fields.need("content_type").at.line, "content_type is not application/json"};
  }
  item.secret = Secret::copy_of(fields.text("secret"));
  return item;
}

std::vector<HandoverItem> read_items(const YamlTree& root) {
  const ItemReader fields(root);
  fields.has_only({"version", "waiting", "confirmed"});
  if (fields.text("version") != "1") throw WrongItem{1, "its version is not 1"};
  std::vector<HandoverItem> items;
  for (const std::string_view name : {"waiting", "confirmed"}) {
    const YamlTree* const list = fields.find(name);
    if (list == nullptr) continue;
    if (list->kind != YamlKind::sequence) {
      throw WrongItem{list->at.line, fmt::format("{} is not a list", name)};
    }
    for (const YamlTree& item : list->children) {
      items.push_back(read_item(item, name == "confirmed"));
    }
  }
  return items;
}

void wipe_texts(YamlTree& tree) {
  wipe(tree.text);
  for (YamlTree& child : tree.children) wipe_texts(child);
}

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

bool same_bytes(const Secret& one, const Secret& other) {
  return one.reveal(
      [&](std::string_view a) { return other.reveal([&](std::string_view b) { return a == b; }); });
}

}  // namespace

std::string mark_of(const Secret& url) {
  std::string random(kSaltDigits / 2, '\0');
  if (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) {
    throw std::runtime_error("no random bytes");
  }
  const std::string salt = sha256_hex(random).substr(0, kSaltDigits);
  return fmt::format("{}:{}", salt, salted(salt, url));
}

bool HandoverItem::is_for(std::string_view wanted_entry, const Secret& wanted_url) const {
  if (entry != wanted_entry) return false;
  if (url_mark.empty()) return same_bytes(url, wanted_url);
  const std::size_t colon = url_mark.find(':');
  return colon != std::string::npos &&
         url_mark.substr(colon + 1) == salted(url_mark.substr(0, colon), wanted_url);
}

void HandoverItem::confirm() {
  is_confirmed = true;
  secret = Secret();
  if (!url_mark.empty()) url = Secret();
  text = Secret();
}

HandoverFile::HandoverFile(const std::filesystem::path& file)
    : shown_(file), file_(std::filesystem::absolute(file)) {}

HandoverFile::~HandoverFile() {
  if (is_synced_) return;
  const Result<PrivateFolder> folder = PrivateFolder::of(file_, kCodes);
  if (folder) folder->sync_file(file_.filename().string());
}

Error HandoverFile::error(std::string_view why, std::string hint, std::uint32_t line) const {
  Diagnostic diagnostic =
      diagnose(Code::handover_unusable,
               fmt::format("the hand-over file {}: {}", shown_.string(), why), std::move(hint));
  if (diagnostic.hint.empty()) diagnostic.hint = catalog_entry(Code::handover_unusable).remedy;
  diagnostic.where.path = shown_.string();
  diagnostic.where.line = line;
  return {ErrorKind::unavailable, std::move(diagnostic)};
}

Result<std::vector<HandoverItem>*> HandoverFile::read() {
  TRY(const PrivateFolder folder, PrivateFolder::of(file_, kCodes));
  TRY(std::optional<Secret> bytes, folder.read(file_.filename().string(), kMostBytes));
  if (!bytes || bytes->empty()) {
    items_.clear();
    known_ = Secret();
    return &items_;
  }
  if (!known_.empty() && same_bytes(known_, *bytes)) return &items_;
  const char* const hint = "restore it, or move it away: what waits is then written anew";
  Result<YamlTree> tree =
      bytes->reveal([&](std::string_view text) { return read_yaml_tree(text, shown_.string()); });
  // What the reader says could quote a secret.
  if (!tree) return error("it is no valid YAML", hint, tree.error().first().where.line);
  try {
    items_ = read_items(*tree);
  } catch (const WrongItem& wrong) {
    wipe_texts(*tree);
    known_ = Secret();
    return error(wrong.problem, hint, wrong.line);
  }
  wipe_texts(*tree);
  known_ = *std::move(bytes);
  return &items_;
}

Result<Secret> HandoverFile::text_of_all() {
  constexpr std::string_view kWaiting = "waiting:\n";
  constexpr std::string_view kConfirmed = "confirmed:\n";
  std::size_t size = kHead.size() + kWaiting.size() + kConfirmed.size();
  std::size_t values = 4;
  for (HandoverItem& item : items_) {
    if (item.text.empty()) {
      if (!can_be_written(item)) {
        Error failure = error("a name, URL or token has characters that cannot be written there",
                              "hook names, URLs and tokens are printable ASCII");
        failure.diagnostics.front().code = Code::token_not_writable;
        failure.diagnostics.front().entry = item.entry;
        return failure;
      }
      item.text = text_of(item);
    }
    size += item.text.size();
    values += values_of(item);
  }
  if (values > kMostValues || size > kMostBytes) {
    return error("it is full",
                 "do and confirm what it lists, then run it again; items below `confirmed` may be "
                 "removed when `hookplan status` shows nothing unfinished");
  }
  Secret all(size);
  std::size_t used = 0;
  const auto add = [&](std::string_view text) {
    std::ranges::copy(text, all.room().subspan(used).begin());
    used += text.size();
  };
  add(kHead);
  for (const bool is_confirmed : {false, true}) {
    bool is_first = true;
    for (const HandoverItem& item : items_) {
      if (item.is_confirmed != is_confirmed) continue;
      if (std::exchange(is_first, false)) add(is_confirmed ? kConfirmed : kWaiting);
      item.text.reveal(add);
    }
  }
  all.shrink(used);
  return all;
}

Result<void> HandoverFile::write() {
  // Until this has worked the items are not those of the file.
  known_ = Secret();
  TRY(Secret bytes, text_of_all());
  TRY(const PrivateFolder folder, PrivateFolder::of(file_, kCodes));
  const auto now = std::chrono::steady_clock::now();
  const bool is_due = !synced_ || now - *synced_ > std::chrono::seconds(1);
  is_synced_ = is_due;
  TRY_(folder.replace(file_.filename().string(), bytes, is_due ? Sync::now : Sync::later));
  if (is_due) synced_ = std::chrono::steady_clock::now();
  known_ = std::move(bytes);
  return {};
}

}  // namespace hookplan
