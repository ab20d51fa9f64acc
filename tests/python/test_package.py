"""The package itself: types, documentation, licences."""

import doctest
import importlib.metadata
import importlib.resources
import inspect
import pkgutil
import subprocess
import sys

import pytest
import sayso

MODULES = [module.name for module in pkgutil.iter_modules(sayso.__path__) if not module.name.startswith("_")]


@pytest.mark.parametrize("name", ["", *MODULES])
def test_examples_in_the_documentation_run(name):
    if name == "spacy":
        pytest.importorskip("spacy")
    module = importlib.import_module(f"sayso.{name}" if name else "sayso")
    result = doctest.testmod(module)
    assert result.failed == 0


def test_some_examples_are_there():
    found = sum(len(test.examples) for test in doctest.DocTestFinder().find(sayso.reading))
    assert found > 8


def test_everything_public_is_documented():
    for name in sayso.__all__:
        thing = getattr(sayso, name)
        if inspect.isclass(thing) or inspect.isfunction(thing):
            assert inspect.getdoc(thing), name
    for name, thing in inspect.getmembers(sayso.Ledger, inspect.isfunction):
        assert name.startswith("_") or thing.__doc__, name


def test_it_says_that_it_is_typed():
    files = {path.name for path in importlib.resources.files("sayso").iterdir()}
    assert {"py.typed", "_sayso.pyi"} <= files


def test_it_needs_nothing_else():
    assert importlib.metadata.requires("sayso") is None
    code = "import sys, sayso; sys.exit(any(m.split('.')[0] in {'pyarrow', 'pandas', 'numpy', 'spacy'} for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_licences_are_in_it():
    files = {path.name for path in importlib.metadata.files("sayso")}
    assert {"LICENSE-MIT", "LICENSE-APACHE", "NOTICE", "THIRD-PARTY.txt"} <= files


def test_types_hold():
    pytest.importorskip("mypy")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--ignore-missing-imports", "-p", "sayso"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout
    stubs = subprocess.run(
        [sys.executable, "-m", "mypy.stubtest", "sayso._sayso", "--ignore-disjoint-bases"], capture_output=True, text=True
    )
    assert stubs.returncode == 0, stubs.stdout


def test_the_typed_objects_are_those_of_the_schemas(pytestconfig):
    script = pytestconfig.rootpath / "crates" / "sayso-python" / "make_model.py"
    done = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
