#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The step of the action, with the variables that action.yml and a runner would set.
. "$(dirname "$0")/session.sh"
command -v jq >/dev/null || { echo 'skipped: jq is absent'; exit 77; }
step=$HOOKPLAN_SOURCE/ci/action/plan
export HOOKPLAN GITHUB_OUTPUT="$tmp/output" GITHUB_STEP_SUMMARY="$tmp/summary" RUNNER_TEMP="$tmp"
git init -q -b main "$tmp/checkout" && cd "$tmp/checkout"
config() { printf 'managed_webhooks:\n  org_repo_config:\n'; for entry; do
  printf '    %s: {token_created_after: %sT00:00:00Z}\n' "${entry%=*}" "${entry#*=}"; done; }
commit() { git add . && git commit -qm "$1"; }
config a/1=2020-01-01 a/2=2020-01-01 >config.yaml && commit one
config a/1=2021-01-01 a/3=2021-01-01 >config.yaml && commit two

# A config that cannot be read fails the step, and the log says why in words.
printf 'managed_webhooks: [\n' >config.yaml && commit broken
expect_exit 5 sh "$step"
has 'error HP1004' "$tmp/err"
has 'could not be made' "$tmp/summary"
git reset -q --hard HEAD^ && rm -f "$tmp/output" "$tmp/summary"

# The first parent is the base; outputs and summary are there, changes do not fail the step.
expect_exit 0 sh "$step"
for line in has-changes=true onboard=1 rotate=1 remove=1 unchanged=0 blocked=false exit-code=0; do
  has_line "$line" "$tmp/output"
done
grep -q '^intent-digest=sha256:[0-9a-f]\{64\}$' "$tmp/output" || fail 'no digest'
has '### Webhook plan: 1 remove, 1 rotate, 1 onboard' "$tmp/summary"
[ -s "$(sed -n 's/^plan-json=//p' "$tmp/output")" ] || fail 'no stored plan'
expect_exit 2 env HOOKPLAN_FAIL_ON=changes sh "$step"
expect_exit 64 env HOOKPLAN_FAIL_ON=nonsense sh "$step"

# A push names what was there before; a new branch names zeros, which are no revision.
expect_exit 0 env HOOKPLAN_PUSHED_BEFORE="$(git rev-parse HEAD)" sh "$step"
has 'no changes' "$tmp/out"
expect_exit 0 env HOOKPLAN_PUSHED_BEFORE=0000000000000000000000000000000000000000 sh "$step"
has '1 remove' "$tmp/out"

# A guard blocks: the plan is shown, and the step fails only where that is asked for.
config >config.yaml && commit emptied
expect_exit 0 sh "$step"
has 'blocked   empty_section' "$tmp/out"
has_line blocked=true "$tmp/output"
expect_exit 3 env HOOKPLAN_FAIL_ON=guard sh "$step"

# Inputs are values, never code.
expect_exit 66 env 'HOOKPLAN_BASE=$(touch pwned)`touch pwned`' sh "$step"
[ ! -e pwned ] || fail 'an input was run'
