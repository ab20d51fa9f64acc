#!/usr/bin/env python3
"""Writes python/sayso/model.py, the typed objects, from the schemas of what sayso prints.

usage: make_model.py [--check]

Needs the package to be installed (`maturin develop`). With --check nothing is written; the exit code is 1 where the file is not
what would be written.
"""
import json
import keyword
import pathlib
import sys
import textwrap

OUT = pathlib.Path(__file__).parent / "python" / "sayso" / "model.py"

HEAD = '''"""Typed objects for all that sayso finds. Written by make_model.py from the schemas; change those."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, TypeAlias

from ._base import Entry, at

'''
# Lists in which an entry of a report has a name, and the field that it is made of.
NAMED = {"FigureLine": "figure", "Said": "statement"}


def main() -> int:
    written = model(native().schemas())
    if sys.argv[1:] == ["--check"]:
        same = OUT.read_text() == written
        if not same:
            print(f"{OUT} is not what make_model.py writes; run it")
        return 0 if same else 1
    OUT.write_text(written)
    return 0


def native():
    """The native module alone: the package around it needs what is to be written here."""
    import importlib.util

    spec = importlib.util.find_spec("sayso")
    [folder] = spec.submodule_search_locations
    [library] = pathlib.Path(folder).glob("_sayso*.so")
    loader = importlib.util.spec_from_file_location("sayso._sayso", library)
    module = importlib.util.module_from_spec(loader)
    loader.loader.exec_module(module)
    return module


def model(schemas: str) -> str:
    definitions = json.loads(schemas)["$defs"]
    writer = Writer(definitions)
    parts = [writer.definition(name) for name in sorted(definitions)]
    names = sorted(writer.public)
    listed = "".join(f'    "{name}",\n' for name in names)
    return HEAD + f"__all__ = [\n{listed}]\n\n\n" + "\n\n".join(part for part in parts if part)


class Writer:
    def __init__(self, definitions):
        self.definitions = definitions
        self.public = []

    def definition(self, name):
        schema = self.definitions[name]
        if name == "Reading":
            return self.lazy("ReadingEntries", schema)
        variants = schema.get("oneOf")
        if variants and all("const" in v or "enum" in v for v in variants):
            return self.words(name, schema, variants)
        if "enum" in schema:
            return self.words(name, schema, [schema])
        if variants:
            return self.variants(name, schema, variants)
        if schema.get("type") == "object":
            return self.record(name, schema)
        self.public.append(name)
        return f"#: {line(schema)}\n{name}: TypeAlias = {self.hint(schema, quoted=True)}\n"

    def words(self, name, schema, variants):
        """One of several words."""
        self.public.append(name)
        lines, listed = [f"#: {line(schema)}"], []
        for variant in variants:
            values = [variant["const"]] if "const" in variant else variant["enum"]
            listed += values
            if "description" in variant and variant is not schema:
                lines.append(f"#: - `{', '.join(values)}`: {line(variant)}")
        wrapped = "\n".join(lines)
        words = ", ".join(json.dumps(word) for word in listed)
        return f"{wrapped}\n{name}: TypeAlias = Literal[{words}]\n"

    def variants(self, name, schema, variants):
        """One of several records, told apart by a word in one of the fields, or by its only field."""
        parts, names, cases = [], [], []
        for variant in variants:
            tags = [k for k, v in variant.get("properties", {}).items() if "const" in v]
            if tags:
                [tag] = tags
                word = variant["properties"][tag]["const"]
                pattern = f'"{tag}": "{word}"'
            else:
                [word] = variant["properties"]
                pattern = f'"{word}": _'
            made = name + "".join(part.title() for part in word.split("_"))
            cases += [f"        case {{{pattern}}}:", f"            return {made}.from_dict(value)"]
            names.append(made)
            parts.append(self.record(made, variant))
        self.public.append(name)
        union = " | ".join(names)
        function = "\n".join(
            [
                f"def _{snake(name)}(value: dict[str, Any]) -> {name}:",
                "    match value:",
                *cases,
                f'    raise ValueError(f"{{value}} is no {name}; was it written by another version?")',
            ]
        )
        return "\n\n".join([*parts, f"#: {line(schema)}\n{name}: TypeAlias = {union}\n", function + "\n"])

    def record(self, name, schema):
        self.public.append(name)
        out = ["@dataclass(frozen=True, slots=True)", f"class {name}(Entry):", doc(schema, 4)]
        made = []
        for key, field in schema.get("properties", {}).items():
            attribute = key + "_" if keyword.iskeyword(key) else key
            hint = f"Literal[{json.dumps(field['const'])}]" if "const" in field else self.hint(field)
            out += ["", f"    {attribute}: {hint}"]
            if line(field):
                out.append(doc(field, 4))
            made.append(f"            {attribute}={self.build(field, lookup(schema, key, field))},")
        if name in NAMED:
            out += [
                "",
                "    @property",
                "    def entry_name(self) -> str:",
                '        """The name by which it is decided about and looked up: "12:f3"."""',
                f'        return f"{{self.report}}:{{self.{NAMED[name]}}}"',
            ]
        out += [
            "",
            "    @classmethod",
            f"    def from_dict(cls, value: dict[str, Any]) -> {name}:",
            '        """From the dicts and lists of JSON."""',
            "        return cls(",
            *made,
            "        )",
        ]
        return "\n".join(out) + "\n"

    def lazy(self, name, schema):
        """A record whose fields are made when they are asked for."""
        out = [f"class {name}:", doc(schema, 4), "", "    def _entries(self) -> dict[str, Any]:", "        raise NotImplementedError"]
        for key, field in schema["properties"].items():
            hint = self.hint(field)
            built = self.build(field, f"self._entries()[{json.dumps(key)}]")
            out += ["", "    @cached_property", f"    def {key}(self) -> {hint}:", doc(field, 8)]
            out += [f"        made: {hint} = {built}", "        return made"]
        return "\n".join(out) + "\n"

    def hint(self, schema, quoted=False):
        if schema is True or not set(schema) - {"description", "default"}:
            return "Any"
        if "$ref" in schema:
            name = target(schema)
            return f'"{name}"' if quoted else name
        if "anyOf" in schema:
            return " | ".join(self.hint(one, quoted) for one in schema["anyOf"])
        if "enum" in schema and "type" in schema:
            return f"Literal[{', '.join(json.dumps(word) for word in schema['enum'])}]"
        kind = schema.get("type")
        if isinstance(kind, list):
            return " | ".join(self.hint({**schema, "type": one}, quoted) for one in kind)
        match kind:
            case "string":
                return "str"
            case "integer":
                return "int"
            case "number":
                return "float"
            case "boolean":
                return "bool"
            case "null":
                return "None"
            case "array":
                if "prefixItems" in schema:
                    return f"tuple[{', '.join(self.hint(one, quoted) for one in schema['prefixItems'])}]"
                return f"list[{self.hint(schema.get('items', True), quoted)}]"
            case "object":
                return f"dict[str, {self.hint(schema.get('additionalProperties', True), quoted)}]"
        raise SystemExit(f"no type of Python's for {schema}")

    def is_plain(self, schema):
        """True where the value of JSON is the value."""
        if schema is True:
            return True
        if "$ref" in schema:
            definition = self.definitions[target(schema)]
            if definition.get("type") == "object":
                return False
            variants = definition.get("oneOf")
            if variants:
                return all("const" in v or "enum" in v for v in variants)
            return self.is_plain(definition)
        if "anyOf" in schema:
            return all(self.is_plain(one) for one in schema["anyOf"])
        if "prefixItems" in schema:
            return False
        if "items" in schema:
            return self.is_plain(schema["items"])
        if "additionalProperties" in schema and schema["additionalProperties"] is not False:
            return self.is_plain(schema["additionalProperties"])
        return True

    def build(self, schema, value):
        """The expression that makes a field of what JSON has for it."""
        if self.is_plain(schema):
            return value
        if "$ref" in schema:
            name = target(schema)
            definition = self.definitions[name]
            if definition.get("type") == "object":
                return f"{name}.from_dict({value})"
            if "oneOf" in definition:
                return f"_{snake(name)}({value})"
            return self.build(definition, value)
        if "anyOf" in schema:
            [some] = [one for one in schema["anyOf"] if one.get("type") != "null"]
            return f"None if {value} is None else {self.build(some, value)}"
        if "prefixItems" in schema:
            parts = [self.build(one, f"{value}[{at}]") for at, one in enumerate(schema["prefixItems"])]
            made = f"({', '.join(parts)})"
            return f"None if {value} is None else {made}" if "null" in schema["type"] else made
        if "items" in schema:
            return f"[{self.build(schema['items'], 'one')} for one in {value}]"
        return f"{{key: {self.build(schema['additionalProperties'], 'one')} for key, one in {value}.items()}}"


def lookup(schema, key, field):
    """The expression for a key of a record, which may be left out where it need not be there."""
    if field is True or key in schema.get("required", []):
        return f"value[{json.dumps(key)}]"
    # A number that is left out is 0; what is null is null.
    default = field.get("default", 0 if field.get("type") == "integer" else None)
    return f"at(value, {json.dumps(key)}, {default!r})"


def target(schema):
    return schema["$ref"].rsplit("/", 1)[1]


def snake(name):
    return "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")


def line(schema):
    return " ".join(schema.get("description", "").split()) if schema is not True else ""


def doc(schema, indent):
    space = " " * indent
    text = line(schema).replace("\\", "\\\\")
    lines = textwrap.wrap(text, 116 - indent) or ["Without further fields."]
    if len(lines) == 1:
        return f'{space}"""{lines[0]}"""'
    return "\n".join([f'{space}"""{lines[0]}', *(space + rest for rest in lines[1:]), f'{space}"""'])


if __name__ == "__main__":
    sys.exit(main())
