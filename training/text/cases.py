"""Cases that prove that the program computes the features of features.py: `python cases.py > crates/sayso-text/tests/features.tsv`."""
import os

os.environ["SAYSO_WORK"] = "/nonexistent"  # name classes are looked up apart
from features import features

FORMS = """the The THE A I x 12 1,000 2026-11-25 F-16 co-operate don't n't n\u2019t \u2019s \u201cquoted\u201d \u2014 \u2013 \u2026 U.S. Maj. \u00c9cole
\u017b\u00f3\u0142\u0107 \u05e9\u05dc\u05d5\u05dd \u0414\u043e\u043c \u4e2d\u56fd \u0661\u0662 e\u0301 \U0001f680 a\u200db McDonald iPhone mRNA ???!!! http://a.example/b?c=d -- $ '' `` \u00ab \u00bb
aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa harbour-master's \u0130stanbul STRASSE stra\u00dfe \ufb01ne""".split()

for f in FORMS:
    word, affixes = features(f)
    print(f, word, " ".join(map(str, affixes)), sep="\t")
