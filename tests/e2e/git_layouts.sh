#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# However a clone is made and stored, the plan is the same to the byte.
. "$(dirname "$0")/session.sh"

url=https://github.com/acme/config
repository origin
mkdir -p config/prow deep/er
echo 'packed as a delta of itself' >deep/er/file
# Long enough that git stores one version as a delta of another.
{ config foo/bar=2018-10-02 && many 150; } >config/prow/config.yaml && commit base
sed -i 's|foo/bar.*|new/one: {token_created_after: 2025-01-01T00:00:00Z}|' config/prow/config.yaml
commit head
git remote add origin "$url"
expect_exit 0 hookplan plan --format json
cp "$tmp/out" "$tmp/plan.json"
has "\"repository\":\"$url\""

# clone FOLDER OPTIONS...: named like the origin, so that the plans can be the same.
clone() {
  folder=$1
  shift
  cd "$tmp"
  git clone -q "$@" "file://$tmp/origin" "$folder"
  cd "$folder"
  git config remote.origin.url "$url"
}
gives_the_plan() {
  expect_exit 0 hookplan plan --format json
  silent err
  same "$tmp/plan.json" "$tmp/out" "$1"
}

clone two --depth=2 && gives_the_plan 'shallow, two commits'
cd "$tmp/origin/deep/er" && gives_the_plan 'a subfolder'
cd / && expect_exit 0 hookplan plan --format json --repo "$tmp/origin/config"
same "$tmp/plan.json" "$tmp/out" '--repo'
cd "$tmp/origin"
ln -s "$tmp/origin" "$tmp/link" && cd "$tmp/link" && gives_the_plan 'through a symbolic link'
clone bare.git --bare && gives_the_plan 'bare'
clone mirror.git --mirror && gives_the_plan 'mirror'
clone detached && git checkout -q --detach && gives_the_plan 'detached'
cd "$tmp" && git clone -q --shared origin shared && cd shared
git config remote.origin.url "$url"
[ -s .git/objects/info/alternates ] || fail 'no alternates'
gives_the_plan 'alternates'
cd "$tmp/origin"
git worktree add -q "$tmp/linked" HEAD && cd "$tmp/linked" && gives_the_plan 'a linked work tree'
mkdir inside && cd inside && gives_the_plan 'inside a linked work tree'
repository super
git submodule --quiet add "file://$tmp/origin" module && commit module
cd module && git config remote.origin.url "$url"
[ -f .git ] || fail 'the submodule has no .git file'
gives_the_plan 'a submodule'

# Loose objects, packed deltas, packed references, and back.
cd "$tmp/origin"
git gc -q --aggressive --prune=now
git verify-pack -v .git/objects/pack/*.idx | grep -q "$(git rev-parse HEAD~1:config/prow/config.yaml).* 1 " ||
  fail 'no delta of the config'
gives_the_plan 'after git gc'
mv .git/objects/pack "$tmp/pack" && mkdir .git/objects/pack
for pack in "$tmp"/pack/*.pack; do git unpack-objects -q <"$pack"; done
gives_the_plan 'loose objects'

# What is not committed does not matter.
echo 'managed_webhooks: [' >config/prow/config.yaml && git add -A && rm config/prow/config.yaml
echo broken >.hookplan.yaml && rm .git/index
gives_the_plan 'a dirty work tree'
