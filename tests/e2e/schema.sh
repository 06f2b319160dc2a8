#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every plan fits the published JSON Schema, and what does not fit is refused by the schema and by
# `hookplan show` alike.
. "$(dirname "$0")/session.sh"

schema=${HOOKPLAN_SOURCE:-$e2e/../..}/core/plan/change-plan.schema.json
python=/usr/bin/python3
[ -x "$python" ] || skip "$python is absent"
"$python" -W ignore -c 'from jsonschema import Draft202012Validator' 2>"$tmp/ignored" ||
  skip 'python3-jsonschema 4 is absent'
"$python" -W ignore - "$schema" <<'END' || fail 'the schema itself is wrong'
import json, jsonschema, sys
jsonschema.Draft202012Validator.check_schema(json.load(open(sys.argv[1])))
END

# Plans of every shape: each is stored under a number.
number=0
store() {
  number=$((number + 1))
  hookplan plan "$@" --format json --out "$tmp/plan-$number.json" 2>"$tmp/err" || :
  [ -s "$tmp/plan-$number.json" ] || fail "no plan for $*"
}
two_commits work 'foo/bar=2018-10-02 foo/baz=2019-01-01 qux=2017-10-02 old/r=2020-01-01 Up/x=2020-01-01' \
  'foo/baz=2025-01-01 new/r=2025-06-01 org=2025-06-01 qux=2016-10-02 up/x=2020-01-01'
git remote add origin https://github.com/acme/config
store
store HEAD HEAD
git checkout -q HEAD~1 && store && git checkout -q main
cat >.hookplan.yaml <<'END'
version: 1
forges: {github: {type: manual, api: https://api.github.com}}
receivers: {prow: {type: prow, url: https://a.example.com/hook, store: {type: file, path: h.yaml}}}
routes: [{match: "*", forge: github, receiver: prow, events: [push, issues]}]
guards: {protected: [qux]}
END
commit settings && store
sed -i 's/a.example/b.example/' .hookplan.yaml
printf '  respect_legacy_global_token: true\n  auto_accept_invitation: true\n' >>config.yaml
sed -i 's/foo.baz.*/foo\/baz: {token_created_after: 2098-01-01T00:00:00.5Z}/; $a\  ' config.yaml
printf 'b: 1\n' >>config.yaml && commit reroute && store
git rm -q config.yaml && commit gone && store
two_commits odd 'a/a=2020-01-01' '"\u202e\e[31m@x":=2020-01-01'
config >config.yaml && printf '    "": {}\n    "a/b/c": {}\n' >>config.yaml && commit odd && store HEAD~2

cd "$tmp" && mkdir bad && cd bad
"$python" -W ignore "$e2e/mutate_plan.py" "$schema" "$tmp"/plan-*.json >"$tmp/out" 2>"$tmp/err" || fail 'schema'
[ "$(cat "$tmp/out")" -gt 150 ] || fail 'hardly any mutation'
for bad in bad-*.json; do
  code=0
  hookplan show "$bad" >"$tmp/out" 2>"$tmp/err" || code=$?
  case $code in 4 | 65) [ -s "$tmp/out" ] || continue ;; esac
  echo "exit $code: $(cat "${bad%.json}.txt")" >>accepted
done
[ ! -e accepted ] || fail "show does not refuse what the schema refuses: $(cat accepted)"
