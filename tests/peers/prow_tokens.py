# SPDX-License-Identifier: Apache-2.0
"""The token file as Prow's hook reads it: YAML 1.1 as Go's yaml.v2 has it, turned into JSON, turned into structs.

Written from a description of that behaviour, not from hookplan's code, so that the two can disagree.
"""
import base64
import binascii
import math
import re
import struct

import yaml

# What Go's TrimSpace takes away.
SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))

TRUE = {"y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"}
FALSE = {"n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"}
NULL = {"", "~", "null", "Null", "NULL"}
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(Z|[-+](\d\d):(\d\d))")
TAG = "tag:yaml.org,2002:"


class Unreadable(Exception):
    """The file is no map of tokens; Prow then takes all of it for one token."""


class Scalar(str):
    """A scalar as text, knowing the kind that YAML gives to it."""
    kind = "string"

    @classmethod
    def of(cls, text, kind):
        scalar = cls(text)
        scalar.kind = kind
        return scalar


class Mapping(list):
    """Pairs in the order of the file."""


def go_integer(text):
    digits = text.replace("_", "")
    match = re.fullmatch(r"([-+]?)(0x[0-9a-fA-F]+|0b[01]+|0o?[0-7]+|0|[1-9][0-9]*)", digits, re.ASCII)
    if not match:
        return None
    sign, number = match.groups()
    base = {"0x": 16, "0b": 2, "0o": 8}.get(number[:2], 8 if number[0] == "0" and len(number) > 1 else 10)
    value = int(number[2:] if number[:2] in ("0x", "0b", "0o") else number, base)
    value = -value if sign == "-" else value
    return value if -(1 << 63) <= value < 1 << 64 else None


def shortest_float32(value):
    """Go's FormatFloat(value, 'g', -1, 32)."""
    try:
        single = struct.unpack("f", struct.pack("f", value))[0]
    except OverflowError:
        single = math.copysign(math.inf, value)
    if math.isnan(single):
        return "NaN"
    if math.isinf(single):
        return "+Inf" if single > 0 else "-Inf"
    if single == 0:
        return "-0" if math.copysign(1, single) < 0 else "0"
    for precision in range(9):
        text = f"{single:.{precision}e}"
        if struct.unpack("f", struct.pack("f", float(text)))[0] == single:
            break
    mantissa, exponent = text.split("e")
    exponent = int(exponent)
    if exponent < -4 or exponent >= 6:
        return f"{mantissa}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"
    digits = len(mantissa.replace(".", "").lstrip("-"))
    return f"{single:.{max(digits - 1 - exponent, 0)}f}"


def scalar_of(event):
    text, tag = event.value, event.tag
    if tag == TAG + "binary":
        try:
            return Scalar.of(base64.b64decode(text, validate=False).decode("utf-8", "replace"), "string")
        except (binascii.Error, ValueError) as error:
            raise Unreadable("bad base64") from error
    if tag is not None or not event.implicit[0]:
        return Scalar.of(text, "string")
    if text in NULL:
        return Scalar.of("", "null")
    if text in TRUE or text in FALSE:
        return Scalar.of("true" if text in TRUE else "false", "bool")
    if text == "<<":
        return Scalar.of(text, "merge")
    if text in {".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"}:
        return Scalar.of("+Inf", "number")
    if text in {"-.inf", "-.Inf", "-.INF"}:
        return Scalar.of("-Inf", "number")
    if text in {".nan", ".NaN", ".NAN"}:
        return Scalar.of("NaN", "number")
    if text[0] in "+-.0123456789":
        number = go_integer(text)
        if number is not None:
            return Scalar.of(str(number), "number")
        plain = text.replace("_", "")
        if FLOAT.fullmatch(plain) and not math.isinf(float(plain)):
            return Scalar.of(shortest_float32(float(plain)), "number")
    return Scalar.of(text, "string")


def tree_of(text):
    """The first document as Mapping, list and Scalar; None where there is none."""
    events = yaml.parse(text, Loader=yaml.CSafeLoader)
    anchors = {}

    def node(event):
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in anchors:
                raise Unreadable("unknown anchor")
            return anchors[event.anchor]
        if isinstance(event, yaml.ScalarEvent):
            made = scalar_of(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            made = []
            while not isinstance(inner := next(events), yaml.SequenceEndEvent):
                made.append(node(inner))
        else:
            made = Mapping()
            while not isinstance(inner := next(events), yaml.MappingEndEvent):
                key = node(inner)
                made.append((key, node(next(events))))
        if event.anchor is not None:
            anchors[event.anchor] = made
        return made

    try:
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                return node(next(events))
    except (yaml.YAMLError, RecursionError) as error:
        raise Unreadable("not YAML") from error
    return None


def members(mapping):
    """Keys and values of a mapping: the last of equal keys, merged ones where there is no other."""
    merged, own = {}, {}
    for key, value in mapping:
        if not isinstance(key, Scalar) or key.kind == "null":
            raise Unreadable("a key that is no text")
        if key.kind == "merge":
            for source in (value if isinstance(value, list) and not isinstance(value, Mapping) else [value]):
                if not isinstance(source, Mapping):
                    raise Unreadable("merge of something else than maps")
                for inner, content in members(source).items():
                    merged.setdefault(inner, content)
        else:
            own[str(key)] = value
    return {**merged, **own}


def is_null(value):
    return value is None or (isinstance(value, Scalar) and value.kind == "null")


def is_time(value):
    if not isinstance(value, Scalar) or value.kind != "string":
        return False
    match = TIME.fullmatch(value)
    if not match:
        return False
    year, month, day, hour, minute, second = (int(match.group(i)) for i in range(1, 7))
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    days = [31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return 1 <= month <= 12 and 1 <= day <= days[month - 1] and hour < 24 and minute < 60 and second < 60


def token_of(item):
    """The value of one token. Field names in any case, unknown ones do not matter."""
    if is_null(item):
        return ""
    if not isinstance(item, Mapping):
        raise Unreadable("a token that is no map")
    token = ""
    for name, value in members(item).items():
        if name.lower() == "value" and not is_null(value):
            if not isinstance(value, Scalar):
                raise Unreadable("a value that is not text")
            token = str(value)
        elif name.lower() == "created_at" and not is_null(value) and not is_time(value):
            raise Unreadable("created_at is no time")
    return token


def read_map(content):
    """Entry to list of tokens. REQUIRES: bytes. Throws Unreadable."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("not UTF-8") from error
    tree = tree_of(text)
    if is_null(tree):
        return {}
    if not isinstance(tree, Mapping):
        raise Unreadable("no map")
    tokens = {}
    for entry, items in members(tree).items():
        if is_null(items):
            tokens[entry] = []
        elif isinstance(items, list) and not isinstance(items, Mapping):
            tokens[entry] = [token_of(item) for item in items]
        else:
            raise Unreadable("an entry that is no list")
    return tokens


class Tokens:
    """What a file accepts."""

    def __init__(self, content):
        trimmed = content.decode("utf-8", "surrogateescape").strip(SPACE).encode("utf-8", "surrogateescape")
        self.only, self.entries = None, {}
        try:
            self.entries = {name: [token.encode() for token in tokens] for name, tokens in read_map(trimmed).items()}
        except Unreadable:
            self.only = trimmed

    def keys_for(self, name):
        """The keys that count for a repository or an organization; None where there are none to be had. The first
        entry that exists decides, even if it lists nothing."""
        if self.only is not None:
            return [self.only]
        for entry in (name, name.split("/")[0], "*"):
            if entry in self.entries:
                return self.entries[entry]
        return None
