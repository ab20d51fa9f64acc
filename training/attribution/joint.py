"""Trains the decider and the attribution labeller over one encoder: each step takes some articles of PolNeAR for the
labeller and some windows of figures for the decider.

    python joint.py OUT --decider START.pt --encoder MINILM --words WORDS --start LABELLER.pt --train FEATURES --train-gold JSONL
        --dev FEATURES --dev-gold JSONL --gold GOLD.jsonl --extra EXTRA.jsonl... --polnear TRAIN.jsonl [--fold K]

Writes OUT.decider.pt and OUT.labeller.pt, which `training/decide/export.py` and `export.py` put into the program's form.
"""
import argparse
import os
import random
import time
import zlib

import numpy as np
import torch
import torch.nn.functional as F

from data import examples
from encoded import Encoded, decide
from features import read_vocabulary
from model import Labeller
from train import evaluate, losses, short

figures, deciding = decide("data"), decide("model")
CLS, SEP = 101, 102


def arguments():
    ap = argparse.ArgumentParser()
    ap.add_argument("out")
    for name in ("decider", "encoder", "words", "start", "train", "train-gold", "dev", "dev-gold", "polnear"):
        ap.add_argument("--" + name, required=True)
    ap.add_argument("--gold", nargs="*", default=[])
    ap.add_argument("--extra", nargs="*", default=[], help="annotated reports that are trained on in every fold")
    ap.add_argument("--inner", type=int, default=768)
    ap.add_argument("--epochs", type=float, default=4, help="of the articles of the labeller")
    ap.add_argument("--docs", type=int, default=4)
    ap.add_argument("--batch", type=int, default=24)
    ap.add_argument("--mix", type=float, default=0.4, help="windows of PolNeAR for each window of figures")
    ap.add_argument("--crops", type=float, default=0.15)
    ap.add_argument("--lr", type=float, default=1.2e-3, help="of the labeller")
    ap.add_argument("--encoder-lr", type=float, default=2e-4)
    ap.add_argument("--minutes", type=float, default=1e9)
    ap.add_argument("--folds", type=int, default=3)
    ap.add_argument("--fold", type=int, default=None, help="stories of this fold are not trained on")
    ap.add_argument("--threads", type=int, default=1)
    ap.add_argument("--bf16", action=argparse.BooleanOptionalAction, default=torch.cpu._is_amx_tile_supported(),
                    help="half as fast again without byte tiles (AMX), so that only those machines use it unless told to")
    return ap.parse_args()


def figure_sets(args, tokenizer):
    read = lambda paths: [r for path in paths for r in figures.read(path)]
    records = read(args.gold)
    held = lambda window: args.fold is not None and zlib.crc32(window["story"].encode()) % args.folds == args.fold
    make = lambda records: figures.figure_windows(tokenizer, records, CLS, SEP)[0]
    gold = make(records) + make(figures.crops(records, args.crops, random))
    more = read(args.extra)
    inside = [w for w in gold if not held(w)] + make(more) + make(figures.crops(more, args.crops, random))
    known = {r["text"][:150] for r in records}
    articles = [a for a in figures.read(args.polnear) if a["text"][:150] not in known]
    pointed = figures.attribution_windows(tokenizer, articles, CLS, SEP)
    return inside, random.sample(pointed, int(min(1.0, args.mix * len(gold) / len(pointed)) * len(pointed))), make(records)


def endless(windows, size):
    """Batches of windows of similar length, endlessly."""
    while True:
        order = random.sample(windows, len(windows))
        groups = []
        for i in range(0, len(order), size * 20):
            chunk = sorted(order[i:i + size * 20], key=lambda w: len(w["ids"]))
            groups += [chunk[j:j + size] for j in range(0, len(chunk), size)]
        random.shuffle(groups)
        yield from groups


def main():
    args = arguments()
    torch.set_num_threads(args.threads)
    torch.manual_seed(11)
    random.seed(11)
    read_vocabulary(os.path.join(args.words, "words.txt"))
    vectors = torch.from_numpy(np.load(os.path.join(args.words, "vectors.npy"))).float()
    encoder, tokenizer = decide("encoder").load(args.encoder, None, args.inner)
    decider = deciding.Decider(encoder)
    decider.load_state_dict({k: v.float() for k, v in torch.load(args.decider, map_location="cpu").items()}, strict=False)
    labeller = Labeller(words=len(vectors), vector=vectors.size(1), dropout=0.25, extra=encoder.width)
    labeller.vectors.copy_(vectors)
    state = torch.load(args.start)
    if state["inp.weight"].shape[1] < labeller.inp.in_features:
        # The encoder's output starts with weight 0.
        state["inp.weight"] = F.pad(state["inp.weight"], (0, labeller.inp.in_features - state["inp.weight"].shape[1]))
    print(labeller.load_state_dict(state, strict=False))
    model = Encoded(encoder, tokenizer, labeller)
    encoder.words.weight.requires_grad_(False)
    train, dev = examples(args.train, args.train_gold), examples(args.dev, args.dev_gold)
    figured, pointed, held = figure_sets(args, tokenizer)
    print(len(train), "articles,", len(figured), "windows of figures,", len(pointed), "of PolNeAR", flush=True)
    balanced = deciding.balance(figured + pointed)
    of_labeller = [p for p in labeller.parameters() if p.requires_grad]
    of_decider = [p for p in decider.parameters() if p.requires_grad]
    opt = torch.optim.AdamW([dict(params=of_labeller, top=args.lr, weight_decay=0.02),
                             dict(params=of_decider, top=args.encoder_lr, weight_decay=0.01)], lr=args.lr)
    steps = int(args.epochs * len(train) / args.docs)
    batches = endless(figured + pointed, args.batch)
    named = {**{"l." + k: v for k, v in labeller.named_parameters()}, **{"d." + k: v for k, v in decider.named_parameters()}}
    named = {k: v for k, v in named.items() if v.requires_grad}
    ema = {k: v.detach().clone() for k, v in named.items()}

    def swap():
        for k, v in named.items():
            kept = v.detach().clone()
            v.data.copy_(ema[k])
            ema[k].copy_(kept)

    order, began, mean, scored = [], time.time(), [0.0, 0.0], 0
    model.train(), decider.train()
    for step in range(steps):
        if len(order) < args.docs:
            chunk = sorted(train, key=lambda e: e.doc.n + random.random() * 200)
            groups = [chunk[i:i + args.docs] for i in range(0, len(chunk) - args.docs + 1, args.docs)]
            random.shuffle(groups)
            order = [e for g in groups for e in g]
        part, order = order[:args.docs], order[args.docs:]
        share = max(step / steps, (time.time() - began) / 60 / args.minutes)
        if share > 1:
            break
        for g in opt.param_groups:
            g["lr"] = g["top"] * min(1.0, (step + 1) / 40) * max(0.02, 1 - share)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=args.bf16):
            cues, roles, valid = losses(model, part)
            first = cues + 0.15 * roles + 0.5 * valid
            second = deciding.losses(decider, deciding.collate(next(batches)), balanced=balanced)
        opt.zero_grad()
        (first + second).backward()
        torch.nn.utils.clip_grad_norm_(of_labeller + of_decider, 1.5)
        opt.step()
        decay = min(0.995, (1 + step) / (10 + step))
        with torch.no_grad():
            for k, v in named.items():
                ema[k].mul_(decay).add_(v, alpha=1 - decay)
        mean = [0.98 * m + 0.02 * float(x.detach()) if step else float(x.detach()) for m, x in zip(mean, (first, second))]
        if step % 20 == 0:
            print(f"{step}/{steps} {time.time() - began:.0f}s labeller {mean[0]:.3f} decider {mean[1]:.3f}", flush=True)
        if (step + 1) % (len(train) // args.docs) == 0 or step + 1 == steps:
            swap()
            torch.save(decider.state_dict(), args.out + ".decider.pt")
            torch.save(labeller.state_dict(), args.out + ".labeller.pt")
            if step + 1 == steps or scored % 2 == 1:
                threshold, result, _ = evaluate(model, dev)
                print("threshold", threshold, short(result), flush=True)
                model.train()
            scored += 1
            swap()
    swap()
    torch.save(decider.state_dict(), args.out + ".decider.pt")
    torch.save(labeller.state_dict(), args.out + ".labeller.pt")
    if args.fold is not None:
        decider.eval()
        right = known = 0
        with torch.no_grad():
            for i in range(0, len(held), 32):
                some = deciding.collate(held[i:i + 32])
                with torch.autocast("cpu", dtype=torch.bfloat16):
                    category = decider(some)[0]
                right += int((category.argmax(-1) == some["category"]).sum())
                known += len(category)
        print(f"fold {args.fold}: category {right / known:.3f} of {known}", flush=True)


if __name__ == "__main__":
    main()
