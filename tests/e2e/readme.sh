#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The plan that the README shows is the plan that the demonstration prints, in a terminal of 100 columns.
. "$(dirname "$0")/session.sh"
has_terminals || skip 'no pseudo terminal here'
sh "$HOOKPLAN_SOURCE/ci/demo-repository" "$tmp/build/demo"
export NO_COLOR=1 HOOKPLAN
expect_exit 0 script -qec 'stty cols 100 && "$HOOKPLAN" plan --repo build/demo' /dev/null
tr -d '\r' <"$tmp/out" >"$tmp/printed"
sed -n '/^<!-- plan: demo -->$/,/^```$/p' "$HOOKPLAN_SOURCE/README.md" | sed -e '1,3d' -e '$d' >"$tmp/shown"
same "$tmp/shown" "$tmp/printed" 'README.md shows another plan than ci/demo prints'

# The words that it explains are those of the program, with the same meaning.
expect_exit 0 hookplan help words
tr -s ' \n' '  ' <"$tmp/out" >"$tmp/printed"
sed -n '/^## Words$/,/^## /p' "$HOOKPLAN_SOURCE/README.md" | grep '^| ' | grep -v '^| \(word\|---\) ' >"$tmp/rows"
sed -e 's/^| *//' -e 's/ *|$//' -e 's/ *| */ /' "$tmp/rows" | tr -s ' \n' '  ' | sed 's/^/ /' >"$tmp/shown"
[ -s "$tmp/rows" ] || fail 'README.md explains no words'
same "$tmp/shown" "$tmp/printed" 'README.md explains other words than hookplan help words'
[ "$(wc -L <"$tmp/out")" -le 80 ] || fail 'help words: wider than 80 columns'
