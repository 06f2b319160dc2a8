#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The plan that the README shows is the plan that the demonstration prints.
. "$(dirname "$0")/session.sh"
sh "$HOOKPLAN_SOURCE/ci/demo-repository" "$tmp/build/demo"
expect_exit 0 hookplan plan --repo "$tmp/build/demo"
mv "$tmp/out" "$tmp/printed"
sed -n '/^<!-- plan: demo -->$/,/^```$/p' "$HOOKPLAN_SOURCE/README.md" | sed -e '1,3d' -e '$d' >"$tmp/shown"
same "$tmp/shown" "$tmp/printed" 'README.md shows another plan than ci/demo prints'
