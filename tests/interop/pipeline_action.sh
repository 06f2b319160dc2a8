#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The workflows of ci/templates/github, executed step by step as GitHub's own parser and evaluator read them.
. "$(dirname "$0")/interop.sh"
need git python3
need_packages
TMPDIR=$tmp PYTHONPATH=$HOOKPLAN_SOURCE/tests/e2e python3 -B "$interop/pipeline_action.py" "$packages"
