"""On whose say-so? Reads news reports: who claims what, and on whose word.

>>> import sayso
>>> reading = sayso.read(
...     "Nine people were hurt when a ferry hit a pier on Tuesday, the harbour office said.",
...     published="2024-08-07",
...     outlet="Harbour Post",
... )
>>> figure = reading.figures[0]
>>> figure.category, figure.best, figure.origin
('injured', 9, 'harbour office')
>>> figure.span.exact
'Nine people were hurt'

Nothing is added to what a report says: every entry points to the words that it rests on, and what is not stated is None.
"""

from . import model
from ._sayso import InputError, LanguageError, LedgerError, SaysoError, __version__, reader
from .ledger import Ledger
from .model import *  # noqa: F403  (the types of all entries; `sayso.model` lists them)
from .reading import Reading, read, read_file, read_many
from .tables import Batches, read_batches, table_schema

__all__ = [
    "Batches",
    "InputError",
    "LanguageError",
    "Ledger",
    "LedgerError",
    "Reading",
    "SaysoError",
    "__version__",
    "model",
    "read",
    "read_batches",
    "read_file",
    "read_many",
    "reader",
    "table_schema",
    *model.__all__,
]
