#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What stops a plan is an exit code and a sentence, and the plan is printed all the same.
. "$(dirname "$0")/session.sh"

# Invalid config: where, what, and what to do, and no plan.
two_commits invalid 'a/a=2020-01-01' 'a/a=2020-01-01 a/a=2021-01-01'
expect_exit 5 hookplan plan
silent out
complains 'error HP1108'
complains 'config.yaml:4'
complains 'already in line 3'
# What mends it must not be blocked by it (past_base.sh has more).
config a/a=2021-01-01 >config.yaml && commit mended
expect_exit 0 hookplan plan
has_line 'no changes. 1 unchanged.'
expect_exit 0 hookplan plan HEAD~2
has '~ rotate   a/a'

# More than five removals.
eight='e/1=2020-01-01 e/2=2020-01-01 e/3=2020-01-01 e/4=2020-01-01 e/5=2020-01-01 e/6=2020-01-01'
two_commits five "$eight z/z=2020-01-01" 'e/1=2020-01-01 z/z=2020-01-01'
expect_exit 2 hookplan plan --exit-code
has_line 'guards    passed: max_removals, protected, empty_section'
two_commits six "$eight z/z=2020-01-01" 'z/z=2020-01-01'
expect_exit 3 hookplan plan
[ "$(grep -c '^  - remove ' "$tmp/out")" = 6 ] || fail 'not all removals are listed'
has 'blocked   max_removals: 6 removed of 7'
has 'guards.max_removals in .hookplan.yaml of the base'
has 'guards    passed: protected, empty_section'
has '6 changes: 6 remove. 1 unchanged.'
grep -q '^intent  *sha256:' "$tmp/out" || fail 'no digest'
expect_exit 3 hookplan plan --exit-code
expect_exit 3 hookplan plan --format json
has '"result":"block"'

# Ten percent, from twenty entries on.
repository percent
{ config && many 20; } >config.yaml && commit base
sed -i '3,4d' config.yaml && commit two && expect_exit 0 hookplan plan
sed -i '3d' config.yaml && commit one
expect_exit 0 hookplan plan
expect_exit 3 hookplan plan HEAD~2
has '3 removed of 20 (15.0 %)'

# The section emptied, lost, or the file gone.
two_commits emptied 'a/a=2020-01-01' ''
expect_exit 3 hookplan plan
has 'blocked   empty_section: 1 entry, then 0'
has 'HP2201'
has '- remove   a/a'
repository lost
config a/a=2020-01-01 >config.yaml && commit base
echo 'plank: {}' >config.yaml && commit head
expect_exit 3 hookplan plan
has 'HP2201'
git rm -q config.yaml && commit gone
expect_exit 3 hookplan plan HEAD~2
has 'HP2202'

# A time in the future is an error of the config, and the plan is there to see it in.
two_commits future 'a/a=2020-01-01' 'a/a=2026-01-01'
expect_exit 0 hookplan plan
# Clocks that differ by less than five minutes are not the config's fault.
expect_exit 0 env SOURCE_DATE_EPOCH=1767225300 "$HOOKPLAN" plan
expect_exit 5 env SOURCE_DATE_EPOCH=1767225299 "$HOOKPLAN" plan --exit-code
has 'error HP2105'
has 'which is in the future'
has '~ rotate   a/a'
has 'config.yaml:3'
grep -q '^intent  *sha256:' "$tmp/out" || fail 'the plan is not printed'

# A large config that is the same in both revisions is not read: whatever is in it, or is left of it.
repository same
{ config && many 7000; } >config.yaml && commit base && echo else >other && commit head
blob=$(git rev-parse HEAD:config.yaml)
object=.git/objects/$(echo "$blob" | cut -c1-2)/$(echo "$blob" | cut -c3-)
chmod u+w "$object" && truncate -s -100 "$object"
expect_exit 0 hookplan plan --exit-code
has 'no changes: both revisions have the same config.'
expect_exit 0 hookplan plan --format json --out same.json
grep -q "\"config\":{\"blob\":\"$blob\",\"size\":" same.json || fail 'the config was read'
expect_exit 0 hookplan show same.json
expect_exit 0 hookplan plan --format markdown
has 'the same in both revisions'
# What the base had already, and this change has nothing to do with, is a number.
two_commits older 'a/a=2020-01-01 b/b!=2020-01-01' 'a/a=2021-01-01 b/b!=2020-01-01'
expect_exit 0 hookplan plan
has '1 older finding; hookplan check lists them'
has_not 'is not a valid name'
expect_exit 0 hookplan plan --format json
has '"older_findings":1,'
# --verbose says how the configs were read.
expect_exit 0 hookplan plan --verbose
complains '0 plain entries'
