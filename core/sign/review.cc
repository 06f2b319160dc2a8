// SPDX-License-Identifier: Apache-2.0
#include "core/sign/review.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/sign/verify.h"

namespace hookplan {
namespace {

constexpr std::size_t kMaxShown = 50;  // changes that are explained one by one

// The people of one role, and who they are on the forge.
class Reviewers {
 public:
  Reviewers(const Policy& policy, const PolicyRole& role) {
    for (const PolicyOwner& owner : policy.owners) {
      person_of_account_[owner.github_id] = person_of(owner.name);
    }
    for (const std::string& owner : role.owners) members_.insert(person_of(owner));
    for (const TrustedKey& key : policy.keys) {
      if (std::ranges::find(role.keys, key.about.name) != role.keys.end())
        members_.insert(person_of(key.about.owner));
    }
  }

  // Empty for an account that is nobody's.
  std::string person(std::int64_t account) const {
    const auto found = person_of_account_.find(account);
    return found == person_of_account_.end() ? std::string() : found->second;
  }

  bool is_member(const std::string& person) const { return members_.contains(person); }

 private:
  std::map<std::int64_t, std::string> person_of_account_;
  std::set<std::string> members_;
};

// A signed plan that the policy accepts but for the number of approvers.
struct SignedApproval {
  std::string place = {};
  Intent intent = {};
  Instant created = {};
  std::vector<std::string> owners = {};
  const MergedPull* pull = nullptr;  // that it is for; null pointer: for none of them
};

class ReviewJudge {
 public:
  ReviewJudge(const Plan& plan, const Policy& policy, const ReviewEvidence& evidence, Instant now)
      : plan_(plan),
        policy_(policy),
        evidence_(evidence),
        now_(now),
        role_(*std::ranges::find(policy.roles, policy.review->role, &PolicyRole::name)),
        reviewers_(policy, role_) {}

  ReviewJudgement judge() && {
    for (const FoundEnvelope& envelope : evidence_.envelopes) read_envelope(envelope);
    std::vector<ReviewedIntent> reviewed;
    for (const MergedPull& pull : evidence_.pulls) {
      if (!pull.plan) continue;  // whoever looked for it has said so
      reviewed.push_back({name_of(pull), intent_of(*pull.plan), shortage_of(pull)});
    }
    explain(uncovered(intent_of(plan_), plan_.provenance.before.path, reviewed));
    return std::move(result_);
  }

 private:
  static std::string name_of(const MergedPull& pull) { return fmt::format("#{}", pull.number); }

  void warn(Code code, std::string message) {
    result_.warnings.push_back(diagnose(code, std::move(message)));
  }

  // --- signed plans

  // An envelope that is accepted by everybody but the reviewers, whose number is counted later. One
  // without any of them would approve nothing.
  void read_envelope(const FoundEnvelope& found) {
    const Result<OpenedPlan> opened = open_plan(found.bytes, found.place, policy_, now_);
    if (!opened) return ignore(found, opened.error().first().message);
    const Verification& verification = opened->verification;
    if (!verification.plan) return ignore(found, "nobody who is trusted has signed it");
    SignedApproval approval{found.place, intent_of(*verification.plan), {}, {}};
    for (const RoleReport& role : verification.roles) {
      if (role.requirement.role == role_.name) {
        approval.owners = role.signed_by;
      } else if (!role.is_met()) {
        return ignore(found, fmt::format("too few of the role {} have signed it",
                                         printable(role.requirement.role)));
      }
    }
    for (const Diagnostic& problem : verification.problems) {
      if (!is_about_number(problem.code)) return ignore(found, problem.message);
    }
    if (!is_for_same_branch(*verification.plan))
      return ignore(found, "it is for another repository or branch");
    if (approval.owners.empty()) return;
    approval.created = verification.plan->validity->created;
    approval.pull = pull_of(approval);
    if (approval.pull == nullptr)
      return ignore(found, "no pull request with these changes was open when it was made");
    approvals_.push_back(std::move(approval));
  }

  // What judge_signatures() says where too few signed. Whether the other roles are met was looked
  // at before.
  static bool is_about_number(Code code) {
    return code == Code::threshold_not_met || code == Code::signer_revoked ||
           code == Code::signer_out_of_window;
  }

  bool is_for_same_branch(const Plan& plan) const {
    return plan.provenance.repository == plan_.provenance.repository &&
           plan.provenance.branch == plan_.provenance.branch;
  }

  void ignore(const FoundEnvelope& found, std::string_view why) {
    warn(Code::reviewed_plan_not_counted,
         fmt::format("{} does not count: {}", printable(found.place), why));
  }

  // --- one pull request

  // Why not enough people approved it, in words; empty if they did.
  std::string shortage_of(const MergedPull& pull) {
    std::map<std::string, std::string> approved_by = reviewers_of(pull);  // person to name
    for (const std::string& owner : signers_of(pull)) {
      if (person_of(owner) == reviewers_.person(pull.author)) {
        ignore_approval(pull, owner, "whoever opened a pull request does not approve it");
      } else {
        approved_by.emplace(person_of(owner), owner);
      }
    }
    const std::vector<Requirement> needed = requirements(policy_, *pull.plan);
    const std::int64_t threshold =
        std::ranges::find(needed, role_.name, &Requirement::role)->threshold;
    if (static_cast<std::int64_t>(approved_by.size()) >= threshold) return {};
    return fmt::format("has {} of {} approvals", approved_by.size(), threshold);
  }

  void ignore_approval(const MergedPull& pull, const std::string& who, std::string_view why) {
    warn(Code::approval_not_counted, fmt::format("{}: the approval of {} does not count: {}",
                                                 name_of(pull), printable(who), why));
  }

  // The approvals that each account gave and did not take back.
  static std::map<std::int64_t, std::vector<const GivenReview*>> standing(const MergedPull& pull) {
    std::map<std::int64_t, std::vector<const GivenReview*>> all;
    for (const GivenReview& review : pull.reviews) {
      std::vector<const GivenReview*>& of_account = all[review.account];
      if (review.state != GivenReview::State::approved) of_account.clear();
      if (review.state == GivenReview::State::approved) of_account.push_back(&review);
    }
    return all;
  }

  std::map<std::string, std::string> reviewers_of(const MergedPull& pull) {
    const Intent intent = intent_of(*pull.plan);
    std::map<std::string, std::string> people;
    for (const auto& [account, reviews] : standing(pull)) {
      if (reviews.empty()) continue;
      const GivenReview& last = *reviews.back();
      const std::string person = reviewers_.person(account);
      const auto is_same = [&](const GivenReview* review) { return review->intent == intent; };
      if (person.empty() || !reviewers_.is_member(person)) {
        ignore_approval(
            pull, last.login,
            fmt::format("the account {} is not in the role {}", account, printable(role_.name)));
      } else if (account == pull.author) {
        ignore_approval(pull, last.login, "whoever opened a pull request does not approve it");
      } else if (std::ranges::none_of(reviews, is_same)) {
        ignore_approval(pull, last.login, why_other(last));
      } else {
        people.emplace(person, last.login);
      }
    }
    return people;
  }

  static std::string why_other(const GivenReview& review) {
    constexpr std::size_t kShort = 12;
    const std::string commit = printable(review.commit.substr(0, kShort));
    return review.intent ? fmt::format("{}, which it is for, changes something else", commit)
                         : fmt::format("{}, which it is for, is not in this clone", commit);
  }

  // Owners who signed a plan for it.
  std::vector<std::string> signers_of(const MergedPull& pull) const {
    std::vector<std::string> owners;
    for (const SignedApproval& approval : approvals_) {
      if (approval.pull != &pull) continue;
      owners.insert(owners.end(), approval.owners.begin(), approval.owners.end());
    }
    return owners;
  }

  // Which pull request a signed plan is for, and only that: of those with its intent the one that
  // was opened last before it was made. Clocks may differ, so one that was opened just afterwards
  // is better than none.
  const MergedPull* pull_of(const SignedApproval& approval) const {
    const MergedPull* best = nullptr;
    const MergedPull* next = nullptr;
    for (const MergedPull& pull : evidence_.pulls) {
      if (!pull.plan || intent_of(*pull.plan) != approval.intent) continue;
      if (pull.opened <= approval.created) {
        if (best == nullptr || best->opened < pull.opened) best = &pull;
      } else if (pull.opened.seconds - approval.created.seconds <= policy_.clock_skew.count()) {
        if (next == nullptr || pull.opened < next->opened) next = &pull;
      }
    }
    return best != nullptr ? best : next;
  }

  // --- the whole

  void explain(const std::vector<Uncovered>& all) {
    if (all.empty()) return;
    for (const Uncovered& each : all) {
      if (result_.problems.size() == kMaxShown) break;
      const Code code =
          each.was_reviewed ? Code::change_differs_from_review : Code::change_not_reviewed;
      result_.problems.push_back(
          fail(code, "{}: reviewed: {}; now: {}; why: {}", in_words(each.subject),
               each.reviewed ? in_words(*each.reviewed, each.is_about_routes) : "nothing",
               in_words(each.now, each.is_about_routes), each.why)
              .entry(each.subject.first == SubjectKind::entry ? each.subject.second : ""));
    }
    if (all.size() > kMaxShown) {
      result_.problems.push_back(
          fail(Code::change_not_reviewed, "and {} more", all.size() - kMaxShown));
    }
  }

  const Plan& plan_;
  const Policy& policy_;
  const ReviewEvidence& evidence_;
  const Instant now_;
  const PolicyRole& role_;
  const Reviewers reviewers_;
  std::vector<SignedApproval> approvals_;
  ReviewJudgement result_;
};

}  // namespace

ReviewJudgement judge_review(const Plan& plan, const Policy& policy, const ReviewEvidence& evidence,
                             Instant now) {
  return ReviewJudge(plan, policy, evidence, now).judge();
}

}  // namespace hookplan
