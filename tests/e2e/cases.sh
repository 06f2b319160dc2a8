#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Small replays of what people reported, judged by what the answer means and not by its words. They lie
# beside the repository; without them there is nothing to replay.
. "$(dirname "$0")/session.sh"
unset SOURCE_DATE_EPOCH
cases=${HOOKPLAN_CASES:-$HOOKPLAN_SOURCE/../shared/cases}
[ -d "$cases" ] || skip "$cases is absent"
# Overlaps of a second are refused by now, so the replays get the usual one.
cp -r "$cases" "$tmp/cases" && chmod -R u+w "$tmp/cases" && cd "$tmp/cases"
for script in */run.sh; do sed -i 's/settings 1s/settings/; s/sleep 0.5/sleep 3/' "$script"; done

# replay NAME: its output is where `has` looks.
replay() {
  name=$1
  [ -d "$tmp/cases/$name" ] || { echo "skipped: no case $name"; return 1; }
  (cd "$tmp/cases/$name" && HOOKPLAN=$HOOKPLAN timeout 60 sh ./run.sh) >"$tmp/out" 2>"$tmp/err" || :
}
# step N: only what the Nth command of the replay printed.
step() { awk -v n="$1" '/^\$ hookplan /{ i++ } i == n' "$tmp/out" >"$tmp/step"; }

if replay comments_in_token_file; then
  has 'HP8009'
  has 'comments are lost'
fi
for name in config_moves_between_usual_places config_moves_out_of_usual_place; do
  if replay $name; then
    has_not '- remove'
    has_not '+ onboard'
    has_not 'blocked '
    has 'HP2407'
    [ "$(grep -c '^no changes. 3 unchanged.' "$tmp/out")" = "$(grep -c '^\$ hookplan plan' "$tmp/out")" ] ||
      fail "$name: not each plan is right"
  fi
done
if replay decoy_in_usual_place; then
  has_not 'exit 0'
  has_not 'no changes'
  has 'prow/gcp/config.yaml'
fi
if replay empty_name_and_grammar; then
  has_not 'all 1 entry'
  has_not 'repository of  stops'
  has '""'
fi
if replay empty_token; then
  step 1
  has_not 'in order' "$tmp/step"
  has 'HP8010' "$tmp/step"
  step 3
  has 'HP8010' "$tmp/step"
  [ "$(grep -c "value: ''\|value: \"\"\|value: ' *'" "$tmp/out")" = "$(grep -c 'value:' "$tmp/cases/empty_token/hmac.yaml")" ] ||
    fail 'a token was made out of nothing'
fi
for name in future_created_at_9999 store_put_back; do
  if replay $name; then
    has 'secret: "'
    has_not 'secret: "leaked-token"'
  fi
done
if replay managed_user_name; then
  has_line 'exit 0'
  has_not 'HP2104'
fi
if replay two_instances_in_one_repository; then
  has_not 'remove   foo/aws'
  has_not 'extra'
fi

if replay repository_transferred; then
  # The hook that moved along signs with the old token, under the new name.
  awk '/^neworg\/spec:/{ on = 1; next } /^[^ -]/{ on = 0 } on' "$tmp/out" >"$tmp/lent"
  has 'value: old-token' "$tmp/lent"
  has 'delete hook unless renamed'
  ! grep -qx '  - do: delete hook' "$tmp/out" || fail 'a hook that may be another one is to be deleted'
fi
if replay global_token_left_over; then
  has '1 setting'
  has_not 'nothing to do'
  [ "$(grep '^exit ' "$tmp/out" | tail -1)" = 'exit 0' ] || fail "status does not say that it settles"
fi
if replay receiver_behind_address_list; then
  has 'HP8112'
  has_not 'longer --wait'
fi
