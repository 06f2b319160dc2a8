#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Two Prow instances in one repository: each config has the settings nearest to it, and neither removes
# what the other lists.
. "$(dirname "$0")/session.sh"

settings() { # URL STORE [MORE]
  printf 'version: 1\nforges: {people: {type: manual}}\n'
  printf 'receivers: {prow: {type: file, url: %s, store: {type: file, path: %s}}}\n' "$1" "$2"
  printf 'routes: [{match: "*", forge: people, receiver: prow}]\n%s\n' "${3:-}"
}
repository work
mkdir -p prow/gcp prow/aws
settings https://top.example.com/hook top.yaml >.hookplan.yaml
settings https://gcp.example.com/hook gcp.yaml >prow/gcp/.hookplan.yaml
config foo/gcp=2020-01-01 >prow/gcp/config.yaml
config foo/aws=2020-01-01 >prow/aws/config.yaml && commit base
config foo/gcp=2020-01-01 new/gcp=2020-01-01 >prow/gcp/config.yaml
config foo/aws=2020-01-01 new/aws=2020-01-01 >prow/aws/config.yaml && commit head

# The nearest counts; where there is none, the one at the top; or the one that is named.
expect_exit 0 hookplan plan --config-path prow/gcp/config.yaml
has 'https://gcp.example.com/hook'
has_not 'https://top.example.com/hook'
expect_exit 0 hookplan plan --config-path prow/aws/config.yaml
has 'https://top.example.com/hook'
expect_exit 0 hookplan plan --config-path prow/aws/config.yaml --settings prow/gcp/.hookplan.yaml
has 'https://gcp.example.com/hook'
expect_exit 66 hookplan plan --config-path prow/aws/config.yaml --settings nowhere.yaml
complains 'neither revision has nowhere.yaml (--settings)'
expect_exit 64 hookplan plan --settings ../x.yaml
complains '--settings ../x.yaml cannot be'
(cd prow/gcp && expect_exit 0 hookplan plan --config-path prow/gcp/config.yaml && has 'https://gcp.example.com/hook')

# A nearer file that comes with a change does not judge it: the guards of the base do.
repository guarded
mkdir -p prow
settings https://top.example.com/hook top.yaml 'guards: {max_removals: {count: 0}}' >.hookplan.yaml
config foo/a=2020-01-01 foo/b=2020-01-01 >prow/config.yaml && commit base
settings https://top.example.com/hook top.yaml 'guards: {max_removals: {count: 9, percent: 100}}' >prow/.hookplan.yaml
config foo/a=2020-01-01 >prow/config.yaml && commit head
expect_exit 3 hookplan plan
has 'blocked   max_removals'

# One store for both: what the other config lists is not extra, whoever asks.
repository shared
mkdir -p prow/gcp prow/aws
settings https://prow.example.com/hook hmac.yaml >.hookplan.yaml
config foo/gcp=2020-01-01 >prow/gcp/config.yaml
config foo/aws=2020-01-01 >prow/aws/config.yaml && commit base
umask 077
printf 'foo/aws:\n- created_at: "2024-02-01T00:00:00Z"\n  value: a\nfoo/gcp:\n- created_at: "2024-02-01T00:00:00Z"\n  value: g\n' >hmac.yaml
expect_exit 0 hookplan status --config-path prow/gcp/config.yaml
has '1 entry up to date'
has_not foo/aws
expect_exit 0 hookplan reconcile --config-path prow/gcp/config.yaml
has 'no changes'
# What nobody lists still is.
printf 'old/one:\n- created_at: "2024-02-01T00:00:00Z"\n  value: o\n' >>hmac.yaml
expect_exit 0 hookplan reconcile --config-path prow/gcp/config.yaml
has '- remove   old/one'
has_not foo/aws
# A file that cannot be read as a config protects whatever it names.
printf 'managed_webhooks: {org_repo_config: [old/one]}\n' >broken.yaml && commit broken
expect_exit 0 hookplan reconcile --config-path prow/gcp/config.yaml
has 'no changes'

# Neither does a signed plan remove what another config came to list after it was made.
git rm -q broken.yaml && commit again
unset SOURCE_DATE_EPOCH
hookplan keygen --type ed25519 --out "$tmp/ci.key" >/dev/null
expect_exit 0 hookplan reconcile --config-path prow/gcp/config.yaml --branch main --sign "file:$tmp/ci.key" --out "$tmp/plan.dsse"
config foo/aws=2020-01-01 old/one=2020-01-01 >prow/aws/config.yaml && commit listed
expect_exit 4 hookplan apply "$tmp/plan.dsse" --key "$tmp/ci.key.pub" --handover "$tmp/handover.yaml"
complains 'another config lists old/one, which the plan removes'
[ ! -e "$tmp/handover.yaml" ] || fail 'something was begun'
config foo/aws=2020-01-01 >prow/aws/config.yaml && commit unlisted
expect_exit 7 hookplan apply "$tmp/plan.dsse" --key "$tmp/ci.key.pub" --handover "$tmp/handover.yaml"
has 'old/one  waiting'

# A plan by the nearest settings is applied by them.
cd "$tmp/work"
expect_exit 0 hookplan plan --config-path prow/gcp/config.yaml --branch main --sign "file:$tmp/ci.key" --out "$tmp/near.dsse"
install -m 600 /dev/null gcp.yaml
expect_exit 7 hookplan apply "$tmp/near.dsse" --key "$tmp/ci.key.pub" --handover "$tmp/near.yaml"
has 'new/gcp  waiting'
grep -q '^new/gcp:' gcp.yaml || fail 'the token is not in the store of the nearest settings'
[ ! -e top.yaml ] || fail 'another store was made'

# What moves from one config to another keeps its hook where that is the same, and loses it where not.
repository moved
mkdir -p prow/gcp prow/aws prow/far
settings https://prow.example.com/hook hmac.yaml >.hookplan.yaml
settings https://far.example.com/hook far.yaml >prow/far/.hookplan.yaml
config foo/a=2020-01-01 foo/b=2020-01-01 foo/c=2020-01-01 foo/d=2020-01-01 >prow/gcp/config.yaml
config bar/x=2020-01-01 >prow/aws/config.yaml
config bar/y=2020-01-01 >prow/far/config.yaml && commit base
config foo/d=2020-01-01 >prow/gcp/config.yaml
config bar/x=2020-01-01 FOO/a=2020-01-01 >prow/aws/config.yaml
config bar/y=2020-01-01 foo/b=2020-01-01 >prow/far/config.yaml && commit head
expect_exit 0 hookplan plan --config-path prow/gcp/config.yaml
has_not '- remove   foo/a'
has 'foo/a stays: another config lists it'
has '- remove   foo/b'
has '- remove   foo/c'
# What comes to be listed between plan and apply stays as well; what was kept does not stop the rest.
install -m 600 /dev/null hmac.yaml
expect_exit 0 hookplan plan --config-path prow/gcp/config.yaml --branch main --sign "file:$tmp/ci.key" --out "$tmp/moved.dsse"
config bar/y=2020-01-01 foo/b=2020-01-01 foo/d=2020-01-01 >prow/far/config.yaml && commit later
expect_exit 7 hookplan apply "$tmp/moved.dsse" --key "$tmp/ci.key.pub" --handover "$tmp/moved.yaml"
has 'foo/b  waiting'
has_not foo/a
config >prow/gcp/config.yaml && commit again
expect_exit 3 hookplan plan --config-path prow/gcp/config.yaml
config foo/e=2020-01-01 >prow/gcp/config.yaml && commit other
expect_exit 0 hookplan plan HEAD~2 HEAD --config-path prow/gcp/config.yaml --branch main --sign "file:$tmp/ci.key" --out "$tmp/second.dsse"
config bar/x=2020-01-01 FOO/a=2020-01-01 foo/d=2020-01-01 >prow/aws/config.yaml && commit listed
expect_exit 4 hookplan apply "$tmp/second.dsse" --key "$tmp/ci.key.pub" --handover "$tmp/second.yaml"
complains 'the plan does not follow from its revisions'
[ ! -e "$tmp/second.yaml" ] || fail 'something was begun'
# A config that goes while another one lists the same is blocked, for its settings go, too. Where that is
# allowed, no hook goes. (One that moves is compared with what it was: compared.sh.)
repository whole
mkdir -p prow/old prow/new
settings https://prow.example.com/hook hmac.yaml >.hookplan.yaml
config foo/a=2020-01-01 foo/b=2020-01-01 >prow/old/config.yaml && cp prow/old/config.yaml prow/new/config.yaml
commit base && git rm -q prow/old/config.yaml && commit head
expect_exit 3 hookplan plan --config-path prow/old/config.yaml
has 'the config file is gone'
settings https://prow.example.com/hook hmac.yaml 'guards: {allow_empty: true}' >.hookplan.yaml
mkdir -p prow/old && cp prow/new/config.yaml prow/old/config.yaml && commit allowed
git rm -q prow/old/config.yaml && commit again
expect_exit 0 hookplan plan --config-path prow/old/config.yaml
has 'foo/b stays: another config lists it'
has_not '- remove'
