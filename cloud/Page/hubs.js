// The hubs: which is silent and why stands first; how each is, and what it was asked.
import { $, api, ago, details, element, get, post, size, span, verdicts } from './shared.js';

const presences = { silent: 'silent', never: 'never seen', away: 'away', online: 'online' };
const stands = {
  waiting: 'waits until the hub has its link', told: 'the hub was told', accepted: 'on its way', done: 'here', gone: 'no more on the card',
  notAllowed: 'the site keeps it on the hub', refused: 'refused by the hub', expired: 'not answered in time', cancelled: 'taken back',
};
const tiers = { thumbnail: 'the small picture', crop: 'the animal', frame: 'the picture', original: 'the full picture', clip: 'the video' };
const open = new Set();
const asked = new Map(); // by requestID: what was asked here or is open, as last heard

export const standWords = request => stands[request.stand] ?? request.stand;

const plain = word => word.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`);
const counts = all => Object.entries(all ?? {}).sort((a, b) => b[1] - a[1]).map(([name, n]) => `${n} ${plain(name)}`).join(', ');
const of = (part, whole) => whole ? `${size(part)} of ${size(whole)}` : size(part);

// What is amiss is a fact of its own, so that it is seen without opening anything.
function troubles(hub) {
  const h = hub.health ?? {};
  const told = [...(h.troubles ?? [])];
  if (hub.modelProblem) told.push(hub.modelProblem);
  if (h.link?.certificateDaysLeft != null && h.link.certificateDaysLeft < 30) told.push(`Its certificate expires in ${h.link.certificateDaysLeft} days: issue a new one.`);
  if (hub.clockQuality === 'unset') told.push('Its clock is not set: its times are not to be trusted.');
  if (h.spool?.setAside) told.push(`${h.spool.setAside} captures could not be read or were refused; they lie aside on its card.`);
  return told;
}

function battery(h) {
  if (h.batteryVolts == null && h.batteryHoursLeft == null && !h.power) return null;
  const said = [h.batteryVolts == null ? '' : `${h.batteryVolts.toFixed(1)} V`, h.batteryHoursLeft == null ? '' : `${span(h.batteryHoursLeft * 3600)} left`, h.power && h.power !== 'full' ? h.power : ''];
  return said.filter(Boolean).join(' · ') || null;
}

function waiting(h) {
  if (!h.spool) return null;
  return h.spool.captures ? `${h.spool.captures} captures, ${size(h.spool.bytes)}, the oldest for ${span(h.spool.oldestSeconds)}` : 'nothing';
}

// The few that say at a glance whether all is well.
function glance(hub) {
  const h = hub.health ?? {};
  return [
    hub.says || !hub.lastSeen ? null : `Heard ${ago(hub.lastSeen)}`,
    battery(h),
    h.spool?.captures ? `${h.spool.captures} captures wait for ${span(h.spool.oldestSeconds)}` : null,
    h.link?.dayBudget ? `${of(h.link.bytesToday, h.link.dayBudget)} sent today` : null,
    hub.pendingUploads ? `${hub.pendingUploads} uploads under way` : null,
  ].filter(Boolean).join(' · ');
}

// Label and text of what is known; what is not known is not shown.
function facts(hub) {
  const h = hub.health ?? {};
  return [
    ['Waiting to be sent', waiting(h)],
    ['Battery', battery(h)],
    ['Card', h.cardFreeBytes == null ? null : `${of(h.cardFreeBytes, h.cardBytes)} free`],
    ['Link today', h.link ? of(h.link.bytesToday, h.link.dayBudget) : null],
    ['Given up for room', counts(h.spool?.gaveUp)],
  ];
}

function moreFacts(hub) {
  const h = hub.health ?? {};
  const sent = Object.entries(hub.capturesByVerdict).map(([verdict, n]) => `${n} ${verdicts[verdict] ?? verdict}`).join(', ');
  return [
    ['Triggers', `${hub.effort.triggers}${sent ? `: ${sent}` : ''}`],
    ['Dropped at the hub', `${hub.effort.dropped}${hub.effort.dropped ? `: ${counts(hub.effort.dropsByReason)}` : ''}`],
    ['Kept on its card', h.spool ? of(h.spool.usedBytes, h.spool.limitBytes) : null],
    ['Waiting, by size', Object.entries(h.spool?.bytesByTier ?? {}).map(([tier, n]) => `${tier} ${size(n)}`).join(', ')],
    ['Link this month', h.link ? of(h.link.bytesThisMonth, h.link.monthBudget) : null],
    ['Link troubles', counts(h.link?.troubles)],
    ['Signal', h.modemSignal == null ? null : `${Math.round(h.modemSignal)} %`],
    ['Clock', hub.clockQuality],
    ['Certificate', h.link?.certificateDaysLeft == null ? null : `${h.link.certificateDaysLeft} days left`],
    ['Computer', h.cpuCelsius == null ? null : `${Math.round(h.cpuCelsius)} °C`],
    ['Air', h.airCelsius == null ? null : `${Math.round(h.airCelsius)} °C${h.airHumidity == null ? '' : `, ${Math.round(h.airHumidity)} %`}`],
    ['Place', hub.latitude == null ? null : `${hub.latitude.toFixed(4)}, ${hub.longitude.toFixed(4)}`],
    ['Software', [hub.softwareVersion, hub.model && `${hub.model} ${hub.modelVersion ?? ''}`].filter(Boolean).join(' · ')],
    ['Last heartbeat', hub.healthAt ? ago(hub.healthAt) : null],
  ];
}

function list(all) {
  const made = element('dl');
  for (const [label, text] of all.filter(([, t]) => t)) {
    const pair = element('div');
    pair.append(element('dt', label), element('dd', text));
    made.append(pair);
  }
  return made;
}

function requestLine(hub, request) {
  const item = element('li');
  const what = request.mediaID ? `${tiers[request.tier] ?? request.tier} of ${request.mediaID.slice(-14)}` : 'how it is';
  const part = request.offset && request.bytes && request.stand !== 'done' ? ` (${Math.floor(100 * request.offset / request.bytes)} %)` : '';
  item.append(element('span', `${what}, ${ago(request.createdAt)}: ${standWords(request)}${part}${request.detail ? `. ${request.detail}` : ''}`));
  if (request.diagnostics) {
    const said = element('details');
    said.append(element('summary', 'What it said'), element('pre', request.diagnostics));
    item.append(' ', said);
  }
  if (['waiting', 'told', 'accepted'].includes(request.stand)) {
    const back = element('button', 'Take back', 'small');
    back.type = 'button';
    back.addEventListener('click', async () => {
      await fetch(`${api}hubs/${hub.name}/requests/${request.requestID}`, { method: 'DELETE' });
      await showHubs();
    });
    item.append(' ', back);
  }
  return item;
}

/** Asks a hub; the words that come back are for the one who pressed. */
export async function ask(hub, wish) {
  try {
    const request = await post(`hubs/${hub}/requests`, wish);
    asked.set(request.requestID, request);
    return `Asked: ${standWords(request)}.`;
  } catch (e) {
    return e.message;
  }
}

function askButton(hub) {
  const button = element('button', 'Ask how it is', 'small');
  button.type = 'button';
  button.addEventListener('click', async () => {
    button.disabled = true;
    button.textContent = await ask(hub.name, {});
    open.add(hub.name);
    await showHubs();
  });
  return button;
}

function hubCard(hub, requests) {
  const item = element('li', '', hub.presence);
  const name = element('h3');
  const lamp = element('span', '', 'lamp');
  lamp.setAttribute('aria-hidden', 'true');
  name.append(lamp, element('span', hub.station ? `${hub.station} (${hub.name})` : hub.name, 'name'), element('span', ` ${presences[hub.presence] ?? hub.presence}`, 'word'));
  item.append(name);
  if (hub.says) item.append(element('p', hub.says, 'why'));
  const short = glance(hub);
  if (short) item.append(element('p', short, 'soft'));
  for (const trouble of troubles(hub)) item.append(element('p', trouble, 'trouble'));
  const more = details(`More of ${hub.name}`, open, hub.name, () => void showHubs());
  more.append(list([...facts(hub), ...moreFacts(hub)]));
  if (requests?.length) {
    const asks = element('ul', '', 'requests');
    asks.append(...requests.map(r => requestLine(hub, r)));
    more.append(element('p', 'What it was asked:', 'soft'), asks);
  }
  more.append(askButton(hub));
  item.append(more);
  return item;
}

// Also those whose answer is waited for here, after it came.
async function requestsOf(hub, changed) {
  if (!hub.openRequests && !open.has(hub.name) && ![...asked.values()].some(r => r.hub === hub.name)) return [];
  const page = await get(`hubs/${hub.name}/requests?limit=50`);
  for (const request of page.items) {
    const before = asked.get(request.requestID);
    if (before && before.stand !== request.stand && request.mediaID) changed.add(request.mediaID);
    asked.set(request.requestID, request);
  }
  return page.items.slice(0, 10);
}

/** Reads and shows all hubs; says which there are, and of which media a request has come further. */
export async function showHubs() {
  const changed = new Set();
  try {
    const hubs = await get('hubs');
    const requests = await Promise.all(hubs.map(hub => requestsOf(hub, changed)));
    const focused = $('hubs').contains(document.activeElement) ? document.activeElement.closest('li[data-hub]')?.dataset.hub : null;
    const cards = hubs.map((hub, i) => {
      const card = hubCard(hub, requests[i]);
      card.dataset.hub = hub.name;
      return card;
    });
    $('hubs').replaceChildren(...(cards.length ? cards : [element('li', 'No hub has connected yet.', 'soft')]));
    if (focused) $('hubs').querySelector(`[data-hub="${CSS.escape(focused)}"] summary`)?.focus({ preventScroll: true });
    const silent = hubs.filter(h => h.presence === 'silent').length;
    $('hubs-title').textContent = silent ? `Hubs: ${silent} silent of ${hubs.length}` : 'Hubs';
    return { hubs, changed };
  } catch {
    return { hubs: [], changed }; // the status line says that the server does not answer
  }
}
