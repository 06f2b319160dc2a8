// SPDX-License-Identifier: Apache-2.0
#include "plugins/file/file_store.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "core/base/digest.h"
#include "core/base/text.h"

namespace hookplan {
namespace {

constexpr std::size_t kMaxDocumentBytes = std::size_t{2} << 20;
constexpr std::size_t kMaxLedgerFileBytes = std::size_t{32} << 20;
constexpr auto kPatience = std::chrono::seconds(10);
constexpr PrivateFileCodes kCodes{Code::store_unsafe, Code::store_unavailable};

std::string digest_of(const Secret& document) { return document.reveal(sha256_hex); }

}  // namespace

FileTokenStore::FileTokenStore(const std::filesystem::path& file, const TokenFormat& format)
    : shown_(file), file_(std::filesystem::absolute(file)), format_(format) {}

std::string FileTokenStore::id() const { return "file:" + file_.lexically_normal().string(); }

std::string FileTokenStore::name() const { return fmt::format("file {}", shown_.string()); }

Error FileTokenStore::error(Code code, std::string_view why) const {
  return fail(code, "{}: {}", name(), why).at(shown_.string());
}

Result<PrivateFolder> FileTokenStore::folder() const { return PrivateFolder::of(file_, kCodes); }

Result<FileTokenStore::Look> FileTokenStore::look_once(const PrivateFolder& folder) const {
  const std::string name = file_.filename().string();
  const std::string ledger_name = name + ".ledger";
  Look look;
  TRY(const std::optional<Secret> ledger, folder.read(ledger_name, kMaxLedgerFileBytes));
  TRY(std::optional<Secret> document, folder.read(name, kMaxDocumentBytes));
  if (!document) {
    if (ledger) {
      return error(Code::store_missing, "it is not there any more, but its ledger is")
          .hint(
              "put it back from a backup, or from what the receiver has mounted; an empty one would "
              "have every delivery refused");
    }
    return error(Code::store_missing, "it is not there")
        .hint("make it yourself, empty: install -m 600 /dev/null {}", shell_word(shown_.string()));
  }
  look.document = *std::move(document);
  look.digest = digest_of(look.document);
  if (ledger) {
    TRY(look.records, ledger->reveal([&](std::string_view text) {
      return read_ledger_file(text, shown_.string() + ".ledger");
    }));
  }
  const bool is_next_waiting = folder.has(PrivateFolder::temporary_for(name));
  const LedgerRecord* const record = current_record(look.records, look.digest, is_next_waiting);
  look.ledger = record != nullptr ? record->ledger : to_json(Ledger{});
  look.is_edited = record != nullptr && record->document != look.digest;
  look.version = sha256_hex(fmt::format("{}\n{}", look.digest, look.ledger));
  return look;
}

// A writer may be at work between the two files; two looks that agree did not meet one.
Result<FileTokenStore::Look> FileTokenStore::look(const PrivateFolder& folder) const {
  constexpr int kMaxLooks = 200;
  constexpr auto kPause = std::chrono::milliseconds(5);
  std::string last;
  for (int i = 0; i < kMaxLooks; ++i) {
    TRY(Look now, look_once(folder));
    if (now.version == last) return now;
    // Pause only when somebody was met.
    if (!last.empty()) std::this_thread::sleep_for(kPause);
    last = now.version;
  }
  return error(Code::store_unavailable, "it changes all the time");
}

Result<StoreContents> FileTokenStore::read() {
  TRY(const PrivateFolder opened, folder());
  TRY(Look now, look(opened));
  TRY(TokenDocument document, format_.read(now.document, name()));
  StoreContents stored{std::move(document.tokens),
                       document.is_legacy_token,
                       {},
                       std::move(now.version),
                       now.is_edited,
                       std::move(document.warnings)};
  TRY(stored.ledger, ledger_from_json(now.ledger, shown_.string() + ".ledger"));
  return stored;
}

std::optional<std::string> FileTokenStore::stamp(const PrivateFolder& folder) const {
  const std::string name = file_.filename().string();
  std::string all;
  for (const std::string& part : {name, name + ".ledger", PrivateFolder::temporary_for(name)}) {
    const std::optional<std::string> one = folder.stamp(part);
    if (!one) return std::nullopt;
    all += *one + '\n';
  }
  return all;
}

// Asked before every use of a token, so files that did not change are not read again.
Result<std::string> FileTokenStore::version() {
  TRY(const PrivateFolder opened, folder());
  const std::optional<std::string> before = stamp(opened);
  if (before && seen_ && seen_->stamp == *before) return seen_->version;
  TRY(Look now, look(opened));
  seen_.reset();
  if (before && before == stamp(opened)) seen_ = Seen{*before, now.version};
  return std::move(now.version);
}

Result<void> FileTokenStore::replace_ledger(const PrivateFolder& folder,
                                            const LedgerRecords& records) const {
  const std::string text = ledger_file_text(records);
  if (text.size() > kMaxLedgerFileBytes) {
    return error(Code::store_unavailable, "the ledger would be too large");
  }
  return folder.replace(file_.filename().string() + ".ledger", Secret::copy_of(text));
}

// Removes what a writer left that died. REQUIRES: the lock is held. The ledger comes first: the
// temporary file is what tells which of two records counts.
Result<void> FileTokenStore::tidy(const PrivateFolder& folder, const Look& now) const {
  const std::string name = file_.filename().string();
  if (now.records.size() > 1) TRY_VOID(replace_ledger(folder, {{now.digest, now.ledger}}));
  folder.remove(PrivateFolder::temporary_for(name));
  folder.remove(PrivateFolder::temporary_for(name + ".ledger"));
  return {};
}

// The rename of the token file commits both.
Result<void> FileTokenStore::replace_both(const PrivateFolder& folder, const Look& now,
                                          const Secret& document, const std::string& ledger) const {
  const std::string name = file_.filename().string();
  const std::string temporary = PrivateFolder::temporary_for(name);
  TRY_VOID(folder.create(temporary, document));
  const LedgerRecord current{now.digest, now.ledger};
  const LedgerRecord next{digest_of(document), ledger};
  // Both records fit what is there, so it is only a courtesy to take the second one back. The
  // temporary file stays if that fails: it says that the first one counts.
  const auto take_back = [&](Error failure) {
    if (replace_ledger(folder, {current})) folder.remove(temporary);
    return failure;
  };
  Result<void> prepared = replace_ledger(folder, {current, next});
  if (!prepared) {
    Error failure = std::move(prepared).error();
    // Whether the second record is there or not, it does not count.
    const bool may_be_there =
        std::exchange(failure.kind, ErrorKind::unavailable) == ErrorKind::unknown;
    if (may_be_there) return take_back(std::move(failure));
    folder.remove(temporary);
    return failure;
  }
  // An editor knows no lock: look once more, as late as can be.
  Result<std::optional<Secret>> there = folder.read(name, kMaxDocumentBytes);
  if (!there) return take_back(std::move(there).error());
  if (!there->has_value() || digest_of(**there) != now.digest) {
    return take_back(error(Code::store_changed, "it was changed meanwhile"));
  }
  Result<void> moved = folder.move(temporary, name);
  if (!moved) {
    Error failure = std::move(moved).error();
    if (failure.kind == ErrorKind::unknown) return failure;
    return take_back(std::move(failure));
  }
  // Committed. What is superseded now goes at once if it can, else with the next write.
  static_cast<void>(replace_ledger(folder, {next}).has_value());
  return {};
}

Result<void> FileTokenStore::write(const TokenMap& tokens, const Ledger& ledger,
                                   std::string_view version) {
  TRY(const PrivateFolder opened, folder());
  TRY(const std::optional<PrivateLock> lock,
      opened.lock(file_.filename().string() + ".lock", kPatience));
  if (!lock) {
    return error(Code::store_unavailable, "other processes keep writing it").hint("try again");
  }
  TRY(const Look now, look(opened));
  if (now.version != version) {
    return error(Code::store_changed, "it is not what it was when it was read");
  }
  TRY(const TokenDocument document, format_.read(now.document, name()));
  const std::string next_ledger = to_json(ledger);
  // The file stays as people wrote it as long as it says the same.
  if (!document.is_legacy_token && same_tokens(document.tokens, tokens)) {
    TRY_VOID(tidy(opened, now));
    return replace_ledger(opened, {{now.digest, next_ledger}});
  }
  TRY(const Secret next, format_.write(tokens));
  if (next.size() > kMaxDocumentBytes) {
    return error(Code::token_document_too_large,
                 fmt::format("it would have more than {} bytes", kMaxDocumentBytes))
        .as(ErrorKind::unavailable);
  }
  TRY_VOID(tidy(opened, now));
  if (digest_of(next) == now.digest) return replace_ledger(opened, {{now.digest, next_ledger}});
  return replace_both(opened, now, next, next_ledger);
}

}  // namespace hookplan
