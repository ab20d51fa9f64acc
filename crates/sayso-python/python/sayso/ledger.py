"""The ledger: reports, readings and people's decisions in one file."""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from os import PathLike, fspath
from types import TracebackType
from typing import Any, Literal

from . import _sayso
from .model import (
    Agreement,
    Brief,
    Brought,
    ChainStep,
    FigureLine,
    Hit,
    Kept,
    Put,
    ReportLine,
    Said,
    Story,
    StoryLine,
)
from .reading import Day, PerText, _heads, day, per_text
from .tables import Batches

#: What can be decided about an entry.
Decision = Literal["accept", "correct", "reject", "add", "note", "merge", "split", "undo"]

#: The formats of `Ledger.export`.
Format = Literal[
    "jsonl", "csv", "parquet", "xlsx", "datapackage", "ucdp", "acled", "ibc", "ninjs", "schema-org", "prov", "prov-o",
    "web-annotation", "ftm", "conll", "citron", "gold",
]  # fmt: skip


class Ledger:
    """A ledger, with the same queries as on the command line.

    `path` is its file; if left out, it is the one that `sayso` uses: that of the variable SAYSO_LEDGER, otherwise
    `sayso/ledger.db` in the XDG data folder. It must exist unless `create` is true. With `seen_as`, all answers use only that
    person's decisions.

    >>> import pathlib, sayso, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "ledger.db"
    >>> ledger = sayso.Ledger(file, create=True)
    >>> put = ledger.add_many(
    ...     [
    ...         "A ferry hit the pier of Orla on Tuesday. Nine people were hurt, the harbour office said.",
    ...         "Twelve people were hurt when a ferry hit the pier of Orla, the harbour office said on Wednesday.",
    ...     ],
    ...     published=["2024-08-06", "2024-08-07"],
    ...     outlet=["Harbour Post", "Orla Times"],
    ... )
    >>> [one.status for one in put]
    ['added', 'added']
    >>> [(f.entry_name, f.category, f.numbers.best, f.origin) for f in ledger.figures(category="injured")]
    [('1:f0', 'injured', 9.0, 'harbour office'), ('2:f0', 'injured', 12.0, 'harbour office')]
    >>> [(step.role, step.name) for step in ledger.chain("1:f0")]
    [('outlet', 'Harbour Post'), ('origin', 'harbour office')]
    >>> ledger.decide("correct", "1:f0", value={"best": 10}, note="asked again", by="ida")
    [1]
    >>> ledger.figures(category="injured", limit=1)[0].numbers.best
    10.0
    """

    __slots__ = ("_core",)

    def __init__(
        self, path: str | PathLike[str] | None = None, *, create: bool = False, seen_as: str | None = None
    ) -> None:
        named = fspath(path) if path is not None else os.environ.get("SAYSO_LEDGER") or None
        self._core = _sayso.Ledger(named, create, seen_as)

    @property
    def path(self) -> str:
        """The file."""
        return str(self._core.path)

    def close(self) -> None:
        """Closes the file. Whatever was added or decided is already on disk."""
        self._core.close()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __len__(self) -> int:
        """How many reports there are, including revisions."""
        return self._core.count()

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"<Ledger {self.path}>"

    @property
    def damaged(self) -> list[str]:
        """Damaged rows that were left out of answers; `sayso doctor` says more."""
        return self._core.damaged()

    # Adding

    def add(
        self,
        text: str | bytes,
        *,
        published: Day | None = None,
        outlet: str | None = None,
        url: str | None = None,
        headline: str | None = None,
        language: str | None = None,
        form: str | None = None,
        origin: str | None = None,
    ) -> Put:
        """Adds one report; adding it again changes nothing. Raises `InputError` for input that is not a report.

        `origin` says where it came from; `form` is as for `sayso.read`.
        """
        heads = _heads(1, published, outlet, url, headline, language, form)
        put = _puts(self._core.add_many([text], heads, [origin], 1))[0]
        if put.status == "failed":
            raise _sayso.InputError(put.reason or "the report cannot be read")
        return put

    def add_many(
        self,
        texts: Iterable[str | bytes],
        *,
        published: Day | Sequence[Day | None] | None = None,
        outlet: PerText = None,
        url: PerText = None,
        headline: PerText = None,
        language: PerText = None,
        form: str | None = None,
        origin: PerText = None,
        threads: int | None = None,
    ) -> list[Put]:
        """Adds reports, which are read on all cores, and returns the outcome of each, in order.

        A report that cannot be read has the status "failed" and a `reason`; the others are on disk when this returns.
        """
        if isinstance(texts, (str, bytes)):
            raise TypeError("texts is one text; use add, or put it into a list")
        given = list(texts)
        heads = _heads(len(given), published, outlet, url, headline, language, form)
        origins = per_text("origin", origin, len(given), (str,))
        return _puts(self._core.add_many(given, heads, origins, threads))

    def add_files(
        self,
        paths: Iterable[str | PathLike[str]],
        *,
        published: Day | None = None,
        outlet: str | None = None,
        threads: int | None = None,
    ) -> list[Put]:
        """Adds all reports in files of any format, as `sayso add` does; links are not fetched."""
        if isinstance(paths, (str, bytes)):
            raise TypeError("paths is one path; put it into a list")
        return _puts(self._core.add_files([fspath(path) for path in paths], day(published), outlet, threads))

    # Asking

    def reports(
        self,
        *,
        since: Day | None = None,
        until: Day | None = None,
        outlet: str | None = None,
        story: int | None = None,
        all_revisions: bool = False,
        limit: int | None = None,
    ) -> list[ReportLine]:
        """The reports, newest first."""
        found = self._core.reports(day(since), day(until), outlet, story, all_revisions, limit)
        return [ReportLine.from_dict(one) for one in json.loads(found)]

    def stories(self, *, least: int = 1) -> list[StoryLine]:
        """What is developing: stories with at least this many reports, starting with the one that has the newest report."""
        return [StoryLine.from_dict(one) for one in json.loads(self._core.stories(least))]

    def story(self, story: int, *, as_of: Day | None = None) -> Story:
        """One story: claims with origins and echoes, series, conflicts; as known on a given day."""
        return Story.from_dict(json.loads(self._core.story(story, day(as_of))))

    def figures(
        self,
        *,
        category: str | None = None,
        since: Day | None = None,
        until: Day | None = None,
        story: int | None = None,
        origin: str | None = None,
        with_rejected: bool = False,
        limit: int | None = None,
    ) -> list[FigureLine]:
        """Figures and whose word they are on, by the day for which they hold, oldest first."""
        found = self._core.figures(category, day(since), day(until), story, origin, with_rejected, limit)
        return [FigureLine.from_dict(one) for one in json.loads(found)]

    def who(self, name: str, *, with_rejected: bool = False) -> list[Said]:
        """Everything one speaker has said, and through whom, in chronological order."""
        return [Said.from_dict(one) for one in json.loads(self._core.who(name, with_rejected))["said"]]

    def search(self, words: str, *, limit: int = 20) -> list[Hit]:
        """Reports by words, best first. Quote a phrase ('"spy agency"'); end a word with * to match its beginning."""
        return [Hit.from_dict(one) for one in json.loads(self._core.search(words, limit))]

    def chain(self, entry: str) -> list[ChainStep]:
        """The path of a figure or statement ("12:f3") from the outlet to its origin, through the ledger's own reports."""
        return [ChainStep.from_dict(one) for one in json.loads(self._core.chain(entry))]

    def brief(self, story: int, *, as_of: Day | None = None, since: Day | None = None) -> Brief:
        """The brief of a story under five headings, each line with the words that it rests on."""
        return Brief.from_dict(json.loads(self._core.brief(story, "json", day(as_of), day(since))))

    def brief_text(
        self,
        story: int,
        format: Literal["text", "md", "html"] = "text",
        *,
        as_of: Day | None = None,
        since: Day | None = None,
    ) -> str:
        """The same as text, Markdown or an HTML page."""
        return self._core.brief(story, format, day(as_of), day(since))

    def digest(self, since: Day, *, as_of: Day | None = None, limit: int = 20) -> list[Brief]:
        """A brief of what is new since a day in every story, starting with the story that has the most new reports.

        >>> import pathlib, sayso, tempfile
        >>> ledger = sayso.Ledger(pathlib.Path(tempfile.mkdtemp()) / "ledger.db", create=True)
        >>> put = ledger.add(
        ...     "A ferry hit the pier of Orla on Tuesday. Nine people were hurt, the harbour office said.",
        ...     published="2024-08-06",
        ... )
        >>> [brief.sections[0].lines[0].text for brief in ledger.digest("2024-08-06")]
        ['Nine people were hurt']
        >>> ledger.digest("2024-08-07")
        []
        """
        return [Brief.from_dict(json.loads(one)) for one in self._core.digest(day(since), "json", day(as_of), limit)]

    def digest_text(
        self,
        since: Day,
        format: Literal["text", "md"] = "text",
        *,
        as_of: Day | None = None,
        limit: int = 20,
    ) -> str:
        """The same as text or Markdown."""
        return "\n".join(self._core.digest(day(since), format, day(as_of), limit))

    def show(self, report: int | str) -> dict[str, Any]:
        """One report (by number, prefix of its text's hash, or URL) with everything that is kept about it.

        The same as `sayso show --json`: `ledger`, `reading`, `status`, `decided`, `lost`.
        """
        shown: dict[str, Any] = json.loads(self._core.show(str(report)))
        return shown

    def table(
        self, what: Literal["reports", "statements", "figures"] = "figures", *, with_rejected: bool = False
    ) -> Batches:
        """Rows as `sayso export` writes them, for pandas, Polars, DuckDB and others."""
        return Batches(self._core.table(what, with_rejected))

    # Files

    def export(
        self,
        path: str | PathLike[str],
        format: Format,
        *,
        what: Literal["readings", "figures", "statements", "reports"] | None = None,
        since: Day | None = None,
        until: Day | None = None,
        story: int | None = None,
        outlet: str | None = None,
        category: str | None = None,
        with_rejected: bool = False,
        side_a: str | None = None,
        side_b: str | None = None,
        force: bool = False,
    ) -> None:
        """Writes the ledger in another format, as `sayso export --format` does.

        `path` is a file; for "gold", "datapackage", "ucdp", "acled" and "ibc" it is a folder. `what` is for "jsonl", "csv" and
        "parquet"; `category` is for tables of figures. `force` replaces tables of a folder even if they were changed by hand.

        >>> import pathlib, sayso, tempfile
        >>> folder = pathlib.Path(tempfile.mkdtemp())
        >>> ledger = sayso.Ledger(folder / "ledger.db", create=True)
        >>> put = ledger.add("Nine people were hurt when a ferry hit a pier, the harbour office said.", outlet="Orla Times")
        >>> ledger.export(folder / "figures.csv", "csv", category="injured")
        >>> len((folder / "figures.csv").read_text().splitlines())
        2
        >>> ledger.export(folder / "ged", "ucdp")
        >>> sorted(file.name for file in (folder / "ged").iterdir())
        ['datapackage.json', 'sources.csv', 'ucdp.csv']
        """
        asked = {
            "format": format, "what": what, "since": day(since), "until": day(until), "story": story, "outlet": outlet,
            "category": category, "with_rejected": with_rejected, "side_a": side_a, "side_b": side_b, "force": force,
        }  # fmt: skip
        self._core.export(json.dumps(asked), fspath(path))

    def import_(
        self,
        path: str | PathLike[str],
        format: Literal["gold", "citron", "acled", "ucdp"],
        *,
        by: str | None = None,
        complete: bool = False,
        dry_run: bool = False,
    ) -> Brought:
        """Imports hand-coded data as a person's decisions, and compares it with what the sources say, as `sayso import` does.

        `complete` rejects what was read but is not listed; `dry_run` stores nothing. What could not be imported is in `missed`.

        >>> import pathlib, sayso, tempfile
        >>> folder = pathlib.Path(tempfile.mkdtemp())
        >>> ledger = sayso.Ledger(folder / "ledger.db", create=True)
        >>> put = ledger.add(
        ...     "Seventeen people were killed in a clash in Vilnius on Saturday, the ministry said.", published="2025-03-02"
        ... )
        >>> table = folder / "coded.csv"
        >>> _ = table.write_text("event_date,location,fatalities\\n\\"March 1, 2025\\",Vilnius,15\\n")
        >>> [(one.coded, one.best, one.verdict) for one in ledger.import_(table, "acled", by="ida").compared]
        [(15, 17, 'below')]
        """
        brought = self._core.import_(fspath(path), format, _who(by), complete, dry_run)
        return Brought.from_dict(json.loads(brought))

    # Deciding

    def decide(
        self,
        decision: Decision,
        entries: str | int | Sequence[str],
        *,
        value: Mapping[str, Any] | None = None,
        note: str | None = None,
        kind: str | None = None,
        words: str | None = None,
        nth: int | None = None,
        new_category: bool = False,
        by: str | None = None,
    ) -> list[int]:
        """Records a person's decision about entries, which takes effect everywhere at once; returns the decisions' numbers.

        `entries` is "12:f3" or several of these; for "add" it is a report, with `kind` ("figure", "statement", ...) and the
        entry's `words` in the report; for "undo" the number of a decision. `value` has the fields for "correct" and "add"; a
        category that sayso does not assign is refused as a slip unless `new_category` is true. `by` is who decides: by
        default the variable SAYSO_BY, otherwise the user name.
        """
        several = [str(entries)] if isinstance(entries, (str, int)) else [str(one) for one in entries]
        written = None if value is None else json.dumps(value)
        return self._core.decide(decision, several, _who(by), written, note, kind, words, nth, new_category)

    def join_stories(self, stories: Sequence[int], *, note: str | None = None, by: str | None = None) -> list[int]:
        """Decides that two or more stories are one; later reports follow. Returns the decisions' numbers.

        >>> import pathlib, sayso, tempfile
        >>> ledger = sayso.Ledger(pathlib.Path(tempfile.mkdtemp()) / "ledger.db", create=True)
        >>> put = ledger.add_many([
        ...     "A ferry hit the pier of Orla on Tuesday. Nine people were hurt, the harbour office said.",
        ...     "The council of Vale votes on a new school on Friday, its chair said.",
        ... ])
        >>> [story.story for story in ledger.stories()]
        [1, 2]
        >>> ledger.join_stories([1, 2], by="ida")
        [1]
        >>> [story.reports for story in ledger.stories()]
        [2]
        >>> ledger.decide("undo", 1, by="ida")
        [2]
        >>> [story.reports for story in ledger.stories()]
        [1, 1]
        """
        return self.decide("merge", [f"story:{story}" for story in stories], note=note, by=by)

    def split_story(self, reports: Sequence[int], *, note: str | None = None, by: str | None = None) -> list[int]:
        """Decides that reports are about a different event than the rest of their story: they become one of their own.

        >>> import pathlib, sayso, tempfile
        >>> ledger = sayso.Ledger(pathlib.Path(tempfile.mkdtemp()) / "ledger.db", create=True)
        >>> text = "A ferry hit the pier of Orla on Tuesday. {} people were hurt, the harbour office said."
        >>> put = ledger.add_many([text.format("Nine"), text.format("Ten")], published="2024-08-06")
        >>> [story.reports for story in ledger.stories()]
        [2]
        >>> ledger.split_story([2], by="ida")
        [1]
        >>> [story.reports for story in ledger.stories()]
        [1, 1]
        """
        return self.decide("split", [f"report:{report}" for report in reports], note=note, by=by)

    def agreement(self, *names: str) -> Agreement:
        """How far reviewers agree who reviewed the same reports apart, field by field, and where they differ.

        Without names, the two people who have decided are compared.

        >>> import pathlib, sayso, tempfile
        >>> ledger = sayso.Ledger(pathlib.Path(tempfile.mkdtemp()) / "ledger.db", create=True)
        >>> put = ledger.add("Nine people were hurt when a ferry hit a pier, the harbour office said.")
        >>> accepted = ledger.decide("accept", "1:f0", by="ida")
        >>> rejected = ledger.decide("reject", "1:f0", by="per")
        >>> [(one.field, one.values, one.settled_by) for one in ledger.agreement("ida", "per").differences]
        [('stands', {'ida': True, 'per': False}, None)]
        """
        return Agreement.from_dict(json.loads(self._core.agreement(list(names))))

    def decisions(self, *, by: str | None = None) -> list[Kept]:
        """The audit trail, oldest first, including undone decisions."""
        return [Kept.from_dict(one) for one in json.loads(self._core.decisions(by))]


def _who(by: str | None) -> str:
    return by or os.environ.get("SAYSO_BY") or getpass.getuser()


def _puts(written: str) -> list[Put]:
    return [Put.from_dict(one) for one in json.loads(written)]
