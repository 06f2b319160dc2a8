#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the reference pages of ci/guides to what the program says.

usage: reference.py settings SAID SOURCE...
       reference.py troubleshooting SAID MANUAL

SAID is what `hookplan help settings` printed, or what `hookplan explain CODE` printed for all codes, one after the other;
MANUAL what `hookplan man` printed, for the exit codes.
The part of the page between <!-- generated --> and <!-- end --> must be what follows from it; with HOOKPLAN_UPDATE_GOLDEN
set it is written instead. SOURCE are files that name fields of the settings; each must be in a table of the page.
"""
import os
import re
import sys

GUIDES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../ci/guides")
KINDS = "text|URL|path|duration|true or false|file:PATH, env:NAME or fd:N"
GROUPS = {
    "HP10": "Reading YAML", "HP11": "The section managed_webhooks", "HP21": "Entries", "HP22": "Removals",
    "HP23": "The global token", "HP24": "What a reviewer should know", "HP30": "Git", "HP40": "The settings file",
    "HP41": "The policy", "HP50": "The command line", "HP51": "Files", "HP60": "Stored plans", "HP70": "Keys and secrets",
    "HP71": "Signing", "HP72": "Verifying", "HP73": "Reviews", "HP80": "Token stores", "HP81": "Receivers and forges", "HP82": "Applying a plan",
    "HP83": "Runs", "HP84": "hookplan hmac", "HP85": "Pipelines and comments", "HP90": "hookplan itself"}


def marked(text):
    """Nothing in it is markup but `code`."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return re.sub(r"([*<|`\[])", r"\\\1", text)
    return "`".join(part if number % 2 else re.sub(r"([*<|\[])", r"\\\1", part) for number, part in enumerate(parts))


def sentence(text):
    """As one begins and ends; a name of something stays as it is."""
    first = text.split()[0]
    begun = text if "_" in first or first == "hookplan" else text[0].upper() + text[1:]
    return marked(begun if begun[-1] in ".?!" else begun + ".")


# --- the settings

def types_of(said):
    """[(place, type, what, [(field, kind, notes, meaning), ...], [example line, ...]), ...]"""
    types, place = [], ""
    for line in said.splitlines()[1:]:
        field = re.match(rf"    (\w+)(?: +((?:{KINDS})\b.*))?$", line)
        if re.match(r"\S", line):
            place = line
        elif line.startswith("  type: "):
            types.append((place, line[8:], [], [], []))
        elif not line:
            continue
        elif line.startswith(" " * 14) and types[-1][3] and not types[-1][4]:
            types[-1][3][-1].append(line.strip())
        elif line.startswith(" " * 6):
            types[-1][4].append(line[6:])
        elif field and (field[2] or types[-1][2]):
            types[-1][3].append([field[1], *([field[2]] if field[2] else [])])
        else:
            types[-1][2].append(line.strip())
    return [(place, name, " ".join(what), [field_of(words[0], " ".join(words[1:])) for words in fields], example)
            for place, name, what, fields, example in types]


def field_of(name, words):
    found = re.fullmatch(rf"({KINDS})((?:, required|, in no plan)*); (.*)", words)
    if not found:
        sys.exit(f"the field {name} is not understood: {words}")
    kind, notes, what = found.groups()
    default = re.search(r"(?:^|; )default: (.*?)(?=; |$)", what)
    if default:
        what = what.replace(default[0], "")
    must = "required" if "required" in notes else default[1] if default else "none"
    return name, kind, must, "no" if "in no plan" in notes else "yes", what or "its address"


def settings_page(said):
    lines, last = [], ""
    for place, name, what, fields, example in types_of(said):
        if place != last:
            lines += [f"## {place}", ""]
        last = place
        lines += [f"### {place}: type {name}", "", sentence(what), "",
                  "| key | type | default | in plans | meaning |", "| --- | --- | --- | --- | --- |",
                  *(f"| `{key}` | {marked(kind)} | {marked(must)} | {shown} | {marked(meaning)} |"
                    for key, kind, must, shown, meaning in fields), ""]
        if example:
            lines += ["```text", *example, "```", ""]
    return "\n".join(lines)


def check_fields(page, sources):
    """Every field that a reader opens a mapping with is a key of a table."""
    known = {name.split(".")[-1] for name in re.findall(r"^\| `([\w.\[\]]+)`", page, re.M)}
    number = 0
    for path in sources:
        with open(path, encoding="utf-8") as file:
            for names in re.findall(r"open\(\s*[^;{]*?\{((?:\s*\"\w+\",?)+)\}", file.read()):
                for name in re.findall(r'"(\w+)"', names):
                    number += 1
                    if name not in known:
                        sys.exit(f"ci/guides/settings.md does not say what {name} is ({os.path.basename(path)})")
    if number < 20:
        sys.exit("the fields of the settings are not found in the sources any more")


# --- the codes

def exit_codes(manual):
    """[(code, what it means), ...] of a page in roff."""
    section = re.search(r'^\.SH "EXIT STATUS"\n(.*?)^\.SH', manual, re.M | re.S)
    return [(code, what.replace("\\-", "-")) for code, what in re.findall(r"^\.TP\n\\fB(\d+)\\fR\n(.*)$", section[1], re.M)]


def codes_page(said, manual):
    lines, last = ["## Exit codes", "", "| exit code | meaning |", "| ---: | --- |"], ""
    lines += [f"| {code} | {marked(what)} |" for code, what in exit_codes(manual)] + [""]
    for text in re.split(r"^(?=HP\d{4} \()", said, flags=re.M)[1:]:
        head, *paragraphs = [" ".join(part.split()) for part in text.strip().split("\n\n")]
        code, severity, title = re.fullmatch(r"(HP\d{4}) \((\w+)\): (.*)", head).groups()
        if code[:4] not in GROUPS:
            sys.exit(f"{code} begins a group without a name: see GROUPS in reference.py")
        if code[:4] != last:
            lines += [f"## {GROUPS[code[:4]]}", ""]
        last = code[:4]
        what, todo = paragraphs[:-1], paragraphs[-1].removeprefix("What to do: ")
        lines += [f"### {code}", "", f"**{sentence(title)[:-1]}** ({severity}).", ""]
        lines += [line for paragraph in what for line in (marked(paragraph), "")]
        lines += [f"What to do: {sentence(todo)}", ""]
    return "\n".join(lines)


def hold(name, made):
    path = os.path.join(GUIDES, name)
    with open(path, encoding="utf-8") as file:
        page = file.read()
    wanted = re.sub(r"(<!-- generated -->\n).*(<!-- end -->)", lambda found: f"{found[1]}\n{made}{found[2]}", page, flags=re.S)
    if wanted == page:
        return page
    if os.environ.get("HOOKPLAN_UPDATE_GOLDEN"):
        with open(path, "w", encoding="utf-8") as file:
            file.write(wanted)
        return wanted
    ours, theirs = page.splitlines(), wanted.splitlines()
    line = next((number for number, (a, b) in enumerate(zip(ours, theirs)) if a != b), min(len(ours), len(theirs)))
    sys.exit(f"ci/guides/{name}:{line + 1} is not what the program says; HOOKPLAN_UPDATE_GOLDEN=1 writes it\n"
             f"it says:   {ours[line:line + 1]}\nshould be: {theirs[line:line + 1]}")


def main():
    with open(sys.argv[2], encoding="utf-8") as file:
        said = file.read()
    if sys.argv[1] == "settings":
        check_fields(hold("settings.md", settings_page(said)), sys.argv[3:])
    else:
        with open(sys.argv[3], encoding="utf-8") as file:
            hold("troubleshooting.md", codes_page(said, file.read()))


main()
