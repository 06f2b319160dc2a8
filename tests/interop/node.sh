#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Random payloads, signed by us and by Node's crypto: each verifies what the other signed, and both
# refuse every envelope in which one bit is flipped.
. "$(dirname "$0")/interop.sh"
need node
echo "node $(node --version)"
node_envelopes() { node "$interop/envelopes.mjs" "$@"; }

two_keys
random_payloads 320
for key in p256 ed25519; do
  for maker in ours theirs; do
    made=$key-$maker flipped=$key-$maker-flipped
    mkdir "$made" "$flipped"
    if [ $maker = ours ]; then
      envelope_tool sign $key.key payloads "$made" || fail "we do not sign with $key"
    else
      node_envelopes sign $key.key payloads "$made" || fail "Node does not sign with $key"
    fi
    envelope_tool flip "$seed" "$made" "$flipped" || fail 'nothing is flipped'
    for folder in "$made" "$flipped"; do
      envelope_tool verify $key.key.pub "$folder" >"$folder.ours" || fail 'no verdicts of ours'
      node_envelopes verify $key.key.pub "$folder" >"$folder.theirs" || fail 'no verdicts of Node'
      [ "$(wc -l <"$folder.ours")" = 320 ] || fail "verdicts are missing in $folder"
      same "$folder.ours" "$folder.theirs" "we and Node disagree"
    done
    all ok "$made.ours"
    all bad "$flipped.ours"
    echo "$made: 320 verify, 320 with a flipped bit do not"
  done
done

# A key does not verify what the other one signed.
hookplan keygen --type p256 --out other.key >"$tmp/out" 2>"$tmp/err" || fail 'no other key'
envelope_tool verify other.key.pub p256-theirs >others
all bad others
