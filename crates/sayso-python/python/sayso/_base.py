"""What all typed objects have in common."""

from __future__ import annotations

from typing import Any


class Entry:
    """An object whose fields are those of the JSON that the command line prints."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """The same as dicts, lists, strings and numbers, ready for JSON."""
        fields: dict[str, Any] = getattr(type(self), "__dataclass_fields__")
        # `from` is a Python keyword, so that field is called `from_`.
        return {name.rstrip("_"): plain(getattr(self, name)) for name in fields}


def plain(value: Any) -> Any:
    """A value converted to plain data."""
    if isinstance(value, Entry):
        return value.to_dict()
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def at(value: dict[str, Any], key: str, default: Any) -> Any:
    """A key that may be missing."""
    return value.get(key, default)
