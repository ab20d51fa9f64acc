"""A component for spaCy pipelines: `doc._.statements`, `doc._.figures`, `doc._.speakers`, `doc._.reading`.

>>> import spacy
>>> nlp = spacy.blank("en")
>>> _ = nlp.add_pipe("sayso")
>>> doc = nlp("Nine people were hurt on Tuesday, the harbour office said.")
>>> [(figure.best, span.text) for figure, span in doc._.figures]
[(9, 'Nine people were hurt')]

The doc's text is read as it stands, so that every span is one of the doc; spans that do not end with its tokens are widened
to them. Day of publication and outlet are taken from `doc._.published` and `doc._.outlet`, or from the component's settings.
"""

from __future__ import annotations

from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc, Span

from . import _sayso, model
from .reading import Reading, day


class StatementSpans(NamedTuple):
    """A statement with its parts as spans of the doc."""

    #: The statement.
    entry: model.Statement
    #: Words that name the source.
    source: list[Span]
    #: Words that attribute.
    cue: list[Span]
    #: What is attributed.
    content: list[Span]
    #: Whose statement it is; None if nobody is named.
    speaker: model.Speaker | None


class FigureSpan(NamedTuple):
    """A figure with its words."""

    #: The figure.
    entry: model.Figure
    #: Number, hedge and what is counted.
    span: Span


class SpeakerSpans(NamedTuple):
    """A speaker with the words that name it."""

    #: The speaker.
    entry: model.Speaker
    #: Every mention.
    mentions: list[Span]


class Sayso:
    """The component. A doc that cannot be made into a report (it is empty, or not in English) has no reading and no entries."""

    def __init__(self, published: str | None = None, outlet: str | None = None) -> None:
        self.published = published
        self.outlet = outlet

    def __call__(self, doc: Doc) -> Doc:
        published = day(doc._.published) or self.published
        try:
            raw = _sayso.read_verbatim(doc.text, published, doc._.outlet or self.outlet)
        except _sayso.InputError as error:
            doc._.unread = str(error)
            return doc
        reading = Reading(raw)
        speakers = {speaker.id: speaker for speaker in reading.speakers}

        def spans(entries: list[model.Span], label: str) -> list[Span]:
            return [one for entry in entries if (one := span(doc, entry, label)) is not None]

        doc._.reading = reading
        doc._.statements = [
            StatementSpans(
                statement,
                spans(statement.source, "SOURCE"),
                spans(statement.cue, "CUE"),
                spans(statement.content, "CONTENT"),
                speakers.get(statement.speaker or ""),
            )
            for statement in reading.statements
        ]
        figures = [(figure, span(doc, figure.span, figure.category)) for figure in reading.figures]
        doc._.figures = [FigureSpan(figure, words) for figure, words in figures if words is not None]
        doc._.speakers = [
            SpeakerSpans(speaker, spans([mention.span for mention in speaker.mentions], "SPEAKER"))
            for speaker in reading.speakers
        ]
        return doc


def span(doc: Doc, place: model.Span, label: str) -> Span | None:
    """A span of a reading as one of the doc."""
    return doc.char_span(place.start, place.end, label=label, alignment_mode="expand")


for _name, _default in (
    ("reading", None),
    ("unread", None),
    ("published", None),
    ("outlet", None),
    ("statements", []),
    ("figures", []),
    ("speakers", []),
):
    if not Doc.has_extension(_name):
        Doc.set_extension(_name, default=_default)


@Language.factory("sayso", default_config={"published": None, "outlet": None})
def make(nlp: Language, name: str, published: str | None, outlet: str | None) -> Sayso:
    """Makes the component; `published` is "YYYY-MM-DD"."""
    return Sayso(published, outlet)
