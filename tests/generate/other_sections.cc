// SPDX-License-Identifier: Apache-2.0
#include "tests/generate/other_sections.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <set>
#include <string_view>
#include <utility>

#include "tests/generate/random_choice.h"

namespace hookplan::generate {
namespace {

constexpr std::size_t kDeepest = 4;

constexpr std::array<std::string_view, 18> kSections = {"plank",
                                                        "sinker",
                                                        "deck",
                                                        "tide",
                                                        "prowjob_namespace",
                                                        "pod_namespace",
                                                        "log_level",
                                                        "gerrit",
                                                        "push_gateway",
                                                        "github_reporter",
                                                        "presets",
                                                        "branch-protection",
                                                        "slack_reporter_configs",
                                                        "in_repo_config",
                                                        "github",
                                                        "managed_webhooks_backup",
                                                        "\xC3\xBC"
                                                        "berwachung",
                                                        "owners_dir"};

constexpr std::array<std::string_view, 52> kTexts = {
    "gcr.io/k8s-prow/hook:v20240101-abc123",
    "https://prow.example.com/view?job={{.Spec.Job}}#x",
    "managed_webhooks:\n  org_repo_config:\n    foo/bar:\n"
    "      token_created_after: 2001-01-01T00:00:00Z\n",
    "managed_webhooks:\norg_repo_config: {}\n\n\n# managed_webhooks",
    "see managed_webhooks: org_repo_config: {} for the tokens that are in use",
    "managed_webhooks managed_webhooks managed_webhooks",
    "a long sentence that goes on and on so that it may be folded at quite some of its words",
    "it's \"quoted\" {[",
    "it's",
    "say \"no\"",
    "# not a comment",
    "- not a list",
    "? no key",
    "",
    " leading and trailing ",
    "  indented\n more\n    less\n",
    "yes",
    "Off",
    "1e3",
    "null",
    "~",
    "2020-01-01",
    "0x1F",
    "\xC3\xBC"
    "ber \xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E \xF0\x9F\x98\x80 caf\xC3\xA9",
    "{{ range . }}\n{{- end }}\n",
    "a\n\n  b\n c\n",
    "100% sure",
    "%d percent",
    "@at",
    "`tick`",
    "*not-alias",
    "&not-anchor",
    "!not-tag",
    "|",
    ">",
    "---",
    "...",
    "--- a --- b ... c",
    "key: value",
    "trailing colon:",
    "back\\slash and \\u0041",
    "two  spaces",
    "a, b, [c], {d}",
    "a#b",
    "<<",
    "=",
    "org/repo",
    "kubernetes",
    "echo \"$HOME\" && exit 1 | tee 'x'",
    "#!/bin/sh\nset -e\n\nif [ -n \"$X\" ]; then\n  echo \"managed_webhooks: {\"\nfi\n",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    "aa"
    "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
    "bb"
    "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
    "cc",
    "token_created_after"};

constexpr std::array<std::string_view, 25> kKeys = {"name",
                                                    "image",
                                                    "args",
                                                    "env",
                                                    "spec",
                                                    "policy",
                                                    "timeout",
                                                    "managed_webhooks",
                                                    "org_repo_config",
                                                    "token_created_after",
                                                    "respect_legacy_global_token",
                                                    "kubernetes/test-infra",
                                                    "job-.*",
                                                    "spaced key",
                                                    "\xC3\xBC\xC3\xB1\xC3\xAD",
                                                    "key:with:colons",
                                                    "on",
                                                    "1.5",
                                                    "- dash",
                                                    "# hash",
                                                    "\"",
                                                    "'",
                                                    "",
                                                    "null",
                                                    "{}"};

// None of them is converted to one of kKeys by Go's reader, nor two of them to the same text.
constexpr std::array<std::string_view, 6> kTypedKeys = {"yes", "off",  "42",
                                                        "2.5", "0x10", "2021-02-03"};

constexpr std::array<std::string_view, 26> kBare = {"0",
                                                    "42",
                                                    "-17",
                                                    "+3",
                                                    "3.25",
                                                    "-0.5",
                                                    ".5",
                                                    "1e3",
                                                    "6.02E+23",
                                                    "0x1F",
                                                    "0o17",
                                                    "007",
                                                    "0b101",
                                                    "1_000",
                                                    "12:30:45",
                                                    "2020-01-01",
                                                    "2019-05-06 07:00:00",
                                                    "true",
                                                    "No",
                                                    "on",
                                                    "y",
                                                    "null",
                                                    "~",
                                                    "",
                                                    "!!binary aGVsbG8=",
                                                    "!!timestamp 2020-01-01"};

constexpr std::array<std::string_view, 8> kJsonBare = {"0",        "42",   "-17",   "3.25",
                                                       "6.02e+23", "true", "false", "null"};

constexpr std::array<std::string_view, 4> kTextTags = {"!!str", "!custom", "!local/x-y", "!"};
constexpr std::array<std::string_view, 2> kMapTags = {"!!map", "!custom"};
constexpr std::array<std::string_view, 2> kSequenceTags = {"!!seq", "!<!custom>"};

}  // namespace

SectionGrower::SectionGrower(bool json, std::mt19937_64& random)
    : json_(json), random_(random), names_(kSections.begin(), kSections.end()) {
  shuffle(names_, random_);
}

Member SectionGrower::next() {
  Member member;
  member.key = text_node(names_.back());
  names_.pop_back();
  member.value = one_in(random_, 6) ? lookalike() : value(0);
  member.may_be_explicit = !json_;
  return member;
}

Node SectionGrower::value(std::size_t depth) {
  const std::size_t sort = below(random_, 10);
  Node node;
  if (depth >= kDeepest || sort < 4) {
    node = leaf();
  } else if (sort == 4) {
    node = lookalike();
  } else if (sort < 8) {
    node = map(depth);
  } else {
    node = sequence(depth);
  }
  add_properties(node);
  return node;
}

Node SectionGrower::leaf() {
  if (!json_ && one_in(random_, 6)) {
    const std::string anchor = anchor_name(false);
    if (!anchor.empty()) return bare_node("*" + anchor);
  }
  if (!one_in(random_, 3)) return text_node(std::string(pick(random_, kTexts)));
  return bare_node(std::string(json_ ? pick(random_, kJsonBare) : pick(random_, kBare)));
}

Node SectionGrower::map(std::size_t depth) {
  Node node = map_node();
  const std::size_t count = below(random_, 4);
  // First of all, so that its aliases are older and its anchors seen before the other members.
  std::optional<Member> merge;
  if (!json_ && one_in(random_, 3)) merge = merge_key(depth);
  if (merge) node.members.push_back(*merge);
  std::set<std::string> used;
  for (std::size_t i = 0; i < count; ++i) {
    const bool typed = !json_ && one_in(random_, 8);
    const std::string key(typed ? pick(random_, kTypedKeys) : pick(random_, kKeys));
    if (!used.insert(key).second) continue;
    Node below_key = value(depth + 1);
    node.members.push_back({typed ? bare_node(key) : text_node(key), std::move(below_key), false});
  }
  // Aliases alone may stand anywhere among the members; those keep their order.
  if (merge && node.members.front().value.kind != Node::Kind::map) {
    const auto position = static_cast<std::ptrdiff_t>(below(random_, node.members.size()));
    const auto first = node.members.begin();
    std::rotate(first, first + 1, first + position + 1);
  }
  return node;
}

Node SectionGrower::sequence(std::size_t depth) {
  Node node = sequence_node();
  const std::size_t count = below(random_, 4);
  for (std::size_t i = 0; i < count; ++i) node.items.push_back(value(depth + 1));
  return node;
}

// The section as it could be at the root, but is not.
Node SectionGrower::lookalike() {
  Node entry = map_node();
  add_member(entry, "token_created_after", text_node("2001-01-01T00:00:00Z"));
  add_properties(entry);
  Node entries = map_node();
  add_member(entries, "foo/bar", std::move(entry));
  if (one_in(random_, 2)) add_member(entries, "foo/baz", value(kDeepest));
  Node section = map_node();
  add_member(section, "respect_legacy_global_token", bare_node("true"));
  add_member(section, "org_repo_config", std::move(entries));
  if (one_in(random_, 2)) return section;
  Node node = map_node();
  add_member(node, "managed_webhooks", std::move(section));
  return node;
}

std::optional<Member> SectionGrower::merge_key(std::size_t depth) {
  const std::string first = anchor_name(true);
  const std::string second = anchor_name(true);
  Node merged;
  if (first.empty()) {
    // A map written out may be merged, too; rarely, as nobody does it.
    if (!one_in(random_, 8) || depth + 1 >= kDeepest) return std::nullopt;
    merged = lookalike();
  } else if (one_in(random_, 2)) {
    merged = bare_node("*" + first);
  } else {
    merged = sequence_node();
    merged.items.push_back(bare_node("*" + first));
    merged.items.push_back(bare_node("*" + second));
  }
  return Member{bare_node("<<"), std::move(merged), false};
}

void SectionGrower::add_properties(Node& node) {
  if (json_ || !node.properties.empty()) return;
  const bool is_text = node.kind == Node::Kind::text;
  const bool is_map = node.kind == Node::Kind::map;
  if (!is_text && !is_map && node.kind != Node::Kind::sequence) return;
  std::string tag;
  if (one_in(random_, 10)) {
    tag = is_text  ? pick(random_, kTextTags)
          : is_map ? pick(random_, kMapTags)
                   : pick(random_, kSequenceTags);
  }
  std::string anchor;
  if (one_in(random_, 6)) {
    anchor = (one_in(random_, 2) ? "base-" : "x_") + std::to_string(++anchor_count_);
    anchors_.push_back({anchor, is_map});
    anchor.insert(0, "&");
  }
  if (!tag.empty() && !anchor.empty() && one_in(random_, 2)) std::swap(tag, anchor);
  node.properties = tag + (tag.empty() || anchor.empty() ? "" : " ") + anchor;
}

std::string SectionGrower::anchor_name(bool must_be_map) {
  std::vector<std::string> names;
  for (const Anchor& anchor : anchors_) {
    if (anchor.is_map || !must_be_map) names.push_back(anchor.name);
  }
  return names.empty() ? std::string() : pick(random_, names);
}

}  // namespace hookplan::generate
