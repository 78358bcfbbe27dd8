// The last captures that lie on the card.
import { $, el, ask } from "/setup-base.js";

const verdicts = { send: "Sent", keep: "Kept on the card", drop: "Dropped" };
const reasons = { animal: "an animal", person: "a person", vehicle: "a vehicle", doubtful: "something doubtful", empty: "nothing", unchanged: "nothing changed", falseFriend: "a false friend", unclassified: "could not be looked at" };

export async function showCaptures() {
  const response = await ask("/api/captures");
  if (!response?.ok) return;
  const captures = await response.json();
  $("no-captures").hidden = captures.length > 0;
  $("captures").replaceChildren(...captures.map(c => {
    const li = el("li");
    if (c.pictures.length) li.append(el("img", "", { src: "/api/captures/" + c.captureID + "/" + encodeURIComponent(c.pictures[Math.floor((c.pictures.length - 1) / 2)]), alt: "Picture of " + c.cameraID, loading: "lazy" }));
    li.append(el("p", (verdicts[c.verdict] ?? c.verdict) + ": " + (reasons[c.reason] ?? c.reason) + (c.score != null ? " (" + c.score.toFixed(2) + ")" : ""), { class: "verdict" }));
    li.append(el("p", c.cameraID + ", " + c.time.slice(0, 10) + " " + c.time.slice(11, 19) + (c.pictures.length ? "" : "; no picture to show"), { class: "soft" }));
    return li;
  }));
}
