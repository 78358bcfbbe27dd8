"""YOLOX-nano (Ge et al. 2021) with three classes, its loss, its start from the COCO weights, and its way to ONNX.

Every convolution carries its batch normalisation folded in, as in the published ONNX file: training moves the folded weights.
The raw output is [batch, N, 5 + C] over strides 8, 16, 32: cx, cy offsets and log w, h in cells, then objectness and classes.
"""
import copy
import warnings

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper
from torch import nn

CLASSES = ["animal", "person", "vehicle"]
STRIDES = [8, 16, 32]

# Which of COCO's 80 classes each of ours is made of. The head keeps a row for each, and a class scores as its best row:
# so the network begins with exactly what COCO knew, and fine-tuning on few people does not have to find it again.
COCO = {"animal": range(14, 24), "person": [0], "vehicle": [1, 2, 3, 5, 6, 7]}
ROWS = [len(COCO[name]) for name in CLASSES]


class Conv(nn.Module):
    def __init__(self, inputs, outputs, size, stride=1, groups=1):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, size, stride, (size - 1) // 2, groups=groups)

    def forward(self, x):
        return F.silu(self.conv(x))


def depthwise(inputs, outputs, size, stride=1):
    return nn.Sequential(Conv(inputs, inputs, size, stride, inputs), Conv(inputs, outputs, 1))


class Bottleneck(nn.Module):
    def __init__(self, channels, shortcut):
        super().__init__()
        self.first, self.second, self.shortcut = Conv(channels, channels, 1), depthwise(channels, channels, 3), shortcut

    def forward(self, x):
        y = self.second(self.first(x))
        return y + x if self.shortcut else y


class Stage(nn.Module):
    """A cross-stage partial layer: half of the channels go through the bottlenecks, half go past them."""

    def __init__(self, inputs, outputs, depth, shortcut=True):
        super().__init__()
        half = outputs // 2
        self.through, self.past, self.join = Conv(inputs, half, 1), Conv(inputs, half, 1), Conv(outputs, outputs, 1)
        self.deep = nn.Sequential(*[Bottleneck(half, shortcut) for _ in range(depth)])

    def forward(self, x):
        through, past = self.through(x), self.past(x)
        return self.join(torch.cat([self.deep(through), past], 1))


class Pyramid(nn.Module):
    """Spatial pyramid pooling."""

    def __init__(self, channels):
        super().__init__()
        self.first, self.join = Conv(channels, channels // 2, 1), Conv(channels * 2, channels, 1)

    def forward(self, x):
        x = self.first(x)
        return self.join(torch.cat([x] + [F.max_pool2d(x, s, 1, s // 2) for s in (5, 9, 13)], 1))


class Yolox(nn.Module):
    def __init__(self, rows=ROWS):
        super().__init__()
        self.rows = list(rows)
        self.stem = Conv(12, 16, 3)
        self.dark2 = nn.Sequential(depthwise(16, 32, 3, 2), Stage(32, 32, 1))
        self.dark3 = nn.Sequential(depthwise(32, 64, 3, 2), Stage(64, 64, 3))
        self.dark4 = nn.Sequential(depthwise(64, 128, 3, 2), Stage(128, 128, 3))
        self.dark5 = nn.Sequential(depthwise(128, 256, 3, 2), Pyramid(256), Stage(256, 256, 1, False))
        self.lateral, self.merge4 = Conv(256, 128, 1), Stage(256, 128, 1, False)
        self.reduce, self.merge3 = Conv(128, 64, 1), Stage(128, 64, 1, False)
        self.down3, self.out4 = depthwise(64, 64, 3, 2), Stage(128, 128, 1, False)
        self.down4, self.out5 = depthwise(128, 128, 3, 2), Stage(256, 256, 1, False)
        self.stems = nn.ModuleList(Conv(c, 64, 1) for c in (64, 128, 256))
        self.cls = nn.ModuleList(nn.Sequential(depthwise(64, 64, 3), depthwise(64, 64, 3)) for _ in STRIDES)
        self.reg = nn.ModuleList(nn.Sequential(depthwise(64, 64, 3), depthwise(64, 64, 3)) for _ in STRIDES)
        self.cls_preds = nn.ModuleList(nn.Conv2d(64, sum(self.rows), 1) for _ in STRIDES)
        self.reg_preds = nn.ModuleList(nn.Conv2d(64, 4, 1) for _ in STRIDES)
        self.obj_preds = nn.ModuleList(nn.Conv2d(64, 1, 1) for _ in STRIDES)

    def _best(self, rows):
        """Class logits [batch, C, h, w]: of each class the best of its rows."""
        if all(n == 1 for n in self.rows):
            return rows
        ends = np.cumsum(self.rows).tolist()
        return torch.cat([rows[:, end - n:end].amax(1, keepdim=True) for n, end in zip(self.rows, ends)], 1)

    def freeze_early(self):
        """The stem and the two finest stages stay COCO's: edges and textures are the same everywhere, and half of the time goes into them."""
        for part in (self.stem, self.dark2, self.dark3):
            part.requires_grad_(False)

    def forward(self, images, scores=True):
        """Images [batch, 3, H, W] BGR 0–255; with scores=False objectness and classes stay logits, for the loss."""
        even, odd = images[..., ::2, :], images[..., 1::2, :]
        x = self.stem(torch.cat([even[..., ::2], odd[..., ::2], even[..., 1::2], odd[..., 1::2]], 1))
        c3 = self.dark3(self.dark2(x))
        c4 = self.dark4(c3)
        p5 = self.lateral(self.dark5(c4))
        p4 = self.reduce(self.merge4(torch.cat([F.interpolate(p5, scale_factor=2), c4], 1)))
        n3 = self.merge3(torch.cat([F.interpolate(p4, scale_factor=2), c3], 1))
        n4 = self.out4(torch.cat([self.down3(n3), p4], 1))
        n5 = self.out5(torch.cat([self.down4(n4), p5], 1))
        levels = []
        for i, x in enumerate((n3, n4, n5)):
            x = self.stems[i](x)
            cls = self._best(self.cls_preds[i](self.cls[i](x)))
            reg = self.reg[i](x)
            box, obj = self.reg_preds[i](reg), self.obj_preds[i](reg)
            rows = torch.cat([box, obj.sigmoid(), cls.sigmoid()] if scores else [box, obj, cls], 1)
            levels.append(rows.reshape(*map(int, rows.shape[:2]), -1))  # int: the exported shape is fixed
        return torch.cat(levels, 2).permute(0, 2, 1)


def from_coco(path, classes=True):
    """The published YOLOX-nano with only the class rows that ours are made of, or (classes=False) as it is, with all 80."""
    graph = onnx.load(path).graph
    stored = {i.name: torch.from_numpy(numpy_helper.to_array(i).copy()) for i in graph.initializer}
    weights = [(stored[n.input[1]], stored[n.input[2]]) for n in graph.node if n.op_type == "Conv"]
    model = Yolox([1] * 80)
    order = []
    hooks = [m.register_forward_hook(lambda m, *_: order.append(m)) for m in model.modules() if isinstance(m, nn.Conv2d)]
    with torch.no_grad():
        model(torch.zeros(1, 3, 64, 64))
        for module, (weight, bias) in zip(order, weights, strict=True):  # both files run the convolutions in the same order
            assert module.weight.shape == weight.shape, (module, weight.shape)
            module.weight.copy_(weight)
            module.bias.copy_(bias)
        for hook in hooks:
            hook.remove()
        if classes:
            model.rows = ROWS
            chosen = [row for name in CLASSES for row in COCO[name]]
            for i, old in enumerate(model.cls_preds):
                new = nn.Conv2d(64, len(chosen), 1)
                new.weight.copy_(old.weight[chosen])
                new.bias.copy_(old.bias[chosen])
                model.cls_preds[i] = new
    return model


def blend(tuned, begun, share):
    """A copy of the tuned network whose weights are moved back towards those it began with (Wortsman et al. 2022, WiSE-FT); share 0–1 of the beginning."""
    mixed = copy.deepcopy(tuned)
    with torch.no_grad():
        for weight, first in zip(mixed.parameters(), begun.parameters()):
            weight.lerp_(first, share)
    return mixed


def grid(width, height, strides=STRIDES):
    """For each output row its cell's column and row and its stride: three tensors [N]."""
    cells = [(torch.arange(height // s).repeat_interleave(width // s), torch.arange(width // s).repeat(height // s), s) for s in strides]
    column, row = (torch.cat([c[i] for c in cells]).float() for i in (1, 0))
    return column, row, torch.cat([torch.full((len(c[0]),), float(c[2])) for c in cells])


def boxes(raw, column, row, stride):
    """Raw rows [..., N, 4+] to x1, y1, x2, y2 in the input's pixels."""
    centre = (raw[..., :2] + torch.stack([column, row], -1)) * stride[:, None]
    half = raw[..., 2:4].clamp(max=8).exp() * stride[:, None] / 2
    return torch.cat([centre - half, centre + half], -1)


def iou(a, b):
    """Intersection over union of boxes that broadcast against each other."""
    inside = (torch.minimum(a[..., 2:], b[..., 2:]) - torch.maximum(a[..., :2], b[..., :2])).clamp(min=0).prod(-1)
    return inside / ((a[..., 2:] - a[..., :2]).prod(-1) + (b[..., 2:] - b[..., :2]).prod(-1) - inside + 1e-7)


def loss(raw, targets, cells):
    """
    YOLOX's loss with SimOTA assignment. Targets: for each image a tensor [objects, 5] of class and x1, y1, x2, y2 in pixels.
    A class of -1 marks a part of the image where nothing is known: it is neither object nor background.
    Returns the sum and its parts (box, objectness, class), each a mean over assigned cells.
    """
    column, row, stride = cells
    predicted = boxes(raw, column, row, stride)
    centre = torch.stack([(column + 0.5) * stride, (row + 0.5) * stride], -1)
    obj_target = torch.zeros(raw.shape[:2])
    obj_weight = torch.ones(raw.shape[:2])
    parts, assigned = [torch.zeros(()), torch.zeros(())], 0
    for i, target in enumerate(targets):
        known = target[:, 0] >= 0
        for box in target[~known, 1:]:
            obj_weight[i] *= ~((centre > box[:2]) & (centre < box[2:])).all(-1)
        target = target[known]
        if len(target) == 0:
            continue
        labels, truth = target[:, 0].long(), target[:, 1:]
        cell, owner, overlap = assign(raw[i].detach(), predicted[i].detach(), labels, truth, centre, stride)
        obj_target[i, cell] = 1
        obj_weight[i, cell] = 1
        parts[0] = parts[0] + (1 - iou(predicted[i, cell], truth[owner]) ** 2).sum()
        hot = F.one_hot(labels[owner], raw.shape[-1] - 5) * overlap[:, None]
        parts[1] = parts[1] + F.binary_cross_entropy_with_logits(raw[i, cell, 5:], hot.float(), reduction="sum")
        assigned += len(cell)
    objectness = (F.binary_cross_entropy_with_logits(raw[..., 4], obj_target, reduction="none") * obj_weight).sum()
    count = max(assigned, len(targets))
    box, obj, cls = 5 * parts[0] / count, objectness / count, parts[1] / count
    return box + obj + cls, (box.item(), obj.item(), cls.item())


def assign(raw, predicted, labels, truth, centre, stride):
    """SimOTA: for each object the cells near its middle that cost least; returns cells, the object of each, and their overlap."""
    inside = ((centre[None] > truth[:, None, :2]) & (centre[None] < truth[:, None, 2:])).all(-1)
    middle = (truth[:, :2] + truth[:, 2:]) / 2
    near = ((centre[None] - middle[:, None]).abs() < 1.5 * stride[None, :, None]).all(-1)
    candidate = near.any(0).nonzero()[:, 0]
    inside, near, raw = inside[:, candidate], near[:, candidate], raw[candidate]
    overlap = iou(truth[:, None], predicted[None, candidate])
    score = (raw[:, 5:].sigmoid() * raw[:, 4:5].sigmoid()).sqrt()
    hot = F.one_hot(labels, raw.shape[-1] - 5).float()
    wrong = F.binary_cross_entropy(score[None].expand(len(truth), -1, -1), hot[:, None].expand(-1, len(candidate), -1), reduction="none").sum(-1)
    cost = wrong - 3 * (overlap + 1e-8).log() + 1e6 * ~(inside & near) + 1e5 * ~near
    matching = torch.zeros_like(cost, dtype=torch.bool)
    many = overlap.topk(min(10, len(candidate)), 1).values.sum(1).int().clamp(min=1)
    for g in range(len(truth)):
        matching[g, cost[g].topk(min(int(many[g]), len(candidate)), largest=False).indices] = True
    twice = matching.sum(0) > 1
    matching[:, twice] = F.one_hot(cost[:, twice].argmin(0), len(truth)).T.bool()
    chosen = matching.any(0).nonzero()[:, 0]
    owner = matching[:, chosen].float().argmax(0)
    return candidate[chosen], owner, overlap[owner, chosen]


class TwoScales(nn.Module):
    """
    One network over the image and over the same at half its size; the rows of both come out one after the other, in pixels of the whole input:
    strides 8, 16, 32, then 16, 32, 64. The half finds what fills the picture and what was enlarged to fit.
    """

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, images):
        return torch.cat([self.network(images), self.network(F.avg_pool2d(images, 2))], 1)


def export(model, path, size):
    model.eval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer warns of sizes that are constant on purpose
        torch.onnx.export(model, torch.zeros(1, 3, size, size), path, opset_version=13, input_names=["images"], output_names=["output"])
    onnx.checker.check_model(onnx.load(path))
