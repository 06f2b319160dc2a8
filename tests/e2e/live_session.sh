# SPDX-License-Identifier: Apache-2.0
# What sessions that apply plans need, after session.sh: a repository, hooks that people set, and
# tokens in a file. These commands do not heed SOURCE_DATE_EPOCH, so plans are made at the real time.
unset SOURCE_DATE_EPOCH
now=$(date +%s)

# settings [OVERLAP]: .hookplan.yaml of a receiver that is as good as its store.
settings() {
  cat <<END_OF_SETTINGS
version: 1
forges:
  people: {type: manual}
receivers:
  hook: {type: file, url: "https://hook.example.com/hook", store: {type: file, path: $tmp/hmac.yaml}}
routes:
  - {match: "*", forge: people, receiver: hook, events: ["*"]}
rotation: {overlap: ${1:-1h}}
END_OF_SETTINGS
}
# live_repository ENTRY=DAY...: a repository that lists them, whose store is empty, and a key.
live_repository() {
  repository work
  settings >.hookplan.yaml
  config "$@" >config.yaml
  commit base
  cd "$tmp"
  "$HOOKPLAN" keygen --type ed25519 --out ci.key >keygen.out
  (umask 077 && : >hmac.yaml)
}
# tokens ENTRY...: the store holds one token of 2025 for each of them.
tokens() {
  for entry; do
    printf '%s:\n- created_at: "2025-06-01T00:00:00Z"\n  value: secret-of-%s\n' "$entry" "$(echo "$entry" | tr / -)"
  done >"$tmp/hmac.yaml"
  chmod 600 "$tmp/hmac.yaml"
  rm -f "$tmp/hmac.yaml.ledger"
}
# next ENTRY=DAY...: another commit, with these entries.
next() {
  config "$@" >"$tmp/work/config.yaml"
  (cd "$tmp/work" && commit "$*")
}
# plan_to FILE [OPTION...]: a signed plan of the last commit, for main.
plan_to() {
  file=$1
  shift
  expect_exit 0 hookplan plan "$@" --repo "$tmp/work" --branch main --sign file:"$tmp/ci.key" --out "$tmp/$file"
}
# plan_at AGE FILE [OPTION...]: the same, made AGE seconds ago.
plan_at() {
  export SOURCE_DATE_EPOCH=$((now - $1))
  shift
  plan_to "$@"
  unset SOURCE_DATE_EPOCH
}
# apply N PLAN [OPTION...]: ends with exit status N.
apply() {
  expected_of_apply=$1
  plan=$2
  shift 2
  expect_exit "$expected_of_apply" hookplan apply "$tmp/$plan" --key "$tmp/ci.key.pub" --repo "$tmp/work" \
    --handover "$tmp/handover.yaml" "$@"
}
confirm() { expect_exit 0 hookplan confirm --handover "$tmp/handover.yaml" "$@"; }
# done_with PLAN: applied, confirmed by people, applied to its end.
done_with() {
  apply 7 "$1"
  confirm --pattern '*' '*/*'
  apply 0 "$1"
}
# state FILE: every file below the test's folder but the outputs, with its content and its times.
state() {
  find "$tmp" -path "$tmp/home" -prune -o ! -name out ! -name err ! -name '*.state' ! -path "$tmp" \
    -printf '%P %M %n %i %s %T@ %C@\n' | sort >"$tmp/$1.state"
  find "$tmp" -type f ! -name out ! -name err ! -name "*.state" -exec sha256sum {} + | sort >>"$tmp/$1.state"
}
# nothing_changed COMMAND...: runs it, and nothing in the folder is other than before.
nothing_changed() {
  state before
  "$@"
  state after
  same "$tmp/before.state" "$tmp/after.state" "$*"
}
# refuses EXIT CODE PLAN [OPTION...]: with that code and a remedy, before anything is touched.
refuses() {
  wanted_exit=$1
  code=$2
  shift 2
  nothing_changed apply "$wanted_exit" "$@"
  silent out
  complains "$code"
  complains 'fix: '
}
# overlap_is_over: as if every hook had been switched a day ago.
overlap_is_over() {
  sed -i 's/"reached":"[^"]*"/"reached":"2026-01-01T00:00:00Z"/g' "$tmp"/*.ledger
}
