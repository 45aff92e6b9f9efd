"""`esep order`: files a body can attach to its order, from the diagram alone."""

from pathlib import Path

from tests.installation import ROOT, Installation


def test_an_annex_is_written_in_both_languages_for_reading_and_for_editing(tmp_path: Path):
    said = Installation(tmp_path / "var").must("order", ROOT / "processes" / "report_cycle.bpmn", "--output", tmp_path / "annexes")

    names = sorted(path.name for path in (tmp_path / "annexes").iterdir())
    assert names == ["report_cycle.kk.docx", "report_cycle.kk.pdf", "report_cycle.ru.docx", "report_cycle.ru.pdf"]
    assert said.count("written ") == 4
    assert not (tmp_path / "var" / "esep.db").exists()


def test_a_broken_diagram_is_told_with_file_and_line_and_nothing_is_written(tmp_path: Path):
    broken = tmp_path / "broken.bpmn"
    broken.write_text("<x>\n<y>")

    done = Installation(tmp_path / "var").esep("order", broken, "--output", tmp_path / "annexes")

    assert (done.code, "broken.bpmn:2" in done.error) == (1, True)
    assert list((tmp_path / "annexes").iterdir()) == []
