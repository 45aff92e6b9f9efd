"""Whatever forms and register say no with has words: codes of faults and findings are looked for in the sources."""

import re
from pathlib import Path

import pytest

import texts

ROOT = Path(__file__).parents[2]
SAID = re.compile(
    r"""(?:Fault\([^,()]*(?:\([^()]*\))?[^,()]*,\s*|\.fault\(|\.refuse\(|Unreadable\(|_matching\([^"]*|Finding\(|yield\s+|,\s)"([a-z]+_[a-z_]+)"(?=[,)])"""
)


@pytest.mark.parametrize("room", ["forms", "register"])
def test_every_code_in_the_sources_has_words(room):
    prefixes = {"forms": ("form_", "field_"), "register": ("document_", "cell_", "kind_", "check_", "place_", "code_", "body_", "due_")}
    found = {
        code for path in (ROOT / room).glob("*.py") for code in SAID.findall(path.read_text("utf-8")) if code.startswith(prefixes[room])
    }

    assert len(found) > 15
    assert sorted(code for code in found if code not in texts.catalogue("kk")) == []
