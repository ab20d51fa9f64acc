"""Train the labeller without the encoder, for `joint.py` to start from. usage: train.py --train DUMP --train-gold JSONL --dev DUMP --dev-gold JSONL --out DIR"""
import argparse
import json
import os
import random
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

from data import batch, examples, windows
from features import read_vocabulary
from decode import as_json, candidates, decode
from model import Labeller, crf_loss

sys.path.insert(0, os.environ.get("SCORERS", "/work/shared/gold/scorers"))
from attribution_score import score  # noqa: E402


def evaluate(model, dev):
    cands = candidates(model, dev)
    best = None
    for thr in (0.25, 0.75):
        preds = {e.id: as_json(e.doc, decode(e.doc, c, thr)) for e, c in zip(dev, cands)}
        r, _ = score([e.rec for e in dev], preds)
        if best is None or r["relation_strict"]["f1"] > best[1]["relation_strict"]["f1"]:
            best = (thr, r, preds)
    return best


def short(r):
    return (f"strict {r['relation_strict']['f1']:.3f} len {r['relation_lenient']['f1']:.3f} "
            f"c_str {r['content_strict']['f1']:.3f} P {r['relation_strict']['precision']:.3f} R {r['relation_strict']['recall']:.3f} "
            f"tok {r['roles']['source']['f1']:.3f}/{r['roles']['cue']['f1']:.3f}/{r['roles']['content']['f1']:.3f} "
            f"direct {r['kinds_strict'].get('direct', {}).get('recall')}")


def losses(model, part):
    """Losses on some documents: of the cues, of the roles for each and of whether each is a cue, per gold cue."""
    cols, head, mask, gold, starts = batch(part)
    h = model.encode_examples(part, cols, head, mask, starts)
    logit = model.anchor(h).squeeze(-1).float()
    m = mask.squeeze(-1)
    cues = (F.binary_cross_entropy_with_logits(logit, gold, reduction="none") * m).sum()
    picks = [(i, t) for i, e in enumerate(part) for t in e.taught]
    n = max(1.0, float(gold.sum()))
    place = {s + t: (i, t) for i, (e, s) in enumerate(zip(part, starts)) for t in range(e.doc.n)}
    hard = (logit.detach() - 100 * gold - 100 * (1 - m))[0]
    for x in torch.topk(hard, min(int(n), hard.numel())).indices.tolist():
        if random.random() < 0.5 and x in place and place[x][1] not in part[place[x][0]].taught:
            picks.append(place[x])
    of_roles, of_valid = torch.zeros(()), torch.zeros(())
    for some, index, heads, at, rel, wmask, roles, pairs, valid in windows(part, starts, picks):
        hw = h[0][index]
        emit, v = model.roles(hw, hw[torch.arange(len(some)), at], heads, at, rel, wmask.unsqueeze(-1).float())
        pos = valid > 0.05
        if pos.any():
            each = crf_loss(emit[pos].float(), roles[pos], pairs[pos], wmask[pos], model.trans)
            of_roles = of_roles + (valid[pos] * each).sum()
        of_valid = of_valid + F.binary_cross_entropy_with_logits(v.float(), valid, reduction="sum")
    return cues / n, of_roles / n, of_valid / n


def main():
    ap = argparse.ArgumentParser()
    for name in ("train", "train-gold", "dev", "dev-gold", "out"):
        ap.add_argument("--" + name, required=True)
    ap.add_argument("--words", required=True, help="folder with words.txt and vectors.npy")
    ap.add_argument("--epochs", type=int, default=20)
    ap.add_argument("--lr", type=float, default=2e-3)
    ap.add_argument("--d", type=int, default=128)
    ap.add_argument("--r", type=int, default=80)
    ap.add_argument("--dropout", type=float, default=0.3)
    ap.add_argument("--docs", type=int, default=8)
    ap.add_argument("--start")
    ap.add_argument("--limit", type=int, default=0)
    ap.add_argument("--minutes", type=float, default=1e9)
    ap.add_argument("--warmup", type=int, default=100, help="steps")
    ap.add_argument("--held", type=int, default=0, help="every so many-th training document is scored, not trained on")
    ap.add_argument("--seed", type=int, default=7)
    ap.add_argument("--bf16", action="store_true", help="for processors that compute in it")
    args = ap.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    random.seed(args.seed)
    os.makedirs(args.out, exist_ok=True)
    t0 = time.time()
    read_vocabulary(os.path.join(args.words, "words.txt"))
    vectors = torch.from_numpy(np.load(os.path.join(args.words, "vectors.npy"))).float()
    dev = examples(args.dev, args.dev_gold)
    train = examples(args.train, args.train_gold)
    if args.limit:
        train = train[:args.limit]
    if args.held:
        dev, train = train[::args.held], [e for i, e in enumerate(train) if i % args.held]
    print(f"loaded {len(train)} + {len(dev)} in {time.time() - t0:.0f} s", flush=True)
    model = Labeller(args.d, args.r, words=len(vectors), vector=vectors.size(1), dropout=args.dropout)
    model.vectors.copy_(vectors)
    if args.start:
        print(model.load_state_dict(torch.load(args.start), strict=False))
    print(sum(p.numel() for p in model.parameters()), "parameters")
    opt = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=args.lr, weight_decay=0.02)
    steps = args.epochs * (len(train) // args.docs)
    step, best, began = 0, 0.0, time.time()
    ema = {k: v.detach().clone() for k, v in model.named_parameters() if v.requires_grad}
    for epoch in range(args.epochs):
        random.shuffle(train)
        chunk = sorted(train, key=lambda e: e.doc.n + random.random() * 200)
        order = [chunk[i:i + args.docs] for i in range(0, len(chunk) - args.docs + 1, args.docs)]
        random.shuffle(order)
        model.train()
        sums = [0.0, 0.0, 0.0]
        for part in order:
            if (time.time() - began) / 60 > args.minutes:
                break
            if step % 50 == 0:
                print(f"step {step}/{steps} {time.time() - began:.0f}s {sums}", flush=True)
            for g in opt.param_groups:
                frac = max(step / steps, (time.time() - began) / 60 / args.minutes)
                g["lr"] = args.lr * min(1.0, (step + 1) / args.warmup) * max(0.02, 1 - frac)
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=args.bf16):
                cues, roles, valid = losses(model, part)
            loss = cues + 0.15 * roles + 0.5 * valid
            opt.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            opt.step()
            step += 1
            decay = min(0.995, (1 + step) / (10 + step))
            with torch.no_grad():
                for key, val in model.named_parameters():
                    if key in ema:
                        ema[key].mul_(decay).add_(val, alpha=1 - decay)
            for j, x in enumerate((cues, roles, valid)):
                sums[j] += float(x.detach())
        n = len(order)
        line = f"epoch {epoch} {time.time() - began:.0f}s loss {sums[0] / n:.3f} {sums[1] / n:.2f} {sums[2] / n:.3f}"
        done = (time.time() - began) / 60 > args.minutes
        if epoch % 2 == 1 or epoch == args.epochs - 1 or done:
            keep = {k: v.detach().clone() for k, v in model.named_parameters() if k in ema}
            model.load_state_dict(ema, strict=False)
            thr, r, preds = evaluate(model, dev)
            line += f" | thr {thr} " + short(r)
            if r["relation_strict"]["f1"] > best:
                best = r["relation_strict"]["f1"]
                torch.save(model.state_dict(), os.path.join(args.out, "best.pt"))
                with open(os.path.join(args.out, "dev-pred.jsonl"), "w") as f:
                    for k, v in preds.items():
                        f.write(json.dumps({"doc_id": k, "attributions": v}) + "\n")
            model.load_state_dict(keep, strict=False)
        print(line, flush=True)
        if done:
            break


if __name__ == "__main__":
    main()
