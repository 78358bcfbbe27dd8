// Uploads a file with tus-js-client, as a browser or a script of somebody else would: breaks off in the middle, finds out how far it came, goes on.
// Usage: node upload.mjs PACKAGES ENDPOINT FILE CHUNK. Prints one line of JSON.
import { createHash } from "node:crypto";
import { createReadStream, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { basename } from "node:path";

const [packages, endpoint, path, chunkSize] = process.argv.slice(2);
const tus = createRequire(packages + "/")("tus-js-client");
const content = readFileSync(path);
const size = statSync(path).size;
const patches = [];
let url = null;

function upload(onProgress, damage) {
  return new Promise((resolve, reject) => {
    const it = new tus.Upload(createReadStream(path), {
      endpoint, uploadUrl: url, uploadSize: size, chunkSize: Number(chunkSize), retryDelays: null, storeFingerprintForResuming: false,
      metadata: { filename: "DCIM/100/" + basename(path), cameraID: "north" },
      onBeforeRequest(request) {
        if (request.getMethod() !== "PATCH") return;
        const offset = Number(request.getHeader("Upload-Offset"));
        const bytes = content.subarray(offset, Math.min(offset + Number(chunkSize), size));
        patches.push(offset);
        request.setHeader("Upload-Checksum", "sha256 " + createHash("sha256").update(damage ? bytes.subarray(1) : bytes).digest("base64"));
      },
      onUploadUrlAvailable() { url = it.url; },
      onChunkComplete(_, accepted) { onProgress?.(it, accepted, resolve); },
      onSuccess: () => resolve("done"),
      onError: reject,
    });
    it.start();
  });
}

// The promise of abort() may wait for a request that is not answered any more.
await upload((it, accepted, resolve) => { if (accepted >= size / 2) { it.abort(); resolve("cut"); } });
const damaged = await upload(null, true).then(() => 0, (error) => error.originalResponse?.getStatus() ?? -1);
const before = patches.length;
await upload();
const again = await upload();
console.log(JSON.stringify({ url, damaged, resumedAt: patches[before], again, patches: patches.length }));
