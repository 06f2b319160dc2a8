#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# On a terminal: colour that repeats what the signs say, and no line wider than the window.
. "$(dirname "$0")/session.sh"
need script
has_terminals || skip "no pseudo terminals here"

repository work
old='foo/bar=2018-10-02 foo/baz=2019-01-01 qux=2017-10-02'
long=an-organization-with-a-long-name/and-a-repository-with-a-much-longer-name-than-others
# shellcheck disable=SC2086
config $old "$long=2020-01-01" >config.yaml && commit base
config foo/baz=2025-01-01 neworg=2025-06-01 "$long=2021-01-01" >config.yaml
printf '  respect_legacy_global_token: true\n' >>config.yaml && commit head

# on_terminal COLUMNS COMMAND: what it prints on a terminal of that width, without returns.
on_terminal() {
  export SHELL=/bin/sh
  script -qec "stty cols $1 rows 40; $2" "$tmp/typescript" </dev/null >"$tmp/raw" 2>"$tmp/err" || :
  tr -d '\r' <"$tmp/raw" >"$tmp/out"
}
colourless() { sed "s/$(printf '\033')\[[0-9;]*m//g" "$tmp/out" >"$tmp/shown"; }
# narrow N WHAT: no line is wider, but for the words that cannot be broken.
narrow() {
  colourless
  awk -v most="$1" 'length($0) > most {
    n = split($0, word, " ")
    for (i = 1; i <= n; i++) if (length(word[i]) > most - 16) next
    print
    bad = 1
  } END { exit bad }' "$tmp/shown" >"$tmp/wide" || fail "$2: wider than $1 columns: $(cat "$tmp/wide")"
}
escape=$(printf '\033')

on_terminal 200 'exec "$HOOKPLAN" plan'
grep -q "${escape}\[31m  - remove" "$tmp/out" || fail 'the removal is not red'
grep -q "${escape}\[33m  ~ rotate" "$tmp/out" || fail 'the rotation is not yellow'
grep -q "${escape}\[32m  + onboard" "$tmp/out" || fail 'the onboarding is not green'
# Without the colour it is what a pipe gets.
colourless
expect_exit 0 hookplan plan
same "$tmp/out" "$tmp/shown" 'colour is not all that a terminal adds'
for words in 'NO_COLOR=1 "$HOOKPLAN" plan' 'TERM=dumb "$HOOKPLAN" plan' '"$HOOKPLAN" plan --color never' \
  '"$HOOKPLAN" plan --format json' '"$HOOKPLAN" plan --format markdown' 'NO_COLOR=1 "$HOOKPLAN" nowhere'; do
  on_terminal 100 "$words"
  grep -q . "$tmp/out" || fail "nothing from $words"
  plain
done
on_terminal 100 '"$HOOKPLAN" plan nowhere'
has "${escape}[31merror HP3003"
# Standard output in a file is no terminal, even if standard error is one.
on_terminal 100 '"$HOOKPLAN" plan >stored'
plain stored

for width in 60 80 100; do
  on_terminal $width '"$HOOKPLAN" plan'
  narrow $width 'plan'
  has '- remove' "$tmp/shown"
  ! grep -q ' $' "$tmp/shown" || fail "a space at the end of a line: $(grep -n ' $' "$tmp/shown")"
  on_terminal 300 "COLUMNS=$width \"\$HOOKPLAN\" plan"
  narrow $width 'plan, COLUMNS'
  on_terminal $width '"$HOOKPLAN" plan --format yaml --config-path some/path'
  narrow $width 'a usage error'
  on_terminal $width '"$HOOKPLAN" plan --config-path some/path'
  narrow $width 'an error'
done
git rm -q config.yaml && commit gone
for width in 60 80; do
  on_terminal $width '"$HOOKPLAN" plan'
  narrow $width 'a blocked plan'
  has 'blocked' "$tmp/shown"
done
# Nonsense widths are no reason to fail.
for width in 0 1 20; do
  on_terminal $width '"$HOOKPLAN" plan HEAD~2 HEAD~1'
  colourless
  has '- remove' "$tmp/shown"
done
