// SPDX-License-Identifier: Apache-2.0
// Random histories of a trusted branch: pull requests that are edited, updated, approved, approved
// no more, merged or reverted, and somebody who pushes, comments and signs what he can. A plan is
// accepted if and only if what it does was approved by enough people. The seeds are fixed; a
// failure prints the number of its history. HOOKPLAN_REVIEW_HISTORIES=6000 runs more of them.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "core/base/text.h"
#include "core/sign/review.h"
#include "core/sign/verify.h"
#include "tests/fixtures/plans.h"
#include "tests/fixtures/signing.h"

namespace hookplan::review_property {
namespace {

using fixtures::kNow;
using Content = std::map<std::string, int>;  // entry to year
using Moves = std::map<std::string, std::pair<int, int>>;

constexpr std::int64_t kAlice = 101;
constexpr std::int64_t kBob = 102;
constexpr std::int64_t kCarol = 103;
constexpr std::int64_t kMallory = 666;
constexpr std::int64_t kPeople[] = {kAlice, kBob, kCarol};

struct Keys {
  PrivateKey ci = PrivateKey::generate(KeyType::ed25519);
  PrivateKey alice = PrivateKey::generate(KeyType::ed25519);
  PrivateKey alice_too = PrivateKey::generate(KeyType::ed25519);
  PrivateKey bob = PrivateKey::generate(KeyType::ed25519);
  PrivateKey mallory = PrivateKey::generate(KeyType::ed25519);
};

const Keys& keys() {
  static const Keys kAll;
  return kAll;
}

Policy policy_for(int approvals) {
  const Keys& k = keys();
  return fixtures::policy_from(
      "  keys:\n" + fixtures::key_yaml("ci", k.ci.public_key()) +
      fixtures::key_yaml("alice", k.alice.public_key()) +
      fixtures::key_yaml("alice-too", k.alice_too.public_key(), "owner: alice") +
      fixtures::key_yaml("bob", k.bob.public_key()) +
      fmt::format(
          "  owners:\n"
          "    alice: {{github: {{login: alice, id: {}}}}}\n"
          "    bob: {{github: {{login: bob, id: {}}}}}\n"
          "    carol: {{github: {{login: carol, id: {}}}}}\n"
          "  roles:\n"
          "    planner: {{keys: [ci]}}\n"
          "    approver: {{keys: [alice, alice-too, bob], owners: [carol], threshold: {}}}\n"
          "  review: {{role: approver}}\n",
          kAlice, kBob, kCarol, approvals) +
      (approvals < 2 ? "  rules: [{if: {kind: remove}, require: {approver: 2}}]\n" : ""));
}

std::string text_of(const Content& content) {
  std::string entries;
  for (const auto& [entry, year] : content) {
    entries += fmt::format("    {}: {{token_created_after: {}-01-01T00:00:00Z}}\n", entry, year);
  }
  return fixtures::config_with(entries);
}

Plan plan_between(const Content& before, const Content& after, Instant at = kNow) {
  Plan plan = fixtures::plan_of(text_of(before), text_of(after));
  plan.validity = Validity{at, {at.seconds + 86'400, 0}};
  return plan;
}

int year_in(const Content& content, const std::string& entry) {
  const auto found = content.find(entry);
  return found == content.end() ? 0 : found->second;
}

void set_year(Content& content, const std::string& entry, int year) {
  if (year == 0) content.erase(entry);
  if (year != 0) content[entry] = year;
}

Moves moves_between(const Content& before, const Content& after) {
  Moves moves;
  for (const Content* side : {&before, &after}) {
    for (const auto& [entry, year] : *side) {
      const std::pair move(year_in(before, entry), year_in(after, entry));
      if (move.first != move.second) moves[entry] = move;
    }
  }
  return moves;
}

struct Head {
  Content base = {};
  Content content = {};
};

// A pull request, and what is true of it whatever anybody shows.
struct Pull {
  std::int64_t author = 0;
  std::vector<Head> heads = {};
  std::vector<GivenReview> reviews = {};
  std::map<std::int64_t, std::vector<Moves>> approved = {};  // by whom, and not taken back
  std::map<std::int64_t, std::vector<Moves>> signed_for = {};
};

class History {
 public:
  History(std::uint64_t seed, int approvals)
      : random_(seed), approvals_(approvals), policy_(policy_for(approvals)) {
    for (int i = 0; i < 6; ++i) base_[fmt::format("a/e{}", i)] = 2020;
    main_ = base_;
  }

  void run() {
    const int events = 1 + pick(6);
    for (int i = 0; i < events; ++i) {
      const int kind = pick(20);
      if (kind < 16) honest_pull_request();
      if (kind == 16) direct_push();
      if (kind == 17) attack_with_planner_key();
      if (kind == 18) attack_with_old_approvals();
      if (kind == 19 && approvals_ > 1) attack_with_approver_key();
    }
  }

  bool changes_anything() const { return base_ != main_; }
  bool was_attacked() const { return was_attacked_; }

  bool is_accepted() const {
    const Plan plan = plan_between(base_, main_);
    const Envelope envelope = fixtures::signed_by(plan, {&keys().ci});
    const Result<OpenedPlan> opened =
        open_plan(to_json(envelope), "plan.dsse", policy_, kNow, &evidence_);
    REQUIRE(opened.has_value());
    if (opened->plan) return true;
    // Nothing else may stand in the way, or this would test something else.
    REQUIRE(opened->verification.kind == ErrorKind::altered);
    return false;
  }

  // What is true: each entry went from where it was to where it is by steps that enough people
  // approved, and by nothing else that is left.
  bool is_approved() const {
    Content reviewed = base_;
    std::set<std::string> broken;
    for (const Pull& pull : merged_) {
      const Moves moves = moves_between(pull.heads.back().base, pull.heads.back().content);
      if (people_of(pull, moves) < needed_for(moves)) continue;
      for (const auto& [entry, move] : moves) {
        const int now = year_in(reviewed, entry);
        if (now != move.first && now != move.second) broken.insert(entry);
        set_year(reviewed, entry, move.second);
      }
    }
    const Moves whole = moves_between(base_, main_);
    return std::ranges::all_of(whole, [&](const auto& each) {
      return !broken.contains(each.first) && year_in(reviewed, each.first) == each.second.second;
    });
  }

 private:
  int pick(int number) { return static_cast<int>(random_() % static_cast<std::uint64_t>(number)); }
  bool maybe() { return pick(2) == 0; }
  std::string entry() { return fmt::format("a/e{}", pick(8)); }

  int needed_for(const Moves& moves) const {
    const bool removes =
        std::ranges::any_of(moves, [](const auto& each) { return each.second.second == 0; });
    return removes ? std::max(approvals_, 2) : approvals_;
  }

  static int people_of(const Pull& pull, const Moves& moves) {
    std::set<std::int64_t> people;
    for (const auto* by : {&pull.approved, &pull.signed_for}) {
      for (const auto& [who, what] : *by) {
        const bool counts = who != pull.author && who != kMallory;
        if (counts && std::ranges::find(what, moves) != what.end()) people.insert(who);
      }
    }
    return static_cast<int>(people.size());
  }

  void change(Content& content) {
    const std::string what = entry();
    const int now = year_in(content, what);
    const int year = now != 0 && pick(4) == 0 ? 0 : 2021 + pick(5);
    set_year(content, what, year == now ? now - 1 : year);
  }

  // --- reviews

  void approve(Pull& pull, std::int64_t who, std::size_t at) {
    give(pull, who, GivenReview::State::approved, at);
  }

  // Of any head, but more often of the last one.
  void review(Pull& pull, std::int64_t who, GivenReview::State state) {
    const auto number = static_cast<std::size_t>(pick(static_cast<int>(pull.heads.size())));
    give(pull, who, state, maybe() ? number : pull.heads.size() - 1);
  }

  static void give(Pull& pull, std::int64_t who, GivenReview::State state, std::size_t at) {
    const Head& head = pull.heads[at];
    GivenReview given{who, fmt::format("login{}", who), state, fmt::format("{}", at), {}};
    given.intent = intent_of(plan_between(head.base, head.content));
    pull.reviews.push_back(std::move(given));
    if (state != GivenReview::State::approved) pull.approved[who].clear();
    if (state == GivenReview::State::approved)
      pull.approved[who].push_back(moves_between(head.base, head.content));
  }

  void some_reviews(Pull& pull) {
    const int number = pick(4);
    for (int i = 0; i < number; ++i) {
      const std::int64_t who = pick(8) == 0 ? kMallory : kPeople[pick(3)];
      const int what = pick(8);
      review(pull, who,
             what == 0   ? GivenReview::State::dismissed
             : what == 1 ? GivenReview::State::changes_requested
                         : GivenReview::State::approved);
    }
  }

  // Alice signs with one key or two; it is she either way.
  void some_signatures(Pull& pull) {
    if (pick(3) != 0) return;
    const Head& head = pull.heads.back();
    std::vector<const PrivateKey*> by = {&keys().ci};
    const Moves moves = moves_between(head.base, head.content);
    if (maybe()) {
      by.push_back(&keys().alice);
      if (maybe()) by.push_back(&keys().alice_too);
      pull.signed_for[kAlice].push_back(moves);
    }
    if (maybe()) {
      by.push_back(&keys().bob);
      pull.signed_for[kBob].push_back(moves);
    }
    show(plan_between(head.base, head.content, now()), by);
  }

  void show(const Plan& plan, const std::vector<const PrivateKey*>& by) {
    evidence_.envelopes.push_back({"comment", to_json(fixtures::signed_by(plan, by))});
  }

  Instant now() const { return {kNow.seconds - 50'000 + 1'000 * clock_, 0}; }

  // --- what happens

  void honest_pull_request() {
    clock_ += 1;
    Pull pull;
    pull.author = pick(4) == 0 ? 4711 : kPeople[pick(3)];
    const Instant opened = now();
    Head head{main_, main_};
    for (int i = 1 + pick(2); i > 0; --i) change(head.content);
    if (moves_between(head.base, head.content).empty()) return;
    pull.heads.push_back(head);
    some_reviews(pull);
    if (pick(3) == 0) {  // more is pushed
      change(head.content);
      pull.heads.push_back(head);
      some_reviews(pull);
    }
    if (pick(3) == 0) {  // somebody else's change is merged, and perhaps the branch updated
      other_change(head);
      pull.heads.push_back(head);
    }
    if (maybe()) pull.heads.push_back(head);  // rebased: another commit, the same change
    some_reviews(pull);
    some_signatures(pull);
    if (pick(4) != 0) {
      for (const std::int64_t who : kPeople) approve(pull, who, pull.heads.size() - 1);
    }
    merge(std::move(pull), opened);
  }

  // Of an entry that the pull request leaves alone.
  void other_change(Head& head) {
    const std::string what = fmt::format("b/e{}", pick(3));
    Pull other;
    other.author = 4711;
    other.heads.push_back({main_, main_});
    const int year = year_in(main_, what) == 2021 ? 2022 : 2021;
    for (Content* content : {&main_, &head.base, &head.content, &other.heads.back().content})
      set_year(*content, what, year);
    for (const std::int64_t who : kPeople) approve(other, who, 0);
    remember(std::move(other), now());
  }

  // Merge, squash and rebase leave the same content; what differs are commits.
  void merge(Pull pull, Instant opened) {
    if (pull.heads.back().content == pull.heads.back().base) return;
    for (const auto& [what, move] :
         moves_between(pull.heads.back().base, pull.heads.back().content))
      set_year(main_, what, move.second);
    remember(std::move(pull), opened);
  }

  void remember(Pull pull, Instant opened) {
    MergedPull shown;
    shown.number = merged_.size() + 1;
    shown.author = pull.author;
    shown.opened = opened;
    shown.plan = plan_between(pull.heads.back().base, pull.heads.back().content);
    shown.reviews = pull.reviews;
    evidence_.pulls.push_back(std::move(shown));
    merged_.push_back(std::move(pull));
  }

  void direct_push() {
    was_attacked_ = true;
    clock_ += 1;
    change(main_);
  }

  // Signs whatever it likes, and merges it: nobody else has approved it.
  void attack_with_planner_key() {
    was_attacked_ = true;
    clock_ += 1;
    Pull pull;
    pull.author = kMallory;
    Head head{main_, main_};
    change(head.content);
    pull.heads.push_back(head);
    if (maybe()) review(pull, kMallory, GivenReview::State::approved);
    show(plan_between(head.base, head.content, now()), {&keys().ci});
    show(plan_between(head.base, head.content, now()), {&keys().ci, &keys().mallory});
    show(plan_between(base_, head.content, now()), {&keys().ci});
    maybe() ? merge(std::move(pull), now()) : static_cast<void>(main_ = head.content);
  }

  // Signs as alice what the planner signs for everybody: one person, and two are needed. Without
  // the planner it is nothing at all.
  void attack_with_approver_key() {
    was_attacked_ = true;
    clock_ += 1;
    Pull pull;
    pull.author = kMallory;
    Head head{main_, main_};
    change(head.content);
    pull.heads.push_back(head);
    const Plan plan = plan_between(head.base, head.content, now());
    show(plan, {&keys().alice, &keys().alice_too});
    show(plan, {&keys().ci, &keys().alice, &keys().alice_too, &keys().mallory});
    merge(std::move(pull), now());
  }

  // What was approved before, shown again for a change that is merged again, or edited.
  void attack_with_old_approvals() {
    if (merged_.empty()) return;
    was_attacked_ = true;
    clock_ += 1;
    const Pull& old = merged_[static_cast<std::size_t>(pick(static_cast<int>(merged_.size())))];
    Head head{main_, main_};
    for (const auto& [what, move] : moves_between(old.heads.back().base, old.heads.back().content))
      set_year(head.content, what, move.second);
    if (maybe()) change(head.content);
    for (std::size_t i = 0; i < evidence_.envelopes.size() && i < 2; ++i) {
      FoundEnvelope edited = evidence_.envelopes[i];
      edited.bytes[static_cast<std::size_t>(pick(static_cast<int>(edited.bytes.size())))] ^= 1;
      evidence_.envelopes.push_back(std::move(edited));
    }
    Pull pull;
    pull.author = kMallory;
    pull.heads.push_back(head);
    // Long after the old plans were made.
    clock_ += 2;
    maybe() ? merge(std::move(pull), now()) : static_cast<void>(main_ = head.content);
  }

  std::mt19937_64 random_;
  int approvals_;
  Policy policy_;
  Content base_ = {};
  Content main_ = {};
  std::int64_t clock_ = 0;
  bool was_attacked_ = false;
  std::vector<Pull> merged_ = {};
  ReviewEvidence evidence_ = {};
};

int histories() {
  constexpr int kUsual = 100;
  const char* const asked = std::getenv("HOOKPLAN_REVIEW_HISTORIES");
  const auto number = number_from(asked == nullptr ? "" : asked, 1, 10'000'000);
  return number ? static_cast<int>(*number) : kUsual;
}

TEST_CASE("a plan is accepted if and only if enough people approved what it does") {
  int accepted = 0;
  int refused = 0;
  int accepted_in_peace = 0;
  for (int number = 0; number < histories(); ++number) {
    CAPTURE(number);
    History history(20'261'127U + static_cast<std::uint64_t>(number), 1 + number % 2);
    history.run();
    if (!history.changes_anything()) continue;
    const bool is_accepted = history.is_accepted();
    REQUIRE(is_accepted == history.is_approved());
    (is_accepted ? accepted : refused) += 1;
    if (is_accepted && !history.was_attacked()) ++accepted_in_peace;
  }
  // Both happen often enough to mean something.
  CAPTURE(accepted, refused, accepted_in_peace);
  CHECK(accepted * 20 > histories());
  CHECK(accepted_in_peace * 40 > histories());
  CHECK(refused * 5 > histories());
}

}  // namespace
}  // namespace hookplan::review_property
