"""The Register from the command line."""

import json

from tests.installation import OBLAST, ROOT
from tests.register.drafting import forms


def test_a_form_is_drafted_and_what_is_in_doubt_is_told_by_cell(founded, tmp_path):
    (tmp_path / "form.xlsx").write_bytes(forms.harvest())

    done = founded.esep("register", "draft", tmp_path / "form.xlsx", "--valid-from", "2027-01-01", "--output", tmp_path / "draft.json")

    assert done.code == 0, done
    assert json.loads((tmp_path / "draft.json").read_text("utf-8"))["document"]["code"] == "29-SKH"
    assert "Инструкция!A1: On the sheet “Инструкция” there is neither a table nor an explanatory note: it was left out." in done.error
    assert "29-SKH: 8 new indicators, 7 doubts" in done.error


def test_the_register_is_written_to_a_file_and_read_back(installation, tmp_path):
    package = {"format": 1, "kinds": [], "indicators": json.loads((ROOT / "register/definitions/indicators.json").read_text("utf-8"))}
    (tmp_path / "in.json").write_text(json.dumps(package), "utf-8")
    count = len(package["indicators"])

    dry = installation.must("register", "import", tmp_path / "in.json", "--dry-run")
    wet = installation.must("register", "import", tmp_path / "in.json")
    installation.must("register", "export", tmp_path / "out.xlsx")

    assert dry == wet == f"indicators: {count} new\nkinds: none\n"
    assert installation.must("register", "import", tmp_path / "out.xlsx") == f"indicators: {count} unchanged\nkinds: none\n"
    package["indicators"][0]["unit"] = 5
    (tmp_path / "in.json").write_text(json.dumps(package), "utf-8")
    refused = installation.esep("register", "import", tmp_path / "in.json")
    assert (refused.code, "/indicators/0/unit" in refused.error) == (1, True)


def test_the_forecast_is_printed_as_a_table_and_as_json(founded):
    table = founded.must("register", "forecast", "--body", OBLAST, "--months", "3")
    said = json.loads(founded.must("register", "forecast", "--by", "body", "--format", "json"))

    assert table.split() == ["reports", "hours", "of", "them", "measured", "all", "0", "0.0", "0.0"]
    assert (said["total"]["minutes"], said["lines"], said["collisions"], said["unforeseen"]) == (0, [], [], [])
