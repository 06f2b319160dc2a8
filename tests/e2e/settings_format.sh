#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# core/config/FORMAT.md says what this build serves, and its first example works as it stands.
. "$(dirname "$0")/session.sh"
format=${HOOKPLAN_SOURCE:-$e2e/../..}/core/config/FORMAT.md

block() { sed -n "/^<!-- settings: $1 -->\$/,/^\`\`\`\$/p" "$format" | sed -e '1,2d' -e '$d'; }
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
