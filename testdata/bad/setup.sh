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
  github: {type: github, api: https://api.github.com}
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
