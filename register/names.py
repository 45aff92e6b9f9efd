"""What something is called in the three languages."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Names:
    """A name or a message in Kazakh and Russian, and in English where somebody has translated it ("" where not)."""

    kk: str
    ru: str
    en: str = ""

    def say(self, language: str) -> str:
        """The name in a language, in Kazakh when it is another one; in Russian where the English one is lacking."""
        return {"ru": self.ru, "en": self.en or self.ru}.get(language, self.kk)

    def as_dict(self) -> dict[str, str]:
        """Those that there are, by language."""
        return {"kk": self.kk, "ru": self.ru} | ({"en": self.en} if self.en else {})
