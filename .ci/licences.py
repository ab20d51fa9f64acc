#!/usr/bin/env python3
"""Writes THIRD-PARTY.txt: the copyright and licence texts of all that is linked into sayso or its Python package.

usage: .ci/licences.py [--check]

What is linked is what `cargo metadata` resolves for them without tests and build scripts. Of a
library under several licences at choice one is taken, the shortest to keep first. With --check nothing is written; the exit
code is 1 where the file is not what would be written, or where a licence is none of those below.
"""
import collections, json, pathlib, re, subprocess, sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
OUT = ROOT / "THIRD-PARTY.txt"
# Where a library is for one platform only, the one that is meant.
PLATFORM = "x86_64-unknown-linux-gnu"
# In the order in which one is taken.
TAKEN = ["MIT", "Zlib", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "0BSD", "Unlicense", "CC0-1.0", "BSL-1.0",
         "Unicode-3.0", "MPL-2.0", "CDLA-Permissive-2.0"]
# How the files are named in which a licence stands, the likeliest first.
NAMES = {"MIT": ["mit"], "Apache-2.0": ["apache"], "BSD-3-Clause": ["bsd"], "BSD-2-Clause": ["bsd"], "ISC": ["isc"],
         "Zlib": ["zlib"], "MPL-2.0": ["mpl"], "Unicode-3.0": ["unicode"], "Unlicense": ["unlicense"], "BSL-1.0": ["boost"]}


def linked():
    data = json.loads(subprocess.check_output(
        ["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", PLATFORM], cwd=ROOT))
    packages = {p["id"]: p for p in data["packages"]}
    nodes = {n["id"]: n for n in data["resolve"]["nodes"]}
    own = set(data["workspace_members"])
    waiting = [i for i in own if packages[i]["name"] in {"sayso", "sayso-python"}]
    seen = set()
    while waiting:
        at = waiting.pop()
        if at in seen:
            continue
        seen.add(at)
        for dep in nodes[at]["deps"]:
            if any(kind["kind"] is None for kind in dep["dep_kinds"]):
                waiting.append(dep["pkg"])
    # What only expands macros while compiling is not in the program, but its authors are named all the same.
    return sorted((packages[i] for i in seen - own), key=lambda p: (p["name"], p["version"]))


def choice(expression):
    """The licences that a library is taken under: one of each group that must all be kept."""
    taken = []
    for group in re.split(r"\s+AND\s+", (expression or "").replace("/", " OR ")):
        offered = [re.sub(r"\s+WITH\s+.*", "", part).strip(" ()") for part in re.split(r"\s+OR\s+", group)]
        best = [licence for licence in TAKEN if licence in offered]
        if not best:
            return None
        taken.append(best[0])
    return taken


def text_of(folder, licence):
    """The file of a library in which a licence stands; where none is named after it, the only licence there is."""
    files = sorted(f for f in folder.iterdir()
                   if f.is_file() and re.match(r"(?i)(licen[cs]e|copying|copyright|unlicense)", f.name))
    named = [f for f in files if any(name in f.name.lower() for name in NAMES.get(licence, []))]
    plain = [f for f in files if re.fullmatch(r"(?i)(licen[cs]e|copying)(\.(md|txt))?", f.name)]
    found = named or plain or files
    return found[0].read_text(encoding="utf-8", errors="replace") if found else None


def normal(text):
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").replace("\f", "").strip().split("\n"))


def main():
    texts, bare, wrong = collections.defaultdict(list), [], []
    for package in linked():
        name = f"{package['name']} {package['version']}"
        taken = choice(package["license"])
        if taken is None:
            wrong.append(f"{name}: {package['license']}")
            continue
        for licence in taken:
            text = text_of(pathlib.Path(package["manifest_path"]).parent, licence)
            if text:
                texts[(licence, normal(text))].append(name)
            else:
                authors = ", ".join(re.sub(r"\s*<.*?>", "", a) for a in package["authors"]) or package["repository"] or "its authors"
                bare.append(f"{name}: {licence}, copyright {authors} ({package['repository'] or 'crates.io'})")
    if wrong:
        sys.exit("licences that are not among those taken:\n  " + "\n  ".join(wrong))
    out = ["Libraries in sayso, their copyright and licences", "=" * 48, "",
           "Written by .ci/licences.py from the libraries' own files; see NOTICE for data.", ""]
    for (licence, text), names in sorted(texts.items(), key=lambda item: (TAKEN.index(item[0][0]), item[1], item[0][1])):
        out += ["-" * 100, f"{licence}: {', '.join(names)}", "-" * 100, "", text, ""]
    if bare:
        out += ["-" * 100, "Without a file of their own", "-" * 100, ""] + bare + [""]
    written = "\n".join(out)
    if "--check" in sys.argv:
        if not OUT.exists() or OUT.read_text(encoding="utf-8") != written:
            sys.exit("THIRD-PARTY.txt is not of these libraries; run .ci/licences.py")
    else:
        OUT.write_text(written, encoding="utf-8")


main()
