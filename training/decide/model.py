"""The decider: an encoder, a head for what a numeral counts, a pointer to its source."""
import torch
from torch import nn
from torch.nn import functional as F

from data import CATEGORIES, MODALITIES

HIDDEN, KEY = 192, 96
# Weights of the modalities: all but "asserted" are rare.
RARE = (1.0, 3.0, 3.0, 3.0, 3.0)


class Decider(nn.Module):
    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder
        w = encoder.width
        self.hidden = nn.Linear(2 * w, HIDDEN)
        self.category = nn.Linear(HIDDEN, len(CATEGORIES))
        self.modality = nn.Linear(HIDDEN, len(MODALITIES))
        self.flags = nn.Linear(HIDDEN, 3)
        self.query = nn.Linear(w, KEY)
        self.key = nn.Linear(w, KEY)

    def forward(self, batch, drop=0.1):
        states = self.encoder(batch["pieces"], batch["cases"], batch["mask"], drop)
        first = states[batch["row"], batch["at"]]
        last = states[batch["row"], batch["last"]]
        hidden = torch.tanh(self.hidden(torch.cat([first, last], -1)))
        hidden = F.dropout(hidden, drop, self.training)
        keys = self.key(states)[batch["row"]]
        points = torch.einsum("nd,nld->nl", self.query(first), keys) / KEY**0.5
        points = points.float().masked_fill(~batch["mask"][batch["row"]], -1e9)
        return self.category(hidden).float(), self.modality(hidden).float(), self.flags(hidden).float(), points


def collate(windows):
    longest = max(len(w["ids"]) for w in windows)
    pad = lambda w, key: w[key] + [0] * (longest - len(w[key]))
    batch = {
        "pieces": torch.tensor([pad(w, "ids") for w in windows]),
        "cases": torch.tensor([pad(w, "cases") for w in windows]),
        "mask": torch.tensor([[i < len(w["ids"]) for i in range(longest)] for w in windows]),
    }
    asked = [(row, a) for row, w in enumerate(windows) for a in w["asked"]]
    batch["row"] = torch.tensor([row for row, _ in asked])
    for key in ("at", "last", "category", "modality", "negated", "other", "part"):
        batch[key] = torch.tensor([a[key] for _, a in asked])
    batch["weight"] = torch.tensor([a["weight"] for _, a in asked])
    target = torch.zeros(len(asked), longest, dtype=torch.bool)
    for i, (_, a) in enumerate(asked):
        for p in a["pointer"] or []:
            target[i, p] = True
    batch["target"] = target
    batch["asked"] = [a for _, a in asked]
    return batch


def balance(windows):
    """A weight for each category: the square root of how much rarer than the mean it is, within bounds."""
    counts = torch.ones(len(CATEGORIES))
    for window in windows:
        for a in window["asked"]:
            if a["category"] >= 0:
                counts[a["category"]] += a["weight"]
    weight = (counts.mean() / counts).sqrt().clamp(0.4, 3.0)
    return weight / ((weight * counts).sum() / counts.sum())


def losses(model, batch, drop=0.1, balanced=None):
    category, modality, flags, points = model(batch, drop)
    weight = batch["weight"]
    total = category.sum() * 0
    known = batch["category"] >= 0
    if known.any():
        each = F.cross_entropy(category[known], batch["category"][known], reduction="none", label_smoothing=0.02)
        share = weight[known] if balanced is None else weight[known] * balanced[batch["category"][known]]
        total = total + (each * share).sum() / share.sum()
    known = batch["modality"] >= 0
    if known.any():
        rare = torch.tensor(RARE, device=modality.device)
        total = total + 0.3 * F.cross_entropy(modality[known], batch["modality"][known], weight=rare)
    for at, key in enumerate(("negated", "other", "part")):
        known = batch[key] >= 0
        if known.any():
            total = total + 0.15 * F.binary_cross_entropy_with_logits(flags[known, at], batch[key][known].float())
    known = batch["target"].any(-1)
    if known.any():
        log = points[known].log_softmax(-1)
        hit = torch.logsumexp(log.masked_fill(~batch["target"][known], -1e9), -1)
        total = total - (hit * weight[known]).sum() / weight[known].sum()
    return total
