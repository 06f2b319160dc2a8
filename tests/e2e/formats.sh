#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The same plan as text, markdown and JSON; stored, shown again, and refused if altered.
. "$(dirname "$0")/session.sh"

two_commits work 'foo/bar=2018-10-02 foo/baz=2019-01-01 qux=2017-10-02' \
  'foo/baz=2025-01-01 new/one=2025-06-01 neworg=2025-06-01 qux=2017-10-02'

# What is no plan is not shown.
echo '{}' >other.json
expect_exit 65 hookplan show other.json
complains 'HP6002'
expect_exit 65 hookplan show config.yaml
complains 'HP6001'
expect_exit 66 hookplan show nowhere.json
expect_exit 66 hookplan show .
expect_exit 64 hookplan show
silent out
expect_exit 73 hookplan plan --out "$tmp/no/such/folder/plan.json"
complains 'HP5102'
expect_exit 73 hookplan plan --out .
expect_exit 73 hookplan plan --out /dev/full
expect_exit 73 sh -c '"$HOOKPLAN" plan --format json >/dev/full'

# JSON is one line in one way to write it, the same at every run and from every folder.
expect_exit 0 hookplan plan --format json
cp "$tmp/out" "$tmp/plan.json"
[ "$(wc -l <"$tmp/plan.json")" = 1 ] || fail 'not one line'
if command -v python3 >"$tmp/ignored"; then
  python3 -c '
import json, sys
text = sys.stdin.buffer.read().decode("utf-8")
json.dump(json.loads(text), sys.stdout, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
print()' <"$tmp/plan.json" >"$tmp/again.json"
  same "$tmp/plan.json" "$tmp/again.json" 'not canonical'
fi
mkdir below && cd below
expect_exit 0 env SOURCE_DATE_EPOCH=1800000000 TZ=Asia/Tokyo LANG=de_DE.UTF-8 COLUMNS=40 \
  "$HOOKPLAN" plan --format json --color always
same "$tmp/plan.json" "$tmp/out" 'another folder, time, zone and width'
cd .. && rmdir below

# --out writes what standard output would have got, and says on standard error what it is.
for format in json text markdown; do
  expect_exit 0 hookplan plan --format $format
  cp "$tmp/out" "$tmp/plan.$format"
  expect_exit 2 hookplan plan --format $format --out "$tmp/stored" --exit-code
  silent out
  same "$tmp/plan.$format" "$tmp/stored" "--out as $format"
  complains "$tmp/stored: 1 remove, 1 rotate, 2 onboard"
done
ln -s "$tmp/stored" link.json && expect_exit 0 hookplan plan --format json --out link.json
[ -L link.json ] || fail 'the link is gone'
same "$tmp/plan.json" "$tmp/stored" '--out through a link'
expect_exit 0 hookplan plan --format json --out /dev/stdout
same "$tmp/plan.json" "$tmp/out" '--out /dev/stdout'

# A stored plan needs no repository to be shown, and looks as it did.
cd "$tmp"
for format in json text markdown; do
  expect_exit 0 hookplan show plan.json --format $format
  same "$tmp/plan.$format" "$tmp/out" "show as $format"
done

# No change to what it does is shown as if it had been planned.
for change in 's/"entry":"foo\/bar"/"entry":"foo\/bas"/' 's/"kind":"remove"/"kind":"relax"/' \
  's/2025-06-01T00:00:00Z/2025-06-02T00:00:00Z/' 's/"onboard":2/"onboard":1/' 's/^{/{ /' 's/$/ /'; do
  sed "$change" plan.json >altered.json
  cmp -s plan.json altered.json && fail "nothing altered by $change"
  code=0
  hookplan show altered.json >"$tmp/out" 2>"$tmp/err" || code=$?
  case $code in 4 | 65) silent out ;; *) fail "exit $code for $change" ;; esac
done
sed 's/2025-06-01T00:00:00Z/2025-06-02T00:00:00Z/' plan.json >altered.json
expect_exit 4 hookplan show altered.json
complains 'error HP6004'
head -c 1000 plan.json >cut.json
expect_exit 65 hookplan show cut.json
