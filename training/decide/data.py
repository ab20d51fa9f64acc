"""Training examples: windows whose numerals have a category and a pointer to their source."""
import collections
import json
import re

from windows import RIGHT, SIZE, Text, compose, windows

CATEGORIES = (
    "none killed injured killed_or_injured missing captured displaced evacuated rescued arrested infected deployed "
    "mobilised trapped aboard stranded released attending residents affected other"
).split()
MODALITIES = "asserted possible expected denied demanded".split()
PRONOUNS = {"he", "she", "they", "it", "we", "i", "who"}
NUMBER = re.compile(
    r"\d[\d,.]*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    r"seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|"
    r"dozens?|scores|several|few)\b",
    re.I,
)
ARTICLE = re.compile(r"\b(?:an?|another|multiple)\b", re.I)
CASUALTY = re.compile(r"\b(?:dead|die[ds]?|dying|deaths?|kill\w*|injur\w*|wound\w*|missing|hurt|fatal\w*|shot|arrest\w*)\b", re.I)


def names_in(text, names, low, high):
    """Spans of names between two code points."""
    found = []
    for name in names:
        for m in re.finditer(re.escape(name), text[low:high]):
            s, e = low + m.start(), low + m.end()
            if (s and text[s - 1].isalnum()) or (e < len(text) and text[e].isalnum()):
                continue
            found.append((s, e))
    return found


def articles(record):
    """'a', 'another', 'multiple' in sentences about casualties: they may count one."""
    for s, e in record["sentences"]:
        sentence = record["text"][s:e]
        if CASUALTY.search(sentence):
            for m in ARTICLE.finditer(sentence):
                yield s + m.start(), s + m.end()


def figure_windows(tokenizer, records, cls, sep, silver=False):
    """Windows of annotated reports (the form that prepare.py writes).

    With `silver` the categories are those of the rules, and what they leave open is not asked.
    """
    made, stat = [], collections.Counter()
    for record in records:
        text = Text(tokenizer, record["text"])
        if not text.ids:
            continue
        candidates = [c for c in record["cands"] if c["barred"] in ("", "excluded", "none", "unit")]
        candidates = [c for c in candidates if c["barred"] != "unit" or c["gold"]]
        for s, e in [] if silver else articles(record):
            if not any(c["s"] < e and c["e"] > s for c in candidates):
                candidates.append({"s": s, "e": e, "barred": "article", "gold": None})
        candidates.sort(key=lambda c: c["s"])
        targets = []
        for c in candidates:
            pieces = text.pieces_of(c["s"], c["e"])
            targets.append((pieces[0], pieces[-1], c))
        targets = [t for t in targets if t[0] < len(text.ids)]
        for start, end, inside in windows(len(text.ids), [t[0] for t in targets]):
            ids, cases, of = compose(text, start, end, cls, sep)
            where = {piece: at for at, piece in enumerate(of) if piece >= start}
            low, high = text.offsets[start][0], text.offsets[end - 1][1]
            asked = []
            for i in inside:
                first, last, c = targets[i]
                if first not in where:
                    continue
                last = min(last, end - 1)
                g = c["gold"]
                category = CATEGORIES.index(g["category"]) if g else 0
                if c.get("title") and not g:
                    continue  # Titles are not annotated.
                if silver:
                    rule = c.get("rule")
                    if rule in ("other", "equipment") or (rule and rule not in CATEGORIES):
                        continue
                    category = CATEGORIES.index(rule) if rule else 0
                modality = g["modality"] if g else None
                if modality == "planned":
                    modality = "expected"
                pointer = None
                if g:
                    if silver:
                        pass
                    elif g.get("origin"):
                        names = [g["origin"], *g.get("origin_names", [])]
                        proper = [n for n in names if n.lower() not in PRONOUNS]
                        spans = names_in(record["text"], proper, low, high)
                        sentence = next((s for s in record["sentences"] if s[0] <= c["s"] < s[1]), None)
                        if sentence:
                            bare = [n for n in names if n.lower() in PRONOUNS]
                            spans += names_in(record["text"], bare, *sentence)
                            near = [s for s in spans if s[0] >= sentence[0] and s[1] <= sentence[1]]
                            spans = near or spans
                        pointer = sorted({where[p] for s, e in spans for p in text.pieces_of(s, e) if p in where})
                        stat["origin", bool(pointer)] += 1
                        pointer = pointer or None
                    else:
                        pointer = [0]
                asked.append(
                    dict(
                        at=where[first],
                        last=where.get(last, where[first]),
                        category=category,
                        modality=MODALITIES.index(modality) if modality else -1,
                        negated=int(bool(g and (g.get("negated") or g["modality"] == "denied"))) if g else -1,
                        other=int(bool(g.get("other_event"))) if g else -1,
                        part=int(bool(g.get("part_of"))) if g else -1,
                        pointer=pointer,
                        key=(record["id"], c["s"], c["e"]),
                        weight=0.3 if silver else 0.5 if c["barred"] == "article" else 1.0,
                    )
                )
            if asked:
                made.append(dict(ids=ids, cases=cases, asked=asked, story=record["story"], of=of, doc=record["id"]))
    return made, stat


def crops(records, share, random):
    """Reports cut down to one sentence or two: pasted text, a headline, a message.

    A share of the sentences that have a number becomes a text of its own; an origin that is cut away is not asked for.
    """
    for record in records:
        sentences = record["sentences"]
        for i, (start, end) in enumerate(sentences):
            if i + 1 < len(sentences) and random.random() < 0.4:
                end = sentences[i + 1][1]
            inside = [c for c in record["cands"] if start <= c["s"] and c["e"] <= end]
            if not any(c["barred"] == "" for c in inside) or random.random() >= share:
                continue
            yield {
                **record,
                "text": record["text"][start:end],
                "sentences": [(s - start, e - start) for s, e in sentences if start <= s and e <= end],
                "cands": [{**c, "s": c["s"] - start, "e": c["e"] - start} for c in inside],
            }


def attribution_windows(tokenizer, articles, cls, sep, every=7):
    """Windows of PolNeAR: numbers and every so many other pieces point to the source of the innermost content."""
    made = []
    for article in articles:
        text = Text(tokenizer, article["text"])
        holder = [None] * len(text.ids)
        order = sorted(article["attributions"], key=lambda a: -sum(e - s for s, e in a["content"]))
        for a in order:
            source = {p for s, e in a["source"] for p in text.pieces_of(s, e)}
            for s, e in a["content"]:
                for p in text.pieces_of(s, e):
                    if p < len(holder):
                        holder[p] = source
        numbers = {text.piece_at(m.start()) for m in NUMBER.finditer(article["text"])}
        for start in range(0, max(1, len(text.ids) - SIZE // 2), SIZE // 2):
            end = min(len(text.ids), start + SIZE)
            ids, cases, of = compose(text, start, end, cls, sep)
            where = {piece: at for at, piece in enumerate(of) if piece >= start}
            asked = []
            low, high = start + (SIZE // 4 if start else 0), end - (RIGHT if end < len(text.ids) else 0)
            for p in range(low, high):
                if p not in numbers and p % every:
                    continue
                source = holder[p]
                if source is None:
                    pointer = [0]
                elif not source:
                    continue
                else:
                    pointer = sorted(where[q] for q in source if q in where)
                    if not pointer:
                        continue
                asked.append(
                    dict(at=where[p], last=where[p], category=-1, modality=-1, negated=-1, other=-1, part=-1,
                         pointer=pointer, number=p in numbers, weight=1.0 if p in numbers else 0.3)
                )
            if asked:
                made.append(dict(ids=ids, cases=cases, asked=asked, story=None, of=of, doc=article["doc_id"]))
    return made


def read(path):
    with open(path, encoding="utf8") as file:
        return [json.loads(line) for line in file]
