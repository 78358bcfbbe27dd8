"""Proposes crops.csv: of every photograph the boxes of what is in it, each with the taxon that it is known to show; and contact sheets to check them by eye."""
import argparse
import csv
from collections import defaultdict
from pathlib import Path

import cv2
import numpy as np
import torch
from tqdm import tqdm

import data
from guess import guess
from model import CLASSES, from_coco

# What the labels' words mean. A word that could mean several species means the rank above them.
TAXA = {
    "badger": "Meles meles", "bear": "Ursidae", "American Black Bear": "Ursus americanus", "bird": "Aves", "bobcat": "Lynx rufus", "burrowing owl site": "Aves", "cat": "Felis catus",
    "chamois": "Rupicapra rupicapra", "cougar": "Puma concolor", "coyote": "Canis latrans", "deer": "Cervidae", "deer/elk": "Cervidae", "dog": "Canis familiaris",
    "Canis lupus familiaris": "Canis familiaris", "elephant": "Elephantidae", "fox": "Canidae", "giraffe": "Giraffa camelopardalis", "hare": "Lepus europaeus", "horse": "Equus caballus",
    "jaguar": "Panthera onca", "kangaroo": "Macropodidae", "lynx": "Lynx lynx", "opossum": "Didelphis virginiana", "Virginia Opossum": "Didelphis virginiana", "puma": "Puma concolor",
    "rabbit": "Leporidae", "raccoon": "Procyon lotor", "red fox": "Vulpes vulpes", "roe deer": "Capreolus capreolus", "skunk": "Mephitidae", "Striped Skunk": "Mephitis mephitis",
    "turkey": "Meleagris gallopavo", "wild boar": "Sus scrofa", "wildcat": "Felis silvestris", "wolf": "Canis lupus", "zebra": "Equus quagga", "Eastern Fox Squirrel": "Sciurus niger",
    "Grey Fox": "Urocyon cinereoargenteus", "American Crow": "Corvus brachyrhynchos", "Chicken": "Gallus gallus",
    "EGY": "Echinosorex gymnura", "MNE": "Macaca nemestrina", "PBE": "Prionailurus bengalensis", "TRA": "Tragulus", "VTA": "Viverra tangalunga",
}
WORDS = {"person": "human", "vehicle": "vehicle"}
LEAST = 0.1  # of COCO's network, in a frame that is known to show an animal
ACROSS, DOWN, TILE = 10, 8, 160


def taxon(word):
    """The taxon of a label's word; None where it says too little."""
    return TAXA.get(word, word if " " in word and word[0].isupper() and word.split()[1][0].islower() else None)


def known(photographs):
    """For each file of the photographs: site, class, taxon, and boxes that people drew."""
    files = {}
    with open(photographs / "train/boxes.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        entry = files.setdefault(row["file"], {"site": row["site"], "source": row["source"], "class": row["class"], "taxon": taxon(row["species"]), "boxes": []})
        if row["x"] and row["class"] in CLASSES:
            entry["boxes"].append((row["class"], taxon(row["species"]) if row["class"] == "animal" else WORDS[row["class"]], *(float(row[k]) for k in "xywh")))
    for path in (photographs / "images/labels.csv", data.BY_EYE):
        with open(path, newline="") as file:
            for row in csv.DictReader(file):
                entry = files.setdefault("../images/" + row["file"], {"site": row["site"], "source": row["site"], "class": row["class"], "taxon": None, "boxes": []})
                entry["class"] = row["class"]
                entry["taxon"] = entry["taxon"] or taxon(row.get("scientificName") or "")
    return files


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photographs", type=Path, required=True)
    parser.add_argument("--coco", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder for crops.csv and sheet-*.jpg")
    args = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    args.out.mkdir(parents=True, exist_ok=True)
    model = from_coco(args.coco, classes=False).eval()
    rows, unboxed = [], []
    for file, entry in known(args.photographs).items():
        boxed = [b for b in entry["boxes"] if b[1]]
        for _, name, *box in boxed:
            rows.append([file, name, entry["site"], *(f"{v:.4f}" for v in box), "hand"])
        if not entry["boxes"] and entry["class"] in ("animal", "unknown"):
            unboxed.append((file, entry))
        if entry["class"] == "empty":
            rows.append([file, "blank", entry["site"], "", "", "", "", "none"])
    for start in tqdm(range(0, len(unboxed), 16), desc="boxes"):
        part = unboxed[start:start + 16]
        images = [cv2.imread(str(args.photographs / "train" / file)) for file, _ in part]
        for (file, entry), (box, score, name) in zip(part, guess(model, images, LEAST)):
            animal = [i for i in range(len(box)) if 14 <= name[i] < 24 or entry["class"] == "animal"][:3]
            for i in animal:
                x1, y1, x2, y2 = box[i]
                rows.append([file, entry["taxon"] or "?", entry["site"], *(f"{v:.4f}" for v in (x1, y1, x2 - x1, y2 - y1)), f"{score[i]:.2f}"])
    with open(args.out / "crops.csv", "w", newline="") as file:
        csv.writer(file).writerows([["file", "taxon", "site", "x", "y", "w", "h", "by"], *rows])
    sheets(args, [(i, row) for i, row in enumerate(rows, 2) if row[7] not in ("hand", "none")])


def sheets(args, rows):
    """Numbered by the line of crops.csv."""
    for page in range(0, len(rows), ACROSS * DOWN):
        whole = np.zeros((DOWN * TILE, ACROSS * TILE, 3), np.uint8)
        for at, (line, row) in enumerate(rows[page:page + ACROSS * DOWN]):
            image = cv2.imread(str(args.photographs / "train" / row[0]))
            height, width = image.shape[:2]
            x, y, w, h = (float(v) * s for v, s in zip(row[3:7], (width, height, width, height)))
            side = max(w, h) * 1.2
            left, top = int(max(0, x + w / 2 - side / 2)), int(max(0, y + h / 2 - side / 2))
            crop = image[top:int(top + side), left:int(left + side)]
            small, _ = data.letterbox(crop, TILE)
            cv2.putText(small, f"{line} {row[1][:14]}", (2, 11), cv2.FONT_HERSHEY_SIMPLEX, 0.36, (0, 255, 255), 1)
            r, c = divmod(at, ACROSS)
            whole[r * TILE:(r + 1) * TILE, c * TILE:(c + 1) * TILE] = small
        cv2.imwrite(str(args.out / f"sheet-{page // (ACROSS * DOWN):02}.jpg"), whole)


if __name__ == "__main__":
    main()
