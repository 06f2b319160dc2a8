// SPDX-License-Identifier: Apache-2.0
#include "cmd/view/verification_text.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/diagnostic_json.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/plan/plan_json.h"

namespace hookplan {
namespace {

std::string signer_of(const SignatureReport& report) {
  if (!report.key.empty()) {
    const bool says_more = !report.owner.empty() && report.owner != report.key;
    return says_more ? fmt::format("{} ({})", printable(report.key), printable(report.owner))
                     : printable(report.key);
  }
  return report.key_id.empty()
             ? "unknown key"
             : fmt::format("key {}", printable(report.key_id.substr(0, kShortId)));
}

std::string line_of(const SignatureReport& report, const TextStyle& style) {
  const bool counts = report.verdict == SignatureVerdict::counts;
  const std::string what =
      counts ? fmt::format("{}, counts as {}", signer_of(report), printable(report.role))
             : fmt::format("{}, does not count: {}", signer_of(report), printable(report.why));
  return labelled("signed", counts ? Colour::green : Colour::yellow, what, style);
}

std::string printable_list(const std::vector<std::string>& words) {
  std::vector<std::string> shown;
  shown.reserve(words.size());
  for (const std::string& word : words) shown.push_back(printable(word));
  return fmt::format("{}", fmt::join(shown, ", "));
}

std::string line_of(const RoleReport& role, const TextStyle& style) {
  const Requirement& needed = role.requirement;
  std::string what =
      fmt::format("{} of {} {}", role.signed_by.size(), needed.threshold, printable(needed.role));
  if (!role.signed_by.empty()) what += fmt::format(": {}", printable_list(role.signed_by));
  if (!role.is_met() && !role.could_sign.empty()) {
    what += fmt::format("; could sign: {}", printable_list(role.could_sign));
  }
  return labelled(role.is_met() ? "met" : "missing", role.is_met() ? Colour::green : Colour::red,
                  what, style);
}

std::string line_of(const RuleReport& report, const TextStyle& style) {
  std::vector<std::string> required;
  required.reserve(report.rule.require.size());
  for (const auto& [role, threshold] : report.rule.require) {
    required.push_back(fmt::format("{} {}", threshold, printable(role)));
  }
  return labelled("rule", report.is_met ? Colour::green : Colour::red,
                  fmt::format("{} asks for {}: {}", printable(report.rule.reason),
                              fmt::join(required, ", "), report.is_met ? "met" : "missing"),
                  style);
}

void write_texts(JsonWriter& json, const std::vector<std::string>& texts) {
  json.begin_array();
  for (const std::string& text : texts) json.string(text);
  json.end_array();
}

void write_role(JsonWriter& json, const RoleReport& role) {
  json.begin_object();
  write_texts(json.key("could_sign"), role.could_sign);
  json.key("met").boolean(role.is_met());
  write_texts(json.key("reasons"), role.requirement.reasons);
  json.key("role").string(role.requirement.role);
  write_texts(json.key("signed_by"), role.signed_by);
  json.key("threshold").integer(role.requirement.threshold);
  json.end_object();
}

void write_rule(JsonWriter& json, const RuleReport& report) {
  json.begin_object();
  json.key("met").boolean(report.is_met);
  json.key("number").integer(static_cast<std::int64_t>(report.rule.number));
  json.key("reason").string(report.rule.reason);
  // Roles as values: as names of members they would have to be sorted and could be anything.
  json.key("require").begin_array();
  for (const auto& [role, threshold] : report.rule.require) {
    json.begin_object();
    json.key("role").string(role);
    json.key("threshold").integer(threshold);
    json.end_object();
  }
  json.end_array();
  json.end_object();
}

void write_signature(JsonWriter& json, const SignatureReport& report) {
  json.begin_object();
  json.key("key").string(report.key);
  json.key("key_id").string(report.key_id);
  json.key("owner").string(report.owner);
  json.key("role").string(report.role);
  json.key("verdict").string(to_string(report.verdict));
  json.key("why").string(report.why);
  json.end_object();
}

}  // namespace

std::string to_text(const Verification& verification, const TextStyle& style) {
  std::string all = labelled("plan", Colour::bold, verification.plan_digest, style);
  if (const auto& plan = verification.plan) {
    all += labelled("asks for", Colour::bold, counted_changes(*plan), style);
    all += labelled("intent", Colour::bold, printable(plan->intent_digest), style);
    if (plan->validity) {
      all += labelled("valid", Colour::bold,
                      fmt::format("from {} until {}", to_rfc3339(plan->validity->created),
                                  to_rfc3339(plan->validity->expires)),
                      style);
    }
  }
  for (const SignatureReport& report : verification.signatures) all += line_of(report, style);
  for (const RoleReport& role : verification.roles) all += line_of(role, style);
  for (const RuleReport& rule : verification.rules) all += line_of(rule, style);
  const bool good = verification.is_good();
  if (good) {
    return all + labelled("verified", Colour::green,
                          "signatures meet the policy, and the plan is allowed and valid now",
                          style);
  }
  std::vector<std::string> codes;
  codes.reserve(verification.problems.size());
  for (const Diagnostic& problem : verification.problems) codes.push_back(to_string(problem.code));
  return all + labelled("refused", Colour::red, fmt::format("{}", fmt::join(codes, ", ")), style);
}

std::string to_json(const Verification& verification, int exit_code) {
  JsonWriter json;
  json.begin_object();
  json.key("exit_code").integer(exit_code);
  json.key("intent_digest");
  if (verification.plan) {
    json.string(verification.plan->intent_digest);
  } else {
    json.null();
  }
  json.key("plan_digest").string(verification.plan_digest);
  write_diagnostics(json.key("problems"), verification.problems);
  json.key("roles").begin_array();
  for (const RoleReport& role : verification.roles) write_role(json, role);
  json.end_array();
  json.key("rules").begin_array();
  for (const RuleReport& rule : verification.rules) write_rule(json, rule);
  json.end_array();
  json.key("signatures").begin_array();
  for (const SignatureReport& report : verification.signatures) write_signature(json, report);
  json.end_array();
  json.key("verified").boolean(verification.is_good());
  write_diagnostics(json.key("warnings"), verification.warnings);
  json.end_object();
  return json.take() + "\n";
}

}  // namespace hookplan
