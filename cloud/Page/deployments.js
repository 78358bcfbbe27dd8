// Deployments: where cameras stand and stood, when they could not record, and clocks that were wrong.
import { $, details, element, get, nameKey, post, put, remove } from './shared.js';

const open = new Set(location.hash ? [decodeURIComponent(location.hash.slice(1))] : []);
const kinds = { cameraDead: 'camera dead', cardFull: 'card full', flashDead: 'flash dead (nights only)', hubSilent: 'hub off', other: 'other' };
const states = { proposed: 'proposed: counts only when you confirm it', confirmed: 'confirmed: no effort', rejected: 'rejected: the effort counts' };
let known = [];
let next = null;

// Name, label, kind of input, and what it takes.
const fields = [
  ['project', 'Project', 'text'], ['locationID', 'Location (the site for occupancy)', 'text'], ['locationName', 'Place name', 'text'],
  ['latitude', 'Latitude, degrees', 'number', { min: -90, max: 90, step: 'any' }], ['longitude', 'Longitude, degrees', 'number', { min: -180, max: 180, step: 'any' }],
  ['coordinateUncertainty', 'Uncertainty, metres', 'number', { min: 1, step: 'any' }],
  ['deploymentStart', 'Start', 'datetime-local'], ['deploymentEnd', 'End (empty while it stands)', 'datetime-local'],
  ['hub', 'Hub', 'text'], ['cameraID', 'Camera', 'text'], ['setupBy', 'Set up by', 'text'], ['cameraModel', 'Camera model', 'text'],
  ['cameraHeight', 'Height, metres', 'number', { min: 0, max: 100, step: 'any' }], ['cameraHeading', 'Heading, degrees from north', 'number', { min: 0, max: 360, step: 1 }],
  ['cameraTilt', 'Tilt, degrees', 'number', { min: -90, max: 90, step: 1 }], ['detectionDistance', 'Detection distance, metres', 'number', { min: 0, max: 1000, step: 'any' }],
  ['baitUse', 'Bait', 'checkbox'], ['featureType', 'Feature', 'select', ['roadPaved', 'roadDirt', 'trailHiking', 'trailGame', 'roadUnderpass', 'roadOverpass', 'roadBridge', 'culvert', 'burrow', 'nestSite', 'carcass', 'waterSource', 'fruitingTree']],
  ['habitat', 'Habitat', 'text'], ['deploymentGroups', 'Groups', 'text'], ['deploymentTags', 'Tags', 'text'], ['deploymentComments', 'Comments', 'text'],
];

const problem = error => {
  $('problem').textContent = error?.message ?? error ?? '';
  $('problem').hidden = !error;
  if (error) $('problem').scrollIntoView({ block: 'nearest' });
};

const by = () => {
  const name = $('by').value.trim();
  if (!name) throw new Error('Say who you are first: the field “You are”.');
  return name;
};

/** Runs what a press began; says what went wrong, and lets nobody press twice meanwhile. */
async function pressed(button, work) {
  button.disabled = true;
  problem(null);
  try {
    await work();
  } catch (error) {
    problem(error);
  } finally {
    button.disabled = false;
  }
}

function button(label, work, main) {
  const made = element('button', label, main ? 'main' : 'small');
  made.type = 'button';
  made.addEventListener('click', () => pressed(made, work));
  return made;
}

function field(name, label, type, more) {
  const holder = element('label', label);
  const input = element(type === 'select' ? 'select' : 'input');
  if (type === 'select') input.append(...['', ...more].map(value => Object.assign(element('option', value || '–'), { value })));
  else Object.assign(input, { type, ...more });
  input.name = name;
  holder.append(input);
  return holder;
}

function form(rows, value) {
  const made = element('form', '', 'fields');
  made.addEventListener('submit', event => event.preventDefault());
  for (const row of rows) {
    const holder = field(...row);
    const input = holder.lastChild;
    const has = value?.[row[0]];
    if (row[2] === 'checkbox') input.checked = has === true;
    else if (row[2] === 'datetime-local') input.value = has?.slice(0, 16) ?? '';
    else if (has != null) input.value = has;
    made.append(holder);
  }
  return made;
}

const offsetOf = text => (/(Z|[+-]\d\d:\d\d)$/.exec(text ?? '')?.[0] ?? '').replace('Z', '+00:00');

// A field's time is the place's: with its own offset where one is known, else this browser's at that time.
function withOffset(local, before) {
  const known = offsetOf(before);
  const minutes = -new Date(local).getTimezoneOffset();
  const sign = minutes < 0 ? '-' : '+';
  const two = n => String(Math.trunc(Math.abs(n))).padStart(2, '0');
  return `${local.length === 16 ? `${local}:00` : local}${known || `${sign}${two(minutes / 60)}:${two(minutes % 60)}`}`;
}

function read(made, before) {
  const body = {};
  for (const [name, , type] of fields) {
    const input = made.elements[name];
    if (!input) continue;
    if (!input.checkValidity()) throw new Error(`${input.parentNode.firstChild.textContent}: ${input.validationMessage}`);
    const was = before?.[name];
    if (type === 'checkbox') {
      if (input.checked !== (was === true)) body[name] = input.checked;
    } else if (type === 'datetime-local') {
      if (input.value && input.value !== was?.slice(0, 16)) body[name] = withOffset(input.value, was ?? before?.deploymentStart);
      else if (!input.value && was) body.stillStands = true;
    } else if (input.value !== String(was ?? '')) {
      if (type === 'number') body[name] = input.value === '' ? undefined : Number(input.value);
      else body[name] = input.value;
    }
  }
  if (('latitude' in body) !== ('longitude' in body)) Object.assign(body, { latitude: body.latitude ?? before?.latitude, longitude: body.longitude ?? before?.longitude });
  if (('hub' in body) !== ('cameraID' in body)) Object.assign(body, { hub: body.hub ?? before?.hub, cameraID: body.cameraID ?? before?.cameraID });
  if (body.hub === '' && body.cameraID === '') delete body.hub, delete body.cameraID;
  return body;
}

const when = (from, to) => `${from.slice(0, 16).replace('T', ' ')} to ${to ? to.slice(0, 16).replace('T', ' ') : 'now'}`;

function card(d) {
  const made = element('li', '', 'statistic');
  const key = d.deploymentID;
  const more = details('', open, key, () => fill(more, d));
  more.firstChild.append(element('span', d.deploymentID, 'name'));
  made.append(more);
  const place = [d.locationName ?? d.locationID, d.latitude == null ? null : `${d.latitude.toFixed(4)}, ${d.longitude.toFixed(4)}`].filter(Boolean).join(' · ');
  more.firstChild.append(element('span', `${when(d.deploymentStart, d.deploymentEnd)}${d.hub ? ` · ${d.hub}/${d.cameraID}` : ''}`, 'soft line'));
  if (place) more.firstChild.append(element('span', place, 'soft line'));
  if (d.fromCaptures) more.firstChild.append(element('span', 'Not described yet: its time is from its first picture to its last, and wrong clocks stretch it. Say when it stood.', 'notice line'));
  else if (d.latitude == null) more.firstChild.append(element('span', 'Without coordinates: no map, no sun time.', 'notice line'));
  if (open.has(key)) fill(more, d);
  return made;
}

async function fill(more, d) {
  while (more.childNodes.length > 1) more.lastChild.remove();
  const edit = form(fields, d);
  edit.append(button('Save', async () => {
    const set = await put(`deployments/${encodeURIComponent(d.deploymentID)}`, read(edit, d));
    await load();
    $('status').textContent = `${d.deploymentID} is saved${set.moved ? `; ${set.moved} pictures belong elsewhere now` : ''}.`;
  }, true));
  more.append(element('h3', 'Where, when, how'), edit);
  if (d.hub) more.append(element('h3', 'The camera was moved'), move(d));
  more.append(element('h3', 'When it could not record'), await outages(d).catch(error => element('p', error.message, 'notice')));
  if (d.hub) more.append(element('h3', 'Its clock was wrong'), clock(d));
}

function move(d) {
  const made = form([['deploymentID', 'Name of the new deployment', 'text'], ['at', 'Moved at', 'datetime-local'], ['locationID', 'New location', 'text'], ['latitude', 'Latitude', 'number', { min: -90, max: 90, step: 'any' }], ['longitude', 'Longitude', 'number', { min: -180, max: 180, step: 'any' }]]);
  made.append(button('Begin a new deployment', async () => {
    const e = made.elements;
    if (!e.deploymentID.value || !e.at.value) throw new Error('A name and the time of the move are needed.');
    const place = { locationID: e.locationID.value || undefined, latitude: e.latitude.value ? Number(e.latitude.value) : undefined, longitude: e.longitude.value ? Number(e.longitude.value) : undefined };
    await post(`deployments/${encodeURIComponent(d.deploymentID)}/move`, { deploymentID: e.deploymentID.value, at: withOffset(e.at.value, d.deploymentStart), place });
    await load();
  }));
  return made;
}

async function outages(d) {
  const made = element('div');
  const path = `deployments/${encodeURIComponent(d.deploymentID)}/outages`;
  const list = element('ul', '', 'requests');
  const show = all => {
    list.replaceChildren(...all.map(o => {
      const item = element('li', `${kinds[o.kind] ?? o.kind}, ${when(o.from, o.to)} — ${states[o.state]}${o.comment ? `. ${o.comment}` : ''} `);
      const decide = state => async () => {
        await post(`outages/${o.id}/decision`, { state, by: by() });
        show(await get(path));
      };
      if (o.state !== 'confirmed') item.append(button('Confirm', decide('confirmed')));
      if (o.state !== 'rejected') item.append(button('Reject', decide('rejected')));
      return item;
    }));
    if (!all.length) list.append(element('li', 'Nothing is noted.'));
  };
  show(await get(path));
  const add = form([['kind', 'What', 'select', Object.keys(kinds)], ['from', 'From', 'datetime-local'], ['to', 'To', 'datetime-local']]);
  add.append(button('Note an outage', async () => {
    const e = add.elements;
    if (!e.kind.value || !e.from.value || !e.to.value) throw new Error('What, from and to are needed.');
    await post(path, { kind: e.kind.value, from: withOffset(e.from.value, d.deploymentStart), to: withOffset(e.to.value, d.deploymentStart), by: by() });
    show(await get(path));
  }));
  made.append(list, button('Look for outages', async () => show(await post(`${path}/search`, {}))), add);
  return made;
}

function clock(d) {
  const made = element('div');
  const pair = form([['cameraReading', 'The camera showed', 'datetime-local', { step: 1 }], ['trueTime', 'when it was', 'datetime-local', { step: 1 }], ['from', 'Wrong from (camera’s time)', 'datetime-local'], ['to', 'until (camera’s time)', 'datetime-local'], ['years', 'or only the year is wrong: add', 'number', { min: -100, max: 100, step: 1 }], ['comment', 'How you know', 'text']]);
  const said = element('p', '', 'soft');
  said.setAttribute('role', 'status');
  const full = text => text.length === 16 ? `${text}:00` : text;
  const body = () => {
    const e = pair.elements;
    const made = { hub: d.hub, cameraID: d.cameraID, by: by(), comment: e.comment.value || undefined, from: e.from.value ? full(e.from.value) : undefined, to: e.to.value ? full(e.to.value) : undefined };
    if (e.years.value) made.years = Number(e.years.value);
    if (e.cameraReading.value) made.cameraReading = full(e.cameraReading.value);
    if (e.trueTime.value) made.trueTime = withOffset(e.trueTime.value, d.deploymentStart);
    return made;
  };
  const preview = button('Show what it would do', async () => {
    const told = await post('clock-repairs/preview', body());
    said.textContent = `${told.captures} pictures: ${told.examples.map(e => `${e.recorded.slice(0, 19).replace('T', ' ')} was ${e.trueTime.slice(0, 19).replace('T', ' ')}`).join('; ')}. ${told.moved} belong to another deployment then, ${told.outside} to none.`;
  });
  const repair = button('Repair', async () => {
    const done = await post('clock-repairs', { ...body(), repairID: crypto.randomUUID?.() });
    said.textContent = `Repaired; ${done.moved} pictures belong to another deployment now.`;
    await list();
  });
  const repairs = element('ul', '', 'requests');
  const list = async () => {
    const all = (await get('clock-repairs?limit=200')).items.filter(r => r.hub === d.hub && r.cameraID === d.cameraID);
    repairs.replaceChildren(...all.map(r => {
      const item = element('li', `${Math.round(r.shiftMs / 1000).toLocaleString('en')} s by ${r.by}, ${r.at.slice(0, 10)}${r.comment ? `: ${r.comment}` : ''}${r.undoneAt ? ` — undone by ${r.undoneBy}` : ''} `);
      if (!r.undoneAt) item.append(button('Undo', async () => {
        await remove(`clock-repairs/${r.repairID}?by=${encodeURIComponent(by())}`);
        await list();
      }));
      return item;
    }));
  };
  list().catch(problem);
  const propose = button('Ask the hub’s clock and the sun', async () => {
    const found = await get(`clock-repairs/proposals?hub=${encodeURIComponent(d.hub)}&cameraID=${encodeURIComponent(d.cameraID)}`);
    said.textContent = found.length ? '' : 'Neither the hub’s clock nor the sun tells of anything to repair.';
    for (const p of found) {
      const line = element('p', `${p.captures} pictures. ${p.why} `);
      line.append(button('Repair these', async () => {
        await post('clock-repairs', { ...p.repair, by: by(), comment: p.why });
        line.remove();
        await list();
      }));
      made.append(line);
    }
  });
  made.append(pair, preview, repair, propose, said, repairs);
  return made;
}

function show() {
  const find = $('find').value.trim().toLowerCase();
  const some = known.filter(d => !find || [d.deploymentID, d.locationID, d.locationName, d.hub, d.cameraID, d.project].some(t => t?.toLowerCase().includes(find)));
  $('deployments').replaceChildren(...some.map(card));
  $('status').textContent = `${some.length}${next ? ' newest' : ''} deployments${known.some(d => d.fromCaptures) ? `, ${known.filter(d => d.fromCaptures).length} not described yet` : ''}`;
  $('more').hidden = !next;
}

async function load(after) {
  const page = await get(`deployments?limit=100${after ? `&after=${after}` : ''}`);
  known = after ? [...known, ...page.items] : page.items;
  next = page.next ?? null;
  show();
}

const fresh = form([['deploymentID', 'Name', 'text'], ...fields]);
fresh.append(button('Save', async () => {
  const name = fresh.elements.deploymentID.value.trim();
  if (!name) throw new Error('The deployment needs a name.');
  await put(`deployments/${encodeURIComponent(name)}`, read(fresh));
  fresh.reset();
  $('new').open = false;
  await load();
}, true));
$('new').append(fresh);
$('by').value = localStorage.getItem(nameKey) ?? '';
$('by').addEventListener('change', () => localStorage.setItem(nameKey, $('by').value.trim()));
$('find').addEventListener('input', show);
$('more').addEventListener('click', () => pressed($('more'), () => load(next)));
load().catch(error => {
  $('status').textContent = '';
  problem(error);
});
