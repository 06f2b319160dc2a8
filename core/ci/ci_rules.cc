// SPDX-License-Identifier: Apache-2.0
// The table of CI systems and their events. Each system documents its variables:
//   GitHub      docs.github.com: "Variables reference", "Events that trigger workflows", "Webhook
//   events and payloads" Gitea       docs.gitea.com: "Compared to GitHub Actions" (a pull request
//   is checked out at its head) GitLab      docs.gitlab.com: "Predefined CI/CD variables reference"
//   Prow        docs.prow.k8s.io: "ProwJobs", "Pod Utilities"
//   the others  their pages on variables of builds and pipelines
#include "core/ci/ci_rules.h"

#include <array>

namespace hookplan {
namespace ci_table {

// In a namespace of their own: the values are short words, and only the table is to see them so.
using enum BaseKind;
using enum CiTrust;

// A branch of a pull request may be called like the trusted one, so rows of pull requests come
// before rows of branches, and `workflow_run` is never trusted: its branch may be one of a fork.
constexpr auto kRules = std::to_array<CiRule>({
    // clang-format off
    // system, event
    //   when
    //   head, kind, base, merged
    //   branch, trust
    {"git hook", "update of a branch",
     "HOOKPLAN_NEW HOOKPLAN_REF",
     "HOOKPLAN_NEW", before_push, "HOOKPLAN_OLD", "",
     "HOOKPLAN_REF", branch},
    {"pre-commit", "range of commits",
     "PRE_COMMIT_FROM_REF PRE_COMMIT_TO_REF",
     "PRE_COMMIT_TO_REF", before_push, "PRE_COMMIT_FROM_REF", "",
     "", nobody},

    {"Prow", "presubmit",
     "JOB_SPEC JOB_TYPE=presubmit",
     "HEAD", named, "PULL_BASE_SHA", "",
     "PULL_BASE_REF", nobody},
    {"Prow", "batch",
     "JOB_SPEC JOB_TYPE=batch",
     "HEAD", named, "PULL_BASE_SHA", "",
     "PULL_BASE_REF", nobody},
    {"Prow", "postsubmit",  // PULL_BASE_SHA is what was pushed; the link is .../compare/BEFORE...AFTER
     "JOB_SPEC JOB_TYPE=postsubmit",
     "PULL_BASE_SHA", before_push, "spec.refs.base_link", "",
     "PULL_BASE_REF", branch},
    {"Prow", "periodic",
     "JOB_SPEC JOB_TYPE=periodic",
     "HEAD", first_parent, "", "",
     "spec.extra_refs.0.base_ref", branch},

    {"GitHub Actions", "pull_request",
     "GITHUB_ACTIONS=true GITHUB_EVENT_NAME=pull_request",
     "GITHUB_SHA", test_merge, "event.pull_request.base.sha", "event.pull_request.head.sha",
     "event.pull_request.base.ref", nobody},
    {"GitHub Actions", "pull_request_review",
     "GITHUB_ACTIONS=true GITHUB_EVENT_NAME=pull_request_review",
     "GITHUB_SHA", test_merge, "event.pull_request.base.sha", "event.pull_request.head.sha",
     "event.pull_request.base.ref", nobody},
    {"GitHub Actions", "pull_request_target",  // GITHUB_SHA is the default branch
     "GITHUB_ACTIONS=true GITHUB_EVENT_NAME=pull_request_target",
     "event.pull_request.head.sha", merge_base, "event.pull_request.base.sha", "",
     "event.pull_request.base.ref", nobody},
    {"GitHub Actions", "workflow_run",  // GITHUB_SHA is the default branch
     "GITHUB_ACTIONS=true GITHUB_EVENT_NAME=workflow_run",
     "event.workflow_run.head_sha", merge_base, "GITHUB_SHA", "",
     "event.repository.default_branch", nobody},
    {"GitHub Actions", "merge_group",
     "GITHUB_ACTIONS=true GITHUB_EVENT_NAME=merge_group",
     "event.merge_group.head_sha", named, "event.merge_group.base_sha", "",
     "event.merge_group.base_ref", nobody},
    {"GitHub Actions", "push of a deletion",
     "GITHUB_ACTIONS=true GITHUB_EVENT_NAME=push event.deleted=true",
     "", deleted, "", "",
     "GITHUB_REF", nobody},
    {"GitHub Actions", "push",
     "GITHUB_ACTIONS=true GITHUB_EVENT_NAME=push",
     "event.after", before_push, "event.before", "",
     "GITHUB_REF", branch},
    {"GitHub Actions", "schedule",
     "GITHUB_ACTIONS=true GITHUB_EVENT_NAME=schedule",
     "GITHUB_SHA", first_parent, "", "",
     "GITHUB_REF", branch},
    {"GitHub Actions", "workflow_dispatch",
     "GITHUB_ACTIONS=true GITHUB_EVENT_NAME=workflow_dispatch",
     "GITHUB_SHA", first_parent, "", "",
     "GITHUB_REF", branch},
    {"GitHub Actions", "repository_dispatch",
     "GITHUB_ACTIONS=true GITHUB_EVENT_NAME=repository_dispatch",
     "GITHUB_SHA", first_parent, "", "",
     "GITHUB_REF", branch},

    {"GitLab", "merge request, merged result",  // only these pipelines know the tip of the target
     "GITLAB_CI CI_MERGE_REQUEST_IID CI_MERGE_REQUEST_TARGET_BRANCH_SHA",
     "CI_COMMIT_SHA", test_merge, "CI_MERGE_REQUEST_TARGET_BRANCH_SHA", "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA",
     "CI_MERGE_REQUEST_TARGET_BRANCH_NAME", nobody},
    {"GitLab", "merge request",
     "GITLAB_CI CI_MERGE_REQUEST_IID",
     "CI_COMMIT_SHA", merge_base, "CI_MERGE_REQUEST_DIFF_BASE_SHA", "",
     "CI_MERGE_REQUEST_TARGET_BRANCH_NAME", nobody},
    {"GitLab", "external pull request",
     "GITLAB_CI CI_EXTERNAL_PULL_REQUEST_IID",
     "CI_COMMIT_SHA", merge_base, "CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_SHA", "",
     "CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_NAME", nobody},
    {"GitLab", "push",
     "GITLAB_CI CI_PIPELINE_SOURCE=push",
     "CI_COMMIT_SHA", before_push, "CI_COMMIT_BEFORE_SHA", "",
     "CI_COMMIT_BRANCH", branch},
    {"GitLab", "schedule or a run by hand",
     "GITLAB_CI",
     "CI_COMMIT_SHA", first_parent, "", "",
     "CI_COMMIT_BRANCH", branch},

    {"Azure Pipelines", "pull request",
     "TF_BUILD BUILD_REASON=PullRequest",
     "BUILD_SOURCEVERSION", test_merge, "", "SYSTEM_PULLREQUEST_SOURCECOMMITID",
     "SYSTEM_PULLREQUEST_TARGETBRANCH", nobody},
    {"Azure Pipelines", "run of a branch",
     "TF_BUILD",
     "BUILD_SOURCEVERSION", first_parent, "", "",
     "BUILD_SOURCEBRANCH", branch},
    {"Buildkite", "build without a pull request",  // the variable is there, and says so
     "BUILDKITE BUILDKITE_PULL_REQUEST=false",
     "BUILDKITE_COMMIT", first_parent, "", "",
     "BUILDKITE_BRANCH", branch},
    {"Buildkite", "pull request",
     "BUILDKITE",
     "BUILDKITE_COMMIT", merge_base, "", "",
     "BUILDKITE_PULL_REQUEST_BASE_BRANCH", nobody},
    {"Bitbucket", "pull request",  // the target is merged into what is checked out
     "BITBUCKET_BUILD_NUMBER BITBUCKET_PR_ID",
     "HEAD", merge_base, "BITBUCKET_PR_DESTINATION_COMMIT", "",
     "BITBUCKET_PR_DESTINATION_BRANCH", nobody},
    {"Bitbucket", "run of a branch",
     "BITBUCKET_BUILD_NUMBER",
     "BITBUCKET_COMMIT", first_parent, "", "",
     "BITBUCKET_BRANCH", branch},
    {"CircleCI", "pull request",  // nothing says what its target is
     "CIRCLECI CIRCLE_PULL_REQUEST",
     "CIRCLE_SHA1", merge_base, "", "",
     "", nobody},
    {"CircleCI", "run of a branch",
     "CIRCLECI",
     "CIRCLE_SHA1", first_parent, "", "",
     "CIRCLE_BRANCH", branch},
    {"Drone", "pull request",
     "DRONE DRONE_BUILD_EVENT=pull_request",
     "DRONE_COMMIT_SHA", merge_base, "", "",
     "DRONE_TARGET_BRANCH", nobody},
    {"Drone", "push",
     "DRONE DRONE_BUILD_EVENT=push",
     "DRONE_COMMIT_SHA", before_push, "DRONE_COMMIT_BEFORE", "",
     "DRONE_BRANCH", branch},
    {"Woodpecker", "pull request",
     "CI=woodpecker CI_PIPELINE_EVENT=pull_request",
     "CI_COMMIT_SHA", merge_base, "", "",
     "CI_COMMIT_TARGET_BRANCH", nobody},
    {"Woodpecker", "push",
     "CI=woodpecker CI_PIPELINE_EVENT=push",
     "CI_COMMIT_SHA", first_parent, "", "",
     "CI_COMMIT_BRANCH", branch},
    {"Jenkins", "change",
     "JENKINS_URL CHANGE_ID",
     "HEAD", merge_base, "", "",
     "CHANGE_TARGET", nobody},
    {"Jenkins", "run of a branch",
     "JENKINS_URL",
     "HEAD", before_push, "GIT_PREVIOUS_SUCCESSFUL_COMMIT", "",
     "BRANCH_NAME", branch},
    // clang-format on
});

// Gitea and Forgejo set GitHub's variables as well, and their own mark.
constexpr auto kSystems = std::to_array<CiSystem>({
    // clang-format off
    {"Gitea Actions", "GITEA_ACTIONS=true", "event.repository.default_branch", "GITHUB_REPOSITORY",
     "event.pull_request.number", "event.pull_request.head.sha", "GITHUB_RUN_ID", "GITHUB_RUN_ATTEMPT"},
    {"Forgejo Actions", "FORGEJO_ACTIONS=true", "event.repository.default_branch", "GITHUB_REPOSITORY",
     "event.pull_request.number", "event.pull_request.head.sha", "GITHUB_RUN_ID", "GITHUB_RUN_ATTEMPT"},
    {"GitHub Actions", "GITHUB_ACTIONS=true", "event.repository.default_branch", "GITHUB_REPOSITORY",
     "event.pull_request.number", "event.pull_request.head.sha", "GITHUB_RUN_ID", "GITHUB_RUN_ATTEMPT"},
    {"GitLab", "GITLAB_CI", "CI_DEFAULT_BRANCH", "CI_PROJECT_PATH",
     "CI_MERGE_REQUEST_IID", "CI_COMMIT_SHA", "CI_PIPELINE_ID", ""},
    {"Prow", "JOB_SPEC", "", "", "PULL_NUMBER", "PULL_PULL_SHA", "BUILD_ID", ""},
    {"Buildkite", "BUILDKITE", "BUILDKITE_PIPELINE_DEFAULT_BRANCH", "", "", "", "", ""},
    {"Drone", "DRONE", "DRONE_REPO_BRANCH", "DRONE_REPO", "DRONE_PULL_REQUEST", "DRONE_COMMIT_SHA", "DRONE_BUILD_NUMBER", ""},
    {"Woodpecker", "CI=woodpecker", "CI_REPO_DEFAULT_BRANCH", "CI_REPO", "CI_COMMIT_PULL_REQUEST", "CI_COMMIT_SHA", "CI_PIPELINE_NUMBER", ""},
    // clang-format on
});

}  // namespace ci_table

std::span<const CiRule> ci_rules() { return ci_table::kRules; }
std::span<const CiSystem> ci_systems() { return ci_table::kSystems; }

}  // namespace hookplan
