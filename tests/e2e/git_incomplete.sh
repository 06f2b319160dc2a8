#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A clone that lacks something says what, and how to get it; nothing is fetched.
. "$(dirname "$0")/session.sh"

two_commits origin 'a/a=2020-01-01' 'a/a=2021-01-01'
git config --global uploadpack.allowFilter true
git config --global uploadpack.allowAnySHA1InWant true
# clone FOLDER OPTIONS...: a clone whose server is gone afterwards.
clone() {
  folder=$1
  shift
  cd "$tmp"
  git clone -q "$@" "file://$tmp/origin" "$folder"
  cd "$folder"
  git config remote.origin.url "file://$tmp/gone"
}

# A clone of one commit has no base to compare with: that is said, and how to get it.
clone one --depth=1
expect_exit 66 hookplan plan
silent out
complains 'HP3005'
complains 'fetch-depth: 2'
expect_exit 66 hookplan plan HEAD~1
complains 'fetch-depth: 2'
git config remote.origin.url "file://$tmp/origin" && git fetch -q --deepen=1
expect_exit 0 hookplan plan
has '~ rotate   a/a'
clone two --depth=2
expect_exit 0 hookplan plan
expect_exit 66 hookplan plan HEAD~2
complains 'HP3005'
# A name that nobody can know is a typing error there, too.
expect_exit 66 hookplan plan mian
complains 'no such revision: mian'

# A partial clone whose contents are not there: said, and no network is used. Then git fetches them.
clone treeless --filter=tree:0 --bare
expect_exit 66 hookplan plan
complains 'HP3006'
clone blobless --filter=blob:none
expect_exit 66 hookplan plan
silent out
complains 'is missing from this partial clone'
complains 'git show REVISION:PATH'
git config remote.origin.url "file://$tmp/origin"
git show HEAD~1:config.yaml >"$tmp/ignored" 
expect_exit 0 hookplan plan
has '~ rotate   a/a'

# Damage is called damage.
clone damaged
rm -rf .git/objects/pack/*.pack && cd "$tmp/damaged"
expect_exit 66 hookplan plan
silent out
complains 'error HP3007'
