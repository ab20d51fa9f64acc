"""The component for spaCy."""

import pytest

spacy = pytest.importorskip("spacy")

TEXT = "  Nine people were hurt when a ferry hit a pier on Tuesday,\r\nthe harbour office said.\n\n\nThe “Öland” sank."


@pytest.fixture
def nlp():
    nlp = spacy.blank("en")
    nlp.add_pipe("sayso", config={"published": "2024-08-07"})
    return nlp


def test_spans_are_those_of_the_doc(nlp):
    doc = nlp(TEXT)
    [figure] = [f for f in doc._.figures if f.entry.category == "injured"]
    assert figure.span.text == "Nine people were hurt"
    assert figure.span.label_ == "injured"
    [statement, *_] = doc._.statements
    assert [one.text for one in statement.source] == ["the harbour office"]
    assert [one.text for one in statement.cue] == ["said"]
    assert statement.speaker.name == "harbour office"
    assert doc._.speakers[0].mentions[0].text == "the harbour office"
    assert doc._.reading.report.head.published.value == "2024-08-07"
    for statement in doc._.statements:
        for span in statement.content:
            assert span.doc is doc


def test_docs_say_their_own_day(nlp):
    doc = nlp.make_doc(TEXT)
    doc._.published = "2024-08-14"
    doc._.outlet = "Orla Times"
    assert nlp(doc)._.reading.report.head.published.value == "2024-08-14"
    assert doc._.reading.report.head.outlet.value == "Orla Times"


def test_what_cannot_be_read_has_no_entries(nlp):
    [empty, read] = nlp.pipe(["", TEXT])
    assert empty._.reading is None and empty._.statements == [] and "empty" in empty._.unread
    assert read._.reading is not None


def test_it_stands_in_a_pipeline_that_is_kept(nlp, tmp_path):
    nlp.to_disk(tmp_path / "model")
    again = spacy.load(tmp_path / "model")
    assert [f.span.text for f in again(TEXT)._.figures] == [f.span.text for f in nlp(TEXT)._.figures]
