"""The catalogue of forms: files of `definitions/`, and versions deployed over them."""

import json
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from engine.parsing.form_facts import DiagramForm
from engine.parsing.form_keys import is_in_diagram
from forms import languages
from forms.components import Component, read
from forms.diagram_forms import schema_of
from forms.errors import FormChangedMeanwhile, FormInvalid, FormNotFound, FormRefused
from forms.linting import Finding, lint
from forms.models import FormVersionRow
from forms.validation import validate
from refusals import Fault, NotFound
from storage.clock import Clock
from storage.database import session
from storage.journal import record

DEFINITIONS = Path(__file__).parent / "definitions"
#: How long a process may go on with the versions it knows; what it deploys itself it knows at once.
MEMORY = timedelta(seconds=5)
MAX_BYTES = 256 * 1024
#: Forms of diagrams that are kept ready.
DIAGRAMS_KEPT = 256
#: Finds the form of a diagram by its key. Raises NotFound, ValueError.
Diagrams = Callable[[str], DiagramForm]
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,99}")


@dataclass(frozen=True)
class FormVersion:
    """A version of a form. Version 0 is the file that the product came with."""

    key: str
    version: int
    deployed_at: datetime | None
    deployed_by: str | None


@dataclass(frozen=True)
class _Form:
    about: FormVersion
    schema: dict[str, Any]
    tree: Component


class Forms:
    """Forms by their key. Reading needs an application context, because deployed versions go before files."""

    def __init__(self, *, clock: Clock, directory: Path = DEFINITIONS, diagrams: Diagrams | None = None) -> None:
        self._clock = clock
        self._diagrams = diagrams
        self._of_diagrams: OrderedDict[str, _Form] = OrderedDict()
        #: Files that the linter refuses, with its findings; they are no forms.
        self.refused: dict[str, list[Finding]] = {}
        self._files: dict[str, _Form] = {}
        self._deployed: dict[str, _Form] = {}
        self._read_at: datetime | None = None
        for path in sorted(directory.glob("*.form")):
            self._load(path)

    def get(self, key: str) -> dict[str, Any]:
        """The schema of a form, in the version in use. Raises FormNotFound."""
        return deepcopy(self._form(key).schema)

    def localised(self, key: str, language: str) -> dict[str, Any]:
        """The schema with its texts in a language. Raises FormNotFound."""
        return languages.localised(self._form(key).schema, language)

    def has(self, key: str) -> bool:
        """Whether there is such a form."""
        return key in self._known() or key in self._files

    def keys(self) -> list[str]:
        """The keys of all forms."""
        return sorted({*self._known(), *self._files})

    def about(self, key: str) -> FormVersion:
        """The version in use. Raises FormNotFound."""
        return self._form(key).about

    def versions(self, key: str) -> list[FormVersion]:
        """The deployed versions of a form, newest first, and the file last. Raises FormNotFound."""
        if not self.has(key):
            raise FormNotFound(key)
        rows = session.scalars(sa.select(FormVersionRow).where(FormVersionRow.key == key).order_by(FormVersionRow.version.desc()))
        files = [self._files[key].about] if key in self._files else []
        return [_about(row) for row in rows] + files

    def validate(
        self, key: str, values: Mapping[str, Any], *, context: Mapping[str, Any] | None = None, at: str = "/values"
    ) -> dict[str, Any]:
        """The values as the form viewer would send them on: cleaned, without hidden, disabled and unknown fields.

        `context` is the data that the form was opened with (options from input data, read-only fields); `at` is the JSON pointer to the
        values in what was sent. Raises FormInvalid with a fault per broken rule, FormNotFound.
        """
        cleaned, faults = validate(self._form(key).tree, values, context or {}, at)
        if faults:
            raise FormInvalid(key, faults)
        return cleaned

    def lint(self, schema: Any) -> list[Finding]:
        """What is wrong with a schema; no error among the findings means that it can be deployed."""
        return lint(schema)

    def deploy(self, key: str, schema: dict[str, Any], by: str | None) -> FormVersion:
        """Put a new version of a form in use; the same schema again makes none. Raises FormRefused with the linter's errors."""
        _require_sound(key, schema)
        newest = session.scalar(sa.select(FormVersionRow).where(FormVersionRow.key == key).order_by(FormVersionRow.version.desc()).limit(1))
        if newest is not None and newest.schema == schema:
            return _about(newest)
        now = self._clock.now()
        row = FormVersionRow(key=key, version=newest.version + 1 if newest else 1, schema=schema, deployed_at=now, deployed_by=by)
        session.add(row)
        try:
            session.flush()
        except IntegrityError as error:
            raise FormChangedMeanwhile(key) from error
        record("form:deployed", at=now, subject=("form", key), actor=by, version=row.version)
        self._read_at = None
        return _about(row)

    def _form(self, key: str) -> _Form:
        if self._diagrams is not None and is_in_diagram(key):
            return self._in_diagram(key, self._diagrams)
        form = self._known().get(key) or self._files.get(key)
        if form is None:
            raise FormNotFound(key)
        return form

    def _in_diagram(self, key: str, diagrams: Diagrams) -> _Form:
        """A form that stands in a diagram; what a key means never changes."""
        form = self._of_diagrams.get(key)
        if form is None:
            try:
                schema = schema_of(diagrams(key))
            except (NotFound, ValueError) as missing:
                raise FormNotFound(key) from missing
            form = self._of_diagrams[key] = _Form(FormVersion(key, 0, None, None), schema, read(schema))
            while len(self._of_diagrams) > DIAGRAMS_KEPT:
                self._of_diagrams.popitem(last=False)
        return form

    def _known(self) -> Mapping[str, _Form]:
        now = self._clock.now()
        if self._read_at is None or not timedelta(0) <= now - self._read_at < MEMORY:
            self._deployed = {row.key: _form_of(row) for row in session.scalars(_newest())}
            self._read_at = now
        return self._deployed

    def _load(self, path: Path) -> None:
        try:
            schema = json.loads(path.read_text("utf-8"))
        except ValueError:
            schema = None
        findings = lint(schema)
        if any(finding.severity == "error" for finding in findings):
            self.refused[path.stem] = findings
            return
        self._files[path.stem] = _Form(FormVersion(path.stem, 0, None, None), schema, read(schema))


def in_catalogue(key: str) -> bool:
    """Whether a key names a form of the catalogue, not one that stands in a diagram."""
    return not is_in_diagram(key)


def _newest() -> sa.Select[FormVersionRow]:
    newest = sa.select(FormVersionRow.key, sa.func.max(FormVersionRow.version).label("version")).group_by(FormVersionRow.key).subquery()
    return sa.select(FormVersionRow).join(newest, sa.and_(FormVersionRow.key == newest.c.key, FormVersionRow.version == newest.c.version))


def _about(row: FormVersionRow) -> FormVersion:
    return FormVersion(row.key, row.version, row.deployed_at, row.deployed_by)


def _form_of(row: FormVersionRow) -> _Form:
    return _Form(_about(row), row.schema, read(row.schema))


def _require_sound(key: str, schema: dict[str, Any]) -> None:
    if not _KEY.fullmatch(key):
        raise FormRefused(key, [Fault("", "form_key_malformed", {"key": key})])
    try:
        size = len(json.dumps(schema, ensure_ascii=False).encode())
    except (TypeError, ValueError, RecursionError) as error:
        raise FormRefused(key, [Fault("", "form_not_a_schema")]) from error
    if size > MAX_BYTES:
        raise FormRefused(key, [Fault("", "form_too_large", {"limit": MAX_BYTES})])
    faults = [Fault(finding.pointer, finding.code, finding.fields) for finding in lint(schema) if finding.severity == "error"]
    if faults:
        raise FormRefused(key, faults)
