"""BERT-like encoders read from safetensors: MiniLM (absolute positions) and MPNet (relative bias beside them).

The word pieces know no case, so a case class is added to each piece (`CASES`).
"""
import json
import math
import os

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional as F

CASES = 6


def case_class(word):
    """0 other, 1 lower case, 2 capitalised, 3 capitals, 4 mixed, 5 digits inside."""
    if not word or not any(c.isalnum() for c in word):
        return 0
    if any(c.isdigit() for c in word):
        return 5
    if word.islower():
        return 1
    if word.isupper():
        return 3 if len(word) > 1 else 2
    return 2 if word[0].isupper() and word[1:].islower() else 4


class Masks:
    """Dropout from a pool of masks that is drawn once: drawing anew is an eighth of a step on a processor."""

    size, pools = 1 << 24, {}

    @classmethod
    def drop(cls, x, share, training):
        if not training or share == 0:
            return x
        key = (share, x.dtype, x.device)
        if key not in cls.pools:
            kept = torch.rand(cls.size, device=x.device) >= share
            cls.pools[key] = kept.to(x.dtype) / (1 - share)
        count = x.numel()
        if count >= cls.size:
            return F.dropout(x, share, training)
        at = int(torch.randint(cls.size - count, ()))
        return x * cls.pools[key][at : at + count].view(x.shape)


class Layer(nn.Module):
    def __init__(self, width, heads, inner, eps):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.norm1 = nn.LayerNorm(width, eps=eps)
        self.up = nn.Linear(width, inner)
        self.down = nn.Linear(inner, width)
        self.norm2 = nn.LayerNorm(width, eps=eps)

    def forward(self, x, bias, drop):
        b, n, d = x.shape
        q, k, v = self.qkv(x).view(b, n, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4).flatten(1, 2)
        # Written out: on a processor the backward pass of `scaled_dot_product_attention` takes half of a whole step.
        scores = torch.bmm(q * (d // self.heads) ** -0.5, k.transpose(1, 2)).view(b, self.heads, n, n)
        shares = torch._softmax(scores + bias.to(q.dtype), -1, False)  # Autocast would widen `softmax` to 32 bits.
        y = torch.bmm(shares.flatten(0, 1), v).view(b, self.heads, n, d // self.heads)
        y = self.out(y.transpose(1, 2).reshape(b, n, d))
        x = self.norm1(x + Masks.drop(y, drop, self.training))
        y = self.down(F.gelu(self.up(x)))
        return self.norm2(x + Masks.drop(y, drop, self.training))


class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        w = config["hidden_size"]
        self.width, self.relative = w, config["model_type"] == "mpnet"
        self.offset = 2 if self.relative else 0
        eps = config.get("layer_norm_eps", 1e-12)
        self.words = nn.Embedding(config["vocab_size"], w)
        self.places = nn.Embedding(config["max_position_embeddings"], w)
        self.cases = nn.Embedding(CASES, w)
        self.norm = nn.LayerNorm(w, eps=eps)
        self.layers = nn.ModuleList(
            Layer(w, config["num_attention_heads"], config["intermediate_size"], eps)
            for _ in range(config["num_hidden_layers"])
        )
        if self.relative:
            self.bias = nn.Embedding(32, config["num_attention_heads"])
        nn.init.zeros_(self.cases.weight)

    def buckets(self, n, device):
        at = torch.arange(n, device=device)
        d = -(at[None, :] - at[:, None])
        side = (d < 0).long() * 16
        d = d.abs()
        far = 8 + (torch.log(d.float().clamp(min=1) / 8) / math.log(128 / 8) * 8).long()
        return side + torch.where(d < 8, d, far.clamp(max=15))

    def forward(self, pieces, cases, mask, drop=0.1):
        n = pieces.shape[1]
        at = torch.arange(n, device=pieces.device) + self.offset
        x = self.norm(self.words(pieces) + self.places(at)[None] + self.cases(cases))
        x = Masks.drop(x, drop, self.training)
        bias = torch.zeros(mask.shape, device=x.device).masked_fill(~mask, -1e9)[:, None, None, :]
        if self.relative:
            bias = bias + self.bias(self.buckets(n, x.device)).permute(2, 0, 1)[None]
        for layer in self.layers:
            x = layer(x, bias, drop)
        return x


def load(folder, layers=None, inner=None):
    """An encoder and its tokenizer from a folder with config.json, model.safetensors, tokenizer.json.

    `layers` keeps some layers only, `inner` so many units of each feed-forward: those of the largest weights.
    """
    config = json.load(open(os.path.join(folder, "config.json")))
    inner = inner or config["intermediate_size"]
    config["intermediate_size"] = inner
    kept = layers or list(range(config["num_hidden_layers"]))
    config["num_hidden_layers"] = len(kept)
    state = load_file(os.path.join(folder, "model.safetensors"))
    state = {k.removeprefix("bert.").removeprefix("mpnet."): v.float() for k, v in state.items()}
    encoder = Encoder(config)
    mpnet = encoder.relative
    new = {
        "words.weight": state["embeddings.word_embeddings.weight"],
        "places.weight": state["embeddings.position_embeddings.weight"],
        "cases.weight": torch.zeros(CASES, config["hidden_size"]),
        "norm.weight": state["embeddings.LayerNorm.weight"],
        "norm.bias": state["embeddings.LayerNorm.bias"],
    }
    if not mpnet:
        new["places.weight"] = new["places.weight"] + state["embeddings.token_type_embeddings.weight"][0]
    else:
        new["bias.weight"] = state["encoder.relative_attention_bias.weight"]
    for at, old in enumerate(kept):
        a, b = f"layers.{at}.", f"encoder.layer.{old}."
        names = ("attn.q", "attn.k", "attn.v") if mpnet else ("self.query", "self.key", "self.value")
        for kind in ("weight", "bias"):
            new[a + "qkv." + kind] = torch.cat([state[f"{b}attention.{n}.{kind}"] for n in names])
            out = "attention.attn.o." if mpnet else "attention.output.dense."
            norm = "attention.LayerNorm." if mpnet else "attention.output.LayerNorm."
            new[a + "out." + kind] = state[b + out + kind]
            new[a + "norm1." + kind] = state[b + norm + kind]
            new[a + "up." + kind] = state[b + "intermediate.dense." + kind]
            new[a + "down." + kind] = state[b + "output.dense." + kind]
            new[a + "norm2." + kind] = state[b + "output.LayerNorm." + kind]
        up, down = new[a + "up.weight"], new[a + "down.weight"]
        units = (up.norm(dim=1) * down.norm(dim=0)).topk(inner).indices.sort().values
        new[a + "up.weight"], new[a + "up.bias"] = up[units], new[a + "up.bias"][units]
        new[a + "down.weight"] = down[:, units]
    encoder.load_state_dict(new)
    tokenizer = Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return encoder, tokenizer


# The sixteen values that a half byte of a table of words represents, in shares of the largest of its row: Lloyd's method on
# MiniLM's table.
LEVELS = (-0.8963893055915833, -0.6976581811904907, -0.5546262264251709, -0.43813371658325195, -0.33259105682373047,
    -0.23448339104652405, -0.13953563570976257, -0.04588363692164421, 0.04720897600054741, 0.14058171212673187,
    0.235109344124794, 0.33349692821502686, 0.4392838180065155, 0.5574332475662231, 0.6999807953834534,
    0.9004386067390442)


def halve(words):
    """A table of words as restored from half bytes. Training continues with it, so that the network adapts to it."""
    levels = torch.tensor(LEVELS)
    scales = words.abs().amax(1, keepdim=True).clamp(min=1e-9)
    return levels[torch.bucketize(words / scales, (levels[1:] + levels[:-1]) / 2)] * scales


def halves(words):
    """Scales and places of a table that `halve` has made: the largest of each row is at the first or the last level."""
    levels = torch.tensor(LEVELS)
    scales = torch.maximum(words.amax(1) / levels[-1], words.amin(1) / levels[0])[:, None]
    places = torch.bucketize(words / scales, (levels[1:] + levels[:-1]) / 2)
    assert (levels[places] * scales - words).abs().max() < 1e-5, "not a table that `halve` has made"
    return scales[:, 0], places


def prune(state, inner):
    """Keeps the units with the largest weights in each feed-forward block of a trained encoder, and halves its table of words."""
    at = 0
    while (layer := f"encoder.layers.{at}.") + "up.weight" in state:
        up, down = state[layer + "up.weight"], state[layer + "down.weight"]
        units = (up.norm(dim=1) * down.norm(dim=0)).topk(inner).indices.sort().values
        state[layer + "up.weight"], state[layer + "up.bias"] = up[units], state[layer + "up.bias"][units]
        state[layer + "down.weight"] = down[:, units]
        at += 1
    state["encoder.words.weight"] = halve(state["encoder.words.weight"])
    return state
