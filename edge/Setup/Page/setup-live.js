// Live pictures, and over them what the hub's detector sees.
import { $, el, ask } from "/setup-base.js";

const shown = new Map();

export function showCameras(now) {
  $("no-camera").hidden = now.cameras.length > 0;
  $("sight").parentElement.hidden = now.cameras.length === 0;
  now.cameras.forEach((camera, place) => {
    if (!shown.has(camera.cameraID)) {
      const view = new View(camera.cameraID, place);
      shown.set(camera.cameraID, view);
      $("cameras").append(view.figure);
      view.pictures();
      view.sights();
    }
    shown.get(camera.cameraID).describe(camera, now.canTake);
  });
}

const pause = ms => new Promise(done => setTimeout(done, ms));

/** Looks only while it can be seen: a picture is some kilobytes, and the hub's battery is small. */
class View {
  constructor(cameraID, place) {
    this.path = "/api/cameras/" + place;
    this.figure = el("figure", "", { class: "camera" });
    this.view = el("div", "", { class: "view" });
    this.image = el("img", "", { alt: "Live picture of " + cameraID });
    this.image.hidden = true;
    this.overlay = el("svg", "", { viewBox: "0 0 1 1", preserveAspectRatio: "none", "aria-hidden": "true" });
    this.waits = el("p", "Waiting for a picture …", { class: "waits" });
    this.seen = el("p", "", { class: "seen", "aria-live": "polite" });
    this.caption = el("span", cameraID);
    this.take = el("button", "Take a clip now");
    const line = el("figcaption");
    line.append(this.caption, this.take);
    this.view.append(this.image, this.overlay, this.waits);
    this.figure.append(this.view, line, this.seen);
    this.visible = true;
    new IntersectionObserver(entries => { this.visible = entries.at(-1).isIntersecting; }).observe(this.view);
    this.cameraID = cameraID;
    this.take.addEventListener("click", () => this.takeNow());
  }

  describe(camera, canTake) {
    const c = camera.condition;
    this.caption.textContent = this.cameraID + (c.running ? ", " + c.framesPerSecond.toFixed(0) + " pictures a second" + (c.infrared ? ", infrared" : "") : ", gives no picture");
    this.take.hidden = !canTake;
  }

  async takeNow() {
    this.take.disabled = true;
    const response = await ask(this.path + "/take", { method: "POST" });
    this.take.textContent = response?.ok ? "Taking a clip …" : "That did not work";
    await pause(3000);
    this.take.textContent = "Take a clip now";
    this.take.disabled = false;
  }

  get looks() { return this.visible && !document.hidden; }

  async pictures() {
    let after = "0";
    while (true) {
      if (!this.looks) { await pause(500); continue; }
      const began = performance.now();
      const response = await ask(this.path + "/picture?after=" + after);
      if (response?.status === 200) {
        after = response.headers.get("X-Frame");
        const url = URL.createObjectURL(await response.blob());
        const before = this.image.src;
        this.image.src = url;
        await this.image.decode().catch(() => {});
        if (before) URL.revokeObjectURL(before);
        this.image.hidden = false;
        this.waits.hidden = true;
      } else {
        this.waits.hidden = false;
        this.waits.textContent = response ? "The camera gives no picture" : "No answer from the hub";
        if (!response) await pause(2000);
      }
      await pause(Math.max(0, 400 - (performance.now() - began)));
    }
  }

  async sights() {
    while (true) {
      if (!this.looks || !$("sight").checked) {
        this.overlay.replaceChildren();
        this.seen.textContent = "";
        await pause(500);
        continue;
      }
      const response = await ask(this.path + "/sight");
      if (response?.status === 200 && $("sight").checked) this.draw(await response.json());
      await pause(700);
    }
  }

  draw(sight) {
    const rect = ([x, y, width, height], kind) => el("rect", "", { x, y, width, height, class: kind });
    this.overlay.replaceChildren(...sight.changed.map(b => rect(b, "changed")), ...sight.boxes.map(b => rect(b.box, b.what + (b.sure ? "" : " doubtful"))));
    this.seen.textContent = sight.boxes.length
      ? "Sees " + sight.boxes.map(b => (b.sure ? "" : "perhaps ") + (b.what === "animal" ? "an animal" : "a " + b.what) + " (" + b.score.toFixed(2) + ")").join(", ")
      : sight.changed.length ? "Something changed, and the hub sees nothing in it" : "Sees nothing";
  }
}
