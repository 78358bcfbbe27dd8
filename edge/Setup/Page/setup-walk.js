// The walk test: what happens, as it happens, large enough to read from afar.
import { $, el } from "/setup-base.js";
import { showCaptures } from "/setup-captures.js";

const headings = { trigger: "Saw you", suppressed: "Held back", clip: "Clip taken", verdict: "Verdict", trouble: "Trouble", lost: "No link" };
const tones = { trigger: [880, 0.25], suppressed: [330, 0.2], clip: [660, 0.15], verdict: [990, 0.4], trouble: [200, 0.6], lost: [200, 0.6] };
const buzzes = { trigger: 200, suppressed: [60, 60, 60], clip: 80, verdict: [150, 80, 150], trouble: 600, lost: 600 };
const counts = {};
let sound = null, wake = null;

function show(what, text, when) {
  const dialog = $("walking");
  dialog.dataset.what = what;
  $("walking-what").textContent = headings[what] ?? "Waiting";
  $("walking-text").textContent = text;
  $("walking-when").textContent = when;
}

function sing(what) {
  if (!$("walking").open) return;
  if ($("buzz").checked) navigator.vibrate?.(buzzes[what]);
  if (!$("sound").checked || !sound || !tones[what]) return;
  const [pitch, seconds] = tones[what], tone = sound.createOscillator(), loud = sound.createGain();
  tone.frequency.value = pitch;
  loud.gain.setValueAtTime(0.4, sound.currentTime);
  loud.gain.exponentialRampToValueAtTime(0.001, sound.currentTime + seconds);
  tone.connect(loud).connect(sound.destination);
  tone.start();
  tone.stop(sound.currentTime + seconds);
}

function count(what) {
  counts[what] = (counts[what] ?? 0) + 1;
  const names = { trigger: "seen", suppressed: "held back", clip: "clips", verdict: "verdicts" };
  $("walking-counts").replaceChildren(...Object.keys(names).filter(k => counts[k]).map(k => {
    const li = el("li");
    li.append(el("b", String(counts[k])), " " + names[k]);
    return li;
  }));
}

/** The hub's feed; the browser connects again by itself. */
export function listen() {
  const feed = new EventSource("/api/feed");
  feed.addEventListener("now", message => {
    const event = JSON.parse(message.data);
    count(event.what);
    show(event.what, event.text, event.cameraID + ", " + event.time.slice(11, 19));
    sing(event.what);
    if (event.what === "verdict") setTimeout(showCaptures, 500);
  });
  feed.onerror = () => {
    if (!$("walking").open || $("walking").dataset.what === "lost") return;
    show("lost", "The phone does not hear the hub. Come closer.", "");
    sing("lost");
  };
  feed.onopen = () => {
    if ($("walking").dataset.what === "lost") show("wait", "Walk in front of the camera", "");
  };
}

$("walk-start").addEventListener("click", async () => {
  for (const key of Object.keys(counts)) delete counts[key];
  $("walking-counts").replaceChildren();
  show("wait", "Walk in front of the camera", "");
  $("walking").showModal();
  // Browsers let a page make sounds only after a touch, and keep the screen on only for encrypted pages.
  sound ??= window.AudioContext ? new AudioContext() : null;
  sound?.resume();
  wake = await navigator.wakeLock?.request("screen").catch(() => null);
});
$("walk-end").addEventListener("click", () => $("walking").close());
$("walking").addEventListener("close", () => wake?.release());
