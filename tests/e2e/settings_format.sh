#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# core/config/FORMAT.md and ci/guides/settings.md say what this build serves. The first example of the one works as it
# stands, and the defaults of the other are the defaults.
. "$(dirname "$0")/session.sh"
config=$(cd "$e2e/../../core/config" && pwd)

block() { sed -n "/^<!-- settings: $1 -->\$/,/^\`\`\`\$/p" "${2:-$config/FORMAT.md}" | sed -e '1,2d' -e '$d'; }
expect_exit 0 hookplan help settings
block types >"$tmp/told"
same "$tmp/told" "$tmp/out" 'hookplan help settings'

repository work
mkdir -p config/prow
block example >.hookplan.yaml
config foo/bar=2020-01-01 >config/prow/config.yaml && commit base
config foo/bar=2021-01-01 >config/prow/config.yaml && commit head
expect_exit 0 hookplan check .hookplan.yaml
has 'ok  .hookplan.yaml  (1 route)'
expect_exit 0 hookplan plan
has '~ rotate   foo/bar'

guards_of() { expect_exit "$1" hookplan plan --format json && grep -o '"guards":.*"intent' "$tmp/out" >"$tmp/$2"; }
repository defaults
many 30 | { echo 'managed_webhooks: {org_repo_config: {'; sed 's/$/,/'; echo '}}'; } >config.yaml && commit base
many 26 | { echo 'managed_webhooks: {org_repo_config: {'; sed 's/$/,/'; echo '}}'; } >config.yaml && commit head
guards_of 3 without
block defaults "$e2e/../../ci/guides/settings.md" >.hookplan.yaml
git checkout -q HEAD~1 && git add .hookplan.yaml && commit base && git checkout -q main -- config.yaml && commit head
guards_of 3 with
same "$tmp/without" "$tmp/with" 'the defaults of ci/guides/settings.md'

need python3
expect_exit 0 hookplan help settings
expect_exit 0 python3 -B "$e2e/reference.py" settings "$tmp/told" "$config/settings.cc" "$config/policy_settings.cc"
