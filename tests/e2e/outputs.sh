#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Where results go: never onto a file that something depends on, never through another user's link,
# never into a pipe that nobody reads; and what is wrong is heard, whatever the format.
. "$(dirname "$0")/session.sh"

repository work
cat >.hookplan.yaml <<X
version: 1
forges: {people: {type: manual}}
receivers:
  hook: {type: file, url: "https://prow.example.com/hook", store: {type: file, path: $tmp/live/hmac.yaml}}
routes: [{match: "*", forge: people, receiver: hook}]
X
mkdir "$tmp/live" && config a/a=2020-01-01 >config.yaml && commit base
config a/a=2021-01-01 >config.yaml && commit rotate
cd "$tmp"
printf 'a/a:\n- value: old-token\n  created_at: 2020-01-01T00:00:00Z\n' >live/hmac.yaml && chmod 600 live/hmac.yaml
hookplan keygen --type ed25519 --out ci.key >ignored
unset SOURCE_DATE_EPOCH
expect_exit 0 hookplan plan --repo work --branch main --sign file:ci.key --out plan.dsse
expect_exit 7 hookplan apply plan.dsse --key ci.key.pub --repo work
cp -r live before_live && cp -r work before_work && mkdir kept
cp -p plan.dsse ci.key ci.key.pub hookplan-handover.yaml kept
ln live/hmac.yaml.ledger hard && ln -s live/hmac.yaml link && printf 'just-one-legacy-token\n' >legacy && cp legacy kept

unharmed() {
  diff -r live before_live >&2 || fail "$1: the store changed"
  diff -r work before_work >&2 || fail "$1: the repository changed"
  for file in kept/*; do same "$file" "${file#kept/}" "$1"; done
}
# Whatever the option, the file stays and the message names it.
for target in live/hmac.yaml live/hmac.yaml.ledger hard link legacy ci.key ci.key.pub hookplan-handover.yaml \
  work/.hookplan.yaml work/config.yaml work/.git/config work/.git/new ./live/../live/hmac.yaml; do
  for command in 'plan --repo work --out' 'plan --repo work --format json --out' \
    'reconcile --repo work --out' 'rotate --all --repo work --out' \
    'plan --repo work --sign file:ci.key --out' 'sign kept/plan.dsse --key file:ci.key --out' \
    'approve plan.dsse --digest 12345678 --key file:ci.key --out' 'merge plan.dsse plan.dsse --out' \
    'pae plan.dsse --out' 'export plan.dsse --bundle --key ci.key.pub --out' \
    'apply plan.dsse --key ci.key.pub --repo work --events' \
    'apply plan.dsse --key ci.key.pub --repo work --result' 'settle --repo work --events'; do
    # shellcheck disable=SC2086
    expect_exit 64 hookplan $command "$target"
    complains HP5103
    unharmed "$command $target"
  done
done
rm -f hard
for words in 'pae plan.dsse --out plan.dsse' 'export plan.dsse --bundle --key ci.key.pub --out ./plan.dsse' \
  'apply plan.dsse --key ci.key.pub --repo work --result plan.dsse' \
  'apply plan.dsse --key ci.key.pub --repo work --events new --result new' \
  'apply plan.dsse --key ci.key.pub --repo work --events plan.dsse'; do
  # shellcheck disable=SC2086
  expect_exit 64 hookplan $words
  complains HP5103
  unharmed "$words"
done
# A token file that is still empty is known by its name.
: >live/hmac.yaml && for option in out; do
  expect_exit 64 hookplan plan --repo work --$option live/hmac.yaml
  complains 'is the token file'
done
cp before_live/hmac.yaml live/hmac.yaml
# What is ours may be replaced, any number of times.
for format in text markdown json; do
  expect_exit 0 hookplan plan --repo work --format $format --out result
  expect_exit 0 hookplan plan --repo work --format $format --out result
done
expect_exit 0 hookplan plan --repo work --branch main --sign file:ci.key --out result
expect_exit 0 hookplan plan --repo work --branch main --sign file:ci.key --out result

# Modes: ours are kept, short of what lets everybody write or gives rights; a new file has the usual.
for modes in '0666 664' '4777 664' '0600 600' '0640 640' '0444 444'; do
  : >moded && chmod "${modes% *}" moded
  expect_exit 0 hookplan plan --repo work --out moded
  [ "$(stat -c %a moded)" = "${modes#* }" ] || fail "mode $(stat -c %a moded) after ${modes% *}"
  rm -f moded
done
expect_exit 0 hookplan plan --repo work --out fresh
[ "$(stat -c %a fresh)" = 644 ] || fail 'another mode than usual'

# Links are followed, in a chain and to what is still to be made; another user's in a folder for all is not.
mkdir shared && chmod 1777 shared && echo precious thing >precious
ln -s ../precious shared/mine && ln -s shared/mine chain && ln -s nowhere-yet dangling
expect_exit 0 hookplan plan --repo work --out chain
has '1 change' precious
expect_exit 0 hookplan plan --repo work --out dangling
[ -f nowhere-yet ] || fail 'a link to nothing is not followed'
ln -s around1 around2 && ln -s around2 around1 && expect_exit 73 hookplan plan --repo work --out around1
if [ "$(id -u)" = 0 ]; then
  echo precious thing >precious && chown -h 12345 shared/mine
  expect_exit 73 hookplan plan --repo work --out shared/mine
  complains 'a link of another user'
  expect_exit 73 hookplan plan --repo work --out chain
  has_line "precious thing" precious
  : >shared/planted && chmod 666 shared/planted && chown 12345 shared/planted
  expect_exit 0 hookplan plan --repo work --out shared/planted
  [ "$(stat -c '%u %a' shared/planted)" = '0 644' ] || fail 'what another user made gives the mode'
fi

# Pipes: one that nobody reads is an error at once, one that is read gets all of it.
mkfifo pipe
for words in 'plan --repo work --out pipe' 'apply plan.dsse --key ci.key.pub --repo work --result pipe' \
  'apply plan.dsse --key ci.key.pub --repo work --events pipe'; do
  # shellcheck disable=SC2086
  got=0 && timeout 20 "$HOOKPLAN" $words >out 2>err || got=$?
  [ "$got" != 124 ] || fail "waits for ever: $words"
  [ "$got" != 0 ] || fail "no error: $words"
done
complains 'nobody reads this pipe'
cat pipe >read & reader=$!
sleep 0.2
expect_exit 0 hookplan plan --repo work --out pipe
wait "$reader"
has '1 change' read

# Whom to trust is not decided by a file that everybody may write.
for file in ci.key.pub policy.yaml; do
  [ -e "$file" ] || cp work/.hookplan.yaml "$file"
  chmod 666 "$file"
  case $file in *.pub) option=--key ;; *) option=--policy ;; esac
  expect_exit 6 hookplan verify plan.dsse $option "$file"
  complains 'error HP7003'
  chmod 644 "$file"
done

# A secret that was pasted as a word is not repeated.
for words in "$(cat ci.key)" "$(head -2 ci.key | tail -1)" 'ghp_0123456789abcdefghijklmnopqrstuvwxyz'; do
  got=0 && "$HOOKPLAN" "$words" >out 2>err || got=$?
  [ "$got" = 64 ] || fail "exit $got"
  has_not "$(printf %s "$words" | tail -c 20)" err
  has_not "$(printf %s "$words" | cut -c 1-30 | tail -1)" err
done
for words in plan 'plan main' 'status' 'show' 'rotate' 'apply'; do
  # shellcheck disable=SC2086
  "$HOOKPLAN" $words "$(cat ci.key)" >out 2>err || :
  has_not "$(sed -n 2p ci.key | cut -c 1-20)" err
done

# Errors are heard, whatever the format and wherever the plan goes.
repository wrong
config a/a=2020-01-01 >config.yaml && commit base
config a/a=2020-01-01 'no_name!/x=2020-01-01' >config.yaml && commit head
for format in text markdown json; do
  for out in '' "--out $tmp/wrong.out"; do
    # shellcheck disable=SC2086
    expect_exit 5 hookplan plan --format $format $out
    cat "$tmp/out" >>"$tmp/err"
    complains HP2104
    [ -z "$out$format" ] || [ "$out$format" = text ] || complains 'is not a valid name'
    # shellcheck disable=SC2086
    [ "$format$out" = text ] || { "$HOOKPLAN" plan --format $format $out 2>"$tmp/err" >"$tmp/ignored" || :; complains HP2104; }
  done
done
two_commits blocked 'a/a=2020-01-01' ''
for format in markdown json; do
  expect_exit 3 hookplan plan --format $format --out "$tmp/blocked.out"
  complains 'empty_section blocks the plan'
done

# Ten changes among many entries do not drown in what is said of the others.
repository many
{ config && seq -f '    acme/r%05.0f:' 20000; } >config.yaml && commit base
sed -i 's|acme/r0000[1-9]:|&  {token_created_after: 2020-01-01T00:00:00Z}|' config.yaml && commit head
expect_exit 0 hookplan plan --format json
[ "$(wc -c <"$tmp/out")" -lt 30000 ] || fail "$(wc -c <"$tmp/out") bytes"
has "older_findings\":19991,"
hookplan show "$tmp/out" >"$tmp/ignored" || fail 'it is not read back'

# What can be planned can be stored and read back, or the plan says how much is too much.
repository large
config >config.yaml && commit base
{ config && many 40000; } >config.yaml && commit head
expect_exit 73 hookplan plan --format json --out "$tmp/large.json"
[ ! -e "$tmp/large.json" ] || fail 'it is stored all the same'
complains HP6005
complains '40000 changes make a plan of'
expect_exit 0 hookplan plan
complains HP6005
