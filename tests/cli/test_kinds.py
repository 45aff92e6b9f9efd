"""The Register from the command line."""

import json

from tests.register.drafting import forms


def test_a_form_is_drafted_and_what_is_in_doubt_is_told_by_cell(founded, tmp_path):
    (tmp_path / "form.xlsx").write_bytes(forms.harvest())

    done = founded.esep("register", "draft", tmp_path / "form.xlsx", "--valid-from", "2027-01-01", "--output", tmp_path / "draft.json")

    assert done.code == 0, done
    assert json.loads((tmp_path / "draft.json").read_text("utf-8"))["document"]["code"] == "29-SKH"
    assert "Инструкция!A1: On the sheet “Инструкция” there is neither a table nor an explanatory note: it was left out." in done.error
    assert "29-SKH: 8 new indicators, 7 doubts" in done.error
