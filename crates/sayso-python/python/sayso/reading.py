"""Reports to readings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from os import PathLike, fspath
from typing import Any, Literal, TypeVar, overload

from . import _sayso, model
from ._sayso import SaysoError

#: A day: `datetime.date` or "YYYY-MM-DD".
Day = date | str
#: One value for all texts, or one per text.
PerText = str | Sequence[str | None] | None
T = TypeVar("T")


class Reading(model.ReadingEntries):
    """What one report says. Its lists of entries become objects when they are first accessed."""

    def __init__(self, raw: _sayso.Reading) -> None:
        self._raw = raw
        self._made: dict[str, Any] | None = None

    def _entries(self) -> dict[str, Any]:
        if self._made is None:
            self._made = self.to_dict()
        return self._made

    @property
    def text(self) -> str:
        """The report's text as it was read; spans are positions in it.

        It is the normalised text of the input, preceded by the headline if that was given separately.
        """
        return self._raw.text

    def to_dict(self) -> dict[str, Any]:
        """The reading as `sayso read --json` prints it.

        >>> import sayso
        >>> reading = sayso.read("Two ferries collided on Monday, the harbour office said.")
        >>> sorted(reading.to_dict())[:4]
        ['comment_requests', 'corrections', 'diagnostics', 'expected']
        """
        value: dict[str, Any] = json.loads(self._raw.to_json())
        return value

    def to_json(self) -> str:
        """The same as a string: one line of `sayso read --json`."""
        return self._raw.to_json()

    def brief(self, format: Literal["text", "md", "html"] = "text") -> str:
        """The report in brief under five headings, as `sayso read` prints it.

        >>> import sayso
        >>> print(sayso.read("Two ferries collided on Monday, the harbour office said.").brief().split("\\n")[0])
        What's New
        """
        return self._raw.brief(format)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reading) and self._raw == other._raw

    def __hash__(self) -> int:
        return hash(self._raw.text)

    def __repr__(self) -> str:
        words = " ".join(self.text.split())
        return f"<Reading of {words[:60]!r}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self._raw.state(),)


def _restored(state: bytes) -> Reading:
    return Reading(_sayso.restore(state))


def read(
    text: str | bytes,
    *,
    published: Day | None = None,
    outlet: str | None = None,
    url: str | None = None,
    headline: str | None = None,
    language: str | None = None,
    form: str | None = None,
) -> Reading:
    """Reads one report.

    `text` is plain text, with or without leading `key: value` lines, an HTML page or a record in another format; `form`
    ("text", "html", "json", "ninjs", "newsml") says which, if it should not be detected. The other arguments
    override what the text says about itself.

    Raises `InputError` for input that is not a report, and `LanguageError` for a report that is not in English.

    >>> import sayso
    >>> reading = sayso.read("Two ferries collided, the harbour office said. It had warned of fog.")
    >>> [(s.speaker, reading.speakers[0].name) for s in reading.statements][0]
    ('p0', 'harbour office')
    >>> reading.report.head.published is None
    True
    >>> sayso.read("")
    Traceback (most recent call last):
        ...
    sayso.InputError: the input is empty: nothing to read
    """
    heads = _heads(1, published, outlet, url, headline, language, form)
    return _one(_sayso.read_many([text], heads, 1)[0])


@overload
def read_many(
    texts: Iterable[str | bytes],
    *,
    published: Day | Sequence[Day | None] | None = ...,
    outlet: PerText = ...,
    url: PerText = ...,
    headline: PerText = ...,
    language: PerText = ...,
    form: str | None = ...,
    threads: int | None = ...,
    errors: Literal["raise"] = ...,
) -> list[Reading]: ...


@overload
def read_many(
    texts: Iterable[str | bytes],
    *,
    published: Day | Sequence[Day | None] | None = ...,
    outlet: PerText = ...,
    url: PerText = ...,
    headline: PerText = ...,
    language: PerText = ...,
    form: str | None = ...,
    threads: int | None = ...,
    errors: Literal["return"],
) -> list[Reading | SaysoError]: ...


def read_many(
    texts: Iterable[str | bytes],
    *,
    published: Day | Sequence[Day | None] | None = None,
    outlet: PerText = None,
    url: PerText = None,
    headline: PerText = None,
    language: PerText = None,
    form: str | None = None,
    threads: int | None = None,
    errors: Literal["raise", "return"] = "raise",
) -> list[Reading] | list[Reading | SaysoError]:
    """Reads reports on all cores (or on this many `threads`), while other Python threads run.

    `published`, `outlet`, `url`, `headline` and `language` are one value for all texts, or a sequence with one per text.
    The readings are in the order of the texts, and the same for any number of threads.

    With `errors="raise"`, the first report that cannot be read raises. With `errors="return"`, its exception is returned in
    its place, so that one bad report does not cost the others.

    >>> import sayso
    >>> texts = ["Two ferries collided, the harbour office said.", ""]
    >>> sayso.read_many(texts, outlet=["Harbour Post", None], errors="return")
    [<Reading of 'Two ferries collided, the harbour office said.'>, InputError('the input is empty: nothing to read')]
    """
    if errors not in ("raise", "return"):
        raise ValueError(f"errors={errors!r}: expected 'raise' or 'return'")
    if isinstance(texts, (str, bytes)):
        raise TypeError("texts is one text; use sayso.read, or put it into a list")
    given = list(texts)
    heads = _heads(len(given), published, outlet, url, headline, language, form)
    found = _sayso.read_many(given, heads, threads)
    if errors == "raise":
        return [_one(one) for one in found]
    return [Reading(one) if isinstance(one, _sayso.Reading) else one for one in found]


def read_file(
    path: str | PathLike[str],
    *,
    published: Day | None = None,
    outlet: str | None = None,
    url: str | None = None,
    threads: int | None = None,
    errors: Literal["raise", "return"] = "raise",
) -> list[Reading]:
    """Reads all reports in a file: usually one, but many in feeds, archives, JSON Lines files and live blogs.

    >>> import pathlib, sayso, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "report.txt"
    >>> _ = file.write_text("publisher: Harbour Post\\n\\nTwo ferries collided, the harbour office said.")
    >>> [reading.report.head.outlet.value for reading in sayso.read_file(file)]
    ['Harbour Post']
    """
    if errors not in ("raise", "return"):
        raise ValueError(f"errors={errors!r}: expected 'raise' or 'return'")
    found = _sayso.read_file(fspath(path), day(published), outlet, url, threads)
    if errors == "raise":
        return [_one(one) for one in found]
    return [Reading(one) if isinstance(one, _sayso.Reading) else one for one in found]  # type: ignore[misc]


def day(value: Day | None) -> str | None:
    """A day in the form that the core takes."""
    if isinstance(value, datetime):
        value = value.date()
    return value.isoformat() if isinstance(value, date) else value


def _one(found: _sayso.Reading | SaysoError) -> Reading:
    if isinstance(found, _sayso.Reading):
        return Reading(found)
    raise found


def _heads(
    count: int,
    published: Day | Sequence[Day | None] | None,
    outlet: PerText,
    url: PerText,
    headline: PerText,
    language: PerText,
    form: str | None,
) -> dict[str, Any]:
    days = per_text("published", published, count, (str, date))
    return {
        "published": [day(one) for one in days],
        "outlet": per_text("outlet", outlet, count, (str,)),
        "url": per_text("url", url, count, (str,)),
        "headline": per_text("headline", headline, count, (str,)),
        "language": per_text("language", language, count, (str,)),
        "form": form,
    }


def per_text(name: str, value: Any, count: int, single: tuple[type, ...]) -> list[Any]:
    """One value for each text."""
    if value is None or isinstance(value, single):
        return [value] * count
    # pandas' markers for missing values become None.
    values = [one if isinstance(one, single) else None for one in value]
    if len(values) != count:
        raise ValueError(f"{name} has {len(values)} values for {count} texts; give one for all, or one for each")
    return values
