"""The tokenizer: words, numbers, quotations, signs; the same for all surfaces."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from expressions.errors import NumberTooLarge, QuotationUnclosed, SignUnknown
from expressions.numerals import number_of

_TOKEN = re.compile(
    r"""
    (?P<space>\s+|//[^\n]*|/\*.*?\*/)
  | (?P<number>(?:[0-9]+(?:\.[0-9]+)?|(?<!\.)\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
  | (?P<word>(?:[^\W\d]|[\U00010000-\U000EFFFF])(?:\w|[\U00010000-\U000EFFFF])*)
  | (?P<text>"(?:[^"\\]|\\.)*")
  | (?P<single>'(?:[^'\\]|\\.)*')
  | (?P<sign>\*\*|\.\.|->|<=|>=|!=|==|&&|\|\||[-+*/%()\[\]{},.:;=<>?!@])
    """,
    re.VERBOSE | re.DOTALL,
)
_APOSTROPHE = re.compile("(?P<sign>['’])")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", **{sign: sign for sign in "\\\"'"}}


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number, text or sign; `kind` says which, or "end". `text` is as written, `value` what it stands for."""

    kind: str
    text: str
    value: Any
    start: int

    @property
    def end(self) -> int:
        """Offset after the last character."""
        return self.start + len(self.text)


def tokenize(source: str, start: int = 0, *, until: str | None = None, apostrophes: bool = False) -> list[Token]:
    """The tokens of a text from an offset on, with an "end" token at last; `until` names a sign to stop before ("}" of `${…}`).

    With `apostrophes` they are signs of names (`Teacher's report`) and quote nothing.
    """
    tokens: list[Token] = []
    at = start
    while at < len(source):
        match = (_APOSTROPHE if apostrophes and source[at] in "'’" else _TOKEN).match(source, at)
        if match is None:
            raise _unreadable(source, at)
        kind, text = str(match.lastgroup), match.group()
        if kind == "sign" and text == until:
            break
        if kind != "space":
            tokens.append(_token(kind, text, at))
        at = match.end()
    tokens.append(Token("end", "", None, at))
    return tokens


def _token(kind: str, text: str, at: int) -> Token:
    match kind:
        case "number":
            return Token("number", text, _number(text, at), at)
        case "text" | "single":
            return Token(kind, text, _unescape(text[1:-1], at), at)
        case "word":
            return Token("word", text, unicodedata.normalize("NFC", text), at)
    return Token("sign", text, text, at)


def _number(text: str, at: int) -> Decimal:
    try:
        return number_of(text)
    except ArithmeticError:
        raise NumberTooLarge(column=at + 1) from None


def _unescape(text: str, at: int) -> str:
    if "\\" not in text:
        return text

    def character(match: re.Match[str]) -> str:
        escape = match.group(1)
        if len(escape) == 1:
            return _ESCAPED.get(escape, match.group())  # `\\d` of a pattern stays as it is
        code = int(escape[1:], 16)
        if code > 0x10FFFF:
            raise SignUnknown(column=at + 2 + match.start(), sign=match.group())
        return chr(code)

    # a pair of \uD83D\uDE00 is one character; half of a pair is none
    return _ESCAPE.sub(character, text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _unreadable(source: str, at: int) -> QuotationUnclosed | SignUnknown:
    if source[at] in "\"'" or source.startswith("/*", at):
        return QuotationUnclosed(column=at + 1, opening=source[at : at + 2] if source[at] == "/" else source[at])
    return SignUnknown(column=at + 1, sign=source[at])
