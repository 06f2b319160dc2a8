#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Names that want to be more than text, rendered by cmark-gfm: no link, mention, reference, picture or HTML comes out.
Environment: HOOKPLAN."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

from comment_page import Shown, html_of

for tool in ("git", "cmark-gfm"):
    if not shutil.which(tool):
        print(f"skipped: {tool} is absent")
        sys.exit(77)

NAMES = ["@everyone", "](http://evil.example)", "[x](http://evil.example)", "<img src=x onerror=alert(1)>", "a|b`c`d",
         "--> <script>alert(1)</script>", "</code></summary></details><b>x", "#1", "GH-1", "acme/config#12", "www.evil.example",
         "http://evil.example/x", "mail@evil.example", "![x](http://evil.example/x.png)", "*bold*", "~~gone~~", "$x^2$",
         ":tada:", "&lt;img&gt;", "\\u202egnp.exe", "- [ ] task", "> quote", "    code", "foo/bar@" + "a" * 40, "a" * 40]
ELEMENTS = {"h3", "p", "strong", "code", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "b",
            "sub", "blockquote"}


def quoted(name):
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"' if "\\u" not in name else f'"{name}"'


def config_of(names):
    return "managed_webhooks:\n  org_repo_config:\n" + "".join(
        f"    {quoted(name)}: {{token_created_after: 2020-01-01T00:00:00Z}}\n" for name in names)


def main():
    with tempfile.TemporaryDirectory() as folder:
        def git(*words):
            subprocess.run(["git", "-C", folder, "-c", "user.name=t", "-c", "user.email=t@example.com", *words],
                           check=True, capture_output=True)

        def put(path, text):
            with open(os.path.join(folder, path), "w", encoding="utf-8") as file:
                file.write(text)
            git("add", ".")
            git("commit", "-q", "-m", "x")
        git("init", "-q")
        for before, after in ((NAMES, []), ([], NAMES), (NAMES[::2], NAMES[1::2])):
            put("@a](http:b) <img>.yaml", config_of(before))
            put("@a](http:b) <img>.yaml", config_of([*after, "kept/one"]))
            done = subprocess.run([os.environ["HOOKPLAN"], "plan", "--repo", folder, "--format", "markdown",
                                   "--config-path", "@a](http:b) <img>.yaml"], capture_output=True, text=True,
                                  check=False)
            assert done.returncode in (3, 5), (done.returncode, done.stderr)
            shown = Shown(html_of(done.stdout))
            assert not shown.links, shown.links
            assert shown.elements <= ELEMENTS, shown.elements - ELEMENTS
            assert not re.search(r"@\w|#\d|\bGH-\d|\b[0-9a-f]{7,40}\b", shown.prose), shown.prose
            for name in before + after:
                visible = name.replace("\\u202e", "\\u202e")
                assert visible in shown.all_text, name
            print(f"{len(before)} and {len(after)} names, {len(done.stdout)} bytes")


if __name__ == "__main__":
    main()
