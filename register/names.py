"""What something is called in the three languages."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Names:
    """A name or a message in Kazakh, Russian and English."""

    kk: str
    ru: str
    en: str

    def say(self, language: str) -> str:
        """The name in a language, in Kazakh when it is another one."""
        return {"ru": self.ru, "en": self.en}.get(language, self.kk)

    def as_dict(self) -> dict[str, str]:
        """The three by language."""
        return {"kk": self.kk, "ru": self.ru, "en": self.en}
