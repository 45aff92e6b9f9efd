"""Names and types of the FEEL surface, both of which may have several words."""

from itertools import pairwise
from typing import ClassVar

from expressions.errors import NameMissing, TypeUnknown
from expressions.reader import Reader, tokens_of, words_of
from expressions.syntax import Type
from expressions.types import PLAIN_TYPES

#: Words that an expression can't begin with.
NEVER_STARTING = frozenset({"and", "or", "then", "else", "in", "between", "instance", "return", "satisfies"})
_NAME_SIGNS = frozenset({"-", "+", "*", "/", ".", "'", "’"})


class NameReader(Reader):
    """Reads names that are being defined, and types."""

    reserved: ClassVar[frozenset[str]] = NEVER_STARTING | {"if", "for", "some", "every", "function", "true", "false", "null"}

    def property_name(self) -> str:
        """The name behind a dot: all words that follow each other, since nothing else could stand there."""
        words = [self.name()]
        while self.next.kind == "word" and self.next.text not in self.reserved:
            words.append(str(self.take().value))
        return " ".join(words)

    def new_name(self, *ends: str) -> str:
        """A name that is defined here; if it has several words, it is known from here on."""
        name = self.written_name(*ends)
        if (known := words_of(name)) is not None:
            self.names.append(known)
        return name

    def written_name(self, *ends: str) -> str:
        """The name, of any number of words, that stands before one of some words or signs."""
        first = self.next
        if first.kind != "word" or first.text in self.reserved:
            raise self.refusal(NameMissing)
        words = [self.take()]
        while not self.sees(*ends) and (self.next.kind in {"word", "number"} or self.next.text in _NAME_SIGNS):
            words.append(self.take())
        name = str(first.value)
        for before, word in pairwise(words):
            name += (" " if word.start > before.end else "") + str(word.value if word.kind == "word" else word.text)
        return name

    def is_keyword(self) -> bool:
        """Whether an argument's name stands here: words up to a colon."""
        distance = 0
        while (token := self.ahead(distance)).kind in {"word", "number"} or (token.kind == "sign" and token.text in _NAME_SIGNS):
            distance += 1
        return self.next.kind == "word" and token.text == ":"

    def type(self) -> Type:
        """A type as it stands after `instance of`."""
        with self.deeper():
            written = {name: tokens_of(name) for name in (*PLAIN_TYPES, *self.types)}
            names = [name for name, tokens in written.items() if self._stand(tokens)]
            if not names:
                raise self.refusal(TypeUnknown)
            name = max(names, key=lambda one: len(written[one]))
            for _ in written[name]:
                self.take()
            return self.types[name] if name in self.types else self._inner_types(name)

    def _stand(self, tokens: tuple[str, ...]) -> bool:
        return bool(tokens) and all(self.ahead(distance).text == text for distance, text in enumerate(tokens))

    def _inner_types(self, name: str) -> Type:
        inner: tuple[Type, ...] = ()
        keys: tuple[str, ...] = ()
        if name in {"list", "range"} and self.accept("<"):
            inner = (self.type(),)
            self.expect(">")
        elif name == "context" and self.accept("<"):
            pairs = self.listed(self._typed_key, ">")
            keys, inner = tuple(key for key, _ in pairs), tuple(type_ for _, type_ in pairs)
        elif name == "function" and self.accept("<"):
            parameters = self.listed(self.type, ">")
            self.expect("->")
            inner = (*parameters, self.type())
        return Type(name, inner, keys)

    def _typed_key(self) -> tuple[str, Type]:
        name = self.written_name(":")
        self.expect(":")
        return name, self.type()
