"""Tells per site what a detector finds: COCO's YOLOX-nano (80 classes) or one of ours (3), on the same frames; and, where boxes are known, how well it places them."""
import argparse
import csv
from collections import defaultdict
from pathlib import Path

import cv2
import numpy as np
import onnx
import torch
from tqdm import tqdm

import data
from model import CLASSES, STRIDES, boxes, grid, iou
from train import FOLDS

THRESHOLDS = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6]
VEHICLES = list(range(1, 9))  # of COCO, as the catalog has them; what is neither person nor vehicle counts as an animal there too
LEAST = 0.01  # boxes below this score do not take part in the precision


def look(network, image, size):
    """Boxes [n, 4] in 0–1 of the image and scores [n, 3] of animal, person and vehicle, overlapping ones of a class suppressed."""
    whole, scale = data.letterbox(image, size)
    network.setInput(cv2.dnn.blobFromImage(whole))
    raw = network.forward()[0]
    scores = raw[:, 4:5] * raw[:, 5:]
    if scores.shape[1] != len(CLASSES):
        scores = np.stack([np.delete(scores, [0, *VEHICLES], 1).max(1), scores[:, 0], scores[:, VEHICLES].max(1)], 1)
    cells = grid(size, size)
    if len(raw) > len(cells[0]):  # two scales
        cells = grid(size, size, [*STRIDES, *(2 * s for s in STRIDES)])
    found = boxes(torch.from_numpy(raw), *cells).numpy() / scale / np.array([image.shape[1], image.shape[0]] * 2)
    return found.clip(0, 1), scores


def kept(found, scores, cls):
    sure = np.flatnonzero(scores[:, cls] >= LEAST)
    sure = sure[np.argsort(-scores[sure, cls])][:300]
    box = found[sure]
    chosen = cv2.dnn.NMSBoxes(np.c_[box[:, :2], box[:, 2:] - box[:, :2]].tolist(), scores[sure, cls].tolist(), LEAST, 0.45)
    chosen = sure[np.array(chosen, int).ravel()[:100]]
    return found[chosen], scores[chosen, cls]


class Precision:
    """Average precision at IoU 0.5 (every-point interpolation, VOC 2010) of one class, over frames whose boxes are all known."""

    def __init__(self):
        self.hits, self.truths = [], 0

    def add(self, found, scores, truth):
        self.truths += len(truth)
        free = np.ones(len(truth), bool)
        for box, score in zip(found, scores):
            hit = False
            if len(truth):
                overlap = iou(torch.from_numpy(box[None].astype(np.float32)), torch.from_numpy(truth)).numpy() * free
                if overlap.max() >= 0.5:
                    hit, free[overlap.argmax()] = True, False
            self.hits.append((score, hit))

    def value(self):
        if not self.truths:
            return None
        hits = np.array([h for _, h in sorted(self.hits, key=lambda x: -x[0])], bool)
        right = hits.cumsum()
        precision = np.maximum.accumulate((right / np.arange(1, len(hits) + 1))[::-1])[::-1]
        return float((precision * hits).sum() / self.truths)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("onnx", type=Path)
    parser.add_argument("--photographs", type=Path, required=True)
    parser.add_argument("--scenes", type=Path, nargs="*", default=[])
    parser.add_argument("--fold", choices=FOLDS, help="only the sites that this fold holds out (scenes always)")
    parser.add_argument("--csv", type=Path, help="also write each frame's scores here")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    size = onnx.load(args.onnx).graph.input[0].type.tensor_type.shape.dim[2].dim_value
    network = cv2.dnn.readNetFromONNX(str(args.onnx))
    frames = [f for f in data.read(args.photographs) if not args.fold or data.within(f.site, FOLDS[args.fold])] + data.drawn(args.scenes)
    found, precision, rows = defaultdict(list), defaultdict(lambda: [Precision() for _ in CLASSES]), []
    for frame in tqdm(frames):
        site = frame.source if frame.source in ("raccoon", "deer", "coco128", "neon_phenocam", "snowpoles") else frame.site
        placed, scores = look(network, cv2.imread(str(frame.path)), size)
        best = scores.max(0)
        found[site, frame.label].append(best)
        rows.append([site, frame.label, frame.path.name, *(f"{b:.4f}" for b in best)])
        if frame.by_hand and (frame.boxed or frame.label == "empty"):
            for cls, part in enumerate(precision[site]):
                part.add(*kept(placed, scores, cls), frame.objects[frame.objects[:, 0] == cls, 1:])
    if args.csv:
        with open(args.csv, "w", newline="") as file:
            csv.writer(file).writerows([["site", "class", "file", *CLASSES], *rows])
    print("share of frames with any detection of at least t; then the share with one named right\n")
    print(f"{'site':24}{'class':10}{'n':>5}" + "".join(f"{t:>7}" for t in THRESHOLDS))
    for (site, label), best in sorted(found.items()):
        best = np.array(best)
        print(f"{site:24}{label:10}{len(best):5}" + "".join(f"{(best.max(1) >= t).mean():7.2f}" for t in THRESHOLDS))
        if label != "empty":
            print(f"{'':24}{'  named':10}{'':5}" + "".join(f"{(best[:, CLASSES.index(label)] >= t).mean():7.2f}" for t in THRESHOLDS))
    print("\naverage precision of boxes at IoU 0.5, where all boxes of a frame are known (drawn or corrected by people)\n")
    for site, parts in sorted(precision.items()):
        values = [p.value() for p in parts]
        known = [v for v in values if v is not None]
        if known:
            print(f"{site:24}mAP50 {np.mean(known):.3f}   " + "  ".join(f"{c} {v:.3f} (n={p.truths})" for c, v, p in zip(CLASSES, values, parts) if v is not None))


if __name__ == "__main__":
    main()
