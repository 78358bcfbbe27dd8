// What people say of a picture: accept, correct, take back, and who said what and when.
import { $, api, ago, element, french, get, nameKey, post, words } from './shared.js';

const who = { get name() { return localStorage.getItem(nameKey) ?? ''; }, set name(by) { localStorage.setItem(nameKey, by); } };

/** A name for people, in the browser's language where there is one. */
export function nameOf(o) {
  if (!o.scientificName) return null;
  const name = (french && o.vernacularNames?.fra) || o.vernacularNames?.eng;
  return name ? name[0].toUpperCase() + name.slice(1) : o.scientificName;
}

const says = o => `${nameOf(o) ?? words[o.observationType] ?? o.observationType}${o.count > 1 ? ` × ${o.count}` : ''}`;

function button(text, className, pressed) {
  const made = element('button', text, className);
  made.type = 'button';
  made.addEventListener('click', pressed);
  return made;
}

// The name is asked once and kept in this browser.
function asWho(line) {
  if (who.name) return true;
  const field = line.querySelector('input.by');
  if (field?.value.trim()) {
    who.name = field.value.trim();
    return true;
  }
  if (!field) {
    const label = element('label', 'Your name, so that others know who said it', 'by');
    const input = element('input', '', 'by');
    input.maxLength = 128;
    input.autocomplete = 'name';
    label.append(input);
    line.prepend(label);
    input.focus();
  } else field.focus();
  return false;
}

const labels = media => `media/${media.mediaID}/labels`;

async function send(line, media, body, renew) {
  if (!asWho(line)) return;
  try {
    await post(labels(media), { labelID: crypto.randomUUID?.(), by: who.name, ...body });
    await renew(media.mediaID, true);
  } catch (e) {
    fault(line, e.message);
  }
}

async function takeBack(line, media, label, renew) {
  if (!asWho(line)) return;
  const response = await fetch(`${api}${labels(media)}/${label.labelID}?${new URLSearchParams({ by: who.name })}`, { method: 'DELETE' });
  if (response.ok) await renew(media.mediaID, true);
  else fault(line, `It could not be taken back: the server answered ${response.status}.`);
}

function fault(line, text) {
  line.querySelector('.fault')?.remove();
  const told = element('p', text, 'fault');
  told.setAttribute('role', 'alert');
  line.append(told);
}

function labelLine(label) {
  const kind = { accept: 'agreed', correct: 'said', withdraw: 'took a label back' }[label.kind] ?? label.kind;
  const what = label.observations.length ? `: ${label.observations.map(says).join(', ')}` : '';
  const back = label.withdrawnBy ? ` (taken back by ${label.withdrawnBy})` : '';
  const item = element('li', `${label.by} ${kind}${what}, ${ago(label.at)}${back}`);
  if (label.comment) item.append(element('p', label.comment, 'soft'));
  return item;
}

function predictionLine(line, media, p, renew) {
  const score = p.classificationProbability == null ? '' : ` · ${Math.round(p.classificationProbability * 100)} %`;
  const item = element('li', `${p.classifiedBy}${p.source === 'hub' ? ' on the hub' : ''} says: ${says(p)}${score}, ${ago(p.classificationTimestamp)} `);
  if (p.observationType !== 'unclassified' && !(p.current && !media.label)) item.append(button('It is right', 'small', () => send(line, media, { accepts: p.observationID }, renew)));
  return item;
}

async function history(line, media, list, renew) {
  try {
    const all = await get(labels(media));
    list.replaceChildren(...all.map(labelLine), ...media.predictions.map(p => predictionLine(line, media, p, renew)));
  } catch (e) {
    fault(line, e.message);
  }
}

// One kind of thing: what it is, which animal, how many.
function kindFields(first, typed) {
  const part = element('fieldset', '', 'kind');
  part.append(element('legend', 'What is it?'));
  const state = { observationType: first?.observationType ?? 'animal', scientificName: first?.scientificName, taxonRank: first?.taxonRank, count: first?.count ?? 1 };
  const types = element('div', '', 'chips');
  const animal = element('div', '', 'animal');
  const count = element('div', '', 'count');
  for (const type of ['animal', 'human', 'vehicle', 'blank', 'unknown']) {
    types.append(button(words[type], '', event => {
      state.observationType = type;
      for (const other of types.children) other.setAttribute('aria-pressed', String(other === event.currentTarget));
      show();
    }));
    types.lastChild.setAttribute('aria-pressed', String(type === state.observationType));
  }
  const label = element('label', 'Which animal? In English, French or Latin');
  const search = element('input');
  search.type = 'search';
  search.autocomplete = 'off';
  search.value = first ? nameOf(first) ?? '' : '';
  const found = element('div', '', 'chips found');
  found.setAttribute('aria-live', 'polite');
  label.append(search);
  animal.append(label, found);
  let turn = 0;
  search.addEventListener('input', async () => {
    const now = ++turn;
    [state.scientificName, state.taxonRank] = [undefined, undefined];
    const text = search.value.trim();
    const taxa = text.length > 1 ? await get(`taxa?${new URLSearchParams({ query: text, limit: 6 })}`).catch(() => []) : [];
    if (now !== turn) return;
    found.replaceChildren(...taxa.map(t => button(`${nameOf(t)} · ${t.scientificName}`, 'small', () => {
      [state.scientificName, state.taxonRank] = [t.scientificName, t.taxonRank];
      search.value = nameOf(t);
      found.replaceChildren();
    })), ...(text.length > 1 && taxa.length === 0 ? [element('span', 'No such animal in the table: leave it empty for “an animal”, and write it as a comment.', 'soft')] : []));
  });
  const number = element('output', String(state.count));
  const step = by => () => {
    state.count = Math.min(10000, Math.max(1, state.count + by));
    number.textContent = String(state.count);
  };
  const [fewer, more] = [button('−', '', step(-1)), button('+', '', step(1))];
  fewer.setAttribute('aria-label', 'One fewer');
  more.setAttribute('aria-label', 'One more');
  count.append(element('span', 'How many?'), fewer, number, more);
  part.append(types, animal, count);
  typed.push(() => {
    if (state.observationType === 'animal' && search.value.trim() && !state.scientificName) throw new Error('Choose one of the animals that are offered, or leave the field empty.');
    const counted = state.observationType === 'blank' || state.observationType === 'unknown' ? undefined : state.count;
    return { observationType: state.observationType, count: counted, ...(state.observationType === 'animal' ? { scientificName: state.scientificName, taxonRank: state.taxonRank } : {}) };
  });
  function show() {
    animal.hidden = state.observationType !== 'animal';
    count.hidden = ['blank', 'unknown'].includes(state.observationType);
  }
  show();
  return part;
}

function correction(line, media, renew, close) {
  const form = element('form', '', 'correction');
  const typed = [];
  const current = media.observations.filter(o => o.observationType !== 'unclassified');
  form.append(...(current.length ? current : [undefined]).map(o => kindFields(o, typed)));
  const another = button('Another kind is in it, too', 'small', () => another.before(kindFields(undefined, typed)));
  const label = element('label', 'Comment');
  const comment = element('input');
  comment.maxLength = 2000;
  label.append(comment);
  const save = element('button', 'Save', 'main');
  save.type = 'submit';
  const buttons = element('div', '', 'buttons');
  buttons.append(save, button('Cancel', '', close));
  form.append(another, label, buttons);
  form.addEventListener('submit', event => {
    event.preventDefault();
    try {
      void send(line, media, { observations: typed.map(read => read()), comment: comment.value || undefined }, renew);
    } catch (e) {
      fault(line, e.message);
    }
  });
  return form;
}

/** Buttons and history under a picture. While somebody writes, the card has the class `editing` and is not made anew. */
export function review(media, renew) {
  const line = element('div', '', 'review');
  if (media.label) {
    const more = media.observations.length > 1 ? `: ${media.observations.map(says).join(', ')}` : '';
    line.append(element('p', `✓ ${media.label.by} ${media.label.kind === 'accept' ? 'agreed' : 'said so'}${more}, ${ago(media.label.at)}`, 'told'));
    if (media.label.comment) line.append(element('p', media.label.comment, 'soft'));
  }
  const buttons = element('div', '', 'buttons');
  const machine = !media.label && media.observation && media.observation.observationType !== 'unclassified';
  if (machine) buttons.append(button('✓ Right', 'main', () => send(line, media, { accepts: media.observation.observationID }, renew)));
  const correct = button(media.label || !machine ? 'Say what it is' : 'Correct', '', () => {
    const card = line.closest('.card');
    card.classList.add('editing');
    buttons.hidden = true;
    const form = correction(line, media, renew, () => {
      form.remove();
      buttons.hidden = false;
      card.classList.remove('editing');
      correct.focus();
    });
    buttons.after(form);
    form.querySelector('button, input')?.focus({ preventScroll: true });
  });
  buttons.append(correct);
  if (media.label) buttons.append(button('Undo', '', () => takeBack(line, media, media.label, renew)));
  line.append(buttons);
  if (media.predictions.length > 0 || media.label) {
    const said = element('details');
    const list = element('ul', '', 'said');
    said.append(element('summary', 'Who said what'), list);
    said.addEventListener('toggle', () => said.open && history(line, media, list, renew));
    line.append(said);
  }
  return line;
}
