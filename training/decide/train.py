"""Trains the decider.

    python train.py pretrain ENCODER_FOLDER OUT.pt --polnear TRAIN.jsonl --dev DEV.jsonl [--layers 0,1,3,5] [--epochs 2]
    python train.py fold START.pt OUT --gold GOLD.jsonl --polnear TRAIN.jsonl --folds 5 [--only K] [--epochs 5]
    python train.py full START.pt OUT.pt --gold GOLD.jsonl ...
    python train.py prune TRAINED.pt OUT.pt --inner 768

`prune` makes a trained network small enough to be shipped; it must be trained on after that. `fold` trains one model for each fold of stories and writes what each says of the stories it has not seen.
"""
import argparse
import json
import random
import time
import zlib

import torch

import data
from encoder import load, prune
from model import Decider, balance, collate, losses

parser = argparse.ArgumentParser()
parser.add_argument("mode")
parser.add_argument("start")
parser.add_argument("out")
parser.add_argument("--gold", nargs="*", default=[])
parser.add_argument("--extra", nargs="*", default=[], help="annotated reports that are trained on in every fold")
parser.add_argument("--silver", default=None, help="texts that the rules have read")
parser.add_argument("--polnear")
parser.add_argument("--dev")
parser.add_argument("--encoder", default=None)
parser.add_argument("--layers", default=None)
parser.add_argument("--inner", type=int, default=None)
parser.add_argument("--epochs", type=float, default=2)
parser.add_argument("--lr", type=float, default=3e-4)
parser.add_argument("--batch", type=int, default=16)
parser.add_argument("--mix", type=float, default=0.5, help="windows of PolNeAR for each window of figures")
parser.add_argument("--silver-mix", type=float, default=0.4)
parser.add_argument("--crops", type=float, default=0.0, help="share of the sentences with a number that are read alone too")
parser.add_argument("--folds", type=int, default=5)
parser.add_argument("--only", type=int, default=None)
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--share", type=float, default=1.0, help="share of the training stories, for the learning curve")
parser.add_argument("--limit", type=int, default=None)
args = parser.parse_args()
torch.set_num_threads(args.threads)
torch.manual_seed(3)
random.seed(3)
device = "cuda" if torch.cuda.is_available() else "cpu"
layers = [int(n) for n in args.layers.split(",")] if args.layers else None


def build(folder):
    encoder, tokenizer = load(folder, layers, args.inner)
    special = lambda *names: next(tokenizer.token_to_id(n) for n in names if tokenizer.token_to_id(n) is not None)
    cls, sep = (special("<s>"), special("</s>")) if encoder.relative else (special("[CLS]"), special("[SEP]"))
    return Decider(encoder), tokenizer, cls, sep


def fold_of(story):
    return zlib.crc32(story.encode()) % args.folds


def to(batch):
    return {k: v.to(device) if isinstance(v, torch.Tensor) else v for k, v in batch.items()}


def train(model, sets, epochs, lr, name, schedule_only=None):
    """`sets`: lists of windows with the share of each that an epoch takes."""
    model.train().to(device)
    # The table of words is trained on PolNeAR only: annotated figures are too few for it.
    model.encoder.words.weight.requires_grad_(name == "pretrain")
    trained = [p for p in model.parameters() if p.requires_grad]
    decay = [p for p in trained if p.dim() > 1]
    flat = [p for p in trained if p.dim() <= 1]
    groups = [{"params": decay, "weight_decay": 0.01}, {"params": flat, "weight_decay": 0}]
    opt = torch.optim.AdamW(groups, lr=lr, fused=True)
    per = sum(int(len(s) * share) for s, share in sets) // args.batch
    steps = max(1, int(per * epochs))
    plan = lambda i: min(1, (i + 1) / (0.06 * steps + 1)) * max(0.02, 1 - i / steps)
    schedule = torch.optim.lr_scheduler.LambdaLR(opt, plan)
    balanced = balance(w for s, _ in sets for w in s).to(device)
    done, seen, mean = 0, time.time(), 0.0
    while done < steps:
        epoch = [w for s, share in sets for w in random.sample(s, int(len(s) * share))]
        random.shuffle(epoch)
        groups = []
        for i in range(0, len(epoch), args.batch * 20):
            chunk = sorted(epoch[i : i + args.batch * 20], key=lambda w: len(w["ids"]))
            groups += [chunk[j : j + args.batch] for j in range(0, len(chunk), args.batch)]
        random.shuffle(groups)
        for group in groups:
            if done >= steps:
                break
            batch = to(collate(group))
            with torch.autocast(device, dtype=torch.bfloat16):
                loss = losses(model, batch, balanced=balanced)
            opt.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            opt.step()
            schedule.step()
            done += 1
            mean = 0.98 * mean + 0.02 * loss.item() if done > 1 else loss.item()
            if done % 50 == 0:
                print(f"{name} {done}/{steps} loss {mean:.3f} {time.time() - seen:.0f}s", flush=True)
    return model.eval()


@torch.no_grad()
def say(model, windows):
    """The model's output for each queried numeral: log-probabilities and where it points."""
    model.eval()
    for i in range(0, len(windows), 32):
        group = windows[i : i + 32]
        batch = to(collate(group))
        with torch.autocast(device, dtype=torch.bfloat16):
            category, modality, flags, points = model(batch)
        category, modality, points = category.log_softmax(-1), modality.log_softmax(-1), points.softmax(-1)
        flags = flags.sigmoid()
        rows = batch["row"].tolist()
        for n, a in enumerate(batch["asked"]):
            yield group[rows[n]], a, category[n].tolist(), modality[n].tolist(), flags[n].tolist(), points[n].tolist()


def pointer_scores(model, windows):
    right = known = attributed = 0
    tp = fp = fn = 0
    for _, a, _, _, _, p in say(model, windows):
        if a["pointer"] is None or not a.get("number", True):
            continue
        known += 1
        best = max(range(len(p)), key=p.__getitem__)
        gold_none = a["pointer"] == [0]
        hit = best in a["pointer"]
        right += hit
        attributed += (best == 0) == gold_none
        tp += hit and not gold_none
        fp += best != 0 and not hit
        fn += not gold_none and not hit
    f1 = 2 * tp / max(1, 2 * tp + fp + fn)
    return f"of {known}: right {right / max(1, known):.3f}, attributed or not {attributed / max(1, known):.3f}, source F1 {f1:.3f}"


def save(model, path):
    # Not in 16 bits: a table of words in half bytes must be restored exactly.
    torch.save(model.state_dict(), path)


if args.mode == "prune":
    state = {k: v.float() for k, v in torch.load(args.start, map_location="cpu").items()}
    torch.save(prune(state, args.inner), args.out)
    raise SystemExit
encoder_folder = args.encoder or args.start
model, tokenizer, cls, sep = build(encoder_folder)
if args.start.endswith(".pt"):
    model.load_state_dict({k: v.float() for k, v in torch.load(args.start, map_location="cpu").items()}, strict=False)
records = [r for path in args.gold for r in data.read(path)]
seen = {r["text"][:150] for r in records}
polnear = []
if args.polnear:
    texts = [a for a in data.read(args.polnear) if a["text"][:150] not in seen][: args.limit]
    polnear = data.attribution_windows(tokenizer, texts, cls, sep)
    print("polnear", len(polnear), flush=True)
gold, stat = data.figure_windows(tokenizer, records, cls, sep)
more = [r for path in args.extra for r in data.read(path)]
extra, _ = data.figure_windows(tokenizer, more, cls, sep)
extra += data.figure_windows(tokenizer, data.crops(more, args.crops, random), cls, sep)[0]
cropped, _ = data.figure_windows(tokenizer, data.crops(records, args.crops, random), cls, sep)
print("gold windows", len(gold), "extra", len(extra), dict(stat), flush=True)
silver, _ = data.figure_windows(tokenizer, data.read(args.silver), cls, sep, silver=True) if args.silver else ([], 0)
print("silver", len(silver), flush=True)

if args.mode == "pretrain":
    train(model, [(polnear, 1.0)], args.epochs, args.lr, "pretrain")
    save(model, args.out)
    if args.dev:
        dev = data.attribution_windows(tokenizer, data.read(args.dev), cls, sep)
        print("dev", pointer_scores(model, dev), flush=True)
elif args.mode == "full":
    sets = [(gold + cropped + extra, 1.0), (polnear, args.mix * len(gold) / max(1, len(polnear)))]
    if silver:
        sets.append((silver, min(1.0, args.silver_mix * len(gold) / len(silver))))
    train(model, sets, args.epochs, args.lr, "full")
    save(model, args.out)
else:
    start = {k: v.clone() for k, v in model.state_dict().items()}
    with open(f"{args.out}.jsonl", "a" if args.only is not None else "w") as out:
        for k in range(args.folds):
            if args.only is not None and k != args.only:
                continue
            model.load_state_dict(start)
            inside = [w for w in gold + cropped if fold_of(w["story"]) != k]
            if args.share < 1:
                inside = [w for w in inside if zlib.crc32(("s" + w["story"]).encode()) % 100 < 100 * args.share]
            held = [w for w in gold if fold_of(w["story"]) == k]
            sets = [(inside + extra, 1.0)]
            if polnear:
                sets.append((polnear, min(1.0, args.mix * len(inside) / len(polnear))))
            if silver:
                sets.append((silver, min(1.0, args.silver_mix * len(inside) / len(silver))))
            train(model, sets, args.epochs, args.lr, f"fold {k}")
            save(model, f"{args.out}.{k}.pt")
            right = known = 0
            for w, a, c, m, f, p in say(model, held):
                points = sorted(((v, w["of"][j]) for j, v in enumerate(p) if v > 0.01 and j < len(w["of"])), reverse=True)[:40]
                out.write(json.dumps(dict(key=a["key"], gold=a["category"], category=[round(v, 3) for v in c],
                          modality=[round(v, 3) for v in m], flags=[round(v, 3) for v in f],
                          points=[[round(v, 3), of] for v, of in points],
                          pointed=None if a["pointer"] is None else (a["pointer"] == [0] and "nobody" or "name"),
                          hit=None if a["pointer"] is None else round(sum(p[j] for j in a["pointer"]), 3))) + "\n")
                if a["weight"] == 1.0:
                    known += 1
                    right += max(range(len(c)), key=c.__getitem__) == a["category"]
            print(f"fold {k}: category {right / max(1, known):.3f} of {known}; pointer", pointer_scores(model, held), flush=True)
            out.flush()
