#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The manual page: without mistakes, and complete.
. "$(dirname "$0")/session.sh"
need mandoc

expect_exit 0 hookplan man
cp "$tmp/out" "$tmp/hookplan.1"
plain
# The date is left out on purpose: the page is made by the program, whenever.
mandoc -T lint -W warning "$tmp/hookplan.1" >"$tmp/out" 2>&1 || :
grep -v 'missing date' "$tmp/out" >"$tmp/err" || :
silent err

# Bold is a letter struck twice.
mandoc -T utf8 -O width=80 "$tmp/hookplan.1" | sed "s/.$(printf '\010')//g" >"$tmp/page"
tr -s ' \n' '  ' <"$tmp/page" >"$tmp/flat"
for section in NAME SYNOPSIS COMMANDS ENVIRONMENT 'EXIT STATUS' FILES; do
  has_line "$section" "$tmp/page"
done
for command in plan check show keygen sign approve pae attach merge verify apply status settle reconcile rotate confirm \
  export explain completion man help version; do
  has "hookplan $command" "$tmp/flat"
  hookplan help "$command" | sed -n 's/^  \(-[a-z], \)*\(--[a-z-]*\).*/\2/p' >"$tmp/options"
  while read -r option; do has "$option" "$tmp/flat"; done <"$tmp/options"
done
for number in 0 1 2 3 4 5 6 7 8 9 10 20 21 22 23 24 25 26 27 28 29 64 65 66 69 73 75 77 130; do
  grep -q "^ *$number  *[a-z]" "$tmp/page" || grep -q "^ *$number\$" "$tmp/page" || fail "no exit code $number"
done
for variable in NO_COLOR CLICOLOR_FORCE FORCE_COLOR TERM COLUMNS SOURCE_DATE_EPOCH; do
  has "$variable" "$tmp/flat"
done
has '.hookplan.yaml' "$tmp/flat"
has 'hookplan apply plan.dsse --policy-at origin/main' "$tmp/flat"
has 'hookplan plan --format json --out plan.json' "$tmp/flat"
# What can be copied is ASCII: no typographic hyphens or quotes.
! LC_ALL=C grep -n '[^ -~]' "$tmp/page" || fail 'a character beyond ASCII'
[ "$(LC_ALL=C wc -L <"$tmp/page")" -le 80 ] || fail "a line wider than the page: $(grep '.\{81\}' "$tmp/page")"
