"""Guesses boxes, by COCO's YOLOX-nano (Apache-2.0) at two sizes, for frames of which only the class is known: guessed-boxes.csv, and contact sheets to check them by eye."""
import argparse
import csv
from pathlib import Path

import cv2
import numpy as np
import torch
from tqdm import tqdm

import data
from model import CLASSES, boxes, from_coco, grid

SIZES = [416, 640]
SURE = 0.3  # from this score on the model names the object, in frames of people and vehicles
MOST = 5
BATCH = 16  # below it, torch on one thread takes a ten times slower convolution
ACROSS, DOWN, TILE = 6, 6, 240  # of a contact sheet


def guess(model, images, least):
    """For each image boxes [n, 4] x1, y1, x2, y2 in 0–1, their scores and what the model takes them for, best first."""
    found, scores, named = ([[] for _ in images] for _ in range(3))
    for size in SIZES:
        inputs = [data.letterbox(image, size) for image in images]
        with torch.no_grad():
            outputs = model(data.tensor([whole for whole, _ in inputs]))
        for i, (raw, image, (_, scale)) in enumerate(zip(outputs, images, inputs)):
            score = (raw[:, 4] * raw[:, 5:].amax(1)).numpy()
            sure = score >= least
            found[i].append((boxes(raw, *grid(size, size)).numpy()[sure] / scale / np.array([image.shape[1], image.shape[0]] * 2)).clip(0, 1))
            scores[i].append(score[sure])
            named[i].append(raw[:, 5:].argmax(1).numpy()[sure])
    for box, score, name in zip(*(map(np.concatenate, part) for part in (found, scores, named))):
        chosen = np.array(cv2.dnn.NMSBoxes(np.c_[box[:, :2], box[:, 2:] - box[:, :2]].tolist(), score.tolist(), least, 0.4), int).ravel()[:MOST]
        yield box[chosen], score[chosen], name[chosen]


def unboxed(model, args):
    frames = [f for f in data.read(args.photographs) if not (f.boxed and f.by_hand) and f.label in CLASSES]
    for start in tqdm(range(0, len(frames), BATCH)):
        part = frames[start:start + BATCH]
        images = [cv2.imread(str(f.path)) for f in part]
        yield from zip(part, images, guess(model, images, args.least))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photographs", type=Path, required=True)
    parser.add_argument("--coco", type=Path, required=True)
    parser.add_argument("--least", type=float, default=0.15, help="score, 0-1")
    parser.add_argument("--sheets", type=Path, required=True, help="folder for the contact sheets")
    args = parser.parse_args()
    torch.set_num_threads(1)
    args.sheets.mkdir(parents=True, exist_ok=True)
    model = from_coco(args.coco).eval()
    tiles = []
    with open(data.GUESSED, "w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["file", "class", "x", "y", "w", "h", "score"])
        for frame, image, (found, scores, named) in unboxed(model, args):
            name = data.name_of(frame.path, args.photographs)
            for box, score, guessed in zip(found, scores, named):
                # A person who gets out of a car is in a frame called "vehicle"; but an animal's frame has only animals.
                label = CLASSES[guessed] if score >= SURE and frame.label != "animal" else frame.label
                rows.writerow([name, label, *(f"{v:.4f}" for v in (box[0], box[1], box[2] - box[0], box[3] - box[1])), f"{score:.2f}"])
            scale = TILE / max(image.shape[:2])
            small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            for box in found:
                at = (box * np.array([small.shape[1], small.shape[0]] * 2)).astype(int)
                cv2.rectangle(small, tuple(map(int, at[:2])), tuple(map(int, at[2:])), (0, 255, 255), 1)
            tile = np.zeros((TILE, TILE, 3), np.uint8)
            tile[:small.shape[0], :small.shape[1]] = small
            cv2.putText(tile, f"{len(tiles)} {frame.label} {name[-24:]}", (2, TILE - 6), cv2.FONT_HERSHEY_SIMPLEX, 0.35, (255, 255, 255), 1)
            tiles.append(tile)
    for at in range(0, len(tiles), ACROSS * DOWN):
        part = tiles[at:at + ACROSS * DOWN]
        part += [np.zeros_like(part[0])] * (ACROSS * DOWN - len(part))
        cv2.imwrite(str(args.sheets / f"{at // (ACROSS * DOWN):02}.png"), np.vstack([np.hstack(part[r * ACROSS:(r + 1) * ACROSS]) for r in range(DOWN)]))


if __name__ == "__main__":
    main()
