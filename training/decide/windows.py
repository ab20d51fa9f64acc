"""Texts as word pieces and windows around numerals: the counterpart of `sayso-read/src/decide/window.rs`.

A report is cut into word pieces once. A window begins 56 pieces before the first numeral that it decides, is 128 pieces
long and decides every numeral up to 30 pieces before its end; one that does not begin at the report's beginning has the
report's first 16 pieces before it.
"""
import re

from encoder import case_class

SIZE, LEFT, RIGHT, LEDE = 128, 56, 30, 16


class Text:
    """A text's pieces with their code points and case classes."""

    def __init__(self, tokenizer, text):
        coded = tokenizer.encode(text, add_special_tokens=False)
        self.text, self.ids, self.offsets = text, coded.ids, coded.offsets
        words = [(m.start(), m.end()) for m in re.finditer(r"\w+|[^\w\s]", text)]
        self.cases, w = [], 0
        for start, _ in coded.offsets:
            while w < len(words) and words[w][1] <= start:
                w += 1
            inside = w < len(words) and words[w][0] <= start
            self.cases.append(case_class(text[words[w][0] : words[w][1]]) if inside else 0)

    def piece_at(self, point):
        """The first piece that ends after a code point."""
        low, high = 0, len(self.offsets)
        while low < high:
            mid = (low + high) // 2
            if self.offsets[mid][1] <= point:
                low = mid + 1
            else:
                high = mid
        return low

    def pieces_of(self, start, end):
        first = self.piece_at(start)
        last = first
        while last < len(self.offsets) and self.offsets[last][0] < end:
            last += 1
        return list(range(first, max(last, first + 1)))


def windows(count, targets):
    """Start, end and the targets decided there; `targets` are sorted piece indices."""
    at = 0
    while at < len(targets):
        start = max(0, targets[at] - LEFT)
        end = min(count, start + SIZE)
        limit = count if end == count else end - RIGHT
        last = at + 1
        while last < len(targets) and targets[last] < limit:
            last += 1
        # The program ends a window 40 pieces after its last numeral; in training, what follows costs nothing extra.
        yield start, end, range(at, last)
        at = last


def compose(text, start, end, cls, sep):
    """Ids, cases and for each position the piece of the text (or -1)."""
    ids, cases, of = [cls], [0], [-1]
    if start > 0:
        lede = min(LEDE, start)
        ids += text.ids[:lede] + [sep]
        cases += text.cases[:lede] + [0]
        of += list(range(lede)) + [-1]
    ids += text.ids[start:end] + [sep]
    cases += text.cases[start:end] + [0]
    of += list(range(start, end)) + [-1]
    return ids, cases, of
