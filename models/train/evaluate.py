"""Tells per site what a detector finds: COCO's YOLOX-nano (80 classes) or the gate detector (3), on the same frames."""
import argparse
import csv
from collections import defaultdict
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

import data
from model import CLASSES

THRESHOLDS = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6]
VEHICLES = [1, 2, 3, 4, 5, 6, 7, 8]  # of COCO, as the catalog has them; what is neither person nor vehicle counts as an animal there too


def scores(network, image, size=416):
    """The best score of animal, person and vehicle anywhere in the image."""
    network.setInput(cv2.dnn.blobFromImage(data.letterbox(image, size)[0]))
    raw = network.forward()[0]
    best = (raw[:, 4:5] * raw[:, 5:]).max(0)
    if len(best) == len(CLASSES):
        return best
    return np.array([np.delete(best, [0, *VEHICLES]).max(), best[0], best[VEHICLES].max()])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("onnx", type=Path)
    parser.add_argument("--photographs", type=Path, required=True)
    parser.add_argument("--scenes", type=Path, nargs="*", default=[])
    parser.add_argument("--sites", nargs="*", help="only these sites (scenes always)")
    parser.add_argument("--csv", type=Path, help="also write each frame's scores here")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    network = cv2.dnn.readNetFromONNX(str(args.onnx))
    frames = [f for f in data.read(args.photographs) if not args.sites or f.site in args.sites] + data.drawn(args.scenes)
    found = defaultdict(list)
    rows = []
    for frame in tqdm(frames):
        site = frame.source if frame.source in ("raccoon", "deer", "coco128", "neon_phenocam", "snowpoles") else frame.site
        best = scores(network, cv2.imread(str(frame.path)))
        found[site, frame.label].append(best)
        rows.append([site, frame.label, frame.path.name, *(f"{b:.4f}" for b in best)])
    if args.csv:
        with open(args.csv, "w", newline="") as file:
            csv.writer(file).writerows([["site", "class", "file", *CLASSES], *rows])
    print("share of frames with any detection of at least t; then, of persons and vehicles, the share with one named right\n")
    print(f"{'site':24}{'class':10}{'n':>5}" + "".join(f"{t:>7}" for t in THRESHOLDS))
    for (site, label), best in sorted(found.items()):
        best = np.array(best)
        print(f"{site:24}{label:10}{len(best):5}" + "".join(f"{(best.max(1) >= t).mean():7.2f}" for t in THRESHOLDS))
        if label != "empty":
            print(f"{'':24}{'  named':10}{'':5}" + "".join(f"{(best[:, CLASSES.index(label)] >= t).mean():7.2f}" for t in THRESHOLDS))


if __name__ == "__main__":
    main()
