// Looks at pictures with sharp and onnxruntime-node, as one would write it after reading both manuals.
//   node peer.js MODEL.onnx THREADS
// Takes a line of JSON a picture, {"file": PATH}, and answers with one: the boxes, and the milliseconds of each stage.
// The model is a YOLOX with its raw grid: BGR, 0-255, scaled into the top left corner, the rest 114.
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import ort from "onnxruntime-node";
import sharp from "sharp";

const MIN_CONF = 0.05;
const NMS_IOU = 0.45;
const MOST = 100;
const PAD = 114;

const [model, threads] = process.argv.slice(2);
sharp.concurrency(Number(threads));
sharp.cache(false); // every picture of a camera is a new one
const session = await ort.InferenceSession.create(model, { intraOpNumThreads: Number(threads), interOpNumThreads: 1 });
const [input] = session.inputNames;
const [output] = session.outputNames;
const side = session.inputMetadata?.[0]?.shape?.[2] ?? 416;
const tensor = new Float32Array(3 * side * side);

async function pixels(encoded) {
  const picture = sharp(encoded).autoOrient().removeAlpha().toColourspace("srgb");
  const { autoOrient } = await picture.metadata();
  const scale = Math.min(side / autoOrient.width, side / autoOrient.height);
  const [width, height] = [Math.round(autoOrient.width * scale), Math.round(autoOrient.height * scale)];
  // sharp lets libjpeg decode at 1/2, 1/4 or 1/8 where that is enough, and goes on with Lanczos.
  return { width, height, data: await picture.resize(width, height, { fit: "fill" }).raw().toBuffer() };
}

function fill({ width, height, data }) {
  const plane = side * side;
  tensor.fill(PAD);
  for (let y = 0, from = 0; y < height; y++) {
    for (let to = y * side; to < y * side + width; to++, from += 3) {
      tensor[to] = data[from + 2];
      tensor[plane + to] = data[from + 1];
      tensor[2 * plane + to] = data[from];
    }
  }
}

function read(values, rowLength) {
  const found = [];
  let at = 0;
  for (const stride of [8, 16, 32]) {
    const across = side / stride;
    for (let cell = 0; cell < across * across; cell++, at += rowLength) {
      if (values[at + 4] < MIN_CONF) continue;
      let label = 0;
      for (let c = 1; c < rowLength - 5; c++) if (values[at + 5 + c] > values[at + 5 + label]) label = c;
      const score = values[at + 4] * values[at + 5 + label];
      if (score < MIN_CONF) continue;
      const [cx, cy] = [(values[at] + (cell % across)) * stride, (values[at + 1] + Math.floor(cell / across)) * stride];
      const [w, h] = [Math.exp(values[at + 2]) * stride, Math.exp(values[at + 3]) * stride];
      found.push({ label, score, left: cx - w / 2, top: cy - h / 2, right: cx + w / 2, bottom: cy + h / 2 });
    }
  }
  return found;
}

function overlap(a, b) {
  const w = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const h = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  if (w <= 0 || h <= 0) return 0;
  return (w * h) / ((a.right - a.left) * (a.bottom - a.top) + (b.right - b.left) * (b.bottom - b.top) - w * h);
}

function suppress(found) {
  const kept = [];
  for (const box of found.sort((a, b) => b.score - a.score)) {
    if (kept.length < MOST && kept.every((k) => k.label !== box.label || overlap(k, box) <= NMS_IOU)) kept.push(box);
  }
  return kept;
}

async function look(file) {
  const times = [performance.now()];
  const encoded = await readFile(file);
  times.push(performance.now());
  const picture = await pixels(encoded);
  times.push(performance.now());
  fill(picture);
  times.push(performance.now());
  const result = (await session.run({ [input]: new ort.Tensor("float32", tensor, [1, 3, side, side]) }))[output];
  times.push(performance.now());
  const kept = suppress(read(result.data, result.dims[2]));
  const share = (value) => Math.min(1, Math.max(0, value));
  const boxes = kept.map((b) => {
    const [x, y] = [share(b.left / picture.width), share(b.top / picture.height)];
    return { label: b.label, conf: b.score, x, y, w: share(b.right / picture.width) - x, h: share(b.bottom / picture.height) - y };
  });
  times.push(performance.now());
  const [readMs, pixelsMs, tensorMs, runMs, boxesMs] = times.slice(1).map((t, i) => t - times[i]);
  return { boxes, totalMs: times.at(-1) - times[0], readMs, pixelsMs, tensorMs, runMs, boxesMs };
}

console.log(`ready sharp ${sharp.versions.sharp}, onnxruntime-node ${ort.env.versions.node}, Node ${process.versions.node}`);
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await look(JSON.parse(line).file)));
}
