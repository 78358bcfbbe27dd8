"""Trains a detector: photographs and generated scenes in, an ONNX file out. See README.md for the command."""
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
from model import CLASSES, TwoScales, blend, export, from_coco, grid, loss

# Each site is held out whole by one fold, and stations of one region by the same. Sources that no fold names are photographs without a station:
# they are always trained on. A name that ends in - stands for all sites that begin so.
FOLDS = {
    "a": ["jura-8.2G"],
    "b": ["cct-loc1", "cct-mixed", "snow-"],
    "c": ["idaho", "animl", "wavingtrees", *(f"phenocam-{n}" for n in ("BLAN", "HARV", "OAES", "GRSM", "ORNL", "WREF", "DELA", "DCFS", "TALL", "UNDE", "MOAB"))],
    "d": ["camtrapR_sample", "trailcam_gabe", "camtrapdp_example", "ratsakatika",
          *(f"phenocam-{n}" for n in ("KONZ", "TOOL", "SCBI", "PUUM", "_CPE", "SJER", "SRER", "JORN", "LENO", "CLBJ", "ABBY"))],
}

# Every model is trained at sizes around its own.
SHARES = [0.85, 0.92, 1, 1, 1.15]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photographs", type=Path, required=True, help="folder with train/boxes.csv and images/labels.csv")
    parser.add_argument("--scenes", type=Path, nargs="*", default=[], help="folders of generated scenes to train on")
    parser.add_argument("--scenes-held-out", type=Path, nargs="*", default=[], help="folders of generated scenes to validate on")
    parser.add_argument("--coco", type=Path, required=True, help="YOLOX-nano's COCO weights (ONNX) to begin from")
    parser.add_argument("--begin", type=Path, help="a checkpoint.pt of another run to begin from in their place, with the same sites held out")
    parser.add_argument("--fold", choices=FOLDS, help="hold out these sites: " + "; ".join(f"{k} = {', '.join(v)}" for k, v in FOLDS.items()))
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoint.pt, log.csv and the ONNX file")
    parser.add_argument("--name", default="gate-float.onnx", help="of the ONNX file")
    parser.add_argument("--size", type=int, default=416, help="input, pixels; a multiple of 32")
    parser.add_argument("--two-scales", action="store_true", help="the ONNX file looks at the image and at its half")
    parser.add_argument("--iterations", type=int, default=1500)
    parser.add_argument("--batch", type=int, default=16, help="below 16, torch on one thread takes a ten times slower convolution")
    parser.add_argument("--rate", type=float, default=4e-4, help="highest learning rate")
    parser.add_argument("--coarse", type=float, default=0, help="0-1; share of images made of few pixels, for large inputs that enlarge small photographs")
    parser.add_argument("--keep-coco", type=float, default=0.3, help="0-1; the exported weights are moved so far back towards COCO's")
    parser.add_argument("--validate-every", type=int, default=200, help="iterations; a checkpoint is written then too")
    parser.add_argument("--until", help="HH:MM; the schedule shortens itself so that training ends by this local time")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def validate(model, frames, size):
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
    out = FOLDS[args.fold] if args.fold else []
    held_out = [f for f in frames if data.within(f.site, out)] + data.drawn(args.scenes_held_out)
    trained = data.keep([f for f in frames if not data.within(f.site, out)], args.size)
    held_out = data.keep(held_out, args.size, look_only=True)
    batches = data.Batches(trained, args.seed, args.coarse)
    print(f"{len(trained)} frames to train on, {len(held_out)} held out")

    coco = from_coco(args.coco).to(memory_format=torch.channels_last)
    model = copy.deepcopy(coco)
    if args.begin:
        model.load_state_dict(torch.load(args.begin)["average"])
    model.freeze_early()
    average = copy.deepcopy(model)
    moving = {n: p for n, p in model.named_parameters() if p.requires_grad}
    heads = [p for n, p in moving.items() if "_preds" in n]
    rest = [p for n, p in moving.items() if "_preds" not in n]
    optimizer = torch.optim.AdamW([{"params": rest, "scale": 1}, {"params": heads, "scale": 3}], lr=args.rate, weight_decay=1e-4)
    sizes = [round(args.size * share / 32) * 32 for share in SHARES]
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

    started, cells = time.monotonic(), {size: grid(size, size) for size in sizes}
    budget = None
    if args.until:
        now, (hour, minute) = time.localtime(), map(int, args.until.split(":"))
        budget = (hour - now.tm_hour) * 3600 + (minute - now.tm_min) * 60 - now.tm_sec

    def finish(rows, line):
        mixed = blend(average, coco, args.keep_coco)
        tell(rows, line, mixed, held_out, args.size)
        mixed = mixed.to(memory_format=torch.contiguous_format)
        export(TwoScales(mixed) if args.two_scales else mixed, args.out / args.name, args.size)

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
        size = sizes[iteration % len(sizes)]
        images, targets = batches.draw(iteration, args.batch, size)
        total, parts = loss(model(images, scores=False), targets, cells[size])
        optimizer.zero_grad()
        total.backward()
        torch.nn.utils.clip_grad_norm_(moving.values(), 10)
        optimizer.step()
        decay = min(1 - 5 / args.iterations, (1 + iteration) / (20 + iteration))
        with torch.no_grad():
            for slow, fast in zip(average.parameters(), model.parameters()):
                slow.lerp_(fast, 1 - decay)
        bar.set_postfix(loss=f"{total.item():.2f}")
        line = [iteration + 1, f"{time.monotonic() - started:.0f}", f"{rate:.2e}", *(f"{v:.4f}" for v in (total.item(), *parts))]
        rows.writerow(line)
        if (iteration + 1) % args.validate_every == 0:
            save(saved, model, average, optimizer, iteration + 1)
            finish(rows, line)
            log.flush()
    else:
        iteration = args.iterations
    save(saved, model, average, optimizer, iteration)
    finish(rows, [iteration] + [""] * 6)
    log.close()


def save(path, model, average, optimizer, iteration):
    torch.save({"model": model.state_dict(), "average": average.state_dict(), "optimizer": optimizer.state_dict(), "iteration": iteration}, path)


def tell(rows, line, model, frames, size):
    for (site, label), count in sorted(validate(model, frames, size).items()):
        rows.writerow([*line, site, label, *count])
        tqdm.write(f"{line[0]:>6} {site:28} {label:8} {count}")


if __name__ == "__main__":
    main()
