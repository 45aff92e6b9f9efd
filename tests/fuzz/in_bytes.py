"""Damage at the bytes of a file: what a bad copy, a wrong encoding or somebody with a text editor does to it."""

import random
import re
from collections.abc import Callable

Damage = Callable[[bytes, random.Random], bytes]

TAG = re.compile(rb"<[^<>]*>")
TEXT = re.compile(rb"(?<=>)[^<>]+(?=<)")
VALUE = re.compile(rb'(?<==")[^"<>]*(?=")')
PIECES = [
    *(
        "1",
        "null",
        "x",
        "?",
        "-",
        "",
        '"' * 9,
        "(" * 80,
        "\u0000",
        "\ufeff",
        "\u202e",
        "\ud7ff",
        "&amp;",
        "&x;",
        "&#0;",
        "&#xD800;",
        "&#x10FFFF;",
    ),
    *("<context>", "<list>", "</decision>", "<decision/>", "<rule/>", "<text>", "<import/>", "<!-- -->", "<![CDATA[x]]>", "<?php x?>"),
    *("</bpmn:process>", "<bpmn:userTask/>", "<bpmn:subProcess>", "xmlns:bpmn='x'", 'id="start"', 'isExecutable="true"', "]]>", "--"),
    *('href="#d"', 'href="#e"', 'typeRef="number"', 'typeRef="body"', 'hitPolicy="PRIORITY"', 'aggregation="SUM"', 'isCollection="true"'),
]
PROLOGUES = [
    b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    b'<!DOCTYPE d SYSTEM "http://127.0.0.1:9/d.dtd">',
    b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY x "&b;&b;&b;&b;">]>',
    b'<?xml version="1.0" encoding="UTF-7"?>',
    b'<?xml version="1.0" encoding="windows-1251"?>',
    b'<?xml version="1.1"?>',
    b'<?xml-stylesheet href="x"?>',
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\n" * 1000,
]
ENCODINGS = ("utf-16", "utf-16-le", "utf-32", "utf-8-sig", "cp1251", "latin-1", "utf-7", "cp037")


def swapped(data: bytes, dice: random.Random) -> bytes:
    """Two tags change places."""
    tags = list(TAG.finditer(data))
    if len(tags) < 2:
        return data
    one, other = sorted(dice.sample(tags, 2), key=re.Match.start)
    return data[: one.start()] + other[0] + data[one.end() : other.start()] + one[0] + data[other.end() :]


def lost(data: bytes, dice: random.Random) -> bytes:
    """A tag is gone."""
    return _replaced(TAG, data, dice, lambda _: b"")


def doubled(data: bytes, dice: random.Random) -> bytes:
    """A piece stands there twice."""
    tags = list(TAG.finditer(data))
    if not tags:
        return data * 2
    start = dice.randrange(len(tags))
    end = min(len(tags) - 1, start + dice.randrange(12))
    return data[: tags[end].end()] + data[tags[start].start() : tags[end].end()] + data[tags[end].end() :]


def reworded(data: bytes, dice: random.Random) -> bytes:
    """A text or the value of an attribute says something else."""
    return _replaced(dice.choice([TEXT, VALUE]), data, dice, lambda _: dice.choice(PIECES).encode())


def exchanged(data: bytes, dice: random.Random) -> bytes:
    """The value of an attribute is that of another."""
    return _replaced(VALUE, data, dice, lambda values: dice.choice(values)[0])


def inserted(data: bytes, dice: random.Random) -> bytes:
    """Something stands where nothing stood."""
    at = dice.randrange(len(data) + 1)
    return data[:at] + dice.choice(PIECES).encode() + data[at:]


def flipped(data: bytes, dice: random.Random) -> bytes:
    """A byte is another."""
    at = dice.randrange(len(data)) if data else 0
    return data[:at] + bytes([dice.randrange(256)]) + data[at + 1 :]


def cut(data: bytes, dice: random.Random) -> bytes:
    """The file ends, or begins, somewhere in the middle."""
    at = dice.randrange(len(data) + 1)
    return dice.choice([data[:at], data[at:]])


def begun(data: bytes, dice: random.Random) -> bytes:
    """Something stands before all else."""
    return dice.choice(PROLOGUES) + data


def encoded(data: bytes, dice: random.Random) -> bytes:
    """The file was written in another encoding."""
    return data.decode("utf-8", "replace").encode(dice.choice(ENCODINGS), "replace")


def blown_up(data: bytes, dice: random.Random) -> bytes:
    """A text or a value is very long."""
    size = dice.choice([300, 5_000, 70_000, 1_000_000, 3_000_000])
    return _replaced(dice.choice([TEXT, VALUE]), data, dice, lambda _: dice.choice([b"a", b"1", b"(", "ә".encode()]) * size)


def _replaced(pattern: re.Pattern[bytes], data: bytes, dice: random.Random, by: Callable[[list[re.Match[bytes]]], bytes]) -> bytes:
    found = list(pattern.finditer(data))
    if not found:
        return data
    place = dice.choice(found)
    return data[: place.start()] + by(found) + data[place.end() :]


DAMAGES: tuple[Damage, ...] = (
    *(swapped, lost, doubled, reworded, reworded, exchanged, exchanged, inserted, flipped, flipped),
    *(cut, begun, encoded, blown_up),
)
