// SPDX-License-Identifier: Apache-2.0
#include "core/sign/judge_signatures.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "core/base/digest.h"
#include "core/base/text.h"
#include "core/sign/ssh_signature.h"

namespace hookplan {
namespace {

bool is_revoked(const PolicyKey& key, Instant now) {
  return key.revoked_at && *key.revoked_at <= now;
}

bool is_in_window(const PolicyKey& key, Instant now) {
  return (!key.not_before || *key.not_before <= now) && (!key.not_after || now < *key.not_after);
}

bool counts_now(const PolicyKey& key, Instant now) {
  return !is_revoked(key, now) && is_in_window(key, now);
}

std::string why_not_now(const PolicyKey& key, Instant now) {
  if (is_revoked(key, now)) {
    const std::string reason =
        key.revoked_reason.empty() ? "" : fmt::format(": {}", key.revoked_reason);
    return fmt::format("revoked since {}{}", to_rfc3339(*key.revoked_at), reason);
  }
  if (key.not_before && now < *key.not_before) {
    return fmt::format("counts from {} on", to_rfc3339(*key.not_before));
  }
  return fmt::format("counted until {}", to_rfc3339(*key.not_after));
}

const TrustedKey* key_with_id(const Policy& policy, std::string_view id) {
  const auto found = std::ranges::find_if(
      policy.keys, [&](const TrustedKey& trusted) { return trusted.key.id() == id; });
  return found == policy.keys.end() ? nullptr : &*found;
}

// The bytes that were signed, with what several attempts share.
struct SignedText {
  std::string bytes;
  std::string sha256;
};

// How many keys may read the whole text in vain for one raw signature. Who sends a plan chooses how
// many forged signatures it carries and how long it is, and must not choose how long we work: at
// most the time that it takes to read 256 MiB, for all of the signatures together. A plan of usual
// size can be tried with every key.
std::size_t attempts_for(const SignedText& text, std::size_t signatures) {
  constexpr std::size_t kMaxBytes = std::size_t{256} << 20;
  return kMaxBytes / std::max<std::size_t>(text.bytes.size(), 1) /
         std::max<std::size_t>(signatures, 1);
}

struct Search {
  const TrustedKey* key = nullptr;
  bool was_given_up = false;
};

// The trusted key that made a raw signature. The key id only says which one to try first, and that
// one is always tried.
Search key_that_made(const Policy& policy, const Signature& signature, const SignedText& text,
                     std::size_t attempts) {
  const auto made_it = [&](const TrustedKey& trusted) {
    return trusted.key.verifies(text.bytes, text.sha256, signature.bytes);
  };
  const TrustedKey* const claimed = key_with_id(policy, signature.key_id);
  if (claimed != nullptr && made_it(*claimed)) return {claimed};
  Search search;
  for (const TrustedKey& trusted : policy.keys) {
    if (&trusted == claimed) continue;
    const bool reads_all = trusted.key.type() == KeyType::ed25519;
    if (reads_all && attempts == 0) {
      search.was_given_up = true;
      continue;
    }
    if (reads_all) --attempts;
    if (made_it(trusted)) return {&trusted};
  }
  return search;
}

void look_at_ssh_signature(Signer& signer, const Signature& signature, std::string_view bytes,
                           const Policy& policy) {
  const Result<SshSignature> read = read_ssh_signature(signature.bytes, bytes);
  if (!read) {
    signer.why = read.error().first().message;
    return;
  }
  const auto trusted = std::ranges::find(policy.keys, read->signer, &TrustedKey::key);
  if (trusted == policy.keys.end()) {
    signer.claimed_id = read->signer.id();
  } else if (read->signer.verifies(read->signed_data, read->bytes)) {
    signer.key = &*trusted;
  } else {
    signer.claimed_name = trusted->about.name;
  }
}

class Judge {
 public:
  Judge(const std::vector<Signer>& signers, const Policy& policy, Instant now)
      : signers_(signers), policy_(policy), now_(now), reports_(signers.size()) {
    for (std::size_t i = 0; i < signers.size(); ++i) reports_[i] = first_report(signers[i]);
  }

  SignatureJudgement judge(const std::vector<Requirement>& needed) && {
    for (std::size_t i = 0; i < policy_.roles.size(); ++i) {
      result_.roles.push_back(judge_role(policy_.roles[i], needed[i]));
    }
    result_.signatures = reports_;
    add_problems();
    for (const SignatureReport& report : reports_) {
      if (report.verdict != SignatureVerdict::counts) add_warning(report);
    }
    return std::move(result_);
  }

 private:
  // Of one signature alone; roles decide about the rest.
  SignatureReport first_report(const Signer& signer) const {
    SignatureReport report;
    report.key_id = signer.claimed_id;
    if (signer.key == nullptr) {
      const bool altered = !signer.claimed_name.empty();
      report.verdict = altered ? SignatureVerdict::does_not_fit : SignatureVerdict::unknown_key;
      report.key = signer.claimed_name;
      report.why = signer.why.empty() ? "no trusted key made it" : signer.why;
      return report;
    }
    const PolicyKey& about = signer.key->about;
    report.key_id = signer.key->key.id();
    report.key = about.name;
    report.owner = about.owner;
    if (!counts_now(about, now_)) {
      report.verdict =
          is_revoked(about, now_) ? SignatureVerdict::revoked : SignatureVerdict::out_of_window;
      report.why = why_not_now(about, now_);
    } else {
      report.verdict = SignatureVerdict::no_role;
      report.why = "the key belongs to no role";
    }
    for (const PolicyRole& role : policy_.roles) {
      if (std::ranges::find(role.keys, about.name) != role.keys.end()) report.role = role.name;
    }
    return report;
  }

  RoleReport judge_role(const PolicyRole& role, const Requirement& requirement) {
    RoleReport result{requirement, {}, {}};
    for (std::size_t i = 0; i < reports_.size(); ++i) {
      SignatureReport& report = reports_[i];
      if (!signers_[i].is_valid || report.role != role.name) continue;
      const bool is_new = counted_.insert(person_of(report.owner)).second;
      report.verdict = is_new ? SignatureVerdict::counts : SignatureVerdict::counted_before;
      report.why = is_new ? "" : fmt::format("{} counts once", printable(report.owner));
      if (is_new) result.signed_by.push_back(report.owner);
    }
    std::set<std::string> others;
    for (const TrustedKey& trusted : policy_.keys) {
      const PolicyKey& about = trusted.about;
      if (std::ranges::find(role.keys, about.name) != role.keys.end() && counts_now(about, now_) &&
          !counted_.contains(person_of(about.owner))) {
        others.insert(about.owner);
      }
    }
    result.could_sign.assign(others.begin(), others.end());
    return result;
  }

  void add_problems() {
    const bool met = std::ranges::all_of(result_.roles, &RoleReport::is_met);
    if (met) return;
    const bool nobody = std::ranges::none_of(signers_, &Signer::is_valid);
    // Anybody can add a signature that names another's key, so one that does not fit explains the
    // lack only where nothing else does.
    if (nobody) {
      add_first(SignatureVerdict::does_not_fit, Code::signed_bytes_altered);
    }
    // A signature that would have counted explains the lack better than the number does.
    add_first(SignatureVerdict::revoked, Code::signer_revoked);
    add_first(SignatureVerdict::out_of_window, Code::signer_out_of_window);
    if (nobody && result_.problems.empty()) {
      add_first(SignatureVerdict::unknown_key, Code::signer_unknown);
    }
    if (nobody) return;
    for (const RoleReport& role : result_.roles) {
      if (!role.is_met()) result_.problems.push_back(shortage(role));
    }
  }

  bool is_missed(const SignatureReport& report) const {
    const auto role = std::ranges::find(
        result_.roles, report.role, [](const RoleReport& each) { return each.requirement.role; });
    return role == result_.roles.end() || !role->is_met();
  }

  void add_first(SignatureVerdict verdict, Code code) {
    const auto found = std::ranges::find_if(reports_, [&](const SignatureReport& report) {
      return report.verdict == verdict && is_missed(report);
    });
    if (found == reports_.end()) return;
    result_.problems.push_back(fail(code, describe(*found)));
  }

  static std::string describe(const SignatureReport& report) {
    const std::string who =
        !report.key.empty()      ? fmt::format("the signature of {}", printable(report.key))
        : !report.key_id.empty() ? fmt::format("the signature by key {}", excerpt(report.key_id))
                                 : std::string("a signature without key id");
    return fmt::format("{} does not count: {}", who, printable(report.why));
  }

  static Error shortage(const RoleReport& role) {
    const Requirement& needed = role.requirement;
    std::string message = fmt::format("{} of {} {} signed", role.signed_by.size(), needed.threshold,
                                      printable(needed.role));
    if (!needed.reasons.empty()) {
      message += fmt::format(" (needed: {})", printable(needed.reasons.back()));
    }
    std::vector<std::string> owners;
    for (const std::string& owner : role.could_sign) owners.push_back(printable(owner));
    return fail(Code::threshold_not_met, std::move(message))
        .hint(owners.empty() ? std::string("no other key of the role counts now")
                             : fmt::format("ask {}: hookplan approve PLAN --key file:KEY",
                                           fmt::join(owners, " or ")));
  }

  void add_warning(const SignatureReport& report) {
    result_.warnings.push_back(diagnose(Code::signature_not_counted, describe(report)));
  }

  const std::vector<Signer>& signers_;
  const Policy& policy_;
  Instant now_;
  std::vector<SignatureReport> reports_;
  std::set<std::string> counted_;  // persons; nobody is in two roles
  SignatureJudgement result_;
};

}  // namespace

std::vector<Signer> find_signers(const Envelope& envelope, const Policy& policy, Instant now) {
  SignedText text{signed_bytes(envelope), {}};
  text.sha256 = sha256(text.bytes);
  const std::size_t attempts = attempts_for(text, envelope.signatures.size());
  std::vector<Signer> signers;
  for (const Signature& signature : envelope.signatures) {
    Signer signer;
    signer.claimed_id = signature.key_id;
    if (is_ssh_signature(signature.bytes)) {
      look_at_ssh_signature(signer, signature, text.bytes, policy);
    } else {
      const Search search = key_that_made(policy, signature, text, attempts);
      const TrustedKey* const claimed = key_with_id(policy, signature.key_id);
      signer.key = search.key;
      if (search.key == nullptr && claimed != nullptr) signer.claimed_name = claimed->about.name;
      if (search.was_given_up)
        signer.why =
            "it does not say which key made it, and not every key was tried on so long a plan";
    }
    if (!signer.claimed_name.empty()) {
      signer.why = "it was made over other bytes";
      if (envelope.payload_type != kPayloadType) {
        signer.why += fmt::format(", or as another type than {}", excerpt(envelope.payload_type));
      }
    }
    signer.is_valid = signer.key != nullptr && counts_now(signer.key->about, now);
    signers.push_back(std::move(signer));
  }
  return signers;
}

SignatureJudgement judge_signatures(const std::vector<Signer>& signers, const Policy& policy,
                                    const std::vector<Requirement>& needed, Instant now) {
  return Judge(signers, policy, now).judge(needed);
}

}  // namespace hookplan
