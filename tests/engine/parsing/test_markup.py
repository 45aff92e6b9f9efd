import time

import pytest

from engine.definition_errors import ModelRefused
from engine.parsing import read
from engine.parsing.markup import MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS
from tests.engine.parsing.factories import straight, text

BPMN = 'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
BOMB = (
    '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{n} "&a{n - 1 if n else ""};&a{n - 1 if n else ""};">' for n in range(30))
    + "]>"
)


def refusal(data: bytes):
    with pytest.raises(ModelRefused) as refused:
        read(data, "bad.bpmn")
    (finding,) = refused.value.findings
    assert finding.resource == "bad.bpmn"
    return finding


@pytest.mark.parametrize(
    "prologue",
    [
        '<!DOCTYPE d SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        BOMB,
        '<!-- <definitions> --><!DOCTYPE d [<!ENTITY x "y">]>',
    ],
)
def test_a_document_type_is_refused_before_it_is_read(prologue):
    data = f'<?xml version="1.0"?>\n{prologue}<definitions {BPMN}>&x;</definitions>'.encode()

    started = time.process_time()
    finding = refusal(data)

    assert (finding.code, finding.line) == ("doctype_not_allowed", 2)
    assert time.process_time() - started < 0.2


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-16-le"])
def test_an_encoding_that_could_hide_a_document_type_is_refused(encoding):
    assert refusal(f"<definitions {BPMN}/>".encode(encoding)).code == "encoding_not_supported"


@pytest.mark.parametrize("declared", ["UTF-7", "utf-16", "cp037"])
def test_a_declared_encoding_that_could_hide_a_document_type_is_refused(declared):
    assert refusal(f'<?xml version="1.0" encoding="{declared}"?><definitions {BPMN}/>'.encode()).code == "encoding_not_supported"


def test_a_file_of_50_megabytes_is_refused_fast():
    data = text("<task/>" * (50 * 1024 * 1024 // 7))

    started = time.process_time()
    finding = refusal(data)

    assert (finding.code, finding.fields["limit"]) == ("model_too_large", MAX_BYTES)
    assert time.process_time() - started < 0.1


def test_too_many_elements_are_refused():
    assert refusal(text("<task/>" * MAX_ELEMENTS)).code == "model_too_many_elements"


@pytest.mark.parametrize("depth", [MAX_DEPTH, 200, 5000])
def test_elements_nested_too_deep_are_refused(depth):
    data = text("<subProcess>" * depth + "</subProcess>" * depth)

    assert refusal(data).code in {"model_too_deep", "xml_broken"}


def test_broken_xml_is_refused_with_its_line():
    finding = refusal(f"<definitions {BPMN}>\n<process>\n</definitions>".encode())

    assert (finding.code, finding.line) == ("xml_broken", 3)


@pytest.mark.parametrize("data", [b"", b"   \n"])
def test_an_empty_file_is_refused(data):
    assert refusal(data).code == "model_empty"


@pytest.mark.parametrize("data", [b"PK\x03\x04\x00", b"\xff\xfe\x00", b"not xml", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_xml_is_refused(data):
    assert refusal(data).code in {"xml_broken", "encoding_not_supported"}


def test_xml_that_is_no_bpmn_is_refused():
    finding = refusal(b'<svg xmlns="http://www.w3.org/2000/svg"/>')

    assert (finding.code, finding.fields["root"]) == ("not_bpmn", "{http://www.w3.org/2000/svg}svg")


def test_an_include_fetches_nothing():
    data = text('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>' + straight('<task id="x"/>'))

    assert read(data, "p.bpmn").processes["p"].elements["x"].name is None


@pytest.mark.parametrize(
    "declaration", ['<?xml version="1.0" encoding="UTF-8"?>', '<?xml version="1.0" encoding="windows-1251"?>', "\ufeff"]
)
def test_usual_beginnings_of_a_file_are_read(declaration):
    data = declaration.encode() + text(straight('<task id="x" name="ab"/>'))

    assert read(data, "p.bpmn").processes["p"].elements["x"].name == "ab"
