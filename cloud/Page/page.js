// The pictures, and what is in them.
import { $, api, ago, element, get, size, verdicts, words } from './shared.js';
import { ask, showHubs, standWords } from './hubs.js';
import { showAlarms } from './alarms.js';
import { showRepeats } from './repeats.js';
import { nameOf, review } from './review.js';
import { rerunForm, showRuns } from './runs.js';
import { takeUploads } from './uploads.js';

const pageSize = 24;
const state = { type: '', hub: '', next: null, fresh: new Set(), shown: new Set(), loading: 0 };

// What is wrong with the pictures and what is wrong with the server are told side by side; neither hides the other.
const problems = {};

function showProblem(of, text) {
  problems[of] = text;
  const all = Object.values(problems).filter(Boolean).join(' ');
  if ($('problem').textContent !== all) $('problem').textContent = all;
  $('problem').hidden = !all;
}

// The camera's own time, as it was written: not moved to this browser's zone.
const asWritten = time => `${time.slice(0, 10)} ${time.slice(11, 19)} ${time.length > 19 ? time.replace(/^.{19}(\.\d+)?/, '').replace('Z', '+00:00') : ''}`;

// How much two boxes cover each other, 0 to 1.
function overlap(a, b) {
  const w = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0]);
  const h = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1]);
  return w <= 0 || h <= 0 ? 0 : w * h / (a[2] * a[3] + b[2] * b[3] - w * h);
}

// The best box of each object: one that covers a better box of its kind is the same object under another label.
function objects(detections) {
  const kept = [];
  for (const d of detections) {
    if (d.conf >= 0.1 && kept.length < 20 && kept.every(k => k.observationType !== d.observationType || overlap(k.bbox, d.bbox) < 0.5)) kept.push(d);
  }
  return kept;
}

function boxes(media) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 1 1');
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('aria-hidden', 'true');
  for (const d of objects(media.detections)) {
    const rect = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
    for (const [i, name] of ['x', 'y', 'width', 'height'].entries()) rect.setAttribute(name, String(d.bbox[i]));
    rect.setAttribute('class', `${d.observationType} ${d.conf < 0.3 ? 'faint' : ''}`);
    svg.append(rect);
  }
  return svg;
}

// Until its picture is here, what the gate on the hub saw.
function byTheHub(media) {
  const best = media.detections[0];
  return best ? `${words[best.observationType] ?? best.observationType} · ${Math.round(best.conf * 100)} %, says the hub` : 'Only its record is here';
}

function title(media) {
  const o = media.observation;
  if (!o) return complete(media, 'frame', 'original', 'clip') ? 'Waiting to be looked at' : byTheHub(media);
  if (o.observationType === 'blank' || o.observationType === 'unclassified') return words[o.observationType];
  const best = o.source === 'human' ? null : media.detections.find(d => d.observationType === o.observationType);
  const name = nameOf(o);
  const label = name ? '' : best && best.label !== o.observationType && best.label !== 'person' ? ` (${best.label})` : '';
  const count = o.count > 1 ? ` × ${o.count}` : '';
  const score = o.classificationProbability == null ? '' : ` · ${Math.round(o.classificationProbability * 100)} %`;
  const also = media.observations.length > 1 ? ` and ${media.observations.length - 1} more` : '';
  return `${name ?? words[o.observationType] ?? o.observationType}${count}${also}${label}${score}`;
}

const isVideo = media => media.fileMediatype.startsWith('video/');
const complete = (media, ...tiers) => media.tiers.some(t => tiers.includes(t.tier) && t.complete);

function noPicture(media) {
  const coming = media.tiers.find(t => t.offset > 0 && !t.complete);
  if (coming) return `${isVideo(media) ? 'The video' : 'The picture'} is on its way: ${Math.floor(100 * coming.offset / coming.bytes)} % is here.`;
  return `${isVideo(media) ? 'The video' : 'The picture'} is on the camera’s card; only its record was sent.`;
}

function video(media, base) {
  const player = element('video');
  player.controls = true;
  player.preload = 'none';
  player.poster = `${base}/thumbnail?width=640&v=${media.picture.version}`;
  player.src = `${base}/content?tier=clip&v=${media.picture.version}`;
  player.setAttribute('aria-label', `Video of camera ${media.cameraID}, ${asWritten(media.timestamp)}`);
  const picture = element('div', '', 'picture');
  picture.append(player);
  return picture;
}

function picture(media) {
  const base = `${api}media/${media.mediaID}`;
  if (!media.picture) {
    const none = element('div', '', 'picture none');
    none.append(element('p', noPicture(media)));
    return none;
  }
  if (media.picture.tier === 'clip') return video(media, base);
  const isPart = media.picture.tier === 'crop';
  const link = element('a', '', 'picture');
  link.href = complete(media, 'frame', 'original') ? `${base}/content?v=${media.picture.version}` : `${base}/content?tier=${media.picture.tier}`;
  link.target = '_blank';
  link.rel = 'noopener';
  const w = media.width || 4;
  const h = media.height || 3;
  const frame = element('span', '', `frame ${w * 3 >= h * 4 ? 'wide' : 'tall'}`);
  frame.style.aspectRatio = `${w} / ${h}`;
  const img = element('img');
  img.loading = 'lazy';
  img.decoding = 'async';
  img.width = w;
  img.height = h;
  img.alt = `${title(media)}, camera ${media.cameraID}, ${asWritten(media.timestamp)}`;
  img.addEventListener('error', () => frame.replaceWith(element('p', 'This picture cannot be shown.')));
  img.src = `${base}/thumbnail?width=320&v=${media.picture.version}`;
  if (isPart) {
    frame.className = 'frame part';
    frame.style.aspectRatio = '';
  }
  frame.append(img, ...(isPart ? [] : [boxes(media)]));
  link.append(frame);
  return link;
}

// What can still be asked for: the video, or the picture in the best size that there is.
function wishes(media) {
  const [tier, words] = isVideo(media) ? ['clip', 'the video'] : media.tiers.some(t => t.tier === 'original') ? ['original', 'the full picture'] : ['frame', 'the picture'];
  if (complete(media, tier)) return [];
  const line = element('p', '', 'wish');
  line.setAttribute('aria-live', 'polite');
  const known = media.asked?.find(r => r.tier === tier);
  if (known) line.append(element('span', `Asked for ${words} ${ago(known.createdAt)}: ${standWords(known)}.${known.detail ? ` ${known.detail}` : ''} `));
  if (known && !['expired', 'cancelled', 'refused'].includes(known.stand)) return [line];
  const listed = media.tiers.find(t => t.tier === tier);
  const button = element('button', `Ask for ${words}${listed ? ` (${size(listed.bytes)})` : ''}`, 'small');
  button.type = 'button';
  button.addEventListener('click', async () => {
    button.disabled = true;
    line.replaceChildren(element('span', await ask(media.hub, { mediaID: media.mediaID, tier })));
    void refreshHubs();
  });
  line.append(button);
  return [line];
}

// A picture that came, or a better one: its card is made anew where it stands.
async function renew(mediaID, saved) {
  const old = document.querySelector(`#captures > [data-media="${CSS.escape(mediaID)}"]`);
  if (!old || (!saved && old.querySelector('.editing'))) return; // somebody is writing in it
  try {
    const media = await get(`media/${mediaID}`);
    const hadFocus = old.contains(document.activeElement);
    const made = card(media);
    old.replaceWith(made);
    if (hadFocus) made.querySelector('a, button, video')?.focus({ preventScroll: true });
  } catch {
    // it is read again with the list
  }
}

async function refreshHubs() {
  const known = new Set([...$('hub').options].map(o => o.value));
  const { hubs, changed } = await showHubs();
  for (const hub of hubs.filter(h => !known.has(h.name))) $('hub').add(new Option(hub.name, hub.name));
  for (const mediaID of changed) void renew(mediaID);
}

function card(media) {
  const item = element('li');
  const article = element('article', '', 'card');
  const says = element('div', '', 'says');
  says.append(
    element('h3', title(media)),
    element('p', `${media.cameraID}${media.cameraModel ? ` (${media.cameraModel})` : ''} · hub ${media.hub}`),
    element('p', `${asWritten(media.timestamp)} by the camera’s clock${media.clockQuality === 'unset' ? ', which was not set' : ''}`, 'soft'),
    element('p', `Received ${ago(media.receivedAt)} · ${verdicts[media.verdict] ?? media.verdict} as ${media.reason}`
      + `${media.auditProbability ? ' · audit sample' : ''}${media.blurred ? ' · people blurred' : ''}${media.truncated ? ' · file ended early' : ''}`, 'soft'));
  if (media.observation?.scientificName) says.children[0].after(element('p', `${media.observation.scientificName} (${media.observation.taxonRank})`, 'soft taxon'));
  if (media.suppressed) says.append(element('p', `${media.suppressed.length} hidden here as the same thing again and again`, 'soft'));
  if (media.observation?.reason) says.append(element('p', media.observation.reason, 'soft'));
  if (media.observation && media.observation.source !== 'human') says.append(element('p', `by ${media.observation.classifiedBy}${media.observation.source === 'hub' ? ' on the hub' : ''}`, 'soft'));
  if (media.alarm) says.prepend(element('p', `Alarm: ${media.alarm}`, 'alarm'));
  if (media.rule) says.append(element('p', `decided by ${media.rule}`, 'soft'));
  if (media.incomplete) says.append(element('p', `Shorter than it should be: ${media.incomplete}`, 'soft'));
  if (media.look?.videoSeconds != null) says.append(element('p', `seen ${media.look.videoSeconds.toFixed(1)} s into the video${media.look.reason ? `; ${media.look.reason}` : ''}`, 'soft'));
  if (media.label || media.observation || complete(media, 'frame', 'original', 'clip')) says.append(review(media, renew));
  says.append(...wishes(media));
  article.append(picture(media), says);
  item.append(article);
  item.dataset.media = media.mediaID;
  return item;
}

function query() {
  const asked = new URLSearchParams({ limit: pageSize });
  if (state.type) asked.set('observationType', state.type);
  if (state.hub) asked.set('hub', state.hub);
  return asked;
}

async function load(more) {
  const turn = ++state.loading; // an answer to an older question is not shown
  try {
    const asked = query();
    if (more && state.next) asked.set('after', state.next);
    const page = await get(`media?${asked}`);
    if (turn !== state.loading) return;
    if (!more) {
      state.shown.clear();
      state.fresh.clear();
      showFresh();
    }
    const cards = page.items.map(card);
    for (const m of page.items) state.shown.add(m.mediaID);
    if (more) $('captures').append(...cards);
    else $('captures').replaceChildren(...cards);
    state.next = page.next ?? null;
    $('more').hidden = state.next === null;
    showEmpty();
    showProblem('pictures', null);
    if (more) cards[0]?.querySelector('a')?.focus({ preventScroll: true });
  } catch (e) {
    if (turn === state.loading) showProblem('pictures', `The pictures could not be loaded. ${e.message} Check that the server runs, then reload the page.`);
  }
}

function showEmpty() {
  const none = state.shown.size === 0;
  $('empty').hidden = !none;
  if (!none) return;
  $('empty').textContent = state.type || state.hub
    ? 'Nothing here matches. Choose “All” and “all hubs” to see everything.'
    : 'No pictures yet. As soon as a hub sends its first capture, it appears here by itself.';
}

function showFresh() {
  const n = state.fresh.size;
  $('fresh').hidden = n === 0;
  $('fresh').textContent = n === 1 ? '1 new picture: show it' : `${n} new pictures: show them`;
}

async function showStatus() {
  try {
    const s = await get('status');
    const waiting = s.waitingForDetection > 0 ? ` · ${s.waitingForDetection} waiting to be looked at` : '';
    $('others').textContent = s.lookedAtByOthers > 0 ? `${s.lookedAtByOthers} pictures were looked at by another model than ${s.model}. They stay as they are until you look again and accept the result.` : '';
    // Without a model no observation tells of a new picture, so the list is read again.
    const came = s.newestMedia - (state.newest ?? s.newestMedia);
    if (!s.model && came > 0 && state.fresh.size === 0) await load(false);
    state.newest = s.newestMedia;
    $('status').textContent = `${s.captures} captures, ${s.media} pictures${waiting} · ${s.model ?? 'no model'}`;
    showProblem('server', s.modelProblem ? `Nothing is detected at the moment, and no picture is lost: they wait. ${s.modelProblem}` : null);
  } catch (e) {
    $('status').textContent = 'No connection to the server';
    showProblem('server', `The server does not answer. ${e.message}`);
  }
}

function listen() {
  const stream = new EventSource(`${api}observations/stream`);
  stream.addEventListener('observation', event => {
    const { mediaID, observationType } = JSON.parse(event.data);
    if (state.shown.has(mediaID)) void renew(mediaID);
    if (state.shown.has(mediaID) || (state.type && state.type !== observationType)) return;
    state.fresh.add(mediaID);
    if (state.shown.size === 0) void load(false);
    else showFresh();
  });
  const pictures = new EventSource(`${api}media/stream`);
  pictures.addEventListener('picture', event => void renew(JSON.parse(event.data).mediaID));
}

for (const chip of $('types').querySelectorAll('button')) {
  chip.addEventListener('click', () => {
    state.type = chip.dataset.type;
    for (const other of $('types').querySelectorAll('button')) other.setAttribute('aria-pressed', String(other === chip));
    void load(false);
  });
}
$('hub').addEventListener('change', () => {
  state.hub = $('hub').value;
  void load(false);
});
$('more').addEventListener('click', () => void load(true));
$('fresh').addEventListener('click', async () => {
  await load(false);
  void refreshHubs();
  $('captures').focus();
});

$('rerun-open').addEventListener('toggle', () => {
  if ($('rerun-open').open) void rerunForm(() => state);
});
window.addEventListener('lynceus-current', () => void load(false));

takeUploads();
await load(false);
void showStatus();
void showRuns();
void refreshHubs();
void showAlarms();
void showRepeats();
listen();
setInterval(() => {
  if (document.hidden) return;
  void showStatus();
  void refreshHubs();
  void showRuns();
  // What somebody is about to press does not move away under the finger.
  if (!document.activeElement?.closest('#alarms-part')) void showAlarms();
}, 30000);
