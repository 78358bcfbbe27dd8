// Name, position, height and direction: typed, or taken from a GPS; checked and kept by the hub.
import { $, el, ask } from "/setup-base.js";

const form = $("station-form");
let filled = false, gps = null, cameras = [];

export function showStation(now) {
  gps = now.gps;
  $("use-gps").hidden = !gps;
  if (filled) return;
  filled = true;
  form.station.value = now.station;
  form.latitude.value = now.latitude ?? "";
  form.longitude.value = now.longitude ?? "";
  const phone = window.isSecureContext && "geolocation" in navigator;
  $("use-phone").hidden = !phone;
  $("no-phone").hidden = phone;
  cameras = now.cameras.map(c => c.cameraID);
  $("camera-fields").replaceChildren(...now.cameras.map((c, i) => {
    const set = el("fieldset"), pair = el("div", "", { class: "pair" });
    pair.append(field("Height above the ground, metres", "height" + i, c.heightMetres, "1.2"), field("Looks towards, degrees from north", "heading" + i, c.headingDegrees, "270"));
    set.append(el("legend", "Camera " + c.cameraID), pair);
    return set;
  }));
}

function field(text, name, value, example) {
  const label = el("label", text + " "), input = el("input", "", { name, inputmode: "decimal", autocomplete: "off", placeholder: example });
  input.value = value ?? "";
  label.append(input);
  return label;
}

function position(latitude, longitude) {
  form.latitude.value = latitude.toFixed(5);
  form.longitude.value = longitude.toFixed(5);
}

$("use-gps").addEventListener("click", () => position(gps.latitude, gps.longitude));
$("use-phone").addEventListener("click", () => navigator.geolocation.getCurrentPosition(
  p => position(p.coords.latitude, p.coords.longitude),
  e => say([e.message || "The phone does not know where it is."], "problem"),
  { enableHighAccuracy: true, timeout: 30000 }));

/** A number as people type it, with a comma or a point; undefined if there is none, NaN if it is no number. */
function number(name) {
  const input = form[name], text = input.value.trim().replace(",", ".");
  const value = text === "" ? undefined : Number(text);
  input.setAttribute("aria-invalid", String(Number.isNaN(value)));
  return value;
}

function say(lines, kind) {
  $("station-said").replaceChildren(...lines.map(l => el("p", l, { class: kind })));
}

form.addEventListener("submit", async event => {
  event.preventDefault();
  const wish = { station: form.station.value.trim(), latitude: number("latitude"), longitude: number("longitude"),
    cameras: cameras.map((cameraID, i) => ({ cameraID, heightMetres: number("height" + i), headingDegrees: number("heading" + i) })) };
  if (form.querySelector("[aria-invalid=true]")) return say(["What is marked is no number."], "problem");
  const response = await ask("/api/station", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(wish) });
  const answer = response && (response.ok || response.status === 422) ? await response.json() : null;
  if (!answer) return say(["The hub did not answer; nothing was saved."], "problem");
  if (!answer.saved) return say(answer.problems, "problem");
  say(["Saved. The hub goes by it from its next start: switch it off and on, or sudo systemctl restart lynceus-edge.", ...answer.problems], "done");
});
