// SPDX-License-Identifier: Apache-2.0
#include "core/ports/review_host.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"

namespace hookplan {
namespace {

constexpr std::string_view kBegin = "<!-- hookplan:v1 ";
constexpr std::string_view kEnd = " -->";
constexpr std::string_view kDigest = "sha256:";

bool is_hex(std::string_view text) {
  constexpr std::size_t kMax = 64;  // a digest, or a commit of either kind
  return !text.empty() && text.size() <= kMax &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string_view without_prefix(std::string_view digest) {
  if (digest.starts_with(kDigest)) digest.remove_prefix(kDigest.size());
  return digest;
}

// Commits and digests: whatever else it is would be no word of a mark.
std::string_view hex_or_dash(std::string_view text) { return is_hex(text) ? text : "-"; }

// Without blanks, and without what could end an HTML comment: `>`, or two hyphens.
std::string encoded(std::string_view text) {
  std::string all;
  for (const char c : text) {
    const bool is_plain = is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          c == '.' || c == '_' || c == '/' || (c == '-' && !all.ends_with('-'));
    all += is_plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return all;
}

std::string digest_of(std::string_view hex) {
  return is_hex(hex) ? fmt::format("{}{}", kDigest, hex) : std::string();
}

std::string commit_of(std::string_view hex) { return std::string(is_hex(hex) ? hex : ""); }

std::string_view cut(std::string_view& text, char at) {
  const std::size_t end = std::min(text.find(at), text.size());
  const std::string_view before = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return before;
}

ReviewRun run_of(std::string_view text) {
  constexpr std::int64_t kMaxId = std::int64_t{1} << 53;
  constexpr std::int64_t kMaxAttempt = 1'000'000;
  const auto id = number_from(cut(text, '.'), 0, kMaxId);
  const auto attempt = number_from(text, 0, kMaxAttempt);
  if (!id || !attempt) return {};
  return {static_cast<std::uint64_t>(*id), static_cast<std::uint32_t>(*attempt)};
}

std::vector<ReviewMark::Earlier> earlier_of(std::string_view text) {
  std::vector<ReviewMark::Earlier> all;
  while (!text.empty() && all.size() < ReviewMark::kMaxEarlier) {
    std::string_view one = cut(text, ',');
    const std::string_view intent = cut(one, '@');
    if (is_hex(intent) && is_hex(one)) all.push_back({digest_of(intent), commit_of(one)});
  }
  return all;
}

}  // namespace

std::string to_text(const ReviewMark& mark) {
  std::string all =
      fmt::format("{}id={} head={} run={}.{} intent={} since={}", kBegin, encoded(mark.config),
                  hex_or_dash(mark.head), mark.run.id, mark.run.attempt,
                  hex_or_dash(without_prefix(mark.intent)), hex_or_dash(mark.first_head));
  std::string_view separator = " earlier=";
  for (const ReviewMark::Earlier& each : mark.earlier) {
    all += fmt::format("{}{}@{}", std::exchange(separator, ","),
                       hex_or_dash(without_prefix(each.intent)), hex_or_dash(each.head));
  }
  return all + std::string(kEnd) + '\n';
}

std::optional<ReviewMark> mark_of(std::string_view comment, std::string_view config) {
  std::string_view line = cut(comment, '\n');
  if (line.ends_with('\r')) line.remove_suffix(1);  // edited in a browser
  if (!line.starts_with(kBegin) || !line.ends_with(kEnd)) return std::nullopt;
  line.remove_prefix(kBegin.size());
  line.remove_suffix(std::min(kEnd.size(), line.size()));
  if (cut(line, ' ') != fmt::format("id={}", encoded(config))) return std::nullopt;
  ReviewMark mark;
  mark.config = config;
  while (!line.empty()) {
    std::string_view value = cut(line, ' ');
    const std::string_view name = cut(value, '=');
    if (name == "head") mark.head = commit_of(value);
    if (name == "run") mark.run = run_of(value);
    if (name == "intent") mark.intent = digest_of(value);
    if (name == "since") mark.first_head = commit_of(value);
    if (name == "earlier") mark.earlier = earlier_of(value);
  }
  return mark;
}

ReviewMark following(const std::optional<ReviewMark>& before, ReviewMark now) {
  now.first_head = now.head;
  now.earlier.clear();
  if (!before) return now;
  now.earlier = before->earlier;
  if (before->intent == now.intent) {
    if (!before->first_head.empty()) now.first_head = before->first_head;
    return now;
  }
  if (!before->intent.empty())
    now.earlier.insert(now.earlier.begin(), {before->intent, before->head});
  // A plan that is shown again is none of the earlier ones.
  std::erase_if(now.earlier, [&](const auto& each) { return each.intent == now.intent; });
  if (now.earlier.size() > ReviewMark::kMaxEarlier) now.earlier.resize(ReviewMark::kMaxEarlier);
  return now;
}

bool is_older(const ReviewMark& mine, const ReviewMark& theirs) {
  return mine.run.is_known() && theirs.run.is_known() && mine.run < theirs.run;
}

std::string_view to_string(PostedComment::Outcome outcome) {
  switch (outcome) {
    case PostedComment::Outcome::created: return "created";
    case PostedComment::Outcome::edited: return "edited";
    case PostedComment::Outcome::unchanged: return "unchanged";
    case PostedComment::Outcome::superseded: return "superseded";
    case PostedComment::Outcome::not_needed: return "not_needed";
  }
  throw std::logic_error("no such outcome of a comment");
}

}  // namespace hookplan
