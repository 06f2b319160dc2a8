# SPDX-License-Identifier: Apache-2.0
"""mutate_envelope.py SEED NUMBER ENVELOPE FOLDER: writes the envelope in many other ways, harmless or
not, as N.dsse, with what was done in N.txt. Every kind is there; most come with others at random."""
import base64, json, random, sys

choose = random.Random(int(sys.argv[1]))
original = json.load(open(sys.argv[3]))
body = base64.b64decode(original["payload"])
evil_body = body.replace(b"foo/baz", b"foo/bad")
assert evil_body != body
evil = base64.b64encode(evil_body).decode()

# An envelope is a list of members, each a name and a value as they are written, so that what json.dumps()
# would never write can be.
def quoted(text): return json.dumps(text)
def escaped(text, share=0.1):
    return '"' + "".join("\\u%04x" % ord(c) if choose.random() < share else c for c in text) + '"'
def url_safe(text): return text.replace("+", "-").replace("/", "_")
def at(members, name): return next(i for i, m in enumerate(members) if m[0] == quoted(name))
def put(members, name, value): members[at(members, name)][1] = value
def insert(members, name, value, index=None):
    members.insert(choose.randint(0, len(members)) if index is None else index, [name, value])
def around(before):
    """A doubled payload: the evil one before the good one, or after it."""
    def change(members, name):
        i = at(members, "payload")
        insert(members, name, quoted(evil), i if before else choose.randint(i + 1, len(members)))
    return change
class payload:
    def __init__(self, change): self.change = change
    def __call__(self, members): put(members, "payload", self.change(original["payload"]))
class signatures(payload):
    def __call__(self, members): put(members, "signatures", self.change(json.dumps(original["signatures"])))

look_alikes = ["p\u0430yload", "\uff50ayload", "pay\u200dload", "Payload", "payload ", "payload\\u0000",
               "\\u0070\\u0430yload", "\ufeffpayload", "payload\u0301", "\\u202epayload",
               "pay\\tload", "PAYLOAD", "payload\u00ad"]
numbers = ["1e5", "1.0", "-0", "1E400", "9007199254740993", "NaN", "Infinity", "-Infinity", "0x10", "01", "+1", ".5",
           "1.", "1_000", "-", "1e", "12345678901234567890123", "1", "0", "-17"]
values = ["[]", "{}", "null", "true", '""', '{"payload":"e30="}', '[{"payload":%s}]' % quoted(evil),
          '"\\ud800"', '"\\ud83d\\udd11"',
          '"\\x41"', "'a'", "tru", '{"a":1,"a":2}', "[1,]", "[" * 20 + "]" * 20, "[" * 2000 + "]" * 2000]

def stray_bits(text):
    """The last digit before padding with a bit that means nothing; without padding a digit too many."""
    if not text.endswith("="): return text + "B"
    cut = text.rstrip("=")
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return cut[:-1] + digits[digits.index(cut[-1]) + 1] + text[len(cut):]
def broken(text, with_what, width):
    return with_what.join(text[i:i + width] for i in range(0, len(text), width))
def mixed(text):
    return text.replace("/", "_").replace("+", "-", 1)[:40] + "-_" + text[42:]

of_members = {
    "other order": choose.shuffle,
    "an unknown member": lambda m: insert(m, quoted("more"), choose.choice(values)),
    "an odd number": lambda m: insert(m, quoted("more"), choose.choice(numbers)),
    "an unknown member without a name": lambda m: insert(m, '""', "1"),
    "evil payload before": lambda m: around(True)(m, quoted("payload")),
    "evil payload after": lambda m: around(False)(m, quoted("payload")),
    "evil payload before, escaped name": lambda m: around(True)(m, '"\\u0070ayload"'),
    "evil payload after, escaped name": lambda m: around(False)(m, '"paylo\\u0061d"'),
    "look-alike before": lambda m: around(True)(m, '"' + choose.choice(look_alikes) + '"'),
    "look-alike after": lambda m: around(False)(m, '"' + choose.choice(look_alikes) + '"'),
    "the same payload twice": lambda m: insert(m, quoted("payload"), quoted(original["payload"])),
    "evil payload": payload(lambda p: quoted(evil)),
    "payload is a number": payload(lambda p: "1"),
    "payload in a list": payload(lambda p: "[" + quoted(p) + "]"),
    "escaped name": lambda m: m[at(m, "payload")].__setitem__(0, escaped("payload", 0.5)),
    "escaped payload": payload(escaped),
    "escaped slashes": payload(lambda p: quoted(p).replace("/", "\\/")),
    "escaped type": lambda m: put(m, "payloadType", escaped(original["payloadType"])),
    "other type": lambda m: put(m, "payloadType", quoted("application/vnd.in-toto+JSON")),
    "second type": lambda m: insert(m, quoted("payloadType"), quoted("text/plain")),
    "URL-safe": payload(lambda p: quoted(url_safe(p))),
    "both alphabets": payload(lambda p: quoted(mixed(p))),
    "escaped line breaks": payload(lambda p: quoted(broken(p, "\n", 76))),
    "escaped CRLF": payload(lambda p: quoted(broken(p, "\r\n", 64))),
    "raw line breaks": payload(lambda p: '"' + broken(p, "\n", 76) + '"'),
    "a space at the end": payload(lambda p: quoted(p + " ")),
    "a line break at the end": payload(lambda p: quoted(p + "\n")),
    "NUL at the end": payload(lambda p: quoted(p + "\0")),
    "stray bits": payload(lambda p: quoted(stray_bits(p))),
    "without padding": payload(lambda p: quoted(p.rstrip("="))),
    "more padding": payload(lambda p: quoted(p + "=")),
    "evil behind the padding": payload(lambda p: quoted(p + evil)),
    "an invisible character in base64": payload(lambda p: quoted(p[:8] + "\u200b" + p[8:])),
    "signatures URL-safe": signatures(url_safe),
    "no signature": signatures(lambda s: "[]"),
    "signatures is an object": signatures(lambda s: json.dumps(json.loads(s)[0])),
    "key ids lie": signatures(lambda s: json.dumps([{"keyid": "0", "sig": x["sig"]} for x in json.loads(s)])),
    "no key ids": signatures(lambda s: json.dumps([{"sig": x["sig"]} for x in json.loads(s)])),
    "more in signatures": signatures(lambda s: json.dumps([dict(x, payload=evil) for x in json.loads(s)])),
    "signatures doubled": signatures(lambda s: json.dumps(json.loads(s) * 2)),
    "no type": lambda m: m.pop(at(m, "payloadType")),
    "no payload": lambda m: m.pop(at(m, "payload")),
}
evil_text = json.dumps(dict(original, payload=evil)).encode()
of_bytes = {
    "two documents": lambda t: t + b"\n" + evil_text,
    "evil document before": lambda t: evil_text + t,
    "the same document twice": lambda t: t + t,
    "a list of it": lambda t: b"[" + t + b"]",
    "BOM": lambda t: b"\xef\xbb\xbf" + t,
    "comment before": lambda t: b"// more\n" + t,
    "comment inside": lambda t: b"{/* more */" + t.strip()[1:],
    "comment with #": lambda t: b"# more\n" + t,
    "comma at the end": lambda t: t.strip()[:-1] + b",}",
    "NUL before": lambda t: b"\0" + t,
    "NUL behind": lambda t: t + b"\0",
    "NUL and evil behind": lambda t: t + b"\0" + evil_text,
    "NUL inside": lambda t: t[:1] + b"\0" + t[1:],
    "record separator": lambda t: b"\x1e" + t,
    "UTF-16": lambda t: t.decode("utf-8", "replace").encode("utf-16"),
    "UTF-16 without BOM": lambda t: t.decode("utf-8", "replace").encode("utf-16-le"),
    "UTF-32": lambda t: t.decode("utf-8", "replace").encode("utf-32"),
    "a byte that is no UTF-8": lambda t: t.strip()[:-1] + b',"more":"\xff"}',
    "overlong UTF-8": lambda t: t.replace(b"payload", b"\xc1\xb0ayload", 1),
    "single quotes": lambda t: t.replace(b'"', b"'"),
    "name without quotes": lambda t: t.replace(b'"payload"', b"payload", 1),
    "a brace more": lambda t: t + b"}",
    "a brace less": lambda t: t.strip()[:-1],
    "a non-breaking space": lambda t: t[:1] + b"\xc2\xa0" + t[1:],
    "a form feed": lambda t: t[:1] + b"\f" + t[1:],
    "white space around": lambda t: b" \t\r\n" + t + b"\n\n  ",
    "CR line breaks": lambda t: t.replace(b"\n", b"\r"),
    "nothing": lambda t: t,
}
harmless = ["other order", "an unknown member", "escaped payload", "escaped slashes", "URL-safe",
            "key ids lie", "no key ids", "escaped name", "escaped type", "white space around",
            "more in signatures", "signatures URL-safe"]

def written(kinds):
    members = [[quoted(n), quoted(v) if isinstance(v, str) else json.dumps(v)] for n, v in original.items()]
    # Names are looked for as they were, so what changes a name or removes one comes last.
    last = "escaped name", "no type", "no payload"
    if "no payload" in kinds: kinds = [k for k in kinds if k != "escaped name"]
    for kind in sorted((k for k in kinds if k in of_members), key=lambda k: k in last):
        of_members[kind](members)
    space = lambda: "".join(choose.choice(" \t\r\n") for _ in range(choose.choice([0, 0, 0, 1, 3])))
    text = "{" + ",".join(space() + n + space() + ":" + space() + v + space() for n, v in members) + "}"
    text = text.encode("utf-8", "surrogatepass") + choose.choice([b"", b"\n"])
    for kind in kinds:
        if kind in of_bytes: text = of_bytes[kind](text)
    return text

kinds = list(of_members) + list(of_bytes)
for number in range(int(sys.argv[2])):
    these = [kinds[number % len(kinds)]]
    if number >= len(kinds): these += choose.sample(harmless, choose.choice([0, 1, 2]))
    if number >= 3 * len(kinds): these += choose.sample(kinds, choose.choice([0, 1]))
    # A second way to write the same member would undo the first.
    for member in payload, signatures:
        ways = list(dict.fromkeys(k for k in these if type(of_members.get(k)) is member))
        these = [k for k in dict.fromkeys(these) if k not in ways[1:]]
    with open(f"{sys.argv[4]}/{number}.dsse", "wb") as file: file.write(written(these))
    with open(f"{sys.argv[4]}/{number}.txt", "w") as file: file.write(", ".join(these) + "\n")
