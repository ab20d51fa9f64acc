"""The native part: it takes and returns plain data, from which `sayso` makes typed objects."""

from os import PathLike
from typing import Any, final

__all__ = [
    "archive_schema",
    "archive_step",
    "read_batches",
    "table_schema",
    "InputError",
    "LanguageError",
    "LedgerError",
    "SaysoError",
    "Ledger",
    "Reading",
    "read_file",
    "read_many",
    "read_verbatim",
    "restore",
    "schemas",
    "__version__",
    "reader",
]

__version__: str
reader: str

class SaysoError(Exception):
    """Anything that sayso cannot do, and what to do about it."""

class InputError(SaysoError):
    """An input that cannot be made into a report."""

class LanguageError(InputError):
    """A report in a language that sayso does not read."""

class LedgerError(SaysoError):
    """A query that has no answer, or a ledger that cannot be used."""

@final
class Reading:
    @property
    def text(self) -> str: ...
    def to_json(self) -> str: ...
    def brief(self, format: str) -> str: ...
    def state(self) -> bytes: ...

def read_many(
    texts: list[str | bytes], heads: dict[str, Any], threads: int | None
) -> list[Reading | SaysoError]: ...
def read_file(
    path: str, published: str | None, outlet: str | None, url: str | None, threads: int | None
) -> list[Reading | SaysoError]: ...
def read_verbatim(text: str, published: str | None, outlet: str | None) -> Reading: ...
def restore(state: bytes) -> Reading: ...
def read_batches(data: object, table: str, names: dict[str, str | None], threads: int | None) -> Any: ...
def table_schema(table: str, string_ids: bool) -> Any: ...
def archive_step(data: object, step: str) -> Any: ...
def archive_schema(step: str) -> tuple[Any, tuple[str | None, str] | None]: ...
def schemas() -> str: ...

@final
class Ledger:
    @property
    def path(self) -> PathLike[str]: ...
    def __new__(cls, path: str | None, create: bool, seen_as: str | None) -> Ledger: ...
    def close(self) -> None: ...
    def count(self) -> int: ...
    def damaged(self) -> list[str]: ...
    def add_many(
        self,
        texts: list[str | bytes],
        heads: dict[str, Any],
        origins: list[str | None],
        threads: int | None,
    ) -> str: ...
    def add_files(
        self, paths: list[str], published: str | None, outlet: str | None, threads: int | None
    ) -> str: ...
    def reports(
        self,
        since: str | None,
        until: str | None,
        outlet: str | None,
        story: int | None,
        all_revisions: bool,
        limit: int | None,
    ) -> str: ...
    def stories(self, least: int) -> str: ...
    def story(self, story: int, as_of: str | None) -> str: ...
    def figures(
        self,
        category: str | None,
        since: str | None,
        until: str | None,
        story: int | None,
        origin: str | None,
        with_rejected: bool,
        limit: int | None,
    ) -> str: ...
    def who(self, name: str, with_rejected: bool) -> str: ...
    def search(self, words: str, limit: int) -> str: ...
    def chain(self, entry: str) -> str: ...
    def brief(self, story: int, format: str, as_of: str | None, since: str | None) -> str: ...
    def show(self, report: str) -> str: ...
    def decide(
        self,
        decision: str,
        entries: list[str],
        by: str,
        value: str | None,
        note: str | None,
        kind: str | None,
        words: str | None,
        nth: int | None,
        new_category: bool,
    ) -> list[int]: ...
    def agreement(self, names: list[str]) -> str: ...
    def digest(
        self, since: str | None, format: str, as_of: str | None, limit: int
    ) -> list[str]: ...
    def export(self, asked: str, path: str) -> None: ...
    def import_(
        self, path: str, format: str, by: str, complete: bool, dry_run: bool
    ) -> str: ...
    def decisions(self, by: str | None) -> str: ...
    def table(self, what: str, with_rejected: bool) -> Any: ...
