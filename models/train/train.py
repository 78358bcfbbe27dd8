"""Trains the gate detector: photographs and generated scenes in, gate-float.onnx out. See README.md for the command."""
import argparse
import copy
import csv
import math
import time
from collections import defaultdict
from pathlib import Path

import cv2
import torch
from tqdm import tqdm

import data
from model import CLASSES, export, from_coco, grid, loss

SIZES = [352, 384, 416, 416]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photographs", type=Path, required=True, help="folder with train/boxes.csv and images/labels.csv")
    parser.add_argument("--scenes", type=Path, nargs="*", default=[], help="folders of generated scenes to train on")
    parser.add_argument("--scenes-held-out", type=Path, nargs="*", default=[], help="folders of generated scenes to validate on")
    parser.add_argument("--coco", type=Path, required=True, help="YOLOX-nano's COCO weights (ONNX) to begin from")
    parser.add_argument("--hold-out", nargs="*", default=[], help="sites that are not trained on but validated on")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoint.pt, log.csv and gate-float.onnx")
    parser.add_argument("--iterations", type=int, default=1500)
    parser.add_argument("--batch", type=int, default=16, help="below 16, torch on one thread takes a ten times slower convolution")
    parser.add_argument("--rate", type=float, default=4e-4, help="highest learning rate")
    parser.add_argument("--validate-every", type=int, default=200, help="iterations; a checkpoint is written then too")
    parser.add_argument("--until", help="HH:MM; the schedule shortens itself so that training ends by this local time")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def validate(model, frames, size=416):
    """For each held-out site and class: (frames, how many have any detection of 0.2 or more, and of 0.4 or more, how many are named right at 0.3)."""
    model.eval()
    counts = defaultdict(lambda: [0, 0, 0, 0])
    for start in range(0, len(frames), 16):
        part = frames[start:start + 16]
        with torch.no_grad():
            raw = model(data.tensor([data.letterbox(f.image, size)[0] for f in part]))
        for frame, score in zip(part, (raw[..., 4:5] * raw[..., 5:]).amax(1).tolist()):
            count = counts[frame.site, frame.label]
            count[0] += 1
            count[1] += max(score) >= 0.2
            count[2] += max(score) >= 0.4
            count[3] += frame.label != "empty" and score[CLASSES.index(frame.label)] >= 0.3
    return counts


def main():
    args = arguments()
    torch.set_num_threads(args.threads)
    cv2.setNumThreads(1)
    torch.manual_seed(args.seed)
    args.out.mkdir(parents=True, exist_ok=True)

    frames = data.read(args.photographs) + data.drawn(args.scenes)
    held_out = [f for f in frames if f.site in args.hold_out] + data.drawn(args.scenes_held_out)
    trained = data.keep([f for f in frames if f.site not in args.hold_out], args.coco)
    for frame in held_out:
        frame.boxed = True  # only whether something is found counts, so nothing has to be guessed
    held_out = data.keep(held_out, args.coco)
    batches = data.Batches(trained, args.seed)
    print(f"{len(trained)} frames to train on, {len(held_out)} held out")

    model = from_coco(args.coco).to(memory_format=torch.channels_last)
    average = copy.deepcopy(model)
    heads = [p for n, p in model.named_parameters() if "_preds" in n]
    rest = [p for n, p in model.named_parameters() if "_preds" not in n]
    optimizer = torch.optim.AdamW([{"params": rest, "scale": 1}, {"params": heads, "scale": 3}], lr=args.rate, weight_decay=1e-4)
    first, saved = 0, args.out / "checkpoint.pt"
    if saved.exists():
        state = torch.load(saved)
        model.load_state_dict(state["model"])
        average.load_state_dict(state["average"])
        optimizer.load_state_dict(state["optimizer"])
        first = state["iteration"]
    log = open(args.out / "log.csv", "a", newline="")
    rows = csv.writer(log)
    if first == 0:
        rows.writerow(["iteration", "seconds", "rate", "loss", "box", "objectness", "class", "site", "label", "frames", "any_0.2", "any_0.4", "named_0.3"])

    started, cells = time.monotonic(), {size: grid(size, size) for size in set(SIZES)}
    budget = None
    if args.until:
        now, (hour, minute) = time.localtime(), map(int, args.until.split(":"))
        budget = (hour - now.tm_hour) * 3600 + (minute - now.tm_min) * 60 - now.tm_sec
    model.train()
    for iteration in (bar := tqdm(range(first, args.iterations), initial=first, total=args.iterations)):
        done = iteration / args.iterations
        if budget:
            done = max(done, (time.monotonic() - started) / budget)
        if done >= 1:
            break
        rate = args.rate * min(1, (iteration + 1) / 60) * (0.03 + 0.97 * (1 + math.cos(math.pi * done)) / 2)
        for group in optimizer.param_groups:
            group["lr"] = rate * group["scale"]
        size = SIZES[iteration % len(SIZES)]
        images, targets = batches.draw(iteration, args.batch, size)
        total, parts = loss(model(images, scores=False), targets, cells[size])
        optimizer.zero_grad()
        total.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 10)
        optimizer.step()
        decay = min(0.997, (1 + iteration) / (20 + iteration))
        with torch.no_grad():
            for slow, fast in zip(average.parameters(), model.parameters()):
                slow.lerp_(fast, 1 - decay)
        bar.set_postfix(loss=f"{total.item():.2f}")
        line = [iteration + 1, f"{time.monotonic() - started:.0f}", f"{rate:.2e}", *(f"{v:.4f}" for v in (total.item(), *parts))]
        rows.writerow(line)
        if (iteration + 1) % args.validate_every == 0:
            save(saved, model, average, optimizer, iteration + 1)
            tell(rows, line, average, held_out)
            export(copy.deepcopy(average).to(memory_format=torch.contiguous_format), args.out / "gate-float.onnx", 416)
            log.flush()
    else:
        iteration = args.iterations
    save(saved, model, average, optimizer, iteration)
    tell(rows, [iteration] + [""] * 6, average, held_out)
    export(average.to(memory_format=torch.contiguous_format), args.out / "gate-float.onnx", 416)
    log.close()


def save(path, model, average, optimizer, iteration):
    torch.save({"model": model.state_dict(), "average": average.state_dict(), "optimizer": optimizer.state_dict(), "iteration": iteration}, path)


def tell(rows, line, model, frames):
    for (site, label), count in sorted(validate(model, frames).items()):
        rows.writerow([*line, site, label, *count])
        tqdm.write(f"{line[0]:>6} {site:28} {label:8} {count}")


if __name__ == "__main__":
    main()
