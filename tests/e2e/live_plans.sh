#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Plans that lead from what is live to the config: reconcile and rotate.
. "$(dirname "$0")/session.sh"
. "$e2e/live_session.sh"

live_repository foo/bar=2020-01-01 foo/baz=2026-01-02 foo/new=2020-01-01 qux=2020-01-01
tokens foo/bar foo/baz qux old/one old/two
live_plan() { # FILE COMMAND...: signed, for main
  file=$1
  shift
  expect_exit 0 hookplan "$@" --repo "$tmp/work" --branch main --sign file:"$tmp/ci.key" --out "$tmp/$file"
}

# What is missing is onboarded, what is too old rotated, what nobody lists removed.
nothing_changed expect_exit 0 hookplan reconcile --repo work
for line in '+ onboard  foo/new' '~ rotate   foo/baz' '- remove   old/one' '- remove   old/two'; do has "$line"; done
has '4 changes: 2 remove, 1 rotate, 1 onboard. 2 unchanged.'
nothing_changed expect_exit 2 hookplan reconcile main --repo work --exit-code --format json
live_plan reconcile.dsse reconcile
nothing_changed expect_exit 0 hookplan verify reconcile.dsse --key ci.key.pub
nothing_changed apply 0 reconcile.dsse --dry-run
# Where main moved on, it is history.
cp -a work before
(cd work && echo '# edit' >>config.yaml && commit edit)
refuses 28 HP8202 reconcile.dsse
(cd work && git revert --no-edit HEAD >"$tmp/git.out")
apply 7 reconcile.dsse
confirm --pattern 'foo/*' 'old/*'
apply 0 reconcile.dsse
has 'foo/new  done'
has 'foo/baz  settling'
grep -q secret-of-old-one hmac.yaml || fail 'a token went before its overlap'
expect_exit 0 hookplan status --repo work --exit-code
overlap_is_over
apply 0 reconcile.dsse
for gone in secret-of-old-one secret-of-old-two secret-of-foo-baz; do has_not $gone hmac.yaml; done
has secret-of-foo-bar hmac.yaml
nothing_changed apply 0 reconcile.dsse
has 'the plan is applied already'
# Then nothing is left to plan.
nothing_changed expect_exit 0 hookplan reconcile --repo work --exit-code
has 'no changes'

# Rotation on request: what fits, and only that.
nothing_changed expect_exit 0 hookplan rotate 'foo/ba*' --repo work
has '~ rotate   foo/bar'
has '~ rotate   foo/baz'
has '2 changes: 2 rotate. 2 unchanged.'
sleep 1 # tokens are newer than the second they are asked for in
live_plan rotate.dsse rotate foo/bar
apply 7 rotate.dsse
has '1 waiting'
[ "$(grep -c value: hmac.yaml)" = 5 ] || fail 'not one new token'
confirm foo/bar
apply 0 rotate.dsse
overlap_is_over
apply 0 rotate.dsse
has_not secret-of-foo-bar hmac.yaml
has secret-of-qux hmac.yaml
nothing_changed apply 0 rotate.dsse
has 'the plan is applied already'
live_plan all.dsse rotate --all
expect_exit 0 hookplan show all.dsse
has '4 changes: 4 rotate. 0 unchanged.'
# At another revision, and where nothing fits.
next qux=2020-01-01
expect_exit 0 hookplan rotate --all --at HEAD~1 --repo work
has '4 rotate'
nothing_changed expect_exit 64 hookplan rotate 'foo/*' --repo work --out none.dsse --sign file:ci.key
complains 'no entry fits foo/*'
refuses 28 HP8202 all.dsse

# A store with more entries than may be removed at once, as when the config is the wrong one.
tokens qux old/1 old/2 old/3 old/4 old/5 old/6
nothing_changed expect_exit 3 hookplan reconcile --repo work
has 'blocked   max_removals'
nothing_changed expect_exit 3 hookplan reconcile --repo work --branch main --sign file:ci.key --out blocked.dsse
[ ! -e blocked.dsse ] || fail 'a blocked plan was signed'
has 'blocked   max_removals' "$tmp/err"
# What the guards protect is not removed.
{ settings && echo 'guards: {protected: ["old/*"]}'; } >work/.hookplan.yaml
(cd work && commit guards)
tokens qux old/1
nothing_changed expect_exit 3 hookplan reconcile --repo work
has 'blocked   protected'

# What is extra in a store that no route gives its name to goes, too, and so does what is extra in
# two: one plan after the other.
cat >work/.hookplan.yaml <<END_OF_SETTINGS
version: 1
forges: {people: {type: manual}}
receivers:
  hook: {type: file, url: "https://hook.example.com/hook", store: {type: file, path: $tmp/hmac.yaml}}
  two: {type: file, url: "https://two.example.com/hook", store: {type: file, path: $tmp/two.yaml}}
routes:
  - {match: "two/*", forge: people, receiver: two, events: ["*"]}
  - {match: "*", forge: people, receiver: hook, events: ["*"]}
rotation: {overlap: 1h}
END_OF_SETTINGS
(cd work && commit 'two stores')
tokens stray/one
cp -p hmac.yaml two.yaml
tokens qux stray/one
for round in 1 2; do
  nothing_changed expect_exit 0 hookplan reconcile --repo work
  live_plan stray.dsse reconcile
  sleep 1 # a plan is newer than the one before it
  apply 7 stray.dsse
  confirm --pattern 'stray/*'
  apply 0 stray.dsse
  overlap_is_over
  expect_exit 0 hookplan settle --repo work --handover handover.yaml
done
has_not secret-of-stray hmac.yaml
has_not secret-of-stray two.yaml
expect_exit 0 hookplan status --repo work
has '1 entry up to date'

# A store that cannot be read is no empty store.
mv hmac.yaml away.yaml
nothing_changed expect_exit 69 hookplan reconcile --repo work
complains HP8011
silent out
