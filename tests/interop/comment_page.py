# SPDX-License-Identifier: Apache-2.0
"""A comment as GitHub shows it: its Markdown through cmark-gfm, which is what GitHub uses, and below a style sheet that
takes the sizes of GitHub's own. Chromium measures it, 780 px wide as a comment on a wide screen is."""
import html.parser
import os
import re
import subprocess

STYLE = """
body { margin: 0; width: 780px; font: 14px/1.5 "DejaVu Sans", sans-serif; overflow-wrap: break-word; }
main { padding: 16px; } main > :last-child { margin-bottom: 0; }
h3 { font-size: 1.25em; line-height: 1.25; margin: 0 0 16px; } p, ul, table, blockquote, details { margin: 0 0 16px; }
details p { margin-top: 16px; } ul { padding-left: 2em; } li + li { margin-top: .25em; }
blockquote { padding: 0 1em; border-left: .25em solid #d1d9e0; }
blockquote.caution { padding: 8px 16px; border-color: #cf222e; } .caution > :last-child { margin-bottom: 0; }
.caution > b.title { display: block; color: #cf222e; margin-bottom: 16px; }
code { font: 85%/1.5 "DejaVu Sans Mono", monospace; padding: .2em .4em; background: #eff1f3; white-space: break-spaces; }
table { border-collapse: collapse; display: block; width: max-content; max-width: 100%; }
th, td { padding: 6px 13px; border: 1px solid #d1d9e0; } sub { font-size: 75%; }
"""
# How high the page is, and where what a reviewer must see ends.
SCRIPT = """
const bottom = (found) => Math.max(0, ...found.map((each) => each.getBoundingClientRect().bottom));
const paragraphs = [...document.querySelectorAll('main > p')];
document.title = JSON.stringify({height: document.querySelector('main').scrollHeight,
  box: bottom([...document.querySelectorAll('.caution')]),
  verdict: bottom(paragraphs.slice(0, 1)),
  wide: [...document.querySelectorAll('table')].filter((each) => each.scrollWidth > each.clientWidth + 1).length});
"""


def html_of(markdown):
    """As cmark-gfm writes it, before GitHub's own filters."""
    return subprocess.run(["cmark-gfm", "--unsafe", "-e", "table", "-e", "strikethrough", "-e", "autolink", "-e",
                           "tasklist"], input=markdown, capture_output=True, text=True, check=True).stdout


def page_of(markdown):
    body = re.sub(r"<blockquote>\n<p>\[!CAUTION\]\n?", '<blockquote class="caution"><b class="title">Caution</b><p>',
                  html_of(markdown))
    return (f'<!DOCTYPE html><html><head><meta charset="utf-8"><style>{STYLE}</style></head><body><main>{body}</main>'
            f"<script>{SCRIPT}</script></body></html>")


def chromium(folder, page, *words):
    path = os.path.join(folder, "page.html")
    with open(path, "w", encoding="utf-8") as file:
        file.write(page)
    return subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                           f"--user-data-dir={folder}/profile", "--window-size=780,2000", *words, "file://" + path],
                          capture_output=True, text=True, check=True, timeout=120).stdout


class Shown(html.parser.HTMLParser):
    """What a reader gets to see: elements, where links lead, and text that is not code, in which GitHub looks for
    mentions and references."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.links, self.prose, self.all_text, self.depth = set(), [], "", "", 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.add(tag)
        if tag == "code":
            self.depth += 1
        self.links += [value for name, value in attrs if name in ("href", "src")]

    def handle_endtag(self, tag):
        if tag == "code":
            self.depth -= 1

    def handle_data(self, data):
        self.all_text += data
        self.prose += " " if self.depth else data
