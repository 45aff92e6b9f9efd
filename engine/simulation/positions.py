"""In which line of a JSON text each of its values stands."""

import re
from collections.abc import Iterator
from typing import Final

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


def lines_of(text: str) -> dict[str, int]:
    """The line of every value of a well-formed JSON text by JSON pointer ("" is the whole, "/cases/0/name" a value inside)."""
    found: dict[str, int] = {}
    path: list[str | int] = []
    opened: list[str] = []
    key: str | None = None
    for part, line in _tokens(text):
        if part in "}]":
            opened.pop()
            path.pop()
        elif part == ",":
            key = None
            if opened[-1] == "[":
                path[-1] = int(path[-1]) + 1
        elif part == ":":
            path[-1] = _unquoted(key or "")
        elif opened and opened[-1] == "{" and key is None:
            key = part
        else:
            found["".join(f"/{step}" for step in path)] = line
            if part in "{[":
                opened.append(part)
                path.append(0)
                key = None
    return found


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    line, at = 1, 0
    for match in _TOKEN.finditer(text):
        line += text.count("\n", at, match.start())
        at = match.start()
        yield match.group(), line


def _unquoted(token: str) -> str:
    return token[1:-1].replace("~", "~0").replace("/", "~1")
