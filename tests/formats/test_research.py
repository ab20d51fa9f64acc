"""Formats of researchers: CoNLL-U and Citron, there and back; gold and the scorer."""
import json

import conllu


def spans(reading, kind, role):
    return {(entry["id"], s["start"], s["end"]) for entry in reading[kind] for s in entry[role]}


def test_conllu_gives_the_text_and_its_spans_back(flood, siege):
    for sayso in (flood, siege):
        readings = sayso.readings()
        sentences = conllu.parse(sayso.export("conll"))
        seen, document = set(), None
        covered = {}
        for sentence in sentences:
            document = sentence.metadata.get("text_hash", document)
            seen.add(document)
            text = readings[document]["report"]["text"]
            heads = [token["head"] for token in sentence]
            assert heads.count(0) >= 1 and all(0 <= head <= len(sentence) for head in heads)
            for token in sentence:
                start, end = map(int, token["misc"]["TokenRange"].split(":"))
                assert " ".join(text[start:end].split()) == token["form"]
                for role in (token["misc"].get("Attr") or "").split(","):
                    if role:
                        covered.setdefault((document, role), []).append((start, end))
        assert seen == set(readings)
        for document, reading in readings.items():
            for statement in reading["statements"]:
                for role in ("source", "cue", "content"):
                    pieces = statement[role]
                    tokens = covered.get((document, f"{statement['id']}:{role}"), [])
                    inside = [t for t in tokens if any(p["start"] <= t[0] and t[1] <= p["end"] for p in pieces)]
                    assert tokens == inside
                    for piece in pieces:
                        within = [t for t in tokens if piece["start"] <= t[0] and t[1] <= piece["end"]]
                        words = reading["report"]["text"][piece["start"]:piece["end"]]
                        assert within or not any(c.isalnum() for c in words), words


def test_citron_documents_are_in_its_format(flood, siege):
    for sayso in (flood, siege):
        readings = sayso.readings()
        for document in sayso.export_lines("citron"):
            reading = readings[document["text_hash"]]
            text = document["text"]
            assert text == reading["report"]["text"]
            assert len(document["quotes"]) == sum(1 for s in reading["statements"] if s["cue"])
            for quote in document["quotes"]:
                assert set(quote) == {"id", "cue", "sources", "contents"}
                for span in [quote["cue"], *quote["sources"], *quote["contents"]]:
                    assert text[span["start"]:span["end"]] == span["text"]
            for group in document["coreference_groups"]:
                assert len(group) > 1
                for span in group:
                    assert text[span["start"]:span["end"]] == span["text"]


def test_reports_with_one_text_have_ids_of_their_own(copies):
    ids = [s.metadata["newdoc id"] for s in conllu.parse(copies.export("conll")) if "newdoc id" in s.metadata]
    assert len(ids) == len(set(ids)) == 4
    assert len({d["id"] for d in copies.export_lines("citron")}) == 4


def test_reviewing_everything_as_read_scores_as_perfect(fresh, tmp_path):
    for report in (1, 2, 3, 4):
        for kind in ("f", "s"):
            fresh.run("decide", "accept", f"{report}:{kind}*", "--by", "ida")
    gold = tmp_path / "gold"
    fresh.export("gold", "-o", str(gold))
    scores = json.loads(fresh.run("eval", "attribution", str(gold / "attributions.jsonl"), "--json"))
    assert scores["gold"] > 5
    assert scores["relation_strict"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0}
    first, *others = (gold / "attributions.jsonl").read_text().splitlines()
    document = json.loads(first)
    missing = document["attributions"].pop()
    (gold / "less.jsonl").write_text("\n".join([json.dumps(document), *others]) + "\n")
    printed = fresh.run("eval", "attribution", str(gold / "less.jsonl"), "--errors", "5")
    assert printed.endswith("\n") and "false " in printed, printed
    start, end = missing["content"][0]
    assert document["text"][start:end].split()[0] in printed


def test_gold_is_read_by_the_scorer(fresh, tmp_path):
    for report in (1, 2, 3, 4):
        fresh.run("decide", "accept", f"{report}:f*", "--by", "ida")
    fresh.export("gold", "-o", str(tmp_path / "gold"))
    assert (tmp_path / "gold" / "figures.jsonl").read_text().count("\n") >= 10
    scores = fresh.run("eval", "figures", str(tmp_path / "gold"), "--json")
    assert json.loads(scores)
