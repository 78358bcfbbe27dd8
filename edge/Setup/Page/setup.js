// The page's start: asks the hub how it does, every few seconds, and hands it to the parts.
import { $, el, ask } from "/setup-base.js";
import { showCameras } from "/setup-live.js";
import { listen } from "/setup-walk.js";
import { showCaptures } from "/setup-captures.js";
import { showStation } from "/setup-station.js";

const words = { ntp: "set by network", gps: "set by GPS", rtc: "set by its own battery", unset: "not set" };

function chip(name, text, bad) {
  const li = el("li", "", bad ? { class: "bad" } : {});
  li.append(el("span", name + " "), el("b", text));
  return li;
}

function showState(now) {
  const r = now.reading, chips = [];
  if (r?.batteryVolts != null) chips.push(chip("Battery", r.batteryVolts.toFixed(1) + " V" + (r.hoursLeft != null ? ", " + Math.round(r.hoursLeft) + " h" : ""), r.power !== "full" && r.power !== "Full"));
  if (r?.cardBytes) chips.push(chip("Card", (r.cardFreeBytes / 1e9).toFixed(1) + " GB free", r.cardFreeBytes < 5e8));
  chips.push(chip("Clock", now.time.slice(0, 10) + " " + now.time.slice(11, 16) + ", " + (words[now.clock] ?? now.clock), now.clock === "unset"));
  if (r?.cpuCelsius != null) chips.push(chip("Processor", Math.round(r.cpuCelsius) + " °C", r.cpuCelsius >= 80));
  if (r?.airCelsius != null) chips.push(chip("Case", Math.round(r.airCelsius) + " °C" + (r.airHumidity != null ? ", " + Math.round(r.airHumidity) + " %" : ""), r.airHumidity >= 90));
  if (r?.modemSignal != null) chips.push(chip("Signal", Math.round(r.modemSignal) + " %", r.modemSignal < 20));
  chips.push(chip("Waiting to be sent", String(now.waiting)));
  $("state").replaceChildren(...chips);
  $("name").textContent = now.station ? now.station + " (" + now.hub + ")" : now.hub;
  document.title = $("name").textContent;
  const troubles = [...(r?.troubles ?? []), ...now.cameras.filter(c => c.condition.trouble).map(c => c.cameraID + ": " + c.condition.trouble)];
  $("troubles").hidden = troubles.length === 0;
  $("troubles").querySelector("ul").replaceChildren(...troubles.map(t => el("li", t)));
}

async function look() {
  const response = await ask("/api/now");
  if (response?.ok) {
    const now = await response.json();
    showState(now);
    showCameras(now);
    showStation(now);
  }
  setTimeout(look, document.hidden ? 30000 : 4000);
}

const marks = { green: "✓", yellow: "!", red: "✗" };
$("test-link").addEventListener("click", async event => {
  const button = event.currentTarget;
  button.disabled = true;
  $("link-steps").replaceChildren(el("li", "Testing; this takes up to a minute …"));
  const response = await ask("/api/link", { method: "POST" });
  const steps = response?.ok ? await response.json() : [{ colour: "red", what: "The hub did not answer", remedy: "Come closer and try again" }];
  $("link-steps").replaceChildren(...steps.map(s => {
    const li = el("li", "", { class: s.colour });
    li.append(el("span", marks[s.colour], { class: "mark", "aria-label": s.colour }), el("span", s.check === "broker" ? "The broker " + s.what : s.what));
    if (s.remedy) li.append(el("span", s.remedy, { class: "remedy" }));
    return li;
  }));
  button.disabled = false;
});

look();
showCaptures();
listen();
