"""The shared vectors: one form and what people enter into it, with what has to come out on both sides."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "vectors"
FILES = sorted(FOLDER.glob("*.json"))


@dataclass(frozen=True)
class Vector:
    """`viewer_empties` are pointers of values that the viewer silently empties where the server refuses them."""

    file: str
    name: str
    schema: dict[str, Any]
    context: dict[str, Any]
    values: dict[str, Any]
    faults: dict[str, list[str]]
    cleaned: dict[str, Any] | None
    viewer_empties: list[str]

    def __str__(self) -> str:
        return f"{self.file.removesuffix('.json')}: {self.name}"


def _read() -> Iterator[Vector]:
    for path in FILES:
        content = json.loads(path.read_text("utf-8"), parse_float=Decimal)
        for vector in content["vectors"]:
            yield Vector(
                file=path.name,
                name=vector["name"],
                schema=vector.get("schema", content["schema"]),
                context=vector.get("context", {}),
                values=vector["values"],
                faults=vector.get("faults", {}),
                cleaned=vector.get("cleaned"),
                viewer_empties=vector.get("viewer_empties", []),
            )


VECTORS = list(_read())
