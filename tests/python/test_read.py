"""Reports to readings."""

import datetime
import json
import pathlib
import pickle
import threading
import time

import pytest
import sayso

ROOT = pathlib.Path(__file__).parents[2]
FLOOD = sorted((ROOT / "examples" / "flood").glob("*.txt"))
FERRY = "Nine people were hurt when a ferry hit a pier on Tuesday, the harbour office said."


def spans(value):
    """Every span of a reading's JSON."""
    if isinstance(value, dict):
        if set(value) == {"start", "end", "exact"}:
            yield value
        for one in value.values():
            yield from spans(one)
    elif isinstance(value, list):
        for one in value:
            yield from spans(one)


def test_the_example_has_its_figures():
    [reading] = sayso.read_file(FLOOD[0])
    killed = [f for f in reading.figures if f.category == "killed"]
    assert {f.best or f.low for f in killed} == {40}
    assert killed[-1].origin == "Civil Defence Agency"
    assert reading.report.head.published.value == "2025-06-12"


def test_every_span_is_cut_from_the_text():
    for path in FLOOD:
        [reading] = sayso.read_file(path)
        found = list(spans(reading.to_dict()))
        assert len(found) > 20
        for span in found:
            assert reading.text[span["start"] : span["end"]] == span["exact"]


def test_objects_have_all_that_the_json_has():
    [reading] = sayso.read_file(FLOOD[0])
    whole = reading.to_dict()
    assert whole == json.loads(reading.to_json())
    for field, value in whole.items():
        made = getattr(reading, field)
        if isinstance(made, list):
            assert [one.to_dict() for one in made] == value
        else:
            assert (made.to_dict() if hasattr(made, "to_dict") else made) == value


def test_what_is_given_goes_first():
    reading = sayso.read(FERRY, published=datetime.date(2024, 8, 7), outlet="Harbour Post", url="https://a.example/1")
    head = reading.report.head
    assert (head.published.value, head.published.from_) == ("2024-08-07", "option")
    assert head.outlet.value == "Harbour Post"
    assert reading.figures[0].to_dict()["best"] == 9
    same = sayso.read(FERRY.encode(), published=datetime.datetime(2024, 8, 7, 23, 59), outlet="Harbour Post", url="https://a.example/1")
    assert same.to_json() == reading.to_json()


def test_nothing_is_assumed():
    reading = sayso.read(FERRY)
    assert reading.report.head.published is None
    assert "no_publication_date" in [d.code for d in reading.report.diagnostics]


@pytest.mark.parametrize(
    ("text", "options", "error", "words"),
    [
        ("", {}, sayso.InputError, "empty"),
        (" \n ", {}, sayso.InputError, "empty"),
        (b"%PDF-1.7\n", {}, sayso.InputError, "PDF"),
        (FERRY, {"published": "7 August"}, sayso.InputError, "YYYY-MM-DD"),
        (FERRY, {"form": "docx"}, sayso.InputError, "no form of a report"),
        ("Die Fähre fuhr am Morgen gegen die Mole. Nach Angaben der Behörde wurden dabei neun Menschen verletzt, einer davon schwer. "
         "Der Betreiber äußerte sich zunächst nicht zu der Ursache, kündigte aber eine Untersuchung an.", {}, sayso.LanguageError, "'de'"),
    ],
)
def test_what_cannot_be_read_is_said(text, options, error, words):
    with pytest.raises(error, match=words):
        sayso.read(text, **options)
    assert issubclass(error, sayso.SaysoError)


def test_surrogates_cost_their_own_text_alone():
    wrong = "Nine people were hurt, the \ud800 office said."
    with pytest.raises(sayso.InputError, match="lone surrogates"):
        sayso.read(wrong)
    failed, read = sayso.read_many([wrong, FERRY], errors="return")
    assert isinstance(failed, sayso.InputError) and read.figures


def test_what_is_no_text_is_a_type_error():
    with pytest.raises(TypeError, match="str or bytes, not int"):
        sayso.read_many([FERRY, 7])


def test_many_are_in_order_and_the_same_on_any_number_of_threads():
    texts = [FERRY.replace("Nine", str(n)) for n in range(2, 42)]
    one = sayso.read_many(texts, threads=1)
    assert [r.figures[0].best for r in one] == list(range(2, 42))
    for threads in (2, 7, None):
        assert [r.to_json() for r in sayso.read_many(texts, threads=threads)] == [r.to_json() for r in one]
    assert sayso.read_many([]) == []


def test_one_that_fails_costs_no_other():
    texts = [FERRY, "", FERRY]
    with pytest.raises(sayso.InputError):
        sayso.read_many(texts)
    first, failed, last = sayso.read_many(texts, errors="return")
    assert isinstance(failed, sayso.InputError)
    assert first == last


def test_heads_are_one_for_all_or_one_for_each():
    both = sayso.read_many([FERRY, FERRY], published=["2024-08-07", None], outlet="Harbour Post")
    assert [r.report.head.published and r.report.head.published.value for r in both] == ["2024-08-07", None]
    assert {r.report.head.outlet.value for r in both} == {"Harbour Post"}
    with pytest.raises(ValueError, match="1 values for 2 texts"):
        sayso.read_many([FERRY, FERRY], published=["2024-08-07"])
    with pytest.raises(TypeError):
        sayso.read_many(FERRY)


def test_other_threads_run_meanwhile():
    ticks, stop = [], threading.Event()

    def tick():
        while not stop.is_set():
            ticks.append(time.monotonic())
            time.sleep(0.001)

    other = threading.Thread(target=tick)
    other.start()
    began = time.monotonic()
    sayso.read_many([FERRY * 20] * 60)
    ended = time.monotonic()
    stop.set()
    other.join()
    during = [t for t in ticks if began < t < ended]
    assert len(during) > 10, "the lock of Python was held"


def test_readings_are_pickled():
    reading = sayso.read(FERRY, published="2024-08-07")
    again = pickle.loads(pickle.dumps(reading))
    assert again == reading and again.to_json() == reading.to_json()
    assert again.brief() == reading.brief()


def test_a_brief_is_that_of_the_command_line():
    [reading] = sayso.read_file(FLOOD[0])
    readme = (ROOT / "README.md").read_text()
    shown = readme.split("<!-- brief -->\n```\n")[1].split("```\n<!-- /brief -->")[0]
    assert reading.brief() == shown
    assert reading.brief("md").startswith("# ")
    with pytest.raises(sayso.InputError, match="no form of a brief"):
        reading.brief("pdf")


def test_missing_files_are_python_s_own_errors(tmp_path):
    with pytest.raises(FileNotFoundError):
        sayso.read_file(tmp_path / "none.txt")
    with pytest.raises(OSError):
        sayso.read_file(tmp_path)
