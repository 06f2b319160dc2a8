#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every code that hookplan can print can be looked up, there and in the guide.
. "$(dirname "$0")/session.sh"

for word in HP0000 9999 HP HP1108x +1108 yaml ''; do
  expect_exit 64 hookplan explain "$word"
  silent out
done
complains 'an empty word'
expect_exit 64 hookplan explain HP1108 HP1101

expect_exit 0 hookplan explain
cp "$tmp/out" "$tmp/list"
[ "$(wc -l <"$tmp/list")" -gt 60 ] || fail 'a short list'
sort -c "$tmp/list" || fail 'not in order'
! grep -v '^HP[0-9]\{4\}  \(error\|warning\|notice\) *[^ ]' "$tmp/list" || fail 'an odd line'
[ -z "$(cut -c1-6 "$tmp/list" | uniq -d)" ] || fail 'a code twice'
while read -r code severity title; do
  expect_exit 0 hookplan explain "$code"
  silent err
  has_line "$code ($severity): $title"
  has 'What to do: '
  [ "$(wc -l <"$tmp/out")" -ge 5 ] || fail "no meaning of $code"
  [ "$(wc -L <"$tmp/out")" -le 80 ] || fail "$code: wider than 80 columns"
  { cat "$tmp/out"; echo; } >>"$tmp/all"
done <"$tmp/list"

expect_exit 0 hookplan explain HP1108
cp "$tmp/out" "$tmp/wanted"
for word in hp1108 1108 Hp1108; do
  expect_exit 0 hookplan explain $word
  same "$tmp/wanted" "$tmp/out" "explain $word"
done

need python3
expect_exit 0 hookplan man
mv "$tmp/out" "$tmp/manual"
expect_exit 0 python3 -B "$e2e/reference.py" troubleshooting "$tmp/all" "$tmp/manual"
