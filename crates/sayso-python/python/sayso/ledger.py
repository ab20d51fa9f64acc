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
from .model import Brief, ChainStep, FigureLine, Hit, Kept, Put, ReportLine, Said, Story, StoryLine
from .reading import Day, PerText, _heads, day, per_text
from .tables import Batches

#: What can be decided about an entry.
Decision = Literal["accept", "correct", "reject", "add", "note", "merge", "split", "undo"]


class Ledger:
    """A ledger, with the same queries as on the command line.

    `path` is its file; if left out, it is the one that `sayso` uses. It must exist unless `create` is true. With `seen_as`,
    all answers use only that person's decisions.

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
        self._core = _sayso.Ledger(None if path is None else fspath(path), create, seen_as)

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
        who = by or os.environ.get("SAYSO_BY") or getpass.getuser()
        return self._core.decide(decision, several, who, written, note, kind, words, nth, new_category)

    def decisions(self, *, by: str | None = None) -> list[Kept]:
        """The audit trail, oldest first, including undone decisions."""
        return [Kept.from_dict(one) for one in json.loads(self._core.decisions(by))]


def _puts(written: str) -> list[Put]:
    return [Put.from_dict(one) for one in json.loads(written)]
