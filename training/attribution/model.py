"""The labeller: a small convolutional encoder, a head that finds cue anchors, and one that labels roles for an anchor."""
import torch
import torch.nn as nn
import torch.nn.functional as F

from features import ENTS, PLACES, QUOTES, REL_ROWS, SHAPES, SUFFIX_ROWS, TAG_ROWS, UPOS, WORD_ROWS

ROLES = ["O", "S", "C", "Q"]


class Drop(nn.Module):
    """Dropout of whole features over a sequence: as good here as a mask per token, and far cheaper."""

    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, x):
        if not self.training or not self.p:
            return x
        keep = torch.empty(x.size(0), max(1, x.size(1) // 64), x.size(2)).bernoulli_(1 - self.p) / (1 - self.p)
        keep = keep.repeat_interleave(64, 1)
        if keep.size(1) < x.size(1):
            keep = torch.cat([keep, keep[:, -1:].expand(-1, x.size(1) - keep.size(1), -1)], 1)
        return x * keep[:, :x.size(1)].to(x.dtype)


def shift(x, by):
    """x[t + by], 0 beyond the ends."""
    return F.pad(x, (0, 0, max(0, -by), max(0, by)))[:, max(0, by):max(0, by) + x.size(1)]


class Block(nn.Module):
    """Residual convolution over three tokens at a distance, with normalisation in front."""

    def __init__(self, d, dilation, dropout):
        super().__init__()
        self.dilation = dilation
        self.norm = nn.LayerNorm(d)
        self.conv = nn.Linear(3 * d, d)
        self.drop = Drop(dropout)

    def forward(self, x, mask):
        y = self.norm(x).to(torch.bfloat16 if torch.is_autocast_enabled("cpu") else x.dtype) * mask
        y = self.conv(torch.cat([shift(y, -self.dilation), y, shift(y, self.dilation)], -1))
        return x + self.drop(torch.relu(y)) * mask


class Tree(nn.Module):
    """Attention from each token to its head in the tree."""

    def __init__(self, d, dropout):
        super().__init__()
        self.norm = nn.LayerNorm(d)
        self.layer = nn.Linear(2 * d, d)
        self.drop = Drop(dropout)

    def forward(self, x, head, mask):
        y = self.norm(x)
        up = torch.gather(y, 1, head.unsqueeze(-1).expand(-1, -1, y.size(-1)))
        return x + self.drop(torch.relu(self.layer(torch.cat([y, up], -1)))) * mask


class Labeller(nn.Module):
    def __init__(self, d=128, r=80, words=1, vector=96, dilations=(1, 1, 2, 4), role_dilations=(1, 2, 4, 8, 16), dropout=0.25, extra=0):
        """`extra`: width of an encoder's states that are added to each token."""
        super().__init__()
        self.hyper = dict(d=d, r=r, dilations=dilations, role_dilations=role_dilations)
        e = 64
        self.register_buffer("vectors", torch.zeros(words, vector))
        # one table for all features of a token except the words: rows of each column follow those of the previous column
        sizes = [WORD_ROWS, SUFFIX_ROWS, TAG_ROWS, len(UPOS), REL_ROWS, TAG_ROWS, ENTS, SHAPES, QUOTES, PLACES, 12]
        starts = [0]
        for n in sizes:
            starts.append(starts[-1] + n)
        self.register_buffer("offsets", torch.tensor([0] * 3 + starts[1:-1]), persistent=False)
        self.table = nn.EmbeddingBag(starts[-1], e, mode="sum")
        nn.init.normal_(self.table.weight, std=0.1)
        self.inp = nn.Linear(e + 3 * vector + extra, d)
        self.drop = Drop(dropout)
        self.blocks = nn.ModuleList(Block(d, k, dropout) for k in dilations)
        self.tree = Tree(d, dropout)
        self.norm = nn.LayerNorm(d)
        self.anchor = nn.Linear(d, 1)
        self.token_in = nn.Linear(d, r)
        self.anchor_in = nn.Linear(d, r)
        self.register_buffer("rel_offsets", torch.tensor([0, 512, 1024, 1048]), persistent=False)
        self.rel = nn.EmbeddingBag(512 + 512 + 24 + 84, r, mode="sum")
        nn.init.normal_(self.rel.weight, std=0.1)
        self.role_blocks = nn.ModuleList(Block(r, k, dropout) for k in role_dilations)
        self.role_trees = nn.ModuleList(Tree(r, dropout) for _ in role_dilations)
        self.role_norm = nn.LayerNorm(r)
        self.role = nn.Linear(r, len(ROLES))
        self.valid = nn.Linear(r, 1)
        self.trans = nn.Parameter(torch.zeros(4, 4))

    def encode(self, cols, head, mask, extra=None):
        """cols [B,T,16], head [B,T] (index, own index for roots), mask [B,T,1], extra [B,T,E]."""
        b, t, c = cols.shape
        words, cols = cols[..., :3], cols[..., 3:]
        if self.training:
            # words are masked now and then, so that the model relies on their vectors, which cover words never seen here
            hide = torch.rand(b, t, 1) < 0.25
            cols = torch.cat([torch.where(hide, WORD_ROWS - 1, cols[..., :3]), cols[..., 3:]], -1)
        x = self.table((cols + self.offsets).view(-1, c - 3)).view(b, t, -1)
        more = () if extra is None else (extra.to(x.dtype),)
        x = torch.cat([x, self.vectors[words].view(b, t, -1), *more], -1)
        x = self.inp(self.drop(x)) * mask
        half = len(self.blocks) // 2
        for k, block in enumerate(self.blocks):
            if k == half:
                x = self.tree(x, head, mask)
            x = block(x, mask)
        return self.norm(x)

    def encode_examples(self, exs, cols, head, mask, starts):
        """What training and decoding call, here and where an encoder is below, which `exs` and `starts` are for."""
        return self.encode(cols, head, mask)

    def roles(self, h, at, heads, anchors, rel, mask):
        """h [N,L,D] states of windows, at: states of anchors [N,D], heads [N,L] places in the window, rel [N,L,4], mask [N,L,1] -> [N,L,4], validity [N]."""
        x = self.token_in(h) + self.anchor_in(at).unsqueeze(1)
        n, l, c = rel.shape
        x = x + self.rel((rel + self.rel_offsets).view(-1, c)).view(n, l, -1)
        x = self.drop(x) * mask
        for block, tree in zip(self.role_blocks, self.role_trees):
            x = tree(block(x, mask), heads, mask)
        y = self.role_norm(x)
        pick = y[torch.arange(len(y)), anchors]
        return self.role(y), self.valid(pick).squeeze(-1)


def log_partition(emit, mask, trans):
    """Of a linear chain for each row. emit [N,L,K], mask [N,L] (a prefix of each row), trans [K,K] or [N,K,K]."""
    exp = trans.exp().expand(len(emit), -1, -1)
    alpha = emit[:, 0]
    kept = []
    for e in emit.unbind(1)[1:]:
        kept.append(alpha)
        top = alpha.amax(1, keepdim=True).detach()
        alpha = torch.bmm((alpha - top).exp().unsqueeze(1), exp).squeeze(1).log() + top + e
    kept.append(alpha)
    final = torch.stack(kept, 1)[torch.arange(len(emit)), mask.sum(1) - 1]
    return torch.logsumexp(final, 1)


def crf_loss(emit, labels, pairs, mask, trans):
    """Cross entropy of a linear chain for each row, against a distribution over label sequences that is given by the
    probability of each label at each place [N,L,K] and the expected count of each pair of neighbours [N,K,K]; a gold
    sequence is the case of ones and whole numbers."""
    score = (emit * labels * mask.unsqueeze(-1)).sum((1, 2)) + (pairs * trans).sum((1, 2))
    return log_partition(emit, mask, trans) - score
