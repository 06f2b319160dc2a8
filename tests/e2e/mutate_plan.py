# SPDX-License-Identifier: Apache-2.0
"""mutate_plan.py SCHEMA PLAN...: checks that each plan fits the schema, then writes every way to break
one (once for each place and kind of damage) as bad-N.json, with what it is in bad-N.txt. The schema
must refuse them all. Prints how many there are."""
import copy, json, jsonschema, sys
validator = jsonschema.Draft202012Validator(json.load(open(sys.argv[1])))
seen, written = set(), 0

def write(plan, what):
    global written
    if validator.is_valid(plan): sys.exit(f"the schema accepts: {what}")
    written += 1
    with open(f"bad-{written}.txt", "w") as file: file.write(what)
    with open(f"bad-{written}.json", "w", encoding="utf-8") as file:
        json.dump(plan, file, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        file.write("\n")

def wrong(value):
    if isinstance(value, bool): return "true"
    return {str: 1, int: "1", list: {}, dict: [], type(None): False}[type(value)]

def walk(plan, node, path):
    shape = "/".join("*" if isinstance(p, int) else p for p in path)
    def mutated(change, what):
        if (shape, what) in seen: return
        seen.add((shape, what))
        copied = copy.deepcopy(plan)
        target = copied
        for p in path: target = target[p]
        change(target)
        write(copied, f"{shape}: {what}")
    if isinstance(node, dict):
        for name, value in node.items():
            if path[-1:] != ["store"] and name != "route":
                mutated(lambda t: t.pop(name), f"without {name}")
            mutated(lambda t: t.update({name: wrong(value)}), f"{name} is no {type(value).__name__}")
            if name in ("kind", "scope", "severity", "result", "_type", "predicateType", "side", "code"):
                mutated(lambda t: t.update({name: "other"}), f"an unknown {name}")
            if name in ("digest", "intent_digest", "blob", "sha256", "commit", "tree") and value:
                mutated(lambda t: t.update({name: "00"}), f"a short {name}")
            if isinstance(value, int) and not isinstance(value, bool):
                mutated(lambda t: t.update({name: -1}), f"a negative {name}")
            walk(plan, value, path + [name])
        if path[-1:] != ["store"]: mutated(lambda t: t.update({"other": 1}), "an unknown member")
    elif isinstance(node, list):
        for index, value in enumerate(node): walk(plan, value, path + [index])

for name in sys.argv[2:]:
    plan = json.load(open(name, encoding="utf-8"))
    for error in validator.iter_errors(plan): sys.exit(f"{name}: {error.json_path}: {error.message}")
    walk(plan, plan, [])
print(written)
