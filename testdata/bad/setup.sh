# SPDX-License-Identifier: Apache-2.0
# The words that `setup:` blocks are written in. The runner reads this before each of them, in an
# empty folder, with -eu; $HOOKPLAN is the program.

good_config() {
  cat <<'CONFIG'
managed_webhooks:
  respect_legacy_global_token: true
  org_repo_config:
    foo/bar: {token_created_after: 2018-10-02T15:00:00Z}
    qux: {token_created_after: 2017-10-02T15:00:00Z}
CONFIG
}

# good_config after a rotation of foo/bar.
next_config() {
  good_config | sed 's/2018-10-02/2019-10-02/'
}

good_settings() {
  cat <<'SETTINGS'
version: 1
forges:
  github: {type: manual, api: https://api.github.com}
receivers:
  prow:
    type: prow
    url: https://prow.example.com/hook
    store: {type: file, path: hmac.yaml}
routes:
  - {match: "*", forge: github, receiver: prow, events: ["*"]}
SETTINGS
}

commit() {
  git add --all
  git commit --quiet --allow-empty --message="$1"
}

# Stores a tree entry that git itself would not make: stage MODE ID PATH.
stage() {
  git update-index --add --cacheinfo "$1,$2,$3"
}

# A repository whose one commit has a good config.
one_commit() {
  git init --quiet --initial-branch=main "$@" .
  good_config >config.yaml
  commit base
}

# A repository whose head rotates foo/bar.
two_commits() {
  one_commit "$@"
  next_config >config.yaml
  commit head
}

# The loose object file of an id, which is thrown away as far as a repository can be.
object_file() {
  id=$(git rev-parse "$1")
  printf '.git/objects/%s/%s\n' "$(printf %s "$id" | cut -c 1-2)" "$(printf %s "$id" | cut -c 3-)"
}

# plan.json, a stored plan of one rotation.
stored_plan() {
  two_commits
  "$HOOKPLAN" plan --format json --out plan.json 2>/dev/null
}

# repeat TEXT COUNT: the text that many times, without a line break.
repeat() {
  yes -- "$1" | head -n "$2" | tr -d '\n'
}

# A pair of keys, NAME.key and NAME.pub. KIND is what openssl genpkey is told, in one word.
new_key() {
  case ${2-p256} in
  p256) set -- "$1" EC -pkeyopt ec_paramgen_curve:P-256 ;;
  p384 | secp256k1) set -- "$1" EC -pkeyopt "ec_paramgen_curve:$(echo "$2" | sed s/p384/P-384/)" ;;
  rsa1024 | rsa2048) set -- "$1" RSA -pkeyopt "rsa_keygen_bits:${2#rsa}" ;;
  *) set -- "$1" "$2" ;;
  esac
  name=$1
  shift
  openssl genpkey -algorithm "$@" -out "$name.key"
  openssl pkey -in "$name.key" -pubout -out "$name.pub"
  chmod 600 "$name.key"
}

# An Ed25519 public key of 32 bytes that are given in base64.
ed25519_key() {
  printf '%s\n' '-----BEGIN PUBLIC KEY-----' "MCowBQYDK2VwAyEA$1" '-----END PUBLIC KEY-----'
}

# Public keys in one line, as double quotes of YAML hold them. Nobody has their private halves. The
# first four are one key.
p256_pem() {
  printf '%s' '-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEU9cQsnb2chgSfWRRkIIJijhzDjI1\n0Q9Fw4uXLjFxCeBSW74zTcdt11VYaI5x5LW2yj/Dz4C4cS5YDzMObwmnrw==\n-----END PUBLIC KEY-----\n'
}
p256_compressed_pem() {
  printf '%s' '-----BEGIN PUBLIC KEY-----\nMDkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDIgADU9cQsnb2chgSfWRRkIIJijhzDjI1\n0Q9Fw4uXLjFxCeA=\n-----END PUBLIC KEY-----\n'
}
p256_explicit_pem() {
  printf '%s' '-----BEGIN PUBLIC KEY-----\nMIIBSzCCAQMGByqGSM49AgEwgfcCAQEwLAYHKoZIzj0BAQIhAP////8AAAABAAAA\nAAAAAAAAAAAA////////////////MFsEIP////8AAAABAAAAAAAAAAAAAAAA////\n///////////8BCBaxjXYqjqT57PrvVV2mIa8ZR0GsMxTsPY7zjw+J9JgSwMVAMSd\nNgiG5wSTamZ44ROdJreBn36QBEEEaxfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5\nRdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9QIhAP////8AAAAA\n//////////+85vqtpxeehPO5ysL8YyVRAgEBA0IABFPXELJ29nIYEn1kUZCCCYo4\ncw4yNdEPRcOLly4xcQngUlu+M03HbddVWGiOceS1tso/w8+AuHEuWA8zDm8Jp68=\n-----END PUBLIC KEY-----\n'
}
p256_ssh() {
  printf '%s' 'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBFPXELJ29nIYEn1kUZCCCYo4cw4yNdEPRcOLly4xcQngUlu+M03HbddVWGiOceS1tso/w8+AuHEuWA8zDm8Jp68='
}
ed25519_pem() {
  printf '%s' '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAllQuWMPn3KQGxYp8HvyBtIJEoXCWV16w1itmrQu8H8c=\n-----END PUBLIC KEY-----\n'
}
ed25519_ssh() {
  printf '%s' 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJZULljD59ykBsWKfB78gbSCRKFwlldesNYrZq0LvB/H'
}

# The good settings and, from line 11 on, the policy of standard input.
with_policy() {
  good_settings
  echo 'policy:'
  sed 's/^/  /'
}

# policy_of_keys NAME=ROLE[,OWNER]...: settings with a policy that knows NAME.pub in that role.
policy_of_keys() {
  {
    echo 'keys:'
    for each; do
      name=${each%%=*} owner=${each##*[=,]} role=${each#*=}
      [ "$role" != "${role%,*}" ] || owner=$name
      printf '  %s: {owner: %s, pem: "%s"}\n' "$name" "$owner" "$(one_line "$name.pub")"
    done
    echo 'roles:'
    for each; do
      role=${each#*=}
      printf '%s %s\n' "${role%,*}" "${each%%=*}"
    done | sort | awk '{ keys[$1] = keys[$1] (keys[$1] ? ", " : "") $2 }
      END { for (role in keys) printf "  %s: {keys: [%s]}\n", role, keys[role] }'
  } | with_policy
}

# A file as one line for double quotes of YAML.
one_line() {
  awk '{ printf "%s\\n", $0 }' "$1"
}

# plan.json, a stored plan of one rotation that is valid from noon of 2020-01-01 for a day. The
# options are those of `hookplan plan`.
valid_plan() {
  [ -d .git ] || two_commits
  SOURCE_DATE_EPOCH=1577880000 "$HOOKPLAN" plan --branch main --valid-for 24h --format json "$@" \
    >plan.json 2>/dev/null
}

# The bytes that a signature of FILE is made over, by another hand than hookplan's.
pae_of() {
  type=${2-application/vnd.in-toto+json}
  printf 'DSSEv1 %d %s %d ' "${#type}" "$type" "$(wc -c <"$1")"
  cat "$1"
}

# sign_bytes FILE NAME: the raw signature of NAME.key.
sign_bytes() {
  if openssl pkey -in "$2.key" -noout -text | grep -q ED25519; then
    openssl pkeyutl -sign -rawin -inkey "$2.key" -in "$1"
  else
    openssl dgst -sha256 -sign "$2.key" "$1"
  fi
}

key_id() {
  openssl pkey -pubin -in "$1.pub" -outform DER | sha256sum | cut -c 1-64
}

# envelope FILE NAME...: FILE signed by these keys, whatever it says, in an envelope; $type may name
# another payload type.
envelope() {
  file=$1
  shift
  pae_of "$file" "${type-application/vnd.in-toto+json}" >"$file.pae"
  separator=
  printf '{"payload":"%s","payloadType":"%s","signatures":[' "$(base64 -w 0 "$file")" \
    "${type-application/vnd.in-toto+json}"
  for each; do
    printf '%s{"keyid":"%s","sig":"%s"}' "$separator" "$(key_id "$each")" \
      "$(sign_bytes "$file.pae" "$each" | base64 -w 0)"
    separator=,
  done
  printf ']}\n'
}

# plan.dsse, the valid plan signed by ci.key (of that kind), policy.yaml that asks for that, and the
# first digits of the plan digest.
signed_plan() {
  valid_plan
  new_key ci "$@"
  DIGEST=$(sha256sum <plan.json | cut -c 1-64)
  envelope plan.json ci >plan.dsse
  policy_of_keys ci=planner >policy.yaml
}

# altered_plan SED: the valid plan with a change, correctly signed by ci.key nevertheless.
altered_plan() {
  signed_plan
  sed "$1" plan.json >altered.json
  if cmp -s plan.json altered.json; then return 1; fi
  envelope altered.json ci >plan.dsse
}

# altered_envelope SED: the signed plan with a change of its envelope.
altered_envelope() {
  signed_plan
  cp plan.dsse good.dsse
  sed -i "$1" plan.dsse
  if cmp -s plan.dsse good.dsse; then return 1; fi
}

# Settings with a store that this build serves, and hooks that people set.
live_settings() {
  good_settings | sed 's/  github: .*/  people: {type: manual}/; s/forge: github/forge: people/; s/type: prow/type: file/'
}

# A repository whose head rotates foo/bar, a store, and a plan that is signed now.
live_store() {
  git init --quiet --initial-branch=main .
  live_settings >.hookplan.yaml
  good_config >config.yaml
  commit base
  next_config >config.yaml
  commit head
  (umask 077 && cat >hmac.yaml <<'TOKENS'
foo/bar:
- created_at: "2019-01-01T00:00:00Z"
  value: a-secret-of-foo
qux:
- created_at: "2019-01-01T00:00:00Z"
  value: a-secret-of-qux
TOKENS
  )
  "$HOOKPLAN" keygen --type ed25519 --out ci.key >keygen.out
  live_plan
}

# plan.dsse, signed now.
live_plan() {
  "$HOOKPLAN" plan --branch main --sign file:ci.key --out plan.dsse >plan.out 2>&1
}

# ledger_file LEDGER: the file beside hmac.yaml that holds it.
ledger_file() {
  printf '{"schema":"hookplan.ledger-file/v1"}\n{"document":"%s"}\n%s\n' \
    "$(sha256sum <hmac.yaml | cut -c 1-64)" "$1" >hmac.yaml.ledger
  chmod 600 hmac.yaml.ledger
}

# handover.yaml with one item that waits.
handover() {
  (umask 077 && cat >handover.yaml <<'ITEMS'
version: 1
waiting:
  - do: set hook
    entry: "foo/bar"
    url: "https://prow.example.com/hook"
    content_type: "application/json"
    events: ["*"]
    secret: "a-secret-of-foo"
    token_created: "2026-01-01T00:00:00Z"
    then_run: "hookplan confirm foo/bar"
ITEMS
  )
}
