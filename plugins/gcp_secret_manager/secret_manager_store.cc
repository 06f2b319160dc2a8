// SPDX-License-Identifier: Apache-2.0
#include "plugins/gcp_secret_manager/secret_manager_store.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/base/digest.h"
#include "core/base/text.h"
#include "core/ports/ledger_value.h"

namespace hookplan {
namespace {

constexpr std::size_t kPageBytes = std::size_t{60} << 10;
constexpr std::size_t kMaxPages = 16;

bool are_same_bytes(const Secret& one, const Secret& other) {
  return one.reveal(sha256) == other.reveal(sha256);
}

}  // namespace

SecretManagerStore::SecretManagerStore(Place place, const TokenFormat& format,
                                       std::unique_ptr<SecretManagerApi> api, Clock& clock,
                                       std::chrono::seconds delay)
    : place_(std::move(place)),
      format_(format),
      api_(std::move(api)),
      clock_(clock),
      delay_(delay) {}

std::string SecretManagerStore::Sight::version() const {
  return fmt::format("{}/{}", head.etag, tokens.number);
}

std::string SecretManagerStore::id() const {
  const auto& [api, project, location] = api_->place();
  return fmt::format("gcp-secret-manager:{}/{}/{}/{}", ascii_lower(api), project, location,
                     place_.secret);
}

std::string SecretManagerStore::name() const { return api_->name_of(place_.secret); }

Error SecretManagerStore::error(Code code, std::string_view why) const {
  return fail(code, "{}: {}", name(), why);
}

// --- reading

Result<Secret> SecretManagerStore::ledger_of(const Numbers& versions) {
  std::vector<Secret> pages;
  std::size_t size = 0;
  for (const std::int64_t number : versions) {
    TRY(SecretVersion page, api_->version(place_.ledger, number));
    size += page.payload.size();
    pages.push_back(std::move(page.payload));
  }
  Secret value(size);
  auto out = value.room().begin();
  for (const Secret& page : pages) {
    out = page.reveal([&](std::string_view bytes) { return std::ranges::copy(bytes, out).out; });
  }
  return value;
}

Result<SecretManagerStore::Sight> SecretManagerStore::look_at(const SecretHead& head) {
  Sight sight;
  sight.head = head;
  TRY(sight.state, store_state(sight.head.annotation(StoreState::kAnnotation), name()));
  TRY(sight.tokens, api_->latest(place_.secret));
  const auto& pending = sight.state.pending;
  if (pending && sight.tokens.number > pending->base) {
    TRY(Secret value, ledger_of(pending->ledger));
    TRY(const LedgerValue announced, read_ledger_value(value, api_->name_of(place_.ledger)));
    sight.has_landed = announced.document == sight.tokens.payload.reveal(sha256_hex);
    if (sight.has_landed) sight.ledger = std::move(value);
  }
  if (!sight.has_landed && !sight.state.ledger.empty()) {
    TRY(sight.ledger, ledger_of(sight.state.ledger));
  }
  return sight;
}

// The parts are read one after the other. They belong together if the annotation is the same before
// and after: each write changes it, first and last.
Result<SecretManagerStore::Sight> SecretManagerStore::look() {
  constexpr int kMaxLooks = 5;
  for (int number = 1;; ++number) {
    TRY(const SecretHead before, api_->head(place_.secret));
    Result<Sight> sight = look_at(before);
    TRY(const SecretHead after, api_->head(place_.secret));
    // A version of the ledger that is gone may have been the last one's.
    if (before.etag == after.etag) return sight;
    if (number >= kMaxLooks)
      return error(Code::store_unavailable, "it changes again and again while it is read");
  }
}

Result<StoreContents> SecretManagerStore::read() {
  TRY(Sight sight, look());
  const auto now = std::make_shared<const Sight>(std::move(sight));
  TRY(StoreContents contents,
      contents_of(now->tokens.payload, now->ledger ? &*now->ledger : nullptr, format_, name(),
                  api_->name_of(place_.ledger)));
  contents.version = now->version();
  seen_ = now;
  return contents;
}

Result<std::string> SecretManagerStore::version() {
  Sight sight;
  TRY(sight.head, api_->head(place_.secret));
  TRY(sight.tokens, api_->latest(place_.secret));
  return sight.version();
}

// What was read last if it has that version, or what is there now.
Result<std::shared_ptr<const SecretManagerStore::Sight>> SecretManagerStore::sight_of(
    std::string_view version) {
  const std::shared_ptr<const Sight> known = seen_;
  if (known && known->version() == version) return known;
  TRY(Sight sight, look());
  if (sight.version() != version)
    return error(Code::store_changed, "it is not what it was when it was read");
  return std::make_shared<const Sight>(std::move(sight));
}

// --- writing

Result<void> SecretManagerStore::write(const TokenMap& tokens, const Ledger& ledger,
                                       std::string_view version) {
  TRY(const auto sight, sight_of(version));
  TRY_VOID(wait_for_pending(*sight));
  TRY(const Secret document, next_document(sight->tokens.payload, tokens, format_, name()));
  const Secret value = ledger_value_beside(document, ledger);
  if (document.size() > SecretManagerApi::kMaxPayloadBytes ||
      value.size() > kPageBytes * kMaxPages) {
    return error(Code::token_document_too_large,
                 fmt::format("it would have {} bytes of tokens and can have {}; the ledger would "
                             "have {} and can have {}",
                             document.size(), SecretManagerApi::kMaxPayloadBytes, value.size(),
                             kPageBytes * kMaxPages))
        .as(ErrorKind::unavailable);
  }
  TRY(const Numbers pages, add_ledger(value));
  Result<void> written = are_same_bytes(document, sight->tokens.payload)
                             ? write_ledger(*sight, pages)
                             : write_tokens(*sight, pages, document);
  if (!written && written.error().kind != ErrorKind::unknown) destroy_ledger(pages);
  return written;
}

// As long as what was announced could still arrive, it would come after what is written now.
Result<void> SecretManagerStore::wait_for_pending(const Sight& sight) {
  const auto& pending = sight.state.pending;
  if (!pending || sight.has_landed || pending->until <= clock_.now()) return {};
  clock_.sleep_for(std::chrono::seconds{pending->until.seconds - clock_.now().seconds + 1});
  if (pending->until <= clock_.now())
    return error(Code::store_changed, "a write that was under way has ended");
  return error(
      Code::store_write_open,
      fmt::format("a run announced a write that can arrive until {}", to_rfc3339(pending->until)));
}

Result<SecretManagerStore::Numbers> SecretManagerStore::add_ledger(const Secret& value) {
  Numbers pages;
  for (std::size_t at = 0; at < value.size(); at += kPageBytes) {
    const Secret page = value.reveal(
        [&](std::string_view bytes) { return Secret::copy_of(bytes.substr(at, kPageBytes)); });
    Result<std::int64_t> number = api_->add(place_.ledger, page);
    if (!number) {
      destroy_ledger(pages);
      // One that nobody knows of counts for nothing.
      const bool is_unknown = number.error().kind == ErrorKind::unknown;
      return is_unknown ? std::move(number).error().as(ErrorKind::unavailable)
                        : std::move(number).error();
    }
    pages.push_back(*number);
  }
  return pages;
}

// The state without what was announced: it has happened, or it never will.
StoreState SecretManagerStore::settled(const Sight& sight) const {
  StoreState state = sight.state;
  if (state.pending && sight.has_landed) {
    state.ledger = state.pending->ledger;
    if (state.pending->base > 0) state.old.push_back(state.pending->base);
  }
  state.pending.reset();
  return state;
}

// The versions of the ledger are ours alone, so the annotation itself tells whether a patch of
// which nobody knows has happened.
Result<SecretHead> SecretManagerStore::annotate(const SecretHead& head, const StoreState& state) {
  const std::string text = to_json(state);
  Result<std::string> etag = api_->annotate(place_.secret, head, StoreState::kAnnotation, text);
  if (etag) return SecretHead{*std::move(etag), head.annotations};
  if (etag.error().kind != ErrorKind::unknown) return std::move(etag).error();
  Result<SecretHead> now = api_->head(place_.secret);
  if (now && now->annotation(StoreState::kAnnotation) == text) return now;
  return std::move(etag).error();
}

Result<void> SecretManagerStore::write_ledger(const Sight& sight, const Numbers& pages) {
  TRY(const SecretVersion newest, api_->latest(place_.secret));
  if (newest.number != sight.tokens.number)
    return error(Code::store_changed, "somebody added a version since it was read");
  StoreState state = settled(sight);
  const Numbers former = std::exchange(state.ledger, pages);
  TRY_VOID(annotate(sight.head, state));
  destroy_ledger(former);
  return {};
}

Result<void> SecretManagerStore::write_tokens(const Sight& sight, const Numbers& pages,
                                              const Secret& document) {
  const StoreState before = settled(sight);
  const auto begun = clock_.running();
  StoreState announced = before;
  announced.pending = {sight.tokens.number, pages, later(clock_.now(), kMaxOpen)};
  TRY(const SecretHead locked, annotate(sight.head, announced));
  // From here on nobody else writes until the announced time. What has not begun long before is not
  // begun any more.
  Result<std::int64_t> added = 0;
  const Result<SecretVersion> newest = api_->latest(place_.secret);
  if (!newest) {
    added = newest.error();
  } else if (newest->number != sight.tokens.number) {
    added = error(Code::store_changed, "somebody added a version since it was read");
  } else if (clock_.running() - begun > kMaxOpen - SecretManagerApi::kMaxCallTime) {
    added = error(Code::store_unavailable, "it answers too slowly for a safe write");
  } else {
    added = add_tokens(sight, document);
  }
  if (!added) {
    if (added.error().kind != ErrorKind::unknown) (void)annotate(locked, before);
    return std::move(added).error();
  }
  if (*added != sight.tokens.number + 1) return give_back(sight, *added, locked);

  // It is written. What follows only tidies up, and the next write does it if this one cannot.
  constexpr std::size_t kMaxOld = 20;  // if nobody may destroy them, the annotation stays small
  StoreState after = before;
  if (after.old.size() > kMaxOld) after.old.erase(after.old.begin(), after.old.end() - kMaxOld);
  std::erase_if(after.old, [&](std::int64_t number) {
    return api_->destroy(place_.secret, number).has_value();
  });
  if (sight.tokens.number > 0) {
    (void)api_->disable(place_.secret, sight.tokens.number);
    after.old.push_back(sight.tokens.number);
  }
  const Numbers former = std::exchange(after.ledger, pages);
  if (annotate(locked, after)) destroy_ledger(former);
  return {};
}

// The number of the new version; an answer that was lost is looked for.
Result<std::int64_t> SecretManagerStore::add_tokens(const Sight& sight, const Secret& document) {
  constexpr int kMaxLooks = 3;
  constexpr std::chrono::milliseconds kPause{500};
  Result<std::int64_t> number = api_->add(place_.secret, document);
  if (number || number.error().kind != ErrorKind::unknown) return number;
  for (int i = 0; i < kMaxLooks; ++i) {
    if (i > 0) clock_.sleep_for(kPause);
    const Result<SecretVersion> newest = api_->latest(place_.secret);
    if (newest && newest->number > sight.tokens.number &&
        are_same_bytes(newest->payload, document)) {
      return newest->number;
    }
  }
  return number;
}

// Somebody who announces nothing added a version between the look and the write: what they wrote is
// made the newest again, and then this write was none.
Result<void> SecretManagerStore::give_back(const Sight& sight, std::int64_t ours,
                                           const SecretHead& locked) {
  TRY(const SecretVersion theirs, api_->version(place_.secret, ours - 1));
  TRY(const SecretVersion newest, api_->latest(place_.secret));
  if (newest.number == ours) {
    TRY_VOID(api_->add(place_.secret, theirs.payload));
  }
  StoreState state = settled(sight);
  state.old.push_back(ours);
  TRY_VOID(annotate(locked, state));
  return error(
      Code::store_changed,
      fmt::format("somebody added version {} at the same time; it is the newest again", ours - 1));
}

// As far as it can be done: they hold no tokens, and nobody reads them again.
void SecretManagerStore::destroy_ledger(const Numbers& versions) {
  for (const std::int64_t number : versions) (void)api_->destroy(place_.ledger, number);
}

}  // namespace hookplan
