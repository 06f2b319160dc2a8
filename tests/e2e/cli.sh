#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The command line: what is not understood does nothing, and says how it is meant.
. "$(dirname "$0")/session.sh"

two_commits work 'a/a=2020-01-01' 'a/a=2021-01-01'

# refused HINT WORDS...: a usage error with this hint, and nothing on standard output.
refused() {
  hint=$1
  shift
  expect_exit 64 hookplan "$@"
  silent out
  complains 'error HP500'
  complains "$hint"
  [ "$(wc -L <"$tmp/err")" -le 100 ] || fail 'a long line'
}
refused 'did you mean plan?' paln
refused 'hookplan help' frobnicate
refused 'options come after the command' --color always plan
refused 'did you mean --config-path?' plan --conf config.yaml
refused 'did you mean --format?' plan --fromat json
refused 'hookplan help plan' plan --zzz
refused 'hookplan help plan' plan -x
refused 'hookplan help plan' plan --=x
refused 'one of text, markdown, json' plan --format yaml
refused 'one of auto, always, never' plan --color sometimes
refused '--color' version --color sometimes
refused 'one of bash, zsh, fish' completion tcsh
refused 'SHELL' completion
refused 'FILE' show
refused 'too many' plan a b c
refused 'too many' version now
refused 'too many' man ual
refused 'variable of the script' plan ''
refused 'variable of the script' plan HEAD~1 ''
refused 'no command is called nothing' help nothing
refused '--format' plan --format
refused '--format' plan --format=
refused '--repo' plan --repo ''
refused 'give it once' plan --format text --format markdown
refused 'PLAN' apply
refused 'too many' apply a b
refused 'ENTRY' confirm
refused 'too many' status a b
refused 'too many' settle a b
refused 'name a pattern, or --all' rotate
refused 'name a pattern, or --all' rotate --all 'foo/*'
for time in -1 1.5 ten 8d 5 '5 m' 1e3s 99999999999999999999d; do
  refused 'from 0s to 7d' settle --wait "$time"
  refused 'from 0s to 7d' settle --await "$time"
  refused 'from 0s to 7d' apply plan.dsse --wait "$time"
done
refused 'one of text, json' apply plan.dsse --format markdown
refused 'one of text, json' status --format yaml
refused '--result is missing' apply plan.dsse --sign file:ci.key
refused 'hookplan help settle' settle --policy x
refused 'seconds from 1 to 86400' plan --timeout 0
for time in -1 1.5 ten 86401 99999999999999999999 '5 '; do refused '--timeout' plan --timeout "$time"; done
# Messages speak of options as they are typed, all in the same voice.
refused '--repo needs a value' plan --repo=
has_not "option '" "$tmp/err"
refused '--out' plan --out
has_not "option '" "$tmp/err"
refused '--exit-code' plan --exit-code=yes
has_not "option '" "$tmp/err"

# Words after -- are words, and options may stand anywhere before it.
expect_exit 0 hookplan plan --format=json -- HEAD~1 HEAD
cp "$tmp/out" "$tmp/plan"
expect_exit 0 hookplan plan HEAD~1 --format json HEAD
same "$tmp/plan" "$tmp/out" 'options between words'
expect_exit 66 hookplan plan -- --format
complains 'no such revision: --format'
cp config.yaml -- --as && expect_exit 0 hookplan check -- --as
has 'ok  --as'

# Help names every option of every command.
expect_exit 0 hookplan
cp "$tmp/out" "$tmp/help"
for word in help --help -h; do
  expect_exit 0 hookplan $word
  same "$tmp/help" "$tmp/out" "$word"
done
while read -r command options; do
  grep -q "^  $command  *[a-z]" "$tmp/help" || fail "help does not list $command"
  expect_exit 0 hookplan help "$command"
  silent err
  cp "$tmp/out" "$tmp/wanted"
  has "Usage: hookplan $command"
  for option in $options color help timeout; do grep -Eq -- "^  (-[a-z], )?--$option( |$)" "$tmp/out" || fail "no --$option"; done
  [ "$(grep -Ec -- '^  (-[a-z], )?--' "$tmp/out")" = $(($(echo "$options" | wc -w) + 3)) ] || fail 'another option'
  [ "$(wc -L <"$tmp/out")" -le 80 ] || fail "help $command: wider than 80 columns"
  expect_exit 0 hookplan "$command" --help
  same "$tmp/wanted" "$tmp/out" "$command --help"
  expect_exit 0 hookplan "$command" -h
done <<'END'
plan repo config-path settings format out exit-code branch sign passphrase valid-for verify-objects verbose worktree json quiet
check as format json quiet
ci mode apply branch base head fail-on out repo config-path settings sign passphrase valid-for plan comment-token policy policy-at public-key dry-run wait deadline parallel await handover events review-token review-repository review-api fetch-reviewed reviewed
show digest format json
comment repository pull-request token head api format json
keygen out type passphrase show format json quiet
sign key passphrase valid-for out quiet
approve key passphrase digest out
pae out
attach signature public-key out quiet
merge out quiet
verify policy policy-at settings repo public-key at format json quiet
apply policy policy-at settings public-key repo branch only dry-run emergency remove-doubles wait deadline parallel await handover events result sign passphrase format json quiet review-token review-repository review-api fetch-reviewed reviewed
status repo config-path settings exit-code format json quiet
settle repo config-path settings only dry-run remove-doubles wait deadline parallel await handover events format json quiet
reconcile adopt repo config-path settings format out exit-code branch sign passphrase valid-for json quiet
rotate all at repo config-path settings format out exit-code branch sign passphrase valid-for json quiet
confirm pattern handover
hmac config-path kubeconfig-context hook-url hmac-token-secret-name hmac-token-key hmac-token-secret-namespace dry-run dryrun supplemental-prow-config-dir supplemental-prow-configs-filename-suffix supplemental-prow-configs-filename kubeconfig kubeconfig-dir kubeconfig-suffix projected-token-file no-in-cluster-config github-endpoint github-token-path github-app-id github-app-private-key-path max-removals allow-empty overlap wait deadline emergency finish pace log-format job-config-path in-repo-config-cache-size cache-dir-base moonraker-address github-host github-graphql-endpoint github-hourly-tokens github-allowed-burst github-throttle-org github-client.request-timeout github-client.max-retries github-client.max-404-retries github-client.backoff-timeout github-client.initial-delay git-signing-key-path
export bundle public-key out
explain format json
completion
man
help
version format json
END
[ "$(grep -c '^  [a-z]* *[a-z].*' "$tmp/help")" = 28 ] || fail 'another command or example'
expect_exit 0 hookplan version
grep -qx 'hookplan [0-9]*\.[0-9]*\.[0-9]*' "$tmp/out" || fail 'no version'
has_line 'forges     github, manual'
has_line 'receivers  prow, file'
has_line 'stores     file, gcp-secret-manager, kubernetes, vault'
cp "$tmp/out" "$tmp/wanted"
expect_exit 0 hookplan --version
same "$tmp/wanted" "$tmp/out" '--version'
