// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/base/diagnostic.h"
#include "core/plan/plan.h"

namespace hookplan {

// A remark at a line of the config, as a CI system shows it beside the changed lines.
struct Annotation {
  Severity severity = Severity::notice;
  std::string title = {};
  std::string message = {};
  Location where = {};
};

// GitHub shows so many of each severity for a step, and drops the rest without a word.
inline constexpr std::size_t kMaxAnnotations = 10;

// What the plan has to say at lines of the newer revision: its guards that block and its
// diagnostics, then its changes, the gravest first.
std::vector<Annotation> annotations_of(const Plan& plan);
std::vector<Annotation> annotations_of(const std::vector<Diagnostic>& diagnostics);

// As commands of a GitHub runner, a line each. `folder` is where the repository is below the
// workspace; empty: there. Whatever an annotation quotes, it stays one command and sets no other.
// Of more than kMaxAnnotations of one severity the last tells how many are left out.
std::string to_workflow_commands(const std::vector<Annotation>& annotations,
                                 std::string_view folder);

}  // namespace hookplan
