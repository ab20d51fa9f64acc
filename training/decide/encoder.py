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
    """0 other, 1 small letters, 2 capitalised, 3 capitals, 4 mixed, 5 digits inside."""
    if not word or not any(c.isalnum() for c in word):
        return 0
    if any(c.isdigit() for c in word):
        return 5
    if word.islower():
        return 1
    if word.isupper():
        return 3 if len(word) > 1 else 2
    return 2 if word[0].isupper() and word[1:].islower() else 4


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
        q, k, v = self.qkv(x).view(b, n, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=bias.to(q.dtype))
        y = self.out(y.transpose(1, 2).reshape(b, n, d))
        x = self.norm1(x + F.dropout(y, drop, self.training))
        y = self.down(F.gelu(self.up(x)))
        return self.norm2(x + F.dropout(y, drop, self.training))


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
        x = F.dropout(x, drop, self.training)
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
