#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The picture in the README is what ci/picture makes of the comment on the demonstration's plan.
. "$(dirname "$0")/session.sh"
need python3
picture=$HOOKPLAN_SOURCE/testdata/demo/comment.svg
sh "$HOOKPLAN_SOURCE/ci/demo-repository" build/demo
expect_exit 0 hookplan plan --repo build/demo --format markdown
mv "$tmp/out" "$tmp/plan.md"
draw() { python3 -B "$HOOKPLAN_SOURCE/ci/picture" <"$tmp/plan.md"; }
expect_exit 0 draw
[ -z "${HOOKPLAN_UPDATE_GOLDEN:-}" ] || cp "$tmp/out" "$picture"
same "$picture" "$tmp/out" 'the comment has changed; HOOKPLAN_UPDATE_GOLDEN=1 draws it again'
# Every word that is not folded is in the picture, and only they are.
sed 's/<[^>]*>//g' "$picture" >"$tmp/words"
for words in 'Webhook' 'Caution' 'fred/ci' 'HP2103' 'rotate'; do has "$words" "$tmp/words"; done
has_not 'foo/same' "$tmp/words"
