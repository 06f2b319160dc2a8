# SPDX-License-Identifier: Apache-2.0
"""graft_plan.py TRUE TOLD [PATH=JSON...]: prints the statement of the signed plan TOLD as if it were about the
revisions of the signed plan TRUE, so that nothing in it contradicts anything else; then with the
values at these paths (names and numbers, joined by dots; those of provenance count last)."""
import base64, json, sys

def statement(path):
    with open(path, encoding="utf-8") as file:
        return json.loads(base64.b64decode(json.load(file)["payload"]))

true, told = statement(sys.argv[1]), statement(sys.argv[2])
told["predicate"]["provenance"] = true["predicate"]["provenance"]
told["predicate"]["validity"] = true["predicate"]["validity"]
told["subject"] = true["subject"]
for edit in sys.argv[3:]:
    path, value = edit.split("=", 1)
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    target = told["predicate"]
    for part in way:
        target = target[part]
    before = target[last]
    target[last] = json.loads(value)
    if before == target[last]: sys.exit(f"{path} is {value} already")
sys.stdout.write(json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n")
