"""Writes the table of proofs into docs/bpmn.md."""

from tests.conformance.test_table import BEGIN, DOCUMENT, END, written

if __name__ == "__main__":
    text = DOCUMENT.read_text("utf-8")
    DOCUMENT.write_text(text[: text.index(BEGIN) + len(BEGIN)] + written() + text[text.index(END) :], "utf-8")
