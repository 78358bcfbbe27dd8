"""Trains the classifier of crops: what COCO's YOLOX-nano sees in a crop, and on top of it a small head that knows taxa. See README.md for the command."""
import argparse
import csv
import json
import math
import warnings
from collections import Counter, defaultdict
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from tqdm import tqdm

import data
from model import from_coco

SIZE = 192      # input, pixels
MARGIN = 1.2    # side of the square around a box, in its longer sides
PAD = data.PAD
BATCH = 32
TAXA = Path(__file__).parent.parent.parent / "cloud/Species/taxa.csv"
CROPS = Path(__file__).parent / "crops.csv"

# What the head tells apart. A taxon without a label of its own counts as the nearest above it; one that is wider than labels counts as any of those.
LABELS = ["blank", "human", "vehicle", "Aves", "Mammalia", "Carnivora", "Canidae", "Canis", "Vulpes vulpes", "Felidae", "Procyon lotor", "Ursidae",
          "Cervidae", "Sus scrofa", "Elephantidae", "Giraffa camelopardalis", "Equus", "Macropodidae"]

# Sites that are held out together. Sources without a site (photographs from the web) are spread over the folds, photograph by photograph.
FOLDS = [["jura-8.2G"], ["cct-mixed", "cct-loc1", "animl", "ratsakatika", "wavingtrees"], ["idaho", "trailcam_gabe", "ecoassist", "snow-"], ["camtrapR_sample", "ena24_small", "hiltonml", "camtrapdp_example", "phenocam-"]]
WEB = ("raccoon", "kangaroo", "coco128", "ecoassist", "deer-")
PRECISION = 0.95   # of the names that are given, at sites that were held out
EVIDENCE = 20      # right names there; what has fewer is never named, and counts for what it belongs to


def lineages():
    """For each name of the table what it belongs to, itself first."""
    lines = {}
    with open(TAXA, newline="") as file:
        for row in csv.DictReader(file):
            names = [row[k] for k in ("class", "order", "family", "genus") if row[k]]
            if row["species"]:
                names.append(f"{row['genus']} {row['species']}")
            for i in range(len(names)):
                lines[names[i]] = names[i::-1]
    return lines


def targets(taxon, lines):
    """Which labels are right for a crop of that taxon."""
    if taxon in LABELS[:3]:
        return [LABELS.index(taxon)]
    above = [name for name in lines[taxon] if name in LABELS]
    below = [i for i, label in enumerate(LABELS) if label in lines and taxon in lines[label]]
    if above and above[0] != taxon:
        return [LABELS.index(above[0])]
    return below or [LABELS.index(above[0])]


def window(box, width, height, side=MARGIN, dx=0.0, dy=0.0):
    """The part of a picture that is looked at, in its pixels: a square around the box, less what reaches over the border."""
    x, y, w, h = box[0] * width, box[1] * height, box[2] * width, box[3] * height
    half = max(w, h) * side / 2
    cx, cy = x + w / 2 + dx * w, y + h / 2 + dy * h
    return max(0, math.floor(cx - half)), max(0, math.floor(cy - half)), min(width, math.ceil(cx + half)), min(height, math.ceil(cy + half))


def fit(crop, size=SIZE):
    """As the cloud does it: bilinear, centred, grey around it."""
    height, width = crop.shape[:2]
    scale = min(size / width, size / height)
    w, h = min(size, max(1, round(width * scale))), min(size, max(1, round(height * scale)))
    whole = np.full((size, size, 3), PAD, np.uint8)
    left, top = (size - w) // 2, (size - h) // 2
    whole[top:top + h, left:left + w] = cv2.resize(crop, (w, h), interpolation=cv2.INTER_LINEAR)
    return whole


class Features(nn.Module):
    """Crops [n, 3, SIZE, SIZE] BGR 0–255 to rows: means and maxima of the network's three scales, and how much of each of COCO's classes it sees."""

    def __init__(self, coco):
        super().__init__()
        self.net = coco

    def forward(self, images):
        net = self.net
        even, odd = images[..., ::2, :], images[..., 1::2, :]
        c3 = net.dark3(net.dark2(net.stem(torch.cat([even[..., ::2], odd[..., ::2], even[..., 1::2], odd[..., 1::2]], 1))))
        c4 = net.dark4(c3)
        c5 = net.dark5(c4)
        p5 = net.lateral(c5)
        p4 = net.reduce(net.merge4(torch.cat([F.interpolate(p5, scale_factor=2), c4], 1)))
        n3 = net.merge3(torch.cat([F.interpolate(p4, scale_factor=2), c3], 1))
        n4 = net.out4(torch.cat([net.down3(n3), p4], 1))
        n5 = net.out5(torch.cat([net.down4(n4), p5], 1))
        rows, seen = [], []
        for i, x in enumerate((n3, n4, n5)):
            x = net.stems[i](x)
            cls = net.cls[i](x)
            rows += [cls.amax((2, 3)), cls.mean((2, 3))]
            logits = net.cls_preds[i](cls)[:, :24]  # people, vehicles and animals come first
            obj = net.obj_preds[i](net.reg[i](x))
            seen.append((logits.sigmoid() * obj.sigmoid()).amax((2, 3)))
        most = torch.stack(seen).amax(0).clamp(1e-4, 1 - 1e-4)
        for x in (c5, n4, n5):
            rows += [x.amax((2, 3)), x.mean((2, 3))]
        return torch.cat([*rows, (most / (1 - most)).log()], 1)


class Head(nn.Module):
    def __init__(self, mean, deviation, hidden=64):
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("scale", 1 / deviation.clamp(min=1e-3))
        # As convolutions of 1 x 1: torch multiplies matrices ten times slower where no BLAS is installed.
        self.first, self.last = nn.Conv2d(len(mean), hidden, 1), nn.Conv2d(hidden, len(LABELS), 1)

    def forward(self, x):
        x = ((x - self.mean) * self.scale).clamp(-6, 6)[:, :, None, None]
        return self.last(F.dropout(F.silu(self.first(F.dropout(x, 0.5, self.training))), 0.4, self.training)).flatten(1)


class Heads(nn.Module):
    """Several heads of other seeds: the mean of their scores is nearer to the truth than each."""

    def __init__(self, heads):
        super().__init__()
        self.heads, self.temperature = nn.ModuleList(heads), 1.0

    def forward(self, x):
        return torch.stack([(head(x) / self.temperature).softmax(1) for head in self.heads]).mean(0)


class Classifier(nn.Module):
    def __init__(self, features, heads):
        super().__init__()
        self.features, self.heads = features, heads

    def forward(self, crops):
        return self.heads(self.features(crops))


def read(photographs):
    with open(CROPS, newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["taxon"] != "?"]
    for row in rows:
        row["box"] = [float(row[k]) for k in "xywh"] if row["x"] else None
        row["web"] = data.within(row["site"], WEB)
        row["group"] = row["file"] if row["web"] and not row["site"].startswith("deer-") else row["site"]  # photograph by photograph
    return rows


def fold_of(row):
    for i, sites in enumerate(FOLDS):
        if data.within(row["site"], sites):
            return i
    return int.from_bytes(row["group"].encode(), "little") % 9973 % len(FOLDS)  # a photograph always to the same fold


def look(rows, photographs, features, views, seed):
    """[rows, views, D]: of each crop first the plain view, then augmented ones."""
    rng = np.random.default_rng(seed)
    out, waiting, places = None, [], []

    def flush():
        nonlocal out
        with torch.no_grad():
            found = features(data.tensor(waiting)).numpy()
        if out is None:
            out = np.zeros((len(rows), views, found.shape[1]), np.float32)
        for (i, v), row in zip(places, found):
            out[i, v] = row
        waiting.clear()
        places.clear()

    last = None
    for i, row in enumerate(tqdm(rows, desc="crops")):
        if last != row["file"]:
            image, last = cv2.imread(str(photographs / "train" / row["file"])), row["file"]
        height, width = image.shape[:2]
        for v in range(views):
            box, plain = row["box"], v == 0
            if box is None:  # nothing: somewhere, of the size that animals have
                side = np.exp(rng.uniform(np.log(0.08), np.log(0.6)))
                w, h = min(1, side * height / width), side
                box = [rng.uniform(0, 1 - w), rng.uniform(0, 1 - h), w, h]
            jitter = (MARGIN, 0, 0) if plain else (rng.uniform(0.95, 1.6), *rng.uniform(-0.12, 0.12, 2))
            x1, y1, x2, y2 = window(box, width, height, *jitter)
            crop = image[y1:max(y2, y1 + 2), x1:max(x2, x1 + 2)]
            if not plain:
                if rng.random() < 0.5:
                    crop = crop[:, ::-1]
                if rng.random() < 0.4:
                    few = rng.uniform(0.15, 0.8) * SIZE / max(crop.shape[:2])
                    if few < 1:
                        crop = cv2.resize(crop, None, fx=few, fy=few, interpolation=cv2.INTER_AREA)
            crop = fit(np.ascontiguousarray(crop))
            waiting.append(crop if plain else data._light(rng, crop))
            places.append((i, v))
            if len(waiting) == BATCH:
                flush()
    if waiting:
        flush()
    return out


def right_labels(rows, lines):
    right = torch.zeros(len(rows), len(LABELS), dtype=torch.bool)
    for i, row in enumerate(rows):
        right[i, targets(row["taxon"], lines)] = True
    return right


def weights(rows, right):
    """Each kind is drawn as the root of what it has, a site as the root of its crops, photographs from the web less."""
    kinds = ["".join("01"[int(v)] for v in row) for row in right]
    crops = Counter(zip(kinds, (r["group"] for r in rows)))
    weight = [(0.4 if r["web"] else 1) / math.sqrt(crops[k, r["group"]]) for k, r in zip(kinds, rows)]
    sums = defaultdict(float)
    for k, w in zip(kinds, weight):
        sums[k] += w
    return torch.tensor([w / math.sqrt(sums[k]) for k, w in zip(kinds, weight)])


def train(x, rows, lines, seed, steps):
    """A head on features [n, views, D]."""
    torch.manual_seed(seed)
    views = x.shape[1]
    flat = torch.from_numpy(x.reshape(-1, x.shape[-1]))
    head, right = Head(flat.mean(0), flat.std(0)), right_labels(rows, lines)
    weight = weights(rows, right)
    optimizer = torch.optim.AdamW(head.parameters(), lr=2e-3, weight_decay=0.1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-3, total_steps=steps)
    head.train()
    for _ in range(steps):
        chosen = torch.multinomial(weight, 256, replacement=True)
        logits = head(flat[chosen * views + torch.randint(views, (256,))]).log_softmax(1)
        # A crop whose taxon is wider than labels is right with any of those; a little of each label stays likely.
        loss = -logits.masked_fill(~right[chosen], -1e9).logsumexp(1).mean() - 0.05 * logits.mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return head.eval()


def scores(logits, temperature):
    """[n, labels] of logits [seeds, n, labels]."""
    return torch.from_numpy(logits).div(temperature).softmax(2).mean(0).numpy()


def temperature(logits, rows, lines):
    """What the held-out logits are divided by so that scores are as often right as they say (Guo et al. 2017)."""
    right, tried = right_labels(rows, lines).numpy(), np.arange(0.4, 3.01, 0.05)
    return float(tried[np.argmin([-np.log((scores(logits, t) * right).sum(1).clip(1e-9)).mean() for t in tried])])


def cut_offs(held, rows, lines, least):
    """
    For each taxon the score from which it is named, so that names at held-out sites are right: over all crops and over those of camera traps alone.
    From the narrowest rank to the widest, each on the crops that have no name yet. Returns also what was named: {taxon: [(row, right)]}.
    """
    truth = [[r["taxon"]] if r["taxon"] in LABELS[:3] else lines[r["taxon"]] for r in rows]
    taxa = sorted({t for label in LABELS[3:] for t in lines[label]}, key=lambda t: (-len(lines[t]), t))
    cut, named, given = {}, np.zeros(len(rows), bool), {}
    trap = np.array([not r["web"] for r in rows])
    for taxon in taxa:
        score = held[:, [i for i, label in enumerate(LABELS) if label in lines and taxon in lines[label]]].sum(1)
        right = np.array([taxon in t for t in truth])
        cut[taxon] = 1.0
        for start in sorted({least, *score[~named & (score > least)].tolist()}):
            chosen = ~named & (score > start)
            if right[chosen].sum() < EVIDENCE:
                break
            if right[chosen].mean() >= PRECISION and (right[chosen & trap].mean() >= PRECISION if (chosen & trap).any() else True):
                cut[taxon] = math.ceil(start * 1000) / 1000
                named |= chosen
                given[taxon] = [(i, bool(right[i])) for i in np.flatnonzero(chosen)]
                break
    return cut, given


def export(classifier, path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(classifier, torch.zeros(1, 3, SIZE, SIZE), str(path), input_names=["crop"], output_names=["scores"], opset_version=13, do_constant_folding=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photographs", type=Path, required=True, help="folder with train/boxes.csv and images/labels.csv")
    parser.add_argument("--coco", type=Path, required=True, help="YOLOX-nano's COCO weights (ONNX)")
    parser.add_argument("--out", type=Path, required=True, help="folder for features.npy, species-float.onnx and held-out.json")
    parser.add_argument("--views", type=int, default=6, help="of each crop: one as it is, the others augmented")
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--seeds", type=int, default=2, help="heads whose scores are averaged")
    args = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    args.out.mkdir(parents=True, exist_ok=True)
    rows, lines = read(args.photographs), lineages()
    features = Features(from_coco(args.coco, classes=False).eval())
    kept = args.out / "features.npy"
    if not kept.exists():
        np.save(kept, look(rows, args.photographs, features, args.views, seed=1).astype(np.float16))
    x = np.load(kept).astype(np.float32)
    assert len(x) == len(rows), "crops.csv changed: remove features.npy"

    folds = np.array([fold_of(r) for r in rows])
    held = np.zeros((args.seeds, len(rows), len(LABELS)), np.float32)
    for fold in tqdm(range(len(FOLDS)), desc="folds"):
        inside, outside = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        for seed in range(args.seeds):
            head = train(x[inside], [rows[i] for i in inside], lines, seed, args.steps)
            with torch.no_grad():
                held[seed, outside] = head(torch.from_numpy(x[outside, 0])).numpy()
    heads = Heads([train(x, rows, lines, seed, args.steps) for seed in range(args.seeds)])
    heads.temperature = temperature(held, rows, lines)
    export(Classifier(features, heads).eval(), args.out / "species-float.onnx")
    report(args.out / "held-out.json", scores(held, heads.temperature), rows, lines, heads.temperature)


def report(path, held, rows, lines, divided_by):
    """What the manifest and the card say: cut-offs, and what was named where, at sites that were held out."""
    cut, given = cut_offs(held, rows, lines, least=0.65)
    animal = [i for i, r in enumerate(rows) if r["taxon"] not in LABELS[:3]]
    sites = defaultdict(lambda: [0, 0, 0])
    for i in animal:
        sites["the web" if rows[i]["web"] else rows[i]["site"]][0] += 1
    names = {}
    for taxon, found in given.items():
        names[taxon] = {"cutOff": cut[taxon], "right": sum(r for _, r in found), "wrong": sum(not r for _, r in found),
                        "rightAtCameraTraps": sum(r and not rows[i]["web"] for i, r in found), "wrongAtCameraTraps": sum(not r and not rows[i]["web"] for i, r in found),
                        "wrongOnes": Counter(rows[i]["taxon"] for i, r in found if not r)}
        for i, r in found:
            sites["the web" if rows[i]["web"] else rows[i]["site"]][1 if r else 2] += 1
    blank = held[animal, 0]
    said = {"temperature": divided_by, "labels": LABELS, "cutOffs": cut, "names": names, "sites (animals, named right, named wrong)": sites,
            "animals": len(animal), "animals with blank above 0.99": int((blank > 0.99).sum()), "0.5": int((blank > 0.5).sum())}
    path.write_text(json.dumps(said, indent=1))
    print(json.dumps(said))


if __name__ == "__main__":
    main()
