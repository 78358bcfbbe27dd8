#!/usr/bin/python3
"""Looks at pictures with OpenCV's DNN module, as one would write it after reading its manual.

  python3 peer.py MODEL.onnx THREADS

Takes a line of JSON a picture, {"file": PATH, "reduce": N}, and answers with one: the boxes, and the milliseconds of each stage.
N is 1 for the whole picture, or 2, 4 or 8 to let libjpeg decode it at that fraction, which few know of and which is faster.
The model is a YOLOX with its raw grid: BGR, 0-255, scaled into the top left corner, the rest 114.
"""

import json
import platform
import sys
import time

import cv2
import numpy as np

MIN_CONF = 0.05
NMS_IOU = 0.45
MOST = 100
PAD = 114
SIDE = 416
READ_AS = {1: cv2.IMREAD_COLOR, 2: cv2.IMREAD_REDUCED_COLOR_2, 4: cv2.IMREAD_REDUCED_COLOR_4, 8: cv2.IMREAD_REDUCED_COLOR_8}


def cells():
    """For each row of the output its cell (x, y) and its stride, in pixels of the input."""
    places, strides = [], []
    for stride in (8, 16, 32):
        ys, xs = np.mgrid[0 : SIDE // stride, 0 : SIDE // stride]
        places.append(np.stack([xs.ravel(), ys.ravel()], axis=1))
        strides.append(np.full(xs.size, stride))
    return np.concatenate(places).astype(np.float32), np.concatenate(strides).astype(np.float32)[:, None]


def letterbox(picture):
    scale = min(SIDE / picture.shape[1], SIDE / picture.shape[0])
    width, height = round(picture.shape[1] * scale), round(picture.shape[0] * scale)
    whole = np.full((SIDE, SIDE, 3), PAD, np.uint8)
    whole[:height, :width] = cv2.resize(picture, (width, height), interpolation=cv2.INTER_LINEAR)
    return whole, width, height


def boxes(rows, places, strides, width, height):
    labels = rows[:, 5:].argmax(axis=1)
    scores = rows[:, 4] * rows[np.arange(len(rows)), 5 + labels]
    chosen = scores >= MIN_CONF
    rows, labels, scores = rows[chosen], labels[chosen], scores[chosen]
    centres = (rows[:, :2] + places[chosen]) * strides[chosen]
    sizes = np.exp(rows[:, 2:4]) * strides[chosen]
    corners = centres - sizes / 2
    # Boxes of different classes do not suppress each other: each class has its own place far from the others.
    apart = np.concatenate([corners + labels[:, None] * 10.0 * SIDE, sizes], axis=1)
    kept = np.array(cv2.dnn.NMSBoxes(apart.tolist(), scores.tolist(), MIN_CONF, NMS_IOU), dtype=int).ravel()[:MOST]
    scale = np.array([width, height], np.float32)
    first = np.clip(corners / scale, 0, 1)
    last = np.clip((corners + sizes) / scale, 0, 1)
    return [
        {"label": int(labels[i]), "conf": float(scores[i]), "x": float(first[i, 0]), "y": float(first[i, 1]),
         "w": float(last[i, 0] - first[i, 0]), "h": float(last[i, 1] - first[i, 1])}
        for i in kept
    ]


def main(model, threads):
    cv2.setNumThreads(int(threads))
    net = cv2.dnn.readNetFromONNX(model)
    places, strides = cells()
    print(f"ready OpenCV {cv2.__version__}, NumPy {np.__version__}, Python {platform.python_version()}", flush=True)
    for line in sys.stdin:
        wanted = json.loads(line)
        times = [time.perf_counter()]
        with open(wanted["file"], "rb") as file:
            encoded = np.frombuffer(file.read(), np.uint8)
        times.append(time.perf_counter())
        whole, width, height = letterbox(cv2.imdecode(encoded, READ_AS[wanted["reduce"]]))
        times.append(time.perf_counter())
        net.setInput(cv2.dnn.blobFromImage(whole))
        times.append(time.perf_counter())
        rows = net.forward()[0]
        times.append(time.perf_counter())
        found = boxes(rows, places, strides, width, height)
        times.append(time.perf_counter())
        stages = [(b - a) * 1000 for a, b in zip(times, times[1:])]
        names = ("readMs", "pixelsMs", "tensorMs", "runMs", "boxesMs")
        print(json.dumps({"boxes": found, "totalMs": sum(stages), **dict(zip(names, stages))}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
