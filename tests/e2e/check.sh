#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Files as they are now, for instance before a commit.
. "$(dirname "$0")/session.sh"

# Nothing to check is not "all is well".
expect_exit 66 hookplan check
silent out
complains 'hookplan check PATH'
expect_exit 66 hookplan check nowhere.yaml
complains 'cannot read nowhere.yaml'
mkdir folder && expect_exit 66 hookplan check folder
expect_exit 64 hookplan check ''
expect_exit 64 hookplan check --as yaml config.yaml
complains 'auto, config, settings'

# Each mistake has its place, its name and its remedy.
bad() { # CODE PLACE TEXT: a config of this text has the mistake there
  expect_exit 0 hookplan explain "$1"
  printf "$3" >bad.yaml
  expect_exit 5 hookplan check bad.yaml
  silent out
  complains "error $1"
  grep -q "^  *bad.yaml:$2\(:\| \|\$\)" "$tmp/err" || fail "not in line $2"
}
section='managed_webhooks:\n  org_repo_config:\n    '
time='2020-01-01T00:00:00Z'
bad HP1107 4 "${section}a/a:\n      token_create_after: $time\n"
complains 'did you mean token_created_after?'
bad HP1108 4 "${section}a/a: {}\n    a/a: {}\n"
bad HP1106 3 "${section}a/a: {token_created_after: 2020-01-01}\n"
bad HP1105 2 'managed_webhooks:\n  auto_accept_invitation: maybe\n'
bad HP1101 1 '[]\n'
bad HP2102 4 "${section}A/a: {token_created_after: $time}\n    a/a: {token_created_after: $time}\n"
bad HP2105 3 "${section}a/a: {token_created_after: 2027-01-01T00:00:00Z}\n"
bad HP2104 3 "${section}a+b/c: {token_created_after: $time}\n"
bad HP1004 1 'managed_webhooks: [\n'
bad HP1004 3 "${section}\"a/a: {}\n"
bad HP1001 1 'a: \377\n'

# Several files: each gets its line, and the gravest gives the exit code.
config a/a=2020-01-01 >good.yaml
config b/b=2020-01-01 b/c=2020-01-01 >two.yaml
expect_exit 0 hookplan check good.yaml two.yaml
has_line 'ok  good.yaml  (1 entry)'
has_line 'ok  two.yaml  (2 entries)'
silent err
expect_exit 5 hookplan check bad.yaml good.yaml
has_line 'ok  good.yaml  (1 entry)'
expect_exit 66 hookplan check bad.yaml nowhere.yaml good.yaml
complains HP1001
complains HP5101
# A warning is shown and is no failure.
config b=2020-01-01 b/c=2020-01-01 >warned.yaml
expect_exit 0 hookplan check warned.yaml
complains 'warning HP2101'

# Without PATH: the usual places and the settings.
mkdir prow && cp good.yaml prow/config.yaml
printf 'version: 1\nguards: {max_removals: {count: 3}}\n' >.hookplan.yaml
expect_exit 0 hookplan check
has 'ok  prow/config.yaml  (1 entry)'
has 'ok  .hookplan.yaml'
printf 'version: 1\nguard: {}\n' >.hookplan.yaml
expect_exit 5 hookplan check
complains 'did you mean guards?'
cp .hookplan.yaml other.yaml
expect_exit 5 hookplan check --as settings other.yaml
complains 'other.yaml:2'
expect_exit 5 hookplan check --as config .hookplan.yaml
complains 'error HP2204'
# Names are those of the forge that the settings route to, as plan has it.
config team/~proj=2020-01-01 >prow/config.yaml
cat >.hookplan.yaml <<'END'
version: 1
forges: {lp: {type: manual, api: https://api.launchpad.net}}
receivers: {prow: {type: prow, url: https://prow.example.com/hook, store: {type: file, path: h.yaml}}}
routes: [{match: "team/*", forge: lp, receiver: prow}]
END
git init -q . && commit one && expect_exit 0 hookplan plan
expect_exit 0 hookplan check
