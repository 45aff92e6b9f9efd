"""What a mail looks like: text and plain accessible HTML, in the reader's language, safe whatever the names in it are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from uuid import UUID

import texts
from notifications.errors import SenderInvalid

LONGEST_SUBJECT = 150


@dataclass(frozen=True)
class Item:
    """One thing that a mail tells: its sentence, and where to go on to (None: nowhere)."""

    sentence: str
    link: str | None


@dataclass(frozen=True)
class Letter:
    """A mail to one person. `unsubscribe` is the address where a single POST ends all mails to them."""

    id: UUID
    to: str
    name: str
    language: str
    items: Sequence[Item]
    more: int
    made_at: datetime
    unsubscribe: str | None
    home: str | None


def written(letter: Letter, sender: str) -> EmailMessage:
    """The mail as it is sent. The same letter is the same message, with the same id."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address("Esep", addr_spec=sender)
    message["To"] = Address(_line(letter.name), addr_spec=letter.to)
    message["Subject"] = _subject(letter)
    message["Date"] = format_datetime(letter.made_at)
    message["Message-ID"] = f"<{letter.id}@{domain_of(sender)}>"
    message["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe:
        message["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(_text(letter))
    message.add_alternative(_html(letter), subtype="html")
    message["Content-Language"] = letter.language
    return message


def domain_of(address: str) -> str:
    """The domain of a mail address. Raises SenderInvalid."""
    _, _, domain = address.rpartition("@")
    if not domain:
        raise SenderInvalid(sender=address)
    return domain


def _subject(letter: Letter) -> str:
    if len(letter.items) + letter.more == 1:
        return _line(letter.items[0].sentence)[:LONGEST_SUBJECT]
    return texts.say("mail_subject_digest", {"count": len(letter.items) + letter.more}, letter.language)


def _text(letter: Letter) -> str:
    lines = [_say(letter, "mail_greeting", name=_line(letter.name)), ""]
    for item in letter.items:
        lines += [f"- {_line(item.sentence)}", *([f"  {item.link}"] if item.link else []), ""]
    return "\n".join([*lines, *_closing(letter)]) + "\n"


def _html(letter: Letter) -> str:
    said = [_listed(item, _say(letter, "mail_open")) for item in letter.items]
    closing = "".join(f"<p>{escape(line)}</p>" for line in _closing(letter))
    title = escape(_subject(letter))
    return (
        f'<!doctype html><html lang="{escape(letter.language)}"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><p>{escape(_say(letter, 'mail_greeting', name=_line(letter.name)))}</p><ul>{''.join(said)}</ul>{closing}</body></html>\n"
    )


def _listed(item: Item, open_it: str) -> str:
    sentence = escape(_line(item.sentence))
    link = f' <a href="{escape(item.link)}">{escape(open_it)}<span hidden>: {sentence}</span></a>' if item.link else ""
    return f"<li><p>{sentence}{link}</p></li>"


def _closing(letter: Letter) -> list[str]:
    more = [_say(letter, "mail_more", count=letter.more)] if letter.more else []
    home = [_say(letter, "mail_home", link=letter.home)] if letter.home else []
    return [*more, *home, _say(letter, "mail_why")]


def _say(letter: Letter, code: str, **fields: object) -> str:
    return texts.say(code, fields, letter.language)


def _line(text: str) -> str:
    """The text on one line, without signs that could begin another header or hide something."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
