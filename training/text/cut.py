"""Segments the unlabelled news with the program itself, so that the student trains on the tokens it will meet.

    python cut.py CUT_PROGRAM OUT.tsv      (cargo build --release -p sayso-text --example cut)
"""
import subprocess
import sys

import corpus

texts = corpus.news()
print(len(texts), "texts", sum(map(len, texts)) // 1000, "kB")
with open(sys.argv[2], "wb") as out:
    subprocess.run([sys.argv[1]], input="\0".join(texts).encode(), stdout=out, check=True)
