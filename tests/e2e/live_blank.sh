#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A token that protects nothing: it is said, whatever its date claims it is too old, nobody else gets
# it, and the printed advice ends it.
. "$(dirname "$0")/session.sh"
. "$e2e/live_session.sh"

live_repository foo/bar=2020-01-01 qux=2020-01-01
blank() { # VALUE: foo/bar and `*` have it, with a date that looks fresh
  rm -f hmac.yaml.ledger handover.yaml
  cat >hmac.yaml <<X
'*': [{value: $1}]
foo/bar: [{value: $1, created_at: "2099-01-01T00:00:00Z"}]
qux: [{value: secret-of-qux, created_at: "2021-01-01T00:00:00Z"}]
X
}
for value in "''" '""' '"  "' '"\t"' '"\u200b"'; do
  blank "$value"
  nothing_changed expect_exit 10 hookplan status --repo work --exit-code
  has 'foo/bar  outdated'
  has 'qux      in order'
  complains HP8010
  complains 'a token of foo/bar is empty or blank'
  complains 'a token of * is empty or blank'
done

# A new entry gets a token of its own, and none of nothing.
blank "''"
next foo/bar=2020-01-01 qux=2020-01-01 new/one=2020-01-01
plan_to onboard.dsse
apply 7 onboard.dsse
complains HP8010
[ "$(sed -n '/^new.one:/,/^qux:/p' hmac.yaml | grep -c value:)" = 1 ] || fail 'not one token'
[ "$(grep -c 'value: ""' hmac.yaml)" = 2 ] || fail 'a token was made out of nothing'
confirm new/one
apply 0 onboard.dsse

# As the advice says: rotate, and take the rest out by hand.
expect_exit 0 hookplan rotate foo/bar --repo "$tmp/work" --branch main --sign file:"$tmp/ci.key" --out "$tmp/rotate.dsse"
apply 7 rotate.dsse
confirm foo/bar
apply 0 rotate.dsse
overlap_is_over
apply 0 rotate.dsse
[ "$(sed -n '/^foo.bar:/,/^[^f -].*:$/p' hmac.yaml | grep -c value:)" = 1 ] || fail 'the blank token is left'
sed -i '/^.\*.:/,/value/d' hmac.yaml
expect_exit 0 hookplan status --repo work --exit-code
has_not HP8010 "$tmp/err"
