"""Typed objects for all that sayso finds. Written by make_model.py from the schemas; change those."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, TypeAlias

from ._base import Entry, at

__all__ = [
    "About",
    "Anchored",
    "Appearance",
    "Asked",
    "Bounds",
    "Brief",
    "Category",
    "ChainEvidence",
    "ChainLink",
    "ChainRole",
    "ChainStep",
    "Channel",
    "ChannelKind",
    "Choice",
    "Claim",
    "CommentOutcome",
    "CommentRequest",
    "Conflict",
    "Construction",
    "Contradiction",
    "CopyLink",
    "Correction",
    "CorrectionLink",
    "Date",
    "Decided",
    "DecisionKind",
    "Diagnostic",
    "Difference",
    "EntryKind",
    "EntryName",
    "EventOf",
    "EventOfEarlier",
    "EventOfOther",
    "EventOfThis",
    "EventOfWider",
    "Evidence",
    "Exact",
    "Expectation",
    "Fate",
    "Figure",
    "FigureId",
    "FigureLine",
    "Granularity",
    "Head",
    "HeadSource",
    "Heading",
    "HeldRole",
    "Hit",
    "Independence",
    "IndependenceIndependent",
    "IndependenceNoOrigin",
    "IndependenceNotEstablished",
    "IndependenceSharesParent",
    "Kept",
    "LikelyEcho",
    "Line",
    "Mark",
    "Mention",
    "MentionForm",
    "Mismatch",
    "Modality",
    "Note",
    "NoteConfirmedInCited",
    "NoteNotInCited",
    "NoteOtherOriginInCited",
    "NoteOtherValueInCited",
    "Number",
    "Numbers",
    "Outcome",
    "Outlook",
    "OutlookOutcome",
    "OutlookOutcomeMet",
    "OutlookOutcomeMissed",
    "Parent",
    "Period",
    "Place",
    "PlaceEntry",
    "PlaceId",
    "PlaceLevel",
    "Point",
    "PointRef",
    "Polarity",
    "Put",
    "Refused",
    "Remark",
    "Report",
    "ReportId",
    "ReportLine",
    "Role",
    "RunnerUp",
    "Said",
    "Scope",
    "ScopeAdded",
    "ScopeAt",
    "ScopeDuring",
    "ScopeOneOfSeveral",
    "ScopePart",
    "ScopeTotal",
    "Section",
    "Series",
    "Share",
    "SharedStatement",
    "Source",
    "Span",
    "Speaker",
    "SpeakerId",
    "SpeakerKind",
    "SpeakerMember",
    "Stated",
    "Stated2",
    "Statement",
    "StatementAppearance",
    "StatementId",
    "StatementKind",
    "Status",
    "StatusCorrected",
    "StatusCurrent",
    "StatusDenied",
    "StatusDisowned",
    "StatusInConflict",
    "StatusSelfContradicted",
    "StatusSuperseded",
    "StatusUnverified",
    "Step",
    "Story",
    "StoryLine",
    "StoryMark",
    "StoryReport",
    "StorySpeaker",
    "Subject",
    "SubjectDecision",
    "SubjectEntries",
    "SubjectReports",
    "Sum",
    "SumFinding",
    "Summary",
    "Sureness",
    "TimeExpression",
    "TimeId",
    "TimeRelation",
    "Unanswered",
    "Verdict",
    "Who",
    "Why",
    "Worded",
    "Wording",
]


@dataclass(frozen=True, slots=True)
class About(Entry):
    """What the words around a figure say of what it counts, beyond that by which claims are told apart: figures are
    one claim whether or not they have it in common.
    """

    places: list[str]
    """Places that its own part of its sentence names, else its sentence, else the paragraph before it."""

    definitions: list[str]
    """How its count came about ("confirmed", "directly")."""

    events: list[str]
    """What befell those counted ("blast", "fighting")."""

    moved: bool
    """True where it is told as one that has changed ("rose to", "revised")."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> About:
        """From the dicts and lists of JSON."""
        return cls(
            places=value["places"],
            definitions=value["definitions"],
            events=value["events"],
            moved=value["moved"],
        )


@dataclass(frozen=True, slots=True)
class Anchored(Entry):
    """An entry named by its words, so that it is found again in another reading of the report."""

    report: int
    """The report."""

    kind: EntryKind
    """What sort of entry."""

    start: int
    """First byte of its words in the report's text."""

    end: int
    """One past their last byte."""

    exact: str
    """The words."""

    number: tuple[int, int] | None
    """Of a figure, the bytes of its number: they stay where another reader cuts the words around them otherwise."""

    nth: int
    """Its place among the entries of its kind with the same words."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Anchored:
        """From the dicts and lists of JSON."""
        return cls(
            report=value["report"],
            kind=value["kind"],
            start=value["start"],
            end=value["end"],
            exact=value["exact"],
            number=None if at(value, "number", None) is None else (at(value, "number", None)[0], at(value, "number", None)[1]),
            nth=at(value, "nth", 0),
        )


@dataclass(frozen=True, slots=True)
class Appearance(Entry):
    """A report that carries a value."""

    mark: StoryMark
    """Where the figure stands."""

    figure: FigureId
    """The figure in the report's reading."""

    value: Bounds
    """The value as this report gives it."""

    chain: list[Step]
    """The way from this outlet to the origin, through other reports of the ledger where they are there."""

    echo: bool
    """True where the origin has been counted with an earlier report."""

    notes: list[Note]
    """What is odd about this report's account."""

    likely_echo: LikelyEcho | None
    """The earlier report that this one is likely to repeat, where no chain shows it."""

    about: About
    """What the words around it say of what it counts, beyond that by which claims are told apart."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Appearance:
        """From the dicts and lists of JSON."""
        return cls(
            mark=StoryMark.from_dict(value["mark"]),
            figure=value["figure"],
            value=Bounds.from_dict(value["value"]),
            chain=[Step.from_dict(one) for one in value["chain"]],
            echo=value["echo"],
            notes=[_note(one) for one in value["notes"]],
            likely_echo=None if at(value, "likely_echo", None) is None else LikelyEcho.from_dict(at(value, "likely_echo", None)),
            about=About.from_dict(at(value, "about", {'places': [], 'definitions': [], 'events': [], 'moved': False})),
        )


@dataclass(frozen=True, slots=True)
class Asked(Entry):
    """Somebody who was asked for comment."""

    span: Span
    """Words that name who was asked."""

    name: str
    """The name."""

    speaker: SpeakerId | None
    """The speaker, where it is one of the report."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Asked:
        """From the dicts and lists of JSON."""
        return cls(
            span=Span.from_dict(value["span"]),
            name=value["name"],
            speaker=at(value, "speaker", None),
        )


@dataclass(frozen=True, slots=True)
class Bounds(Entry):
    """The bounds of a figure."""

    low: Number | None
    """Strict lower bound."""

    best: Number | None
    """The value itself."""

    high: Number | None
    """Upper bound."""

    low_exclusive: bool
    """True where the value must be above `low`."""

    high_exclusive: bool
    """True where the value must be below `high`."""

    approximate: bool
    """"About", "roughly", "some"."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Bounds:
        """From the dicts and lists of JSON."""
        return cls(
            low=at(value, "low", None),
            best=at(value, "best", None),
            high=at(value, "high", None),
            low_exclusive=value["low_exclusive"],
            high_exclusive=value["high_exclusive"],
            approximate=value["approximate"],
        )


@dataclass(frozen=True, slots=True)
class Brief(Entry):
    """A brief: lines under five heads and the reports that they point into."""

    schema_version: int
    """Version of this form ([`BRIEF_SCHEMA_VERSION`])."""

    title: Line | None
    """What it is about."""

    as_of: Date | None
    """The day up to which reports were taken in; null for a brief of one report."""

    sections: list[Section]
    """The five heads in their order; a head without lines stays."""

    folded: int
    """How many claims of a story are too small for a line beside the others: counts of things, and of what no category
    has a name for, that no two origins give and nobody contradicts. Absent where there are none.
    """

    sources: list[Source]
    """The reports that marks point into; a mark's `source` is a place in this list."""

    wording: Wording | None
    """What a model of the user's own made of the lines; absent where none was asked."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Brief:
        """From the dicts and lists of JSON."""
        return cls(
            schema_version=value["schema_version"],
            title=None if at(value, "title", None) is None else Line.from_dict(at(value, "title", None)),
            as_of=at(value, "as_of", None),
            sections=[Section.from_dict(one) for one in value["sections"]],
            folded=at(value, "folded", 0),
            sources=[Source.from_dict(one) for one in value["sources"]],
            wording=None if at(value, "wording", None) is None else Wording.from_dict(at(value, "wording", None)),
        )


#: What a figure counts: an open list of lower-case words with a closed core (after PLOVER, UCDP and ACLED).
Category: TypeAlias = str


@dataclass(frozen=True, slots=True)
class ChainEvidence(Entry):
    """Words of a report that show a step."""

    report: int
    """The report."""

    span: Exact
    """The words, in code points."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> ChainEvidence:
        """From the dicts and lists of JSON."""
        return cls(
            report=value["report"],
            span=Exact.from_dict(value["span"]),
        )


@dataclass(frozen=True, slots=True)
class ChainLink(Entry):
    """One step of the way on which a statement came."""

    role: ChainRole
    """Its part in the chain."""

    name: str | None
    """Name after resolution; null where the step is there but nobody is named."""

    speaker: SpeakerId | None
    """The speaker, where it is one of the report."""

    anonymous: bool
    """True where the source is described but not named ("a senior official")."""

    evidence: list[Span]
    """Words that show the step; empty for the outlet itself."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> ChainLink:
        """From the dicts and lists of JSON."""
        return cls(
            role=value["role"],
            name=at(value, "name", None),
            speaker=at(value, "speaker", None),
            anonymous=value["anonymous"],
            evidence=[Span.from_dict(one) for one in value["evidence"]],
        )


#: Part in a chain.
#: - `outlet`: The outlet of the report.
#: - `relay`: Somebody who hands it on.
#: - `origin`: The end of the chain: whose word it is.
ChainRole: TypeAlias = Literal["outlet", "relay", "origin"]


@dataclass(frozen=True, slots=True)
class ChainStep(Entry):
    """One step of a chain."""

    role: ChainRole
    """Its part."""

    name: str | None
    """Name; null where the step is there but nobody is named."""

    report: int | None
    """Report of the ledger that is this step, for outlets whose own report is there."""

    evidence: list[ChainEvidence]
    """Words that show the step."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> ChainStep:
        """From the dicts and lists of JSON."""
        return cls(
            role=value["role"],
            name=at(value, "name", None),
            report=at(value, "report", None),
            evidence=[ChainEvidence.from_dict(one) for one in value["evidence"]],
        )


@dataclass(frozen=True, slots=True)
class Channel(Entry):
    """Where a statement was made."""

    kind: ChannelKind
    """What sort of occasion or medium."""

    name: str | None
    """Name of the network, programme or outlet, as written."""

    span: Span
    """Words that say so."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Channel:
        """From the dicts and lists of JSON."""
        return cls(
            kind=value["kind"],
            name=at(value, "name", None),
            span=Span.from_dict(value["span"]),
        )


#: Sort of channel.
#: - `network`: A social network or messenger.
#: - `written`: A written statement, release or report.
#: - `mail`: A letter or an e-mail.
#: - `interview`: An interview.
#: - `briefing`: A briefing or news conference.
#: - `speech`: A speech, address or hearing.
#: - `broadcast`: A broadcast.
#: - `telephone`: A telephone call.
ChannelKind: TypeAlias = Literal["network", "written", "mail", "interview", "briefing", "speech", "broadcast", "telephone"]


@dataclass(frozen=True, slots=True)
class Choice(Entry):
    """One choice that was made for an entry: by which rules, how sure, and what came second."""

    by: list[str]
    """Ids of the rules that proposed what was chosen, and `decider` where the trained decider did."""

    share: Share | None
    """The decider's probability of what was chosen; null where it was not asked."""

    runner_up: RunnerUp | None
    """What it holds for the next likely, with its probability; null where it was not asked or nothing came second."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Choice:
        """From the dicts and lists of JSON."""
        return cls(
            by=value["by"],
            share=at(value, "share", None),
            runner_up=None if at(value, "runner_up", None) is None else RunnerUp.from_dict(at(value, "runner_up", None)),
        )


@dataclass(frozen=True, slots=True)
class Claim(Entry):
    """Figures about the same thing, group, place and time."""

    category: Category
    """What is counted."""

    unit: str | None
    """Unit of a measure."""

    group: str | None
    """Group counted."""

    event: EventOf
    """Which event they are of."""

    definition: str | None
    """What makes one count ("identified", "in intensive care"); null for the category's plain sense."""

    scope: Scope
    """Total, period or place."""

    modality: Modality
    """Asserted, or possible ("could reach 40"): a value that may come about is none of those that are said to be so."""

    series: list[Series]
    """One line for each origin."""

    summary: Summary
    """Low, best and high over all independent origins."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Claim:
        """From the dicts and lists of JSON."""
        return cls(
            category=value["category"],
            unit=at(value, "unit", None),
            group=at(value, "group", None),
            event=_event_of(value["event"]),
            definition=at(value, "definition", None),
            scope=_scope(value["scope"]),
            modality=value["modality"],
            series=[Series.from_dict(one) for one in value["series"]],
            summary=Summary.from_dict(value["summary"]),
        )


#: Outcome of a request for comment.
#: - `open`: Nothing stated yet.
#: - `no_response`: No answer.
#: - `declined`: Declined.
#: - `referred`: Sent on to somebody else.
#: - `unreachable`: Could not be reached.
#: - `answered`: Answered.
CommentOutcome: TypeAlias = Literal["open", "no_response", "declined", "referred", "unreachable", "answered"]


@dataclass(frozen=True, slots=True)
class CommentRequest(Entry):
    """A request for comment and what came of it."""

    span: Span
    """The words that tell of it."""

    asked: list[Asked]
    """Who was asked."""

    asked_by: Span | None
    """Who asked, where stated."""

    outcome: CommentOutcome
    """What came of it."""

    outcome_evidence: Span | None
    """Words that say so."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> CommentRequest:
        """From the dicts and lists of JSON."""
        return cls(
            span=Span.from_dict(value["span"]),
            asked=[Asked.from_dict(one) for one in value["asked"]],
            asked_by=None if at(value, "asked_by", None) is None else Span.from_dict(at(value, "asked_by", None)),
            outcome=value["outcome"],
            outcome_evidence=None if at(value, "outcome_evidence", None) is None else Span.from_dict(at(value, "outcome_evidence", None)),
        )


@dataclass(frozen=True, slots=True)
class Conflict(Entry):
    """Values that cannot all hold: same claim, overlapping time, disjoint ranges, different origins, neither
    corrected.
    """

    lower: PointRef
    """The lower value."""

    higher: PointRef
    """The higher value."""

    time: str
    """Why their times are taken to overlap."""

    sure: Sureness
    """How sure it is."""

    open: bool
    """True while neither has been superseded."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Conflict:
        """From the dicts and lists of JSON."""
        return cls(
            lower=PointRef.from_dict(value["lower"]),
            higher=PointRef.from_dict(value["higher"]),
            time=value["time"],
            sure=value["sure"],
            open=value["open"],
        )


#: How an attribution is built.
#: - `verb`: A verb with its clause or quotation ("X said that ...").
#: - `noun`: A noun with its clause ("the claim by X that ...").
#: - `adjective`: An adjective or participle ("X is certain that ...").
#: - `according_to`: "according to X" and its like.
#: - `citing`: "X, citing Y, ..." seen from Y.
#: - `colon`: A colon or dash between source and content.
#: - `headline`: A headline's form ("... , X says", "X: ...").
#: - `agentless`: Passive without agent ("it is believed that ...").
#: - `adverb`: An adverb ("reportedly", "allegedly").
#: - `continuation`: A quotation that goes on from the sentence or paragraph before.
#: - `carried`: A sentence without a cue that carries on the one before; source and cue stand in that one.
#: - `pointed`: Nothing but the decider's pointer from a number to its source; the cue is the verb that the source governs.
Construction: TypeAlias = Literal["verb", "noun", "adjective", "according_to", "citing", "colon", "headline", "agentless", "adverb", "continuation", "carried", "pointed"]


@dataclass(frozen=True, slots=True)
class Contradiction(Entry):
    """Two values in one report that cannot both hold."""

    a: StoryMark
    """One figure."""

    b: StoryMark
    """The other."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Contradiction:
        """From the dicts and lists of JSON."""
        return cls(
            a=StoryMark.from_dict(value["a"]),
            b=StoryMark.from_dict(value["b"]),
        )


@dataclass(frozen=True, slots=True)
class CopyLink(Entry):
    """A report that repeats another's text."""

    original: int
    """The earlier report."""

    copy: int
    """The later one."""

    shared_per_mille: int
    """Share of the shorter text's unquoted five-word runs that the other has, in per mille."""

    corrected: bool
    """True where the text is the same but for figures or a notice that corrects it."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> CopyLink:
        """From the dicts and lists of JSON."""
        return cls(
            original=value["original"],
            copy=value["copy"],
            shared_per_mille=value["shared_per_mille"],
            corrected=value["corrected"],
        )


@dataclass(frozen=True, slots=True)
class Correction(Entry):
    """A correction, retraction or denial of something published."""

    span: Span
    """The words that correct."""

    retracted: list[FigureId]
    """What is taken back, as figures of this reading."""

    corrected_to: list[FigureId]
    """What stands instead."""

    of: str | None
    """Name of the outlet or speaker corrected, where stated."""

    published: TimeId | None
    """When what is corrected was published."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Correction:
        """From the dicts and lists of JSON."""
        return cls(
            span=Span.from_dict(value["span"]),
            retracted=value["retracted"],
            corrected_to=value["corrected_to"],
            of=at(value, "of", None),
            published=at(value, "published", None),
        )


@dataclass(frozen=True, slots=True)
class CorrectionLink(Entry):
    """A correction and what it corrects."""

    mark: StoryMark
    """The words that correct."""

    of: int | None
    """The report corrected, where it is in the ledger."""

    corrected: str | None
    """Outlet or speaker corrected, where stated."""

    published: Date | None
    """Day on which what is corrected was published, where stated."""

    retracted: list[tuple[Category, Bounds, StoryMark]]
    """What is taken back."""

    corrected_to: list[tuple[Category, Bounds, StoryMark]]
    """What stands instead."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> CorrectionLink:
        """From the dicts and lists of JSON."""
        return cls(
            mark=StoryMark.from_dict(value["mark"]),
            of=at(value, "of", None),
            corrected=at(value, "corrected", None),
            published=at(value, "published", None),
            retracted=[(one[0], Bounds.from_dict(one[1]), StoryMark.from_dict(one[2])) for one in value["retracted"]],
            corrected_to=[(one[0], Bounds.from_dict(one[1]), StoryMark.from_dict(one[2])) for one in value["corrected_to"]],
        )


#: A calendar day, `YYYY-MM-DD`, years 1 to 9999.
Date: TypeAlias = str


@dataclass(frozen=True, slots=True)
class Decided(Entry):
    """What was decided about an entry."""

    entry: EntryName
    """The entry."""

    decision: Verdict | None
    """The decision that counts: the newest one; null where there are notes or merges only."""

    reviewed_by: list[str]
    """Everybody who has accepted, corrected, rejected or added it, in the order of their first decisions."""

    read: dict[str, Any]
    """Fields whose values differ from what was read, as they were read; empty for an entry that was added."""

    now: dict[str, Any]
    """The same fields as decided."""

    not_read: bool
    """True where the report's present reading has no such entry and it stands on a person's word alone."""

    notes: list[Remark]
    """Remarks."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Decided:
        """From the dicts and lists of JSON."""
        return cls(
            entry=value["entry"],
            decision=None if at(value, "decision", None) is None else Verdict.from_dict(at(value, "decision", None)),
            reviewed_by=value["reviewed_by"],
            read=value["read"],
            now=value["now"],
            not_read=value["not_read"],
            notes=[Remark.from_dict(one) for one in value["notes"]],
        )


#: What was decided.
#: - `accept`: The entry is right.
#: - `correct`: The entry should be what `value` says.
#: - `reject`: The entry is wrong.
#: - `add`: The words are an entry that the reader has missed.
#: - `note`: A remark that changes nothing.
#: - `merge`: The subjects are one.
#: - `split`: The subjects are not one.
#: - `undo`: An earlier decision no longer holds.
DecisionKind: TypeAlias = Literal["accept", "correct", "reject", "add", "note", "merge", "split", "undo"]


@dataclass(frozen=True, slots=True)
class Diagnostic(Entry):
    """Something that could not be read, or a warning about what was."""

    code: str
    """Stable name ("no_publication_date")."""

    message: str
    """What is wrong and what to do about it."""

    span: Span | None
    """Where, if it is in the text."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Diagnostic:
        """From the dicts and lists of JSON."""
        return cls(
            code=value["code"],
            message=value["message"],
            span=None if at(value, "span", None) is None else Span.from_dict(at(value, "span", None)),
        )


#: In what two values differ that look comparable.
#: - `category`: They count different things ("killed" is not "killed or wounded").
#: - `event`: They are of different events (a quake of 1978 is not today's).
#: - `definition`: They count by different definitions (those identified are not all dead).
#: - `period`: They count other days (a week is not the total).
#: - `part`: One is a part of a total, or what came on top of one.
#: - `place`: They count other places.
#: - `group`: They count other people.
#: - `unit`: They are measured in other units.
#: - `modality`: One is said to be so, the other to be possible.
#: - `time`: They are of other times: one may have become the other.
Difference: TypeAlias = Literal["category", "event", "definition", "period", "part", "place", "group", "unit", "modality", "time"]


#: Sort of entry of a reading.
#: - `statement`: A statement.
#: - `figure`: A figure.
#: - `speaker`: A speaker.
#: - `comment_request`: A request for comment.
#: - `expectation`: Something expected.
#: - `correction`: A correction.
EntryKind: TypeAlias = Literal["statement", "figure", "speaker", "comment_request", "expectation", "correction"]


#: An entry's name within its report (`f3`).
EntryName: TypeAlias = str


@dataclass(frozen=True, slots=True)
class EventOfThis(Entry):
    """The story's."""

    event: Literal["this"]

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> EventOfThis:
        """From the dicts and lists of JSON."""
        return cls(
            event=value["event"],
        )


@dataclass(frozen=True, slots=True)
class EventOfEarlier(Entry):
    """An earlier one ("in the quake of 1978")."""

    event: Literal["earlier"]

    period: Period
    """Its days, as far as they are told."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> EventOfEarlier:
        """From the dicts and lists of JSON."""
        return cls(
            event=value["event"],
            period=(value["period"][0], value["period"][1]),
        )


@dataclass(frozen=True, slots=True)
class EventOfWider(Entry):
    """A longer course of things, of which the story is a part ("since 2006")."""

    event: Literal["wider"]

    period: Period
    """Its days, up to those of the report."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> EventOfWider:
        """From the dicts and lists of JSON."""
        return cls(
            event=value["event"],
            period=(value["period"][0], value["period"][1]),
        )


@dataclass(frozen=True, slots=True)
class EventOfOther(Entry):
    """Another one that bears a name of its own ("Hurricane Ada" in a story of Hurricane Bert)."""

    event: Literal["other"]

    name: str
    """Its name."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> EventOfOther:
        """From the dicts and lists of JSON."""
        return cls(
            event=value["event"],
            name=value["name"],
        )


#: Which event a value is of.
EventOf: TypeAlias = EventOfThis | EventOfEarlier | EventOfWider | EventOfOther


def _event_of(value: dict[str, Any]) -> EventOf:
    match value:
        case {"event": "this"}:
            return EventOfThis.from_dict(value)
        case {"event": "earlier"}:
            return EventOfEarlier.from_dict(value)
        case {"event": "wider"}:
            return EventOfWider.from_dict(value)
        case {"event": "other"}:
            return EventOfOther.from_dict(value)
    raise ValueError(f"{value} is no EventOf; was it written by another version?")


@dataclass(frozen=True, slots=True)
class Evidence(Entry):
    """Why two things are taken for one, or why one bears on the other."""

    rule: str
    """Name of the rule."""

    marks: list[StoryMark]
    """The words that it rests on; empty where it rests on no words."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Evidence:
        """From the dicts and lists of JSON."""
        return cls(
            rule=value["rule"],
            marks=[StoryMark.from_dict(one) for one in value["marks"]],
        )


@dataclass(frozen=True, slots=True)
class Exact(Entry):
    """A span as it is printed."""

    start: int
    """First code point."""

    end: int
    """One past the last code point."""

    exact: str
    """The words."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Exact:
        """From the dicts and lists of JSON."""
        return cls(
            start=value["start"],
            end=value["end"],
            exact=value["exact"],
        )


@dataclass(frozen=True, slots=True)
class Expectation(Entry):
    """Something that is expected, planned or feared."""

    span: Span
    """The words that say what."""

    cue: Span
    """Words that show that it is to come ("will", "is preparing to")."""

    modality: Modality
    """Expected, planned, possible or demanded."""

    statement: StatementId | None
    """The statement that it stands in; null in the outlet's own voice."""

    time: TimeId | None
    """When."""

    by: Date | None
    """Last day on which it should have happened; null where not said."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Expectation:
        """From the dicts and lists of JSON."""
        return cls(
            span=Span.from_dict(value["span"]),
            cue=Span.from_dict(value["cue"]),
            modality=value["modality"],
            statement=at(value, "statement", None),
            time=at(value, "time", None),
            by=at(value, "by", None),
        )


@dataclass(frozen=True, slots=True)
class Fate(Entry):
    """Something that has happened to a figure, and by what."""

    what: str
    """One word: retracted, corrected, denied, disowned, superseded, in_conflict, unverified, self_contradicted."""

    by: str | None
    """The entry, report or speaker that did it, in words; null where nobody can be named."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Fate:
        """From the dicts and lists of JSON."""
        return cls(
            what=value["what"],
            by=at(value, "by", None),
        )


@dataclass(frozen=True, slots=True)
class Figure(Entry):
    """A number with what it counts."""

    id: FigureId
    """Its id."""

    span: Span
    """Number, hedge and what is counted."""

    number: Span
    """The number itself with its hedges ("at least 100")."""

    category: Category
    """What is counted, as a category."""

    category_evidence: Span | None
    """Words that show the category ("killed"); null where the noun alone does."""

    low: Number | None
    """Strict lower bound."""

    best: Number | None
    """The value itself."""

    high: Number | None
    """Upper bound."""

    low_exclusive: bool
    """True where the value must be above `low`."""

    high_exclusive: bool
    """True where the value must be below `high`."""

    approximate: bool
    """"About", "roughly", "some"."""

    vague: str | None
    """The vague word that the bounds come from ("several hundred")."""

    unit: str | None
    """Unit of a measure ("km", "USD", "percent"); null for counts."""

    counted: Span | None
    """Noun counted, as written ("soldiers")."""

    group: str | None
    """Group counted ("North Korean"), as written or, where it stands elsewhere in the sentence, resolved."""

    group_evidence: Span | None
    """Words that name the group."""

    places: list[PlaceId]
    """Places of what is counted."""

    said_on: Date | None
    """Day on which it was said."""

    as_of: Date | None
    """Day for which it holds."""

    period: Period | None
    """Days during which what is counted happened."""

    cumulative: bool | None
    """True for a total so far, false for an addition ("three more"), null where not said."""

    negated: bool
    """True where the figure is negated ("did not kill 100")."""

    retracted: bool
    """True where the report takes it back."""

    modality: Modality
    """How certain it is made to be."""

    part_of: FigureId | None
    """Figure that this one is a share or part of ("a third of the 9,000", "of whom 1,000")."""

    derived_from: list[Span]
    """Words that a derived value was worked out from; empty for a value as written."""

    statement: StatementId | None
    """Statement that it stands in; null in the outlet's own voice."""

    origin: str | None
    """Whose word it is: the name of the end of the chain; null in the outlet's own voice."""

    origin_speaker: SpeakerId | None
    """That speaker."""

    origin_anonymous: bool
    """True where the origin is described but not named."""

    via: list[str]
    """Who handed it on, nearest to the origin first."""

    other_event: Share | None
    """The decider's probability that it is of another event than the one reported; null where it was not asked."""

    why: Why
    """By which rules, and how sure, its category and its origin were chosen."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Figure:
        """From the dicts and lists of JSON."""
        return cls(
            id=value["id"],
            span=Span.from_dict(value["span"]),
            number=Span.from_dict(value["number"]),
            category=value["category"],
            category_evidence=None if at(value, "category_evidence", None) is None else Span.from_dict(at(value, "category_evidence", None)),
            low=at(value, "low", None),
            best=at(value, "best", None),
            high=at(value, "high", None),
            low_exclusive=value["low_exclusive"],
            high_exclusive=value["high_exclusive"],
            approximate=value["approximate"],
            vague=at(value, "vague", None),
            unit=at(value, "unit", None),
            counted=None if at(value, "counted", None) is None else Span.from_dict(at(value, "counted", None)),
            group=at(value, "group", None),
            group_evidence=None if at(value, "group_evidence", None) is None else Span.from_dict(at(value, "group_evidence", None)),
            places=value["places"],
            said_on=at(value, "said_on", None),
            as_of=at(value, "as_of", None),
            period=None if at(value, "period", None) is None else (at(value, "period", None)[0], at(value, "period", None)[1]),
            cumulative=at(value, "cumulative", None),
            negated=value["negated"],
            retracted=value["retracted"],
            modality=value["modality"],
            part_of=at(value, "part_of", None),
            derived_from=[Span.from_dict(one) for one in value["derived_from"]],
            statement=at(value, "statement", None),
            origin=at(value, "origin", None),
            origin_speaker=at(value, "origin_speaker", None),
            origin_anonymous=value["origin_anonymous"],
            via=value["via"],
            other_event=at(value, "other_event", None),
            why=Why.from_dict(at(value, "why", {'category': {'by': [], 'share': None, 'runner_up': None}, 'origin': {'by': [], 'share': None, 'runner_up': None}})),
        )


#: A figure of a reading (`f0`).
FigureId: TypeAlias = str


@dataclass(frozen=True, slots=True)
class FigureLine(Entry):
    """A figure in a list, with how it stands."""

    report: ReportId
    """The report."""

    figure: FigureId
    """The figure in its reading."""

    outlet: str | None
    """Outlet of the report."""

    published: str | None
    """Day of publication of the report."""

    category: str
    """What it counts."""

    numbers: Numbers
    """Its bounds."""

    group: str | None
    """Group counted."""

    origin: str | None
    """Whose word it is; null in the outlet's own voice."""

    said_on: str | None
    """Day on which it was said."""

    as_of: str | None
    """Day for which it holds."""

    words: str
    """The words."""

    modality: str | None
    """Asserted, denied, possible, expected, planned or demanded."""

    negated: bool
    """True where the number is said not to be so."""

    retracted: bool
    """True where the same report takes it back."""

    part_of: FigureId | None
    """Figure that it is a part of."""

    additional: bool
    """True for what came on top of an earlier count."""

    decision: str | None
    """What people decided: accepted, corrected, rejected, added."""

    reviewed_by: str | None
    """Who did, one after the other."""

    status: list[Fate]
    """What has become of it."""

    decided: Decided | None
    """What was decided about it."""

    entry: Figure | None
    """The figure itself, with spans in code points."""

    @property
    def entry_name(self) -> str:
        """The name by which it is decided about and looked up: "12:f3"."""
        return f"{self.report}:{self.figure}"

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> FigureLine:
        """From the dicts and lists of JSON."""
        return cls(
            report=value["report"],
            figure=value["figure"],
            outlet=at(value, "outlet", None),
            published=at(value, "published", None),
            category=value["category"],
            numbers=Numbers.from_dict(value["numbers"]),
            group=at(value, "group", None),
            origin=at(value, "origin", None),
            said_on=at(value, "said_on", None),
            as_of=at(value, "as_of", None),
            words=value["words"],
            modality=at(value, "modality", None),
            negated=value["negated"],
            retracted=value["retracted"],
            part_of=at(value, "part_of", None),
            additional=value["additional"],
            decision=at(value, "decision", None),
            reviewed_by=at(value, "reviewed_by", None),
            status=[Fate.from_dict(one) for one in value["status"]],
            decided=None if at(value, "decided", None) is None else Decided.from_dict(at(value, "decided", None)),
            entry=None if at(value, "entry", None) is None else Figure.from_dict(at(value, "entry", None)),
        )


#: Granularity of a time.
#: - `time`: A time of day.
#: - `day`: A day.
#: - `weekend`: A weekend.
#: - `week`: A week.
#: - `month_part`: A part of a month ("mid-January").
#: - `month`: A month.
#: - `year_part`: A quarter or half of a year.
#: - `season`: A season.
#: - `year`: A year.
#: - `longer`: Longer than a year.
#: - `vague`: A stretch without stated ends ("in recent days").
Granularity: TypeAlias = Literal["time", "day", "weekend", "week", "month_part", "month", "year_part", "season", "year", "longer", "vague"]


@dataclass(frozen=True, slots=True)
class Head(Entry):
    """What a report's head says, each value with where it was found."""

    headline: Stated | None
    """Headline."""

    outlet: Stated | None
    """Outlet: a name or, where nothing else is stated, the host that published it."""

    byline: list[Stated]
    """People or desks named in the byline, in order."""

    dateline: Stated | None
    """Dateline ("SEOUL")."""

    published: Stated2 | None
    """Day of publication."""

    published_at: Stated | None
    """Full instant of publication as written, where more than the day is stated (RFC 3339)."""

    url: Stated | None
    """Canonical address."""

    language: Stated | None
    """Language as a BCP 47 tag."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Head:
        """From the dicts and lists of JSON."""
        return cls(
            headline=None if at(value, "headline", None) is None else Stated.from_dict(at(value, "headline", None)),
            outlet=None if at(value, "outlet", None) is None else Stated.from_dict(at(value, "outlet", None)),
            byline=[Stated.from_dict(one) for one in value["byline"]],
            dateline=None if at(value, "dateline", None) is None else Stated.from_dict(at(value, "dateline", None)),
            published=None if at(value, "published", None) is None else Stated2.from_dict(at(value, "published", None)),
            published_at=None if at(value, "published_at", None) is None else Stated.from_dict(at(value, "published_at", None)),
            url=None if at(value, "url", None) is None else Stated.from_dict(at(value, "url", None)),
            language=None if at(value, "language", None) is None else Stated.from_dict(at(value, "language", None)),
        )


#: Where a value of the head was found.
#: - `option`: Given by the user on the command line.
#: - `key`: A `key: value` line before the text.
#: - `text`: The text itself.
#: - `json_ld`: Schema.org JSON-LD.
#: - `open_graph`: OpenGraph properties.
#: - `meta`: HTML `meta` elements.
#: - `page`: Visible elements of the page (`h1`, `time`, byline classes).
#: - `url`: The address of the report.
#: - `feed`: An entry of a feed or sitemap.
#: - `record`: A record of a structured format (JSONL, ninjs, NewsML-G2, WARC).
#: - `detected`: Worked out from the text by a statistical detector.
HeadSource: TypeAlias = Literal["option", "key", "text", "json_ld", "open_graph", "meta", "page", "url", "feed", "record", "detected"]


#: The five heads.
#: - `new`: What's New.
#: - `matters`: Why It Matters.
#: - `know`: What To Know.
#: - `saying`: What People Are Saying.
#: - `next`: What's Next.
Heading: TypeAlias = Literal["new", "matters", "know", "saying", "next"]


@dataclass(frozen=True, slots=True)
class HeldRole(Entry):
    """A role at a time."""

    title: str
    """Words of the role."""

    body: str | None
    """Body in which it is held."""

    former: bool
    """True for "former", "ex-"."""

    on: Date | None
    """Day of the report that says so."""

    mark: StoryMark
    """Where it says so."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> HeldRole:
        """From the dicts and lists of JSON."""
        return cls(
            title=value["title"],
            body=at(value, "body", None),
            former=value["former"],
            on=at(value, "on", None),
            mark=StoryMark.from_dict(value["mark"]),
        )


@dataclass(frozen=True, slots=True)
class Hit(Entry):
    """A report found by words."""

    id: ReportId
    """Number in the ledger."""

    text_hash: str
    """SHA-256 of its text."""

    first: ReportId
    """Number of the first revision."""

    revision: int
    """Which revision it is, from 1."""

    latest: bool
    """True for the newest revision."""

    headline: str | None
    """Headline."""

    outlet: str | None
    """Outlet."""

    published: str | None
    """Day of publication."""

    url: str | None
    """Address."""

    language: str | None
    """Language, BCP 47."""

    origin: str
    """Path, address or archive record that it was read from."""

    fetched_at: str | None
    """When it was fetched, if it was (RFC 3339)."""

    added_at: str
    """When it was added (RFC 3339)."""

    statements: int | None
    """How many statements its reading has; null where it has not been read."""

    figures: int | None
    """How many figures its reading has; null where it has not been read."""

    snippet: str
    """Words around the first matches, the matches between `[` and `]`."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Hit:
        """From the dicts and lists of JSON."""
        return cls(
            id=value["id"],
            text_hash=value["text_hash"],
            first=value["first"],
            revision=value["revision"],
            latest=value["latest"],
            headline=at(value, "headline", None),
            outlet=at(value, "outlet", None),
            published=at(value, "published", None),
            url=at(value, "url", None),
            language=at(value, "language", None),
            origin=value["origin"],
            fetched_at=at(value, "fetched_at", None),
            added_at=value["added_at"],
            statements=at(value, "statements", None),
            figures=at(value, "figures", None),
            snippet=value["snippet"],
        )


@dataclass(frozen=True, slots=True)
class IndependenceIndependent(Entry):
    """A named origin that shares no body with another of the claim."""

    independence: Literal["independent"]

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> IndependenceIndependent:
        """From the dicts and lists of JSON."""
        return cls(
            independence=value["independence"],
        )


@dataclass(frozen=True, slots=True)
class IndependenceNoOrigin(Entry):
    """No origin: outlets that name nobody, or an outlet with which the way ends."""

    independence: Literal["no_origin"]

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> IndependenceNoOrigin:
        """From the dicts and lists of JSON."""
        return cls(
            independence=value["independence"],
        )


@dataclass(frozen=True, slots=True)
class IndependenceNotEstablished(Entry):
    """An unnamed origin: it cannot be shown to be another than the claim's other unnamed ones."""

    independence: Literal["not_established"]

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> IndependenceNotEstablished:
        """From the dicts and lists of JSON."""
        return cls(
            independence=value["independence"],
        )


@dataclass(frozen=True, slots=True)
class IndependenceSharesParent(Entry):
    """Speaks for the same body as another origin of the claim."""

    independence: Literal["shares_parent"]

    with_: int
    """The other origin."""

    parent: str
    """The body."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> IndependenceSharesParent:
        """From the dicts and lists of JSON."""
        return cls(
            independence=value["independence"],
            with_=value["with"],
            parent=value["parent"],
        )


#: Whether the word of an origin counts for itself.
Independence: TypeAlias = IndependenceIndependent | IndependenceNoOrigin | IndependenceNotEstablished | IndependenceSharesParent


def _independence(value: dict[str, Any]) -> Independence:
    match value:
        case {"independence": "independent"}:
            return IndependenceIndependent.from_dict(value)
        case {"independence": "no_origin"}:
            return IndependenceNoOrigin.from_dict(value)
        case {"independence": "not_established"}:
            return IndependenceNotEstablished.from_dict(value)
        case {"independence": "shares_parent"}:
            return IndependenceSharesParent.from_dict(value)
    raise ValueError(f"{value} is no Independence; was it written by another version?")


@dataclass(frozen=True, slots=True)
class Kept(Entry):
    """A decision of the trail, with what has come of it."""

    id: int
    """Its number; grows with time."""

    at: str
    """When (RFC 3339)."""

    by: str
    """Who."""

    kind: DecisionKind
    """What."""

    subject: Subject
    """About what."""

    value: Any
    """What it is corrected to."""

    seen: Any
    """The fields as they stood before whoever decided; null for what was decided before schema 3."""

    note: str | None
    """Why."""

    undone_by: int | None
    """The decision that undid it; null where it holds."""

    lost: bool
    """True where it holds and changes nothing, since its report's reading has no such entry any more."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Kept:
        """From the dicts and lists of JSON."""
        return cls(
            id=value["id"],
            at=value["at"],
            by=value["by"],
            kind=value["kind"],
            subject=_subject(value["subject"]),
            value=at(value, "value", None),
            seen=at(value, "seen", None),
            note=at(value, "note", None),
            undone_by=at(value, "undone_by", None),
            lost=value["lost"],
        )


@dataclass(frozen=True, slots=True)
class LikelyEcho(Entry):
    """Why a report is likely to hand on what an earlier one has: the same value in much the same words, or a number so
    exact that nobody counts it twice.
    """

    of: StoryMark
    """Where the earlier report gives it."""

    origin: str
    """The origin that it names; where it names nobody, the one that the later report names."""

    shared_per_mille: int
    """Share of the content words of the shorter sentence that both have, in thousandths."""

    days: int | None
    """Days between the two reports; null where one is undated."""

    verbatim: bool
    """True where the sentence is the same word for word."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> LikelyEcho:
        """From the dicts and lists of JSON."""
        return cls(
            of=StoryMark.from_dict(value["of"]),
            origin=value["origin"],
            shared_per_mille=value["shared_per_mille"],
            days=at(value, "days", None),
            verbatim=value["verbatim"],
        )


@dataclass(frozen=True, slots=True)
class Line(Entry):
    """One line of a brief."""

    text: str
    """What it says."""

    note: str | None
    """On whose word, and how certain, in the entries' own terms."""

    marks: list[Mark]
    """What it rests on."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Line:
        """From the dicts and lists of JSON."""
        return cls(
            text=value["text"],
            note=at(value, "note", None),
            marks=[Mark.from_dict(one) for one in value["marks"]],
        )


@dataclass(frozen=True, slots=True)
class Mark(Entry):
    """A pointer from a line to the words that it rests on."""

    source: int
    """Place in the brief's list of sources."""

    start: int
    """First code point in that report's text."""

    end: int
    """One past the last code point."""

    exact: str
    """The words themselves."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Mark:
        """From the dicts and lists of JSON."""
        return cls(
            source=value["source"],
            start=value["start"],
            end=value["end"],
            exact=value["exact"],
        )


@dataclass(frozen=True, slots=True)
class Mention(Entry):
    """A place in the text where a speaker is named."""

    span: Span
    """Where."""

    form: MentionForm
    """In what form."""

    evidence: list[Span]
    """Words that prove who is meant; empty where the mention is the name itself."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Mention:
        """From the dicts and lists of JSON."""
        return cls(
            span=Span.from_dict(value["span"]),
            form=value["form"],
            evidence=[Span.from_dict(one) for one in value["evidence"]],
        )


#: Form of a mention.
#: - `name`: The name or a part of it.
#: - `abbreviation`: An abbreviation.
#: - `misspelling`: A name close to the speaker's in spelling.
#: - `description`: A description ("the agency").
#: - `pronoun`: A pronoun.
MentionForm: TypeAlias = Literal["name", "abbreviation", "misspelling", "description", "pronoun"]


@dataclass(frozen=True, slots=True)
class Mismatch(Entry):
    """Values that look comparable and are not, for what they are values of differs."""

    why: Difference
    """In what they differ."""

    a: PointRef
    """One value."""

    b: PointRef
    """The other."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Mismatch:
        """From the dicts and lists of JSON."""
        return cls(
            why=value["why"],
            a=PointRef.from_dict(value["a"]),
            b=PointRef.from_dict(value["b"]),
        )


#: How certain a content is made to be (after FactBank), with the kinds of speech act that desks tell apart.
#: - `asserted`: Said to be so.
#: - `denied`: Said not to be so.
#: - `possible`: Said to be possible.
#: - `expected`: Said to be coming.
#: - `planned`: Said to be intended.
#: - `demanded`: Asked for.
Modality: TypeAlias = Literal["asserted", "denied", "possible", "expected", "planned", "demanded"]


@dataclass(frozen=True, slots=True)
class NoteNotInCited(Entry):
    """The outlet cited has reports in the ledger, and none of them holds the number."""

    note: Literal["not_in_cited"]

    outlet: str
    """The outlet cited."""

    reports: list[int]
    """Its reports."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> NoteNotInCited:
        """From the dicts and lists of JSON."""
        return cls(
            note=value["note"],
            outlet=value["outlet"],
            reports=value["reports"],
        )


@dataclass(frozen=True, slots=True)
class NoteOtherValueInCited(Entry):
    """The report cited gives another value of the same count."""

    note: Literal["other_value_in_cited"]

    report: int
    """The report cited."""

    value: Bounds
    """Its value."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> NoteOtherValueInCited:
        """From the dicts and lists of JSON."""
        return cls(
            note=value["note"],
            report=value["report"],
            value=Bounds.from_dict(value["value"]),
        )


@dataclass(frozen=True, slots=True)
class NoteConfirmedInCited(Entry):
    """The report cited holds the number."""

    note: Literal["confirmed_in_cited"]

    report: int
    """The report cited."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> NoteConfirmedInCited:
        """From the dicts and lists of JSON."""
        return cls(
            note=value["note"],
            report=value["report"],
        )


@dataclass(frozen=True, slots=True)
class NoteOtherOriginInCited(Entry):
    """The report cited names another origin."""

    note: Literal["other_origin_in_cited"]

    report: int
    """The report cited."""

    origin: str | None
    """The origin that it names."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> NoteOtherOriginInCited:
        """From the dicts and lists of JSON."""
        return cls(
            note=value["note"],
            report=value["report"],
            origin=at(value, "origin", None),
        )


#: Something odd about a report's account of a value.
Note: TypeAlias = NoteNotInCited | NoteOtherValueInCited | NoteConfirmedInCited | NoteOtherOriginInCited


def _note(value: dict[str, Any]) -> Note:
    match value:
        case {"note": "not_in_cited"}:
            return NoteNotInCited.from_dict(value)
        case {"note": "other_value_in_cited"}:
            return NoteOtherValueInCited.from_dict(value)
        case {"note": "confirmed_in_cited"}:
            return NoteConfirmedInCited.from_dict(value)
        case {"note": "other_origin_in_cited"}:
            return NoteOtherOriginInCited.from_dict(value)
    raise ValueError(f"{value} is no Note; was it written by another version?")


#: An exact decimal: `mantissa / 10^scale`, always in lowest terms. Written in JSON as a number.
Number: TypeAlias = float


@dataclass(frozen=True, slots=True)
class Numbers(Entry):
    """Bounds of a figure, as floating point for sorting and columns; the reading has them exactly."""

    low: float | None
    """Strict lower bound."""

    best: float | None
    """The value."""

    high: float | None
    """Upper bound."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Numbers:
        """From the dicts and lists of JSON."""
        return cls(
            low=at(value, "low", None),
            best=at(value, "best", None),
            high=at(value, "high", None),
        )


#: What has become of an entry.
#: - `accepted`: It is right as it is.
#: - `corrected`: It has other values than were read.
#: - `rejected`: It is none.
#: - `added`: The reader has missed it.
Outcome: TypeAlias = Literal["accepted", "corrected", "rejected", "added"]


@dataclass(frozen=True, slots=True)
class Outlook(Entry):
    """Something that is expected next."""

    mark: StoryMark
    """The words that say what."""

    speaker: int | None
    """On whose word; null in the outlet's own voice."""

    modality: Modality
    """Expected, planned, possible or demanded."""

    by: Date | None
    """Last day on which it should have happened; null where not said."""

    time: StoryMark | None
    """Words that give the time."""

    passed: bool | None
    """Whether that day has passed on the day up to which the story is told; null where either is not known."""

    outcome: OutlookOutcome | None
    """What came of it, as a later report tells; null where none does."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Outlook:
        """From the dicts and lists of JSON."""
        return cls(
            mark=StoryMark.from_dict(value["mark"]),
            speaker=at(value, "speaker", None),
            modality=value["modality"],
            by=at(value, "by", None),
            time=None if at(value, "time", None) is None else StoryMark.from_dict(at(value, "time", None)),
            passed=at(value, "passed", None),
            outcome=None if at(value, "outcome", None) is None else _outlook_outcome(at(value, "outcome", None)),
        )


@dataclass(frozen=True, slots=True)
class OutlookOutcomeMet(Entry):
    """A later report tells of it as of something that has happened."""

    outcome: Literal["met"]

    mark: StoryMark
    """The words."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> OutlookOutcomeMet:
        """From the dicts and lists of JSON."""
        return cls(
            outcome=value["outcome"],
            mark=StoryMark.from_dict(value["mark"]),
        )


@dataclass(frozen=True, slots=True)
class OutlookOutcomeMissed(Entry):
    """A later report says that it did not happen, or not yet."""

    outcome: Literal["missed"]

    mark: StoryMark
    """The words."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> OutlookOutcomeMissed:
        """From the dicts and lists of JSON."""
        return cls(
            outcome=value["outcome"],
            mark=StoryMark.from_dict(value["mark"]),
        )


#: What came of something that was expected.
OutlookOutcome: TypeAlias = OutlookOutcomeMet | OutlookOutcomeMissed


def _outlook_outcome(value: dict[str, Any]) -> OutlookOutcome:
    match value:
        case {"outcome": "met"}:
            return OutlookOutcomeMet.from_dict(value)
        case {"outcome": "missed"}:
            return OutlookOutcomeMissed.from_dict(value)
    raise ValueError(f"{value} is no OutlookOutcome; was it written by another version?")


@dataclass(frozen=True, slots=True)
class Parent(Entry):
    """A body that a speaker speaks for."""

    name: str
    """Name of the body."""

    speaker: int | None
    """The body as a speaker, where it is one."""

    evidence: Evidence
    """What shows it."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Parent:
        """From the dicts and lists of JSON."""
        return cls(
            name=value["name"],
            speaker=at(value, "speaker", None),
            evidence=Evidence.from_dict(value["evidence"]),
        )


#: A stretch of days, both ends included; written `[first, last]`.
Period: TypeAlias = tuple["Date", "Date"]


@dataclass(frozen=True, slots=True)
class Place(Entry):
    """A place named in the text."""

    id: PlaceId
    """Its id."""

    span: Span
    """Where it stands."""

    name: str
    """The name as written."""

    resolved: PlaceEntry | None
    """Entry that it is read as; null where unknown or where several are as good."""

    candidates: list[PlaceEntry]
    """Other entries that bear the name, best first, at most ten."""

    rule: str
    """Why `resolved` is what it is."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Place:
        """From the dicts and lists of JSON."""
        return cls(
            id=value["id"],
            span=Span.from_dict(value["span"]),
            name=value["name"],
            resolved=None if at(value, "resolved", None) is None else PlaceEntry.from_dict(at(value, "resolved", None)),
            candidates=[PlaceEntry.from_dict(one) for one in value["candidates"]],
            rule=value["rule"],
        )


@dataclass(frozen=True, slots=True)
class PlaceEntry(Entry):
    """An entry of the gazetteer."""

    geonames: int | None
    """GeoNames id; null for an entry that GeoNames does not number."""

    name: str
    """Name in the gazetteer."""

    level: PlaceLevel
    """What it is."""

    country: str | None
    """ISO 3166-1 alpha-2 code of its country."""

    admin: str | None
    """Code of its first-level division, as the gazetteer has it."""

    population: int | None
    """Population, as the gazetteer has it."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> PlaceEntry:
        """From the dicts and lists of JSON."""
        return cls(
            geonames=at(value, "geonames", None),
            name=value["name"],
            level=value["level"],
            country=at(value, "country", None),
            admin=at(value, "admin", None),
            population=at(value, "population", None),
        )


#: A place of a reading (`l0`).
PlaceId: TypeAlias = str


#: Level of a place.
#: - `region`: A continent or part of the world.
#: - `country`: A country.
#: - `admin`: A first-level division.
#: - `district`: A second-level division.
#: - `city`: A populated place.
PlaceLevel: TypeAlias = Literal["region", "country", "admin", "district", "city"]


@dataclass(frozen=True, slots=True)
class Point(Entry):
    """A value that an origin gave at a time."""

    on: Date | None
    """Day on which it was said; null where no report says so."""

    known_by: Date | None
    """Day by which it had been said: that of publication of the first report that carries it."""

    as_of: Date | None
    """Day for which it holds, where stated."""

    value: Bounds
    """The value."""

    reports: list[Appearance]
    """Reports that carry it, the first one first; all others are echoes."""

    statuses: list[Status]
    """What has happened to it since."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Point:
        """From the dicts and lists of JSON."""
        return cls(
            on=at(value, "on", None),
            known_by=at(value, "known_by", None),
            as_of=at(value, "as_of", None),
            value=Bounds.from_dict(value["value"]),
            reports=[Appearance.from_dict(one) for one in value["reports"]],
            statuses=[_status(one) for one in value["statuses"]],
        )


@dataclass(frozen=True, slots=True)
class PointRef(Entry):
    """Names a point: claim, series and point by their places."""

    claim: int
    """Place in [`Story::claims`]."""

    series: int
    """Place in [`Claim::series`]."""

    point: int
    """Place in [`Series::points`]."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> PointRef:
        """From the dicts and lists of JSON."""
        return cls(
            claim=value["claim"],
            series=value["series"],
            point=value["point"],
        )


#: Affirmed or negated.
#: - `positive`: Affirmed.
#: - `negative`: Negated.
Polarity: TypeAlias = Literal["positive", "negative"]


@dataclass(frozen=True, slots=True)
class Put(Entry):
    """What became of a report that was to be added."""

    status: str
    """"added", "known", "revised" or "failed"."""

    report: int | None
    """Its number in the ledger; null where it failed."""

    previous: int | None
    """The revision before it."""

    origin: str
    """Where it came from."""

    reason: str | None
    """Why it failed, or why it was stored and not read."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Put:
        """From the dicts and lists of JSON."""
        return cls(
            status=value["status"],
            report=at(value, "report", None),
            previous=at(value, "previous", None),
            origin=value["origin"],
            reason=at(value, "reason", None),
        )


class ReadingEntries:
    """What one report says."""

    def _entries(self) -> dict[str, Any]:
        raise NotImplementedError

    @cached_property
    def schema_version(self) -> int:
        """Version of this form ([`SCHEMA_VERSION`])."""
        made: int = self._entries()["schema_version"]
        return made

    @cached_property
    def reader(self) -> str:
        """Version of sayso that read the report."""
        made: str = self._entries()["reader"]
        return made

    @cached_property
    def report(self) -> Report:
        """The report that was read; spans point into its `text`."""
        made: Report = Report.from_dict(self._entries()["report"])
        return made

    @cached_property
    def statements(self) -> list[Statement]:
        """Who says what, in text order of the content."""
        made: list[Statement] = [Statement.from_dict(one) for one in self._entries()["statements"]]
        return made

    @cached_property
    def figures(self) -> list[Figure]:
        """Numbers with what they count, in text order."""
        made: list[Figure] = [Figure.from_dict(one) for one in self._entries()["figures"]]
        return made

    @cached_property
    def speakers(self) -> list[Speaker]:
        """Everybody whose word is given or who hands it on."""
        made: list[Speaker] = [Speaker.from_dict(one) for one in self._entries()["speakers"]]
        return made

    @cached_property
    def times(self) -> list[TimeExpression]:
        """Time expressions, in text order."""
        made: list[TimeExpression] = [TimeExpression.from_dict(one) for one in self._entries()["times"]]
        return made

    @cached_property
    def places(self) -> list[Place]:
        """Places, in text order."""
        made: list[Place] = [Place.from_dict(one) for one in self._entries()["places"]]
        return made

    @cached_property
    def comment_requests(self) -> list[CommentRequest]:
        """Who was asked for comment, and what came of it."""
        made: list[CommentRequest] = [CommentRequest.from_dict(one) for one in self._entries()["comment_requests"]]
        return made

    @cached_property
    def expected(self) -> list[Expectation]:
        """What is expected, planned or feared next."""
        made: list[Expectation] = [Expectation.from_dict(one) for one in self._entries()["expected"]]
        return made

    @cached_property
    def corrections(self) -> list[Correction]:
        """What the report corrects or takes back."""
        made: list[Correction] = [Correction.from_dict(one) for one in self._entries()["corrections"]]
        return made

    @cached_property
    def diagnostics(self) -> list[Diagnostic]:
        """What could not be read, and why."""
        made: list[Diagnostic] = [Diagnostic.from_dict(one) for one in self._entries()["diagnostics"]]
        return made


@dataclass(frozen=True, slots=True)
class Refused(Entry):
    """A sentence of a model that was refused."""

    sentence: str
    """The sentence."""

    why: str
    """Why."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Refused:
        """From the dicts and lists of JSON."""
        return cls(
            sentence=value["sentence"],
            why=value["why"],
        )


@dataclass(frozen=True, slots=True)
class Remark(Entry):
    """A remark on an entry."""

    id: int
    """The decision that it is."""

    by: str
    """Who."""

    at: str
    """When (RFC 3339)."""

    text: str
    """The words."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Remark:
        """From the dicts and lists of JSON."""
        return cls(
            id=value["id"],
            by=value["by"],
            at=value["at"],
            text=value["text"],
        )


@dataclass(frozen=True, slots=True)
class Report(Entry):
    """One published text and what its head says of it."""

    raw_hash: str
    """SHA-256 of the raw bytes that the report was made from, lower-case hexadecimal."""

    text_hash: str
    """SHA-256 of `text`, lower-case hexadecimal."""

    text: str
    """Normalised text that every span points into. A headline known only from the head is its first paragraph."""

    head: Head
    """What is known of headline, outlet, byline and date."""

    diagnostics: list[Diagnostic]
    """What went wrong or was left out on the way in."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Report:
        """From the dicts and lists of JSON."""
        return cls(
            raw_hash=value["raw_hash"],
            text_hash=value["text_hash"],
            text=value["text"],
            head=Head.from_dict(value["head"]),
            diagnostics=[Diagnostic.from_dict(one) for one in value["diagnostics"]],
        )


#: Number of a report in its ledger; grows in the order of adding.
ReportId: TypeAlias = int


@dataclass(frozen=True, slots=True)
class ReportLine(Entry):
    """What a list of reports shows of one."""

    id: ReportId
    """Number in the ledger."""

    text_hash: str
    """SHA-256 of its text."""

    first: ReportId
    """Number of the first revision."""

    revision: int
    """Which revision it is, from 1."""

    latest: bool
    """True for the newest revision."""

    headline: str | None
    """Headline."""

    outlet: str | None
    """Outlet."""

    published: str | None
    """Day of publication."""

    url: str | None
    """Address."""

    language: str | None
    """Language, BCP 47."""

    origin: str
    """Path, address or archive record that it was read from."""

    fetched_at: str | None
    """When it was fetched, if it was (RFC 3339)."""

    added_at: str
    """When it was added (RFC 3339)."""

    statements: int | None
    """How many statements its reading has; null where it has not been read."""

    figures: int | None
    """How many figures its reading has; null where it has not been read."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> ReportLine:
        """From the dicts and lists of JSON."""
        return cls(
            id=value["id"],
            text_hash=value["text_hash"],
            first=value["first"],
            revision=value["revision"],
            latest=value["latest"],
            headline=at(value, "headline", None),
            outlet=at(value, "outlet", None),
            published=at(value, "published", None),
            url=at(value, "url", None),
            language=at(value, "language", None),
            origin=value["origin"],
            fetched_at=at(value, "fetched_at", None),
            added_at=value["added_at"],
            statements=at(value, "statements", None),
            figures=at(value, "figures", None),
        )


@dataclass(frozen=True, slots=True)
class Role(Entry):
    """A role of a speaker, as the report gives it."""

    title: str
    """Words of the role ("press secretary")."""

    body: str | None
    """Body in which it is held ("Pentagon")."""

    span: Span
    """Where the role stands."""

    former: bool
    """True for "former", "ex-"."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Role:
        """From the dicts and lists of JSON."""
        return cls(
            title=value["title"],
            body=at(value, "body", None),
            span=Span.from_dict(value["span"]),
            former=value["former"],
        )


@dataclass(frozen=True, slots=True)
class RunnerUp(Entry):
    """What came second."""

    value: str | None
    """A category, or the name or words of a source; null for nobody but the outlet."""

    share: Share
    """The decider's probability."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> RunnerUp:
        """From the dicts and lists of JSON."""
        return cls(
            value=at(value, "value", None),
            share=value["share"],
        )


@dataclass(frozen=True, slots=True)
class Said(Entry):
    """A statement in a list, with how it came to the outlet."""

    report: ReportId
    """The report."""

    statement: StatementId
    """The statement in its reading."""

    speaker: SpeakerId
    """The speaker in that reading."""

    name: str
    """The speaker's name there."""

    outlet: str | None
    """Outlet of the report."""

    published: str | None
    """Day of publication of the report."""

    kind: str
    """Direct, indirect or mixed."""

    modality: str
    """How certain the content is made to be."""

    polarity: str | None
    """Positive or negative."""

    said_on: str | None
    """Day on which it was said."""

    content: str
    """The content."""

    part_of: StatementId | None
    """The statement whose content holds it."""

    decision: str | None
    """What people decided: accepted, corrected, rejected, added."""

    reviewed_by: str | None
    """Who did, one after the other."""

    via: list[str]
    """Who handed it on, nearest to the speaker first, the outlet last."""

    entry: Statement | None
    """The statement itself, with spans in code points."""

    decided: Decided | None
    """What was decided about it."""

    @property
    def entry_name(self) -> str:
        """The name by which it is decided about and looked up: "12:f3"."""
        return f"{self.report}:{self.statement}"

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Said:
        """From the dicts and lists of JSON."""
        return cls(
            report=value["report"],
            statement=value["statement"],
            speaker=value["speaker"],
            name=value["name"],
            outlet=at(value, "outlet", None),
            published=at(value, "published", None),
            kind=value["kind"],
            modality=value["modality"],
            polarity=at(value, "polarity", None),
            said_on=at(value, "said_on", None),
            content=value["content"],
            part_of=at(value, "part_of", None),
            decision=at(value, "decision", None),
            reviewed_by=at(value, "reviewed_by", None),
            via=value["via"],
            entry=None if at(value, "entry", None) is None else Statement.from_dict(at(value, "entry", None)),
            decided=None if at(value, "decided", None) is None else Decided.from_dict(at(value, "decided", None)),
        )


@dataclass(frozen=True, slots=True)
class ScopeTotal(Entry):
    """All so far."""

    scope: Literal["total"]

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> ScopeTotal:
        """From the dicts and lists of JSON."""
        return cls(
            scope=value["scope"],
        )


@dataclass(frozen=True, slots=True)
class ScopeDuring(Entry):
    """What happened during some days."""

    scope: Literal["during"]

    period: Period
    """These days."""

    places: list[str]
    """Places of their own that the figure names."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> ScopeDuring:
        """From the dicts and lists of JSON."""
        return cls(
            scope=value["scope"],
            period=(value["period"][0], value["period"][1]),
            places=value["places"],
        )


@dataclass(frozen=True, slots=True)
class ScopeAt(Entry):
    """What happened at some places that the story as a whole is not about, or is counted in one house ("the
    hospital").
    """

    scope: Literal["at"]

    places: list[str]
    """The places."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> ScopeAt:
        """From the dicts and lists of JSON."""
        return cls(
            scope=value["scope"],
            places=value["places"],
        )


@dataclass(frozen=True, slots=True)
class ScopeAdded(Entry):
    """What came on top of an earlier count ("three more"), or was found one after the other ("16 bodies"): no total."""

    scope: Literal["added"]

    places: list[str]
    """Places of their own that the figure names."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> ScopeAdded:
        """From the dicts and lists of JSON."""
        return cls(
            scope=value["scope"],
            places=value["places"],
        )


@dataclass(frozen=True, slots=True)
class ScopePart(Entry):
    """A part of another value of its report ("four of them")."""

    scope: Literal["part"]

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> ScopePart:
        """From the dicts and lists of JSON."""
        return cls(
            scope=value["scope"],
        )


@dataclass(frozen=True, slots=True)
class ScopeOneOfSeveral(Entry):
    """One of several counts of its report, much smaller than another; nothing says what it is of, so it is not taken
    for the total.
    """

    scope: Literal["one_of_several"]

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> ScopeOneOfSeveral:
        """From the dicts and lists of JSON."""
        return cls(
            scope=value["scope"],
        )


#: What a claim's values are values of, besides category, group and unit.
Scope: TypeAlias = ScopeTotal | ScopeDuring | ScopeAt | ScopeAdded | ScopePart | ScopeOneOfSeveral


def _scope(value: dict[str, Any]) -> Scope:
    match value:
        case {"scope": "total"}:
            return ScopeTotal.from_dict(value)
        case {"scope": "during"}:
            return ScopeDuring.from_dict(value)
        case {"scope": "at"}:
            return ScopeAt.from_dict(value)
        case {"scope": "added"}:
            return ScopeAdded.from_dict(value)
        case {"scope": "part"}:
            return ScopePart.from_dict(value)
        case {"scope": "one_of_several"}:
            return ScopeOneOfSeveral.from_dict(value)
    raise ValueError(f"{value} is no Scope; was it written by another version?")


@dataclass(frozen=True, slots=True)
class Section(Entry):
    """One head with its lines."""

    heading: Heading
    """The head."""

    lines: list[Line]
    """Its lines."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Section:
        """From the dicts and lists of JSON."""
        return cls(
            heading=value["heading"],
            lines=[Line.from_dict(one) for one in value["lines"]],
        )


@dataclass(frozen=True, slots=True)
class Series(Entry):
    """The values of one origin over time."""

    origin: int | None
    """Whose word it is; null where reports name nobody, which is no origin."""

    name: str | None
    """Name of the origin."""

    independence: Independence
    """Whether it is an origin of its own."""

    points: list[Point]
    """Its values, by time."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Series:
        """From the dicts and lists of JSON."""
        return cls(
            origin=at(value, "origin", None),
            name=at(value, "name", None),
            independence=_independence(value["independence"]),
            points=[Point.from_dict(one) for one in value["points"]],
        )


#: A probability or share in thousandths. Written in JSON as a number from 0 to 1.
Share: TypeAlias = float


@dataclass(frozen=True, slots=True)
class SharedStatement(Entry):
    """A statement that several reports carry."""

    speaker: int | None
    """Who said it."""

    appearances: list[StatementAppearance]
    """Where it stands, the first report first."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> SharedStatement:
        """From the dicts and lists of JSON."""
        return cls(
            speaker=at(value, "speaker", None),
            appearances=[StatementAppearance.from_dict(one) for one in value["appearances"]],
        )


@dataclass(frozen=True, slots=True)
class Source(Entry):
    """A report that marks point into."""

    text_hash: str
    """SHA-256 of the text."""

    outlet: str | None
    """Outlet, where known."""

    published: Date | None
    """Day of publication, where known."""

    headline: str | None
    """Headline, where known."""

    url: str | None
    """Address, where known."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Source:
        """From the dicts and lists of JSON."""
        return cls(
            text_hash=value["text_hash"],
            outlet=at(value, "outlet", None),
            published=at(value, "published", None),
            headline=at(value, "headline", None),
            url=at(value, "url", None),
        )


@dataclass(frozen=True, slots=True)
class Span(Entry):
    """A stretch of the report's text in Unicode code points, end exclusive, with the text itself."""

    start: int

    end: int

    exact: str

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Span:
        """From the dicts and lists of JSON."""
        return cls(
            start=value["start"],
            end=value["end"],
            exact=value["exact"],
        )


@dataclass(frozen=True, slots=True)
class Speaker(Entry):
    """Somebody whose word is given or who hands it on."""

    id: SpeakerId
    """Its id."""

    name: str
    """Fullest name that stands in the report; the description for an unnamed speaker."""

    kind: SpeakerKind
    """What sort of speaker."""

    anonymous: bool
    """True where described but not named."""

    roles: list[Role]
    """Roles that the report gives."""

    mentions: list[Mention]
    """Every mention with the reason why it is this speaker."""

    same_as: SpeakerId | None
    """A named speaker who this unnamed one turns out to be."""

    same_as_evidence: list[Span]
    """Words that show it."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Speaker:
        """From the dicts and lists of JSON."""
        return cls(
            id=value["id"],
            name=value["name"],
            kind=value["kind"],
            anonymous=value["anonymous"],
            roles=[Role.from_dict(one) for one in value["roles"]],
            mentions=[Mention.from_dict(one) for one in value["mentions"]],
            same_as=at(value, "same_as", None),
            same_as_evidence=[Span.from_dict(one) for one in value["same_as_evidence"]],
        )


#: A speaker of a reading (`p0`).
SpeakerId: TypeAlias = str


#: Sort of speaker.
#: - `person`: One human being.
#: - `organization`: A body: ministry, agency, company, army.
#: - `government`: A country or place speaking for its government ("Seoul").
#: - `outlet`: News outlet or wire agency.
#: - `group`: Several people ("Western officials").
#: - `document`: A report, letter or other document.
#: - `unknown`: Not known.
SpeakerKind: TypeAlias = Literal["person", "organization", "government", "outlet", "group", "document", "unknown"]


@dataclass(frozen=True, slots=True)
class SpeakerMember(Entry):
    """A speaker of one report as part of a speaker across reports."""

    report: int
    """The report."""

    speaker: SpeakerId
    """The speaker in its reading."""

    name: str
    """Its name there."""

    evidence: Evidence
    """Why it is the same; the first member's is its own name."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> SpeakerMember:
        """From the dicts and lists of JSON."""
        return cls(
            report=value["report"],
            speaker=value["speaker"],
            name=value["name"],
            evidence=Evidence.from_dict(value["evidence"]),
        )


@dataclass(frozen=True, slots=True)
class Stated(Entry):
    """A value of the head and where it was found."""

    value: str
    """The value."""

    from_: HeadSource
    """Where it was found."""

    span: Span | None
    """Where it stands in the text, if it stands there."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Stated:
        """From the dicts and lists of JSON."""
        return cls(
            value=value["value"],
            from_=value["from"],
            span=None if at(value, "span", None) is None else Span.from_dict(at(value, "span", None)),
        )


@dataclass(frozen=True, slots=True)
class Stated2(Entry):
    """A value of the head and where it was found."""

    value: Date
    """The value."""

    from_: HeadSource
    """Where it was found."""

    span: Span | None
    """Where it stands in the text, if it stands there."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Stated2:
        """From the dicts and lists of JSON."""
        return cls(
            value=value["value"],
            from_=value["from"],
            span=None if at(value, "span", None) is None else Span.from_dict(at(value, "span", None)),
        )


@dataclass(frozen=True, slots=True)
class Statement(Entry):
    """An attribution read: who says what, through whom, how certain."""

    id: StatementId
    """Its id."""

    kind: StatementKind
    """In the speaker's words or not."""

    construction: Construction
    """How it is attributed."""

    source: list[Span]
    """Words that name the source; empty where nobody is named."""

    cue: list[Span]
    """Words that attribute."""

    content: list[Span]
    """What is attributed."""

    speaker: SpeakerId | None
    """Whose statement it is: what the source words resolve to. Null where nobody is named."""

    chain: list[ChainLink]
    """From the outlet to the origin."""

    channel: Channel | None
    """Where it was said or written."""

    addressee: Span | None
    """Whom it was said to ("told reporters"), where stated."""

    modality: Modality
    """How certain the content is made to be."""

    polarity: Polarity
    """Whether the content is affirmed or negated."""

    modality_evidence: list[Span]
    """Words that show modality or polarity."""

    said_on: Date | None
    """Day on which it was said."""

    said_at: TimeId | None
    """Time expression that says so."""

    places: list[PlaceId]
    """Places named in the content."""

    figures: list[FigureId]
    """Figures that stand in the content."""

    parent: StatementId | None
    """The statement whose content holds this one."""

    same_words_as: StatementId | None
    """An earlier statement of the report with the same quoted words."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Statement:
        """From the dicts and lists of JSON."""
        return cls(
            id=value["id"],
            kind=value["kind"],
            construction=value["construction"],
            source=[Span.from_dict(one) for one in value["source"]],
            cue=[Span.from_dict(one) for one in value["cue"]],
            content=[Span.from_dict(one) for one in value["content"]],
            speaker=at(value, "speaker", None),
            chain=[ChainLink.from_dict(one) for one in value["chain"]],
            channel=None if at(value, "channel", None) is None else Channel.from_dict(at(value, "channel", None)),
            addressee=None if at(value, "addressee", None) is None else Span.from_dict(at(value, "addressee", None)),
            modality=value["modality"],
            polarity=value["polarity"],
            modality_evidence=[Span.from_dict(one) for one in value["modality_evidence"]],
            said_on=at(value, "said_on", None),
            said_at=at(value, "said_at", None),
            places=value["places"],
            figures=value["figures"],
            parent=at(value, "parent", None),
            same_words_as=at(value, "same_words_as", None),
        )


@dataclass(frozen=True, slots=True)
class StatementAppearance(Entry):
    """A statement in one report."""

    mark: StoryMark
    """Its words."""

    statement: StatementId
    """The statement in the report's reading."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> StatementAppearance:
        """From the dicts and lists of JSON."""
        return cls(
            mark=StoryMark.from_dict(value["mark"]),
            statement=value["statement"],
        )


#: A statement of a reading (`s0`).
StatementId: TypeAlias = str


#: Whether a content is given in the speaker's words.
#: - `direct`: All words in quotation marks.
#: - `indirect`: None in quotation marks.
#: - `mixed`: Some in quotation marks.
StatementKind: TypeAlias = Literal["direct", "indirect", "mixed"]


@dataclass(frozen=True, slots=True)
class StatusCurrent(Entry):
    """The newest of its origin."""

    status: Literal["current"]

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> StatusCurrent:
        """From the dicts and lists of JSON."""
        return cls(
            status=value["status"],
        )


@dataclass(frozen=True, slots=True)
class StatusSuperseded(Entry):
    """The same origin has given a newer one."""

    status: Literal["superseded"]

    on: Date | None
    """When."""

    by: PointRef
    """The newer one."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> StatusSuperseded:
        """From the dicts and lists of JSON."""
        return cls(
            status=value["status"],
            on=at(value, "on", None),
            by=PointRef.from_dict(value["by"]),
        )


@dataclass(frozen=True, slots=True)
class StatusInConflict(Entry):
    """Another origin gives a value that cannot hold with it."""

    status: Literal["in_conflict"]

    with_: PointRef
    """The other value."""

    origin: str | None
    """Who gives it."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> StatusInConflict:
        """From the dicts and lists of JSON."""
        return cls(
            status=value["status"],
            with_=PointRef.from_dict(value["with"]),
            origin=at(value, "origin", None),
        )


@dataclass(frozen=True, slots=True)
class StatusUnverified(Entry):
    """Nobody is shown to stand behind it."""

    status: Literal["unverified"]

    reasons: list[str]
    """Why: no source named, not verified, no other origin."""

    evidence: list[StoryMark]
    """Words that say so."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> StatusUnverified:
        """From the dicts and lists of JSON."""
        return cls(
            status=value["status"],
            reasons=value["reasons"],
            evidence=[StoryMark.from_dict(one) for one in value["evidence"]],
        )


@dataclass(frozen=True, slots=True)
class StatusCorrected(Entry):
    """Taken back by the outlet that published it."""

    status: Literal["corrected"]

    report: int
    """The report that corrects."""

    to: list[tuple[Category, Bounds]]
    """What stands instead."""

    mark: StoryMark
    """The words that correct."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> StatusCorrected:
        """From the dicts and lists of JSON."""
        return cls(
            status=value["status"],
            report=value["report"],
            to=[(one[0], Bounds.from_dict(one[1])) for one in value["to"]],
            mark=StoryMark.from_dict(value["mark"]),
        )


@dataclass(frozen=True, slots=True)
class StatusDenied(Entry):
    """Somebody else says that it is not so."""

    status: Literal["denied"]

    by: str | None
    """Who."""

    mark: StoryMark
    """The words."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> StatusDenied:
        """From the dicts and lists of JSON."""
        return cls(
            status=value["status"],
            by=at(value, "by", None),
            mark=StoryMark.from_dict(value["mark"]),
        )


@dataclass(frozen=True, slots=True)
class StatusDisowned(Entry):
    """Its alleged origin says that it is not theirs."""

    status: Literal["disowned"]

    by: str | None
    """Who."""

    mark: StoryMark
    """The words."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> StatusDisowned:
        """From the dicts and lists of JSON."""
        return cls(
            status=value["status"],
            by=at(value, "by", None),
            mark=StoryMark.from_dict(value["mark"]),
        )


@dataclass(frozen=True, slots=True)
class StatusSelfContradicted(Entry):
    """Contradicted by the report that carries it."""

    status: Literal["self_contradicted"]

    mark: StoryMark
    """The other value."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> StatusSelfContradicted:
        """From the dicts and lists of JSON."""
        return cls(
            status=value["status"],
            mark=StoryMark.from_dict(value["mark"]),
        )


#: What may have happened to a value.
Status: TypeAlias = StatusCurrent | StatusSuperseded | StatusInConflict | StatusUnverified | StatusCorrected | StatusDenied | StatusDisowned | StatusSelfContradicted


def _status(value: dict[str, Any]) -> Status:
    match value:
        case {"status": "current"}:
            return StatusCurrent.from_dict(value)
        case {"status": "superseded"}:
            return StatusSuperseded.from_dict(value)
        case {"status": "in_conflict"}:
            return StatusInConflict.from_dict(value)
        case {"status": "unverified"}:
            return StatusUnverified.from_dict(value)
        case {"status": "corrected"}:
            return StatusCorrected.from_dict(value)
        case {"status": "denied"}:
            return StatusDenied.from_dict(value)
        case {"status": "disowned"}:
            return StatusDisowned.from_dict(value)
        case {"status": "self_contradicted"}:
            return StatusSelfContradicted.from_dict(value)
    raise ValueError(f"{value} is no Status; was it written by another version?")


@dataclass(frozen=True, slots=True)
class Step(Entry):
    """A step from the outlet to the origin."""

    role: ChainRole
    """Its part."""

    name: str | None
    """Name; null where the step is there but nobody is named."""

    speaker: int | None
    """The speaker."""

    report: int | None
    """Report of the ledger that is this step, for outlets whose own report is there."""

    evidence: list[StoryMark]
    """Words that show the step."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Step:
        """From the dicts and lists of JSON."""
        return cls(
            role=value["role"],
            name=at(value, "name", None),
            speaker=at(value, "speaker", None),
            report=at(value, "report", None),
            evidence=[StoryMark.from_dict(one) for one in value["evidence"]],
        )


@dataclass(frozen=True, slots=True)
class Story(Entry):
    """What the reports on one developing event say together."""

    schema_version: int
    """Version of this form ([`STORY_SCHEMA_VERSION`])."""

    as_of: Date | None
    """Day up to which reports were taken in; null for all."""

    reports: list[StoryReport]
    """Its reports, by day of publication."""

    speakers: list[StorySpeaker]
    """Everybody whose word is given, one entry for each, whatever names the reports use."""

    claims: list[Claim]
    """Figures about the same thing, group, place and time."""

    conflicts: list[Conflict]
    """Values that cannot all hold, those on which most hangs first."""

    conflicts_left_out: int
    """How many more there are."""

    sums: list[Sum]
    """Values that add up to others, or that are too many for them."""

    mismatches: list[Mismatch]
    """Values that look comparable and are not."""

    corrections: list[CorrectionLink]
    """Corrections and what they correct."""

    contradictions: list[Contradiction]
    """Reports that contradict themselves."""

    statements: list[SharedStatement]
    """Statements that several reports carry."""

    unanswered: list[Unanswered]
    """Who was asked for comment and did not give it."""

    expected: list[Outlook]
    """What is expected next."""

    copies: list[CopyLink]
    """Reports that are copies of others."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Story:
        """From the dicts and lists of JSON."""
        return cls(
            schema_version=value["schema_version"],
            as_of=at(value, "as_of", None),
            reports=[StoryReport.from_dict(one) for one in value["reports"]],
            speakers=[StorySpeaker.from_dict(one) for one in value["speakers"]],
            claims=[Claim.from_dict(one) for one in value["claims"]],
            conflicts=[Conflict.from_dict(one) for one in value["conflicts"]],
            conflicts_left_out=value["conflicts_left_out"],
            sums=[Sum.from_dict(one) for one in value["sums"]],
            mismatches=[Mismatch.from_dict(one) for one in value["mismatches"]],
            corrections=[CorrectionLink.from_dict(one) for one in value["corrections"]],
            contradictions=[Contradiction.from_dict(one) for one in value["contradictions"]],
            statements=[SharedStatement.from_dict(one) for one in value["statements"]],
            unanswered=[Unanswered.from_dict(one) for one in value["unanswered"]],
            expected=[Outlook.from_dict(one) for one in value["expected"]],
            copies=[CopyLink.from_dict(one) for one in value["copies"]],
        )


@dataclass(frozen=True, slots=True)
class StoryLine(Entry):
    """A story in a list."""

    story: int
    """Its number."""

    label: str
    """The headline that it began with."""

    reports: int
    """How many reports it has."""

    outlets: list[str]
    """Their outlets."""

    first: str | None
    """Day of the first report."""

    last: str | None
    """Day of the newest."""

    unreviewed: int
    """Figures about which nobody has decided."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> StoryLine:
        """From the dicts and lists of JSON."""
        return cls(
            story=value["story"],
            label=value["label"],
            reports=value["reports"],
            outlets=value["outlets"],
            first=at(value, "first", None),
            last=at(value, "last", None),
            unreviewed=value["unreviewed"],
        )


@dataclass(frozen=True, slots=True)
class StoryMark(Entry):
    """A place in a report of the story."""

    report: int
    """The report."""

    span: Span
    """Where in its text."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> StoryMark:
        """From the dicts and lists of JSON."""
        return cls(
            report=value["report"],
            span=Span.from_dict(value["span"]),
        )


@dataclass(frozen=True, slots=True)
class StoryReport(Entry):
    """A report of a story."""

    key: int
    """Its number in the ledger."""

    outlet: str | None
    """Name of its outlet: as some report of the story writes it, else as its own head has it."""

    headline: str | None
    """Headline."""

    published: Date | None
    """Day of publication."""

    url: str | None
    """Address."""

    text_hash: str
    """SHA-256 of its text."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> StoryReport:
        """From the dicts and lists of JSON."""
        return cls(
            key=value["key"],
            outlet=at(value, "outlet", None),
            headline=at(value, "headline", None),
            published=at(value, "published", None),
            url=at(value, "url", None),
            text_hash=value["text_hash"],
        )


@dataclass(frozen=True, slots=True)
class StorySpeaker(Entry):
    """A speaker across reports."""

    name: str
    """Fullest name that stands in a report; the description for an unnamed speaker."""

    kind: SpeakerKind
    """What sort of speaker."""

    anonymous: bool
    """True where described but not named."""

    country: str | None
    """Country that some report ties it to."""

    names: list[str]
    """Names and descriptions that the reports use, in order of first use."""

    members: list[SpeakerMember]
    """The speakers of single reports that are this one, each with the reason."""

    roles: list[HeldRole]
    """Roles in order of report; a later one may follow on an earlier one."""

    parents: list[Parent]
    """Bodies that it speaks for or is part of."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> StorySpeaker:
        """From the dicts and lists of JSON."""
        return cls(
            name=value["name"],
            kind=value["kind"],
            anonymous=value["anonymous"],
            country=at(value, "country", None),
            names=value["names"],
            members=[SpeakerMember.from_dict(one) for one in value["members"]],
            roles=[HeldRole.from_dict(one) for one in value["roles"]],
            parents=[Parent.from_dict(one) for one in value["parents"]],
        )


@dataclass(frozen=True, slots=True)
class SubjectEntries(Entry):
    """Entries of readings."""

    entries: list[Anchored]

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> SubjectEntries:
        """From the dicts and lists of JSON."""
        return cls(
            entries=[Anchored.from_dict(one) for one in value["entries"]],
        )


@dataclass(frozen=True, slots=True)
class SubjectReports(Entry):
    """Reports: merged, all reports of their stories are one story; split, these are a story of their own."""

    reports: list[int]

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> SubjectReports:
        """From the dicts and lists of JSON."""
        return cls(
            reports=value["reports"],
        )


@dataclass(frozen=True, slots=True)
class SubjectDecision(Entry):
    """Another decision, undone."""

    decision: int

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> SubjectDecision:
        """From the dicts and lists of JSON."""
        return cls(
            decision=value["decision"],
        )


#: What a decision is about.
Subject: TypeAlias = SubjectEntries | SubjectReports | SubjectDecision


def _subject(value: dict[str, Any]) -> Subject:
    match value:
        case {"entries": _}:
            return SubjectEntries.from_dict(value)
        case {"reports": _}:
            return SubjectReports.from_dict(value)
        case {"decision": _}:
            return SubjectDecision.from_dict(value)
    raise ValueError(f"{value} is no Subject; was it written by another version?")


@dataclass(frozen=True, slots=True)
class Sum(Entry):
    """Values of one report that make up another."""

    whole: StoryMark
    """The whole."""

    of: Bounds
    """Its value."""

    parts: list[StoryMark]
    """The parts."""

    sum: Number
    """What they come to."""

    finding: SumFinding
    """Whether that is the whole."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Sum:
        """From the dicts and lists of JSON."""
        return cls(
            whole=StoryMark.from_dict(value["whole"]),
            of=Bounds.from_dict(value["of"]),
            parts=[StoryMark.from_dict(one) for one in value["parts"]],
            sum=value["sum"],
            finding=value["finding"],
        )


#: What a sum shows.
#: - `supports`: The parts are the whole: they support it.
#: - `fewer`: The parts are less than the whole: there are others.
#: - `exceeds`: The parts are more than the whole: one of the numbers is wrong, or they are not parts of it.
SumFinding: TypeAlias = Literal["supports", "fewer", "exceeds"]


@dataclass(frozen=True, slots=True)
class Summary(Entry):
    """Low, best and high of a claim, never an average."""

    low: Number | None
    """Lowest value that a counted origin gives."""

    best: Number | None
    """The value that most independent origins share, else the newest."""

    high: Number | None
    """Highest value that a counted origin gives."""

    open_above: bool
    """True where a counted origin gives a lower bound only, so that more is possible."""

    independent: int
    """How many independent origins were counted."""

    rule: str
    """The rule in words."""

    inputs: list[PointRef]
    """The values that were taken in."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Summary:
        """From the dicts and lists of JSON."""
        return cls(
            low=at(value, "low", None),
            best=at(value, "best", None),
            high=at(value, "high", None),
            open_above=value["open_above"],
            independent=value["independent"],
            rule=value["rule"],
            inputs=[PointRef.from_dict(one) for one in value["inputs"]],
        )


#: How sure a conflict is.
#: - `sure`: One report gives both, or both are of the same stated days or places.
#: - `likely`: Both were published on one day.
#: - `possible`: A count that only grows has fallen: the later one may be of something less.
Sureness: TypeAlias = Literal["sure", "likely", "possible"]


@dataclass(frozen=True, slots=True)
class TimeExpression(Entry):
    """A time expression, resolved against the day of publication."""

    id: TimeId
    """Its id."""

    span: Span
    """Where it stands."""

    start: Date | None
    """First day; null where it could not be resolved."""

    end: Date | None
    """Last day; null where it could not be resolved or is open."""

    granularity: Granularity
    """How fine it is."""

    relation: TimeRelation
    """How it relates to what it dates."""

    rule: str
    """Name of the rule that resolved it, or the reason why none could."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> TimeExpression:
        """From the dicts and lists of JSON."""
        return cls(
            id=value["id"],
            span=Span.from_dict(value["span"]),
            start=at(value, "start", None),
            end=at(value, "end", None),
            granularity=value["granularity"],
            relation=value["relation"],
            rule=value["rule"],
        )


#: A time expression of a reading (`t0`).
TimeId: TypeAlias = str


#: How a time relates to what it dates.
#: - `at`: At or during it.
#: - `by`: Not later than it.
#: - `before`: Before it.
#: - `after`: After it.
#: - `since`: From it on.
#: - `until`: Up to it.
#: - `past`: A stretch that ends with the time of writing or speaking ("in the past week").
#: - `coming`: A stretch that begins with it ("in the coming days").
TimeRelation: TypeAlias = Literal["at", "by", "before", "after", "since", "until", "past", "coming"]


@dataclass(frozen=True, slots=True)
class Unanswered(Entry):
    """A request for comment without an answer."""

    asked: list[str]
    """Who was asked."""

    mark: StoryMark
    """The words that tell of it."""

    outcome: CommentOutcome
    """What came of it."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Unanswered:
        """From the dicts and lists of JSON."""
        return cls(
            asked=value["asked"],
            mark=StoryMark.from_dict(value["mark"]),
            outcome=value["outcome"],
        )


@dataclass(frozen=True, slots=True)
class Verdict(Entry):
    """The decision that counts."""

    id: int
    """Its number."""

    what: Outcome
    """What."""

    by: str
    """Who."""

    at: str
    """When (RFC 3339)."""

    note: str | None
    """Why."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Verdict:
        """From the dicts and lists of JSON."""
        return cls(
            id=value["id"],
            what=value["what"],
            by=value["by"],
            at=value["at"],
            note=at(value, "note", None),
        )


@dataclass(frozen=True, slots=True)
class Who(Entry):
    """What is found under a name."""

    known: bool
    """False where the ledger has no speaker of that name, which is another thing than one to whom nothing is
    attributed.
    """

    said: list[Said]
    """What was said, in the order of saying."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Who:
        """From the dicts and lists of JSON."""
        return cls(
            known=value["known"],
            said=[Said.from_dict(one) for one in value["said"]],
        )


@dataclass(frozen=True, slots=True)
class Why(Entry):
    """Why a figure counts what it counts and is whose word it is."""

    category: Choice
    """Of its category."""

    origin: Choice
    """Of its origin."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Why:
        """From the dicts and lists of JSON."""
        return cls(
            category=Choice.from_dict(value["category"]),
            origin=Choice.from_dict(value["origin"]),
        )


@dataclass(frozen=True, slots=True)
class Worded(Entry):
    """A line that has a model's words."""

    heading: Heading
    """Its head."""

    line: int
    """Its place under the head, from 0."""

    plain: str
    """What it said before."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Worded:
        """From the dicts and lists of JSON."""
        return cls(
            heading=value["heading"],
            line=value["line"],
            plain=value["plain"],
        )


@dataclass(frozen=True, slots=True)
class Wording(Entry):
    """What a model of the user's own made of a brief's lines."""

    model: str
    """The model."""

    prompt: str
    """SHA-256 of what it was asked."""

    kept: list[Worded]
    """Lines that have the model's words, with what they were."""

    refused: list[Refused]
    """Sentences that do not say what their line says; those lines are as they were."""

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Wording:
        """From the dicts and lists of JSON."""
        return cls(
            model=value["model"],
            prompt=value["prompt"],
            kept=[Worded.from_dict(one) for one in value["kept"]],
            refused=[Refused.from_dict(one) for one in value["refused"]],
        )
