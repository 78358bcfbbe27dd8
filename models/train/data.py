"""Frames with boxes from boxes.csv, labels.csv and folders of generated scenes, split by site, and what is done to them in training."""
import csv
import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from tqdm import tqdm

from model import CLASSES

PAD = 114
CACHED = 1.15  # longest side kept in memory, in inputs
BY_EYE = Path(__file__).parent / "labels-by-eye.csv"  # classes of frames that labels.csv calls unknown, told from contact sheets
GUESSED = Path(__file__).parent / "guessed-boxes.csv"  # by guess.py, less what was wrong on its contact sheets


@dataclass
class Frame:
    path: Path
    site: str
    source: str           # frames of one source are drawn alike; one source is drawn as the root of its size
    label: str            # animal, person, vehicle or empty
    objects: np.ndarray   # [n, 5] class, x1, y1, x2, y2 in 0–1 of the image
    boxed: bool           # False: something is in the image and we do not know where
    by_hand: bool = True  # False: its boxes were guessed
    image: np.ndarray | None = None


def name_of(path, photographs):
    """As boxes.csv names a file: from train/, with / between folders."""
    return Path(os.path.relpath(path, photographs.resolve() / "train")).as_posix()


def _rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def _frame(path, rows, source):
    found = [[CLASSES.index(r["class"]), *(float(r[k]) for k in "xywh")] for r in rows if r["class"] in CLASSES and r["x"]]
    objects = np.array(found, np.float32).reshape(-1, 5)
    objects[:, 3:] += objects[:, 1:3]
    labels = {r["class"] for r in rows}
    label = next((c for c in ("person", "vehicle", "animal") if c in labels), "empty")
    return Frame(path, rows[0]["site"], source, label, objects, all(r["x"] or r["class"] == "empty" for r in rows))


def read(photographs):
    """All frames of train/boxes.csv and images/labels.csv, and those of the latter that were given a class by eye."""
    by_file = defaultdict(list)
    for row in _rows(photographs / "train/boxes.csv"):
        by_file[row["file"]].append(row)
    frames = [_frame((photographs / "train" / f).resolve(), rows, rows[0]["source"]) for f, rows in by_file.items()]
    known = {f.path: f for f in frames}
    for row in _rows(photographs / "images/labels.csv") + _rows(BY_EYE):
        path = (photographs / "images" / row["file"]).resolve()
        if row["class"] not in (*CLASSES, "empty"):
            continue
        if path in known:
            known[path].label = row["class"]
        else:
            known[path] = _frame(path, [row | {"x": ""}], "labels")
            frames.append(known[path])
    guessed = defaultdict(list)
    for row in _rows(GUESSED) if GUESSED.exists() else []:
        guessed[(photographs / "train" / row["file"]).resolve()].append(row)
    for path, rows in guessed.items():
        frame = known[path]
        frame.objects, frame.boxed, frame.by_hand = _frame(path, [r | {"site": ""} for r in rows], "").objects, True, False
    return frames


def within(site, sites):
    """Whether a site is one of these; a name that ends in - stands for all that begin so."""
    return any(site == s or s.endswith("-") and site.startswith(s) for s in sites)


def drawn(folders):
    """All frames of folders that the scene generator wrote; each folder is a site."""
    frames = []
    for folder in folders:
        by_file = defaultdict(list)
        for row in _rows(folder / "labels.csv"):
            by_file[row["file"]].append(row)
        frames += [_frame(folder / f, [r | {"site": f"scenes {folder.name}"} for r in rows], f"scenes {rows[0]['class']}") for f, rows in by_file.items()]
    return frames


def letterbox(image, size):
    """As the hub does it: bilinear, top left, grey below or to the right. Returns the input and how many pixels one pixel became."""
    height, width = image.shape[:2]
    scale = min(size / width, size / height)
    small = cv2.resize(image, (max(1, round(width * scale)), max(1, round(height * scale))), interpolation=cv2.INTER_LINEAR)
    whole = np.full((size, size, 3), PAD, np.uint8)
    whole[:small.shape[0], :small.shape[1]] = small
    return whole, scale


def tensor(images):
    return torch.from_numpy(np.stack(images).transpose(0, 3, 1, 2).astype(np.float32)).contiguous(memory_format=torch.channels_last)


def keep(frames, cached, look_only=False):
    """Decodes into memory, for inputs of `cached` pixels. Frames of which nobody knows where the object is are left out, unless they are only looked at."""
    kept = []
    for frame in tqdm(frames, desc="decoding"):
        if not frame.boxed and not look_only:
            continue
        image = cv2.imread(str(frame.path))
        shrink = min(1, CACHED * cached / max(image.shape[:2]))
        frame.image = cv2.resize(image, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
        kept.append(frame)
    return kept


class Batches:
    """Draws augmented batches. The same seed and number give the same batch, so that a run can go on where it stopped."""

    def __init__(self, frames, seed, coarse=0.0):
        self.seed, self.coarse, self.sources = seed, coarse, defaultdict(list)
        for frame in frames:
            self.sources[frame.source].append(frame)
        self.sources = list(self.sources.values())
        weight = np.sqrt([len(s) for s in self.sources])
        self.weight = weight / weight.sum()
        self.empty = [f for f in frames if f.label == "empty"]
        self.boxed = [f for f in frames if f.boxed and len(f.objects)]

    def draw(self, number, count, size):
        """Images [count, 3, size, size] and for each the objects as loss() takes them."""
        rng = np.random.default_rng([self.seed, number])
        images, targets = zip(*(self._mosaic(rng, size) if rng.random() < 0.15 else self._one(rng, size) for _ in range(count)))
        return tensor(images), [torch.from_numpy(t) for t in targets]

    def _pick(self, rng):
        source = self.sources[rng.choice(len(self.sources), p=self.weight)]
        return source[rng.integers(len(source))]

    def _one(self, rng, size):
        frame = self._pick(rng)
        image, objects = frame.image, frame.objects
        if frame.label == "empty" and rng.random() < 0.35:
            image, objects = self._paste(rng, image)
        image, objects = _place(rng, image, objects, size)
        if self.coarse and rng.random() < self.coarse:
            image = _coarse(rng, image)
        return _light(rng, image), objects

    def _mosaic(self, rng, size):
        whole, found, half = np.empty((size, size, 3), np.uint8), [], size // 2
        for at in ((0, 0), (half, 0), (0, half), (half, half)):
            image, objects = self._one(rng, half)
            whole[at[1]:at[1] + half, at[0]:at[0] + half] = image
            found.append(objects + np.array([0, *at, *at], np.float32))
        return whole, np.concatenate(found)

    def _paste(self, rng, image):
        """Puts a cut-out onto an empty frame: an object, or as often something that is none, so that the seam says nothing."""
        real = rng.random() < 0.5
        frame = self.boxed[rng.integers(len(self.boxed))] if real else self.empty[rng.integers(len(self.empty))]
        if real:
            cls, x1, y1, x2, y2 = frame.objects[rng.integers(len(frame.objects))]
        else:
            w, h = rng.uniform(0.08, 0.4, 2)
            x1, y1 = rng.uniform(0, 1 - w), rng.uniform(0, 1 - h)
            x2, y2 = x1 + w, y1 + h
        fh, fw = frame.image.shape[:2]
        patch = frame.image[int(y1 * fh):int(np.ceil(y2 * fh)), int(x1 * fw):int(np.ceil(x2 * fw))]
        height, width = image.shape[:2]
        most = min(width / patch.shape[1], height / patch.shape[0]) * 0.8
        scale = min(most, rng.uniform(0.4, 1.2))
        patch = cv2.resize(patch, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        ph, pw = patch.shape[:2]
        if min(ph, pw) < 6:
            return image, np.zeros((0, 5), np.float32)
        if np.ptp(image.reshape(-1, 3)[::97].astype(int), 1).mean() < 6:
            patch = cv2.cvtColor(cv2.cvtColor(patch, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
        x, y = rng.integers(0, width - pw + 1), rng.integers(0, height - ph + 1)
        mask = np.zeros((ph, pw), np.float32)
        cv2.ellipse(mask, (pw // 2, ph // 2), (max(1, int(pw * 0.47)), max(1, int(ph * 0.47))), 0, 0, 360, 1, -1)
        mask = cv2.GaussianBlur(mask, (0, 0), max(0.5, min(ph, pw) * 0.06))[..., None]
        image = image.copy()
        under = image[y:y + ph, x:x + pw]
        patch = patch + (under.mean() - patch.mean()) * rng.uniform(0, 0.7)
        image[y:y + ph, x:x + pw] = (patch * mask + under * (1 - mask)).clip(0, 255)
        if not real:
            return image, np.zeros((0, 5), np.float32)
        return image, np.array([[cls, x / width, y / height, (x + pw) / width, (y + ph) / height]], np.float32)


def _place(rng, image, objects, size):
    """Flips, scales and moves an image into the input, at times just as the hub places it; objects come out in pixels."""
    height, width = image.shape[:2]
    if rng.random() < 0.5:
        image = image[:, ::-1]
        objects = objects.copy()
        objects[:, [1, 3]] = 1 - objects[:, [3, 1]]
    fit, kind = min(size / width, size / height), rng.random()
    if kind < 0.4:
        across = down = fit
        x = y = 0.0
    else:
        # From far away (a twentieth of the frame) to cut off by its border; one in eight is what the gate sees when it looks closer at a place.
        closer = kind > 0.875 and len(objects) > 0
        across = fit * np.exp(rng.uniform(np.log(1.8), np.log(3.5)) if closer else rng.uniform(np.log(0.4), np.log(1.6)))
        down = across * np.exp(rng.uniform(-0.15, 0.15))
        x, y = (rng.uniform(min(0, size - s), max(0, size - s)) for s in (width * across, height * down))
        if closer:
            _, x1, y1, x2, y2 = objects[rng.integers(len(objects))]
            x, y = (size * rng.uniform(0.3, 0.7) - middle for middle in ((x1 + x2) / 2 * width * across, (y1 + y2) / 2 * height * down))
    smooth = cv2.INTER_AREA if rng.random() < 0.5 and across < 1 else cv2.INTER_LINEAR
    image = cv2.resize(np.ascontiguousarray(image), (max(1, round(width * across)), max(1, round(height * down))), interpolation=smooth)
    moved = cv2.warpAffine(image, np.float32([[1, 0, round(x)], [0, 1, round(y)]]), (size, size), flags=cv2.INTER_NEAREST, borderValue=(PAD,) * 3)
    out = objects.copy()
    out[:, [1, 3]] = objects[:, [1, 3]] * width * across + round(x)
    out[:, [2, 4]] = objects[:, [2, 4]] * height * down + round(y)
    area = (out[:, 3:] - out[:, 1:3]).prod(1)
    out[:, 1:] = out[:, 1:].clip(0, size)
    sides = out[:, 3:] - out[:, 1:3]
    out[(sides.prod(1) < 0.3 * area) | (sides.min(1) < 4), 0] = -1  # too little is left to be called anything
    return moved, out[sides.min(1) > 0]


def _light(rng, image):
    """Colour, darkness, infrared, low contrast, blur, snow, noise, compression, a printed bar, and small blocks cut out."""
    image = image.astype(np.float32)
    if rng.random() < 0.3:
        grey = image @ np.float32([0.114, 0.587, 0.299] if rng.random() < 0.5 else rng.dirichlet([2, 2, 2]))
        image = np.repeat(grey[..., None], 3, 2)
        if rng.random() < 0.5:  # the flash's round light
            y, x = np.ogrid[-1:1:image.shape[0] * 1j, -1:1:image.shape[1] * 1j]
            image *= (1.2 - rng.uniform(0.2, 0.8) * ((x - rng.uniform(-0.5, 0.5)) ** 2 + (y - rng.uniform(-0.5, 0.5)) ** 2))[..., None].clip(0.15, 1.2)
    elif rng.random() < 0.6:
        grey = image.mean(2, keepdims=True)
        image = grey + (image - grey) * rng.uniform(0.4, 1.5)
        image *= rng.uniform(0.85, 1.15, 3)
    if rng.random() < 0.7:
        image = 255 * (image.clip(0, 255) / 255) ** np.exp(rng.uniform(-0.5, 0.5))
        image = (image - 128) * rng.uniform(0.7, 1.25) + 128 + rng.uniform(-25, 25)
    if rng.random() < 0.1:
        image = image * rng.uniform(0.3, 0.6) + rng.uniform(0, 110)
    if rng.random() < 0.15:
        image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.5, 1.6))
    elif rng.random() < 0.06:
        image = _smear(rng, image)
    if rng.random() < 0.04:
        image = _snow(rng, image)
    if rng.random() < 0.25:
        image += rng.standard_normal(image.shape[:2] + (rng.choice([1, 3]),), np.float32) * rng.uniform(2, 14)
    image = image.clip(0, 255).astype(np.uint8)
    size = len(image)
    if rng.random() < 0.12:
        tall = int(size * rng.uniform(0.04, 0.09))
        top = 0 if rng.random() < 0.5 else size * 3 // 4 - tall
        image[top:top + tall] = rng.choice([0, 30, 220, 255])
        cv2.putText(image, "2019-07-0%d 0%d:%02d 1%dC" % tuple(rng.integers(1, 9, 4)), (int(rng.integers(2, size // 3)), top + tall - 4),
                    cv2.FONT_HERSHEY_SIMPLEX, tall / 40, (int(rng.integers(80, 180)),) * 3, 1)
    for _ in range(rng.integers(1, 4) if rng.random() < 0.15 else 0):
        w, h = rng.integers(size // 30, size // 8, 2)
        x, y = rng.integers(0, size - w), rng.integers(0, size - h)
        image[y:y + h, x:x + w] = rng.integers(0, 256)
    if rng.random() < 0.2:
        image = cv2.imdecode(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 80))])[1], cv2.IMREAD_COLOR)
    return image


def _coarse(rng, image):
    """A picture of few pixels, enlarged: old cameras, or a small part of a frame."""
    small = cv2.resize(image, None, fx=(share := rng.uniform(0.25, 0.7)), fy=share, interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (image.shape[1], image.shape[0]), interpolation=cv2.INTER_LINEAR)


def _smear(rng, image):
    """A long exposure: everything moved a little, in one direction."""
    length = int(rng.integers(3, 10))
    kernel = np.zeros((length, length), np.float32)
    cv2.line(kernel, (0, int(rng.integers(length))), (length - 1, int(rng.integers(length))), 1.0)
    return cv2.filter2D(image, -1, kernel / kernel.sum())


def _snow(rng, image):
    """Flakes near and far, brighter than what is behind them."""
    flakes = np.zeros(image.shape[:2], np.float32)
    for _ in range(rng.integers(40, 300)):
        at = int(rng.integers(image.shape[1])), int(rng.integers(image.shape[0]))
        cv2.circle(flakes, at, int(rng.choice([1, 1, 1, 2, 3, 5])), float(rng.uniform(0.4, 1)), -1)
    flakes = cv2.GaussianBlur(flakes, (0, 0), rng.uniform(0.6, 1.5))[..., None]
    return image * (1 - flakes) + rng.uniform(180, 255) * flakes
