"""Features of the attribution labeller: the language core's analysis of a text, as small integers.

The Rust twin is `crates/sayso-read/src/attribution/learned/features.rs`; both must give the same numbers
(`check.py` compares them). Features are named by tag and relation strings, never by ids of the core's model, so that
the core can be replaced without touching this file.
"""
import json

WORD_ROWS, SUFFIX_ROWS = 4096, 2048  # the last word row stands for "not shown" in training
UPOS = ["ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN", "NUM", "PART", "PRON", "PROPN", "PUNCT", "SCONJ",
        "SYM", "VERB", "X"]
TAG_ROWS, REL_ROWS = 64, 64
SHAPES, QUOTES, PLACES, ENTS = 8, 8, 16, 4
WINDOW = 120


VOCABULARY = {}  # word -> row of the table of word vectors; row 0 is no word


def read_vocabulary(path):
    """One word per line; `vectors.py` writes it."""
    with open(path, encoding="utf-8") as f:
        VOCABULARY.update((w, i) for i, w in enumerate(f.read().split("\n")) if i)


def fnv(text, salt=0):
    """FNV-1a, 32 bits, over UTF-8 bytes."""
    h = (2166136261 ^ salt) & 0xFFFFFFFF
    for b in text.encode("utf-8"):
        h = ((h ^ b) * 16777619) & 0xFFFFFFFF
    h ^= h >> 15
    h = (h * 0x2C1B3C6D) & 0xFFFFFFFF
    return h ^ (h >> 13)


def norm(form):
    """Lower case, digits as 0, curly quotes straight."""
    out = []
    for c in form.lower():
        if c in "0123456789":
            c = "0"
        elif c in "\u2018\u2019":
            c = "'"
        elif c in "\u201c\u201d\u201e\u201f\u00ab\u00bb":
            c = '"'
        out.append(c)
    return "".join(out)


def shape(form):
    if not any(c.isalnum() for c in form):
        return 0
    if any(c in "0123456789" for c in form):
        return 1
    if form.islower():
        return 2
    if form.isupper():
        return 3 if len(form) > 1 else 4
    if form[:1].isupper():
        return 5
    return 6


def base(rel):
    return rel.split(":")[0]


class Doc:
    """One analysed text: columns of features, tree, quotation marks, paragraphs."""

    def __init__(self, text, rec):
        rows = rec["tokens"]
        self.text, self.n = text, len(rows)
        self.start = [r[0] for r in rows]
        self.end = [r[1] for r in rows]
        forms = [text[r[0]:r[1]] for r in rows]
        self.head = [r[5] for r in rows]
        self.rel = [r[6] for r in rows]
        self.upos = [r[3] for r in rows]
        self.lemma = [r[2] for r in rows]
        self.forms = forms
        self.sentence = [0] * self.n
        for k, (a, b) in enumerate(rec["sentences"]):
            for i in range(a, b):
                self.sentence[i] = k
        self.paragraph, self.para_range = [0] * self.n, []
        p, first = 0, 0
        for i in range(1, self.n + 1):
            if i == self.n or "\n" in text[self.end[i - 1]:self.start[i]]:
                self.para_range.append((first, i))
                for j in range(first, i):
                    self.paragraph[j] = p
                p, first = p + 1, i
        self.quotes(forms)
        norms = [norm(f) for f in forms]
        self.columns = []
        for i in range(self.n):
            f, w = forms[i], norms[i]
            h = self.head[i]
            a, b = self.para_range[self.paragraph[i]]
            place = min(i - a, 3) + 4 * min(b - 1 - i, 3)
            lemma = self.lemma[i].lower()
            head = self.lemma[h].lower() if h >= 0 else "<root>"
            self.columns.append((
                VOCABULARY.get(w, 0), VOCABULARY.get(lemma, 0), VOCABULARY.get(head, 0),
                fnv(w) % (WORD_ROWS - 1), fnv(lemma, 2) % (WORD_ROWS - 1), fnv(head, 4) % (WORD_ROWS - 1),
                fnv(w[-3:], 5) % SUFFIX_ROWS,
                fnv(rows[i][4], 6) % TAG_ROWS,
                UPOS.index(self.upos[i]) if self.upos[i] in UPOS else 16,
                fnv(self.rel[i], 7) % REL_ROWS,
                fnv(self.upos[h] if h >= 0 else "root", 8) % TAG_ROWS,
                {"PERSON": 1, "ORG": 2, "LOC": 3, "GPE": 3}.get(rows[i][7], 0),
                shape(f), self.quote[i], place,
                min(self.paragraph[i], 3) + 4 * (0 if h < 0 else 1 if h < i else 2),
            ))

    def quotes(self, forms):
        """0 outside, 1 inside double marks, 2 opening, 3 closing, 4 single mark standing alone; unit: which quotation."""
        self.quote, self.unit = [0] * self.n, [0] * self.n
        unit = 0
        for a, b in self.para_range:
            inside = low = False
            for i in range(a, b):
                f = forms[i]
                if f in ("\u201c", "\u201d", "\u201e", "\u00ab", "\u00bb", '"', "``", "''"):
                    opens = f in ("\u201e", "\u00ab", "``") or (f == "\u201c" and not low) or (f == '"' and not inside)
                    low = f == "\u201e"
                    if opens and not inside:
                        unit += 1
                    self.quote[i] = 2 if opens else 3
                    self.unit[i] = unit
                    inside = opens
                elif f in ("'", "\u2018", "\u2019"):
                    self.quote[i] = 5 if inside else 4
                    self.unit[i] = unit if inside else 0
                elif inside:
                    self.quote[i], self.unit[i] = 1, unit

    def window(self, anchor):
        """Tokens that an anchor's roles are looked for in: its paragraph, and the next if this one ends in a colon."""
        p = self.paragraph[anchor]
        a, b = self.para_range[p]
        if self.forms[b - 1] == ":" and p + 1 < len(self.para_range):
            b = self.para_range[p + 1][1]
        return max(a, anchor - WINDOW), min(b, anchor + WINDOW)

    def relations(self, anchor, a, b):
        """For each token of a window: features of its position relative to the anchor."""
        chain, t = {}, anchor
        label = "self"
        k = 0
        labels = []
        while t >= 0 and t not in chain and k < 12:
            chain[t] = k
            labels.append(label)
            label, t, k = base(self.rel[t]), self.head[t], k + 1
        memo = {}

        def climb(t):
            path = []
            while True:
                if t in memo:
                    got = memo[t]
                    break
                if t in chain:
                    got = None
                    top = t
                    break
                if t < 0 or len(path) > 60:
                    got = (9, "none", -1)
                    break
                path.append(t)
                t = self.head[t]
            if got is None:
                if not path:
                    return (chain[top], "is", top)
                got = (chain[top], base(self.rel[path[-1]]), path[-1])
            for x in path:
                memo[x] = got
            return got

        out = []
        for t in range(a, b):
            k, branch, top = climb(t)
            kk = min(k, 4) if k < 9 else 5
            up = labels[k] if 0 <= k < len(labels) else "none"
            side = 0 if t < anchor else 1 if t == anchor else 2
            tree = fnv(f"{kk}|{branch}|{1 if top == t else 0}|{side}", 9) % 512
            path = fnv(f"{kk}|{up}|{branch}", 10) % 512
            d = t - anchor
            m = abs(d)
            bucket = m if m < 6 else 6 if m < 8 else 7 if m < 11 else 8 if m < 16 else 9 if m < 24 else 10 if m < 40 else 11
            dist = bucket + (12 if d > 0 else 0)
            s = max(-3, min(3, self.sentence[t] - self.sentence[anchor])) + 3
            q = 0 if not self.unit[t] else 1 if self.unit[t] == self.unit[anchor] else 2
            qa = 1 if self.unit[anchor] else 0
            para = 1 if self.paragraph[t] != self.paragraph[anchor] else 0
            out.append((tree, path, dist, s + 7 * (q + 3 * (qa + 2 * para))))
        return out


def load(dump, gold):
    texts = {}
    for line in open(gold, encoding="utf-8"):
        d = json.loads(line)
        texts[d["doc_id"]] = d
    for line in open(dump, encoding="utf-8"):
        r = json.loads(line)
        yield texts[r["doc_id"]], Doc(texts[r["doc_id"]]["text"], r)


def align(doc, pieces):
    """Indices of tokens whose middle is in any piece."""
    import bisect
    hit = []
    for s, e in pieces:
        i = max(0, bisect.bisect_right(doc.end, s) - 1)
        while i < doc.n and doc.start[i] < e:
            mid = (doc.start[i] + doc.end[i]) / 2
            if s <= mid < e:
                hit.append(i)
            i += 1
    return sorted(set(hit))


def anchor_of(doc, cue):
    """The token that represents a cue: the highest verb among its tokens, otherwise the highest token."""
    inside = set(cue)
    tops = [t for t in cue if doc.head[t] not in inside]
    for t in tops:
        if doc.upos[t] in ("VERB",):
            return t
    for want in (("VERB",), ("NOUN", "ADJ", "PROPN")):
        if not any(doc.upos[t] in want for t in tops):
            for t in cue:
                if doc.upos[t] in want and all(doc.upos[x] in ("AUX", "PART", "ADV", "ADP", "PUNCT") for x in tops):
                    return t
    return tops[0] if tops else cue[0]
