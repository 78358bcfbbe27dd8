'use strict';
// Names come from strangers' cards: everything is put in as text, never as markup, and pictures are named by number.
const data = JSON.parse(document.getElementById('data').textContent);
const pageSize = 40;
const $ = selector => document.querySelector(selector);
const words = { send: 'sent', keep: 'kept', drop: 'dropped' };
const state = { verdicts: new Set(['send', 'keep', 'drop']), rule: '', camera: '', order: 'near', page: 0 };
let shown = [];
let viewed = null;

function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

const plain = name => name.replace(/[A-Z]/g, letter => ' ' + letter.toLowerCase());
const orders = {
  near: (a, b) => a.near - b.near,
  high: (a, b) => (b.score ?? -1) - (a.score ?? -1),
  low: (a, b) => (a.score ?? 2) - (b.score ?? 2),
  time: (a, b) => a.index - b.index,
};

function choose() {
  shown = data.captures.filter(c => state.verdicts.has(c.verdict) && (!state.rule || c.rule === state.rule) && (!state.camera || c.camera === state.camera));
  shown.sort((a, b) => orders[state.order](a, b) || a.index - b.index);
  state.page = 0;
  render();
}

function figure(capture, frame, at) {
  const name = frame.file.split('/').pop();
  const caption = make('figcaption', { title: frame.file, textContent: name });
  if (!frame.picture) return make('figure', {}, make('div', { className: 'lost', textContent: frame.says }), caption);
  const link = make('a', { href: `pictures/${frame.picture}.jpg` });
  link.append(make('img', { src: `thumbs/${frame.picture}.jpg`, loading: 'lazy', decoding: 'async', width: frame.width, height: frame.height, alt: `${name}: ${frame.says}` }));
  link.addEventListener('click', event => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    view({ capture: shown.indexOf(capture), frame: at });
  });
  return make('figure', { className: frame.decided ? 'decided' : '' }, link, caption);
}

function card(capture) {
  const says = make('p', {}, make('span', { className: `verdict ${capture.verdict}`, textContent: words[capture.verdict] }), capture.sentence.slice(words[capture.verdict].length));
  const about = [capture.camera, capture.time, plain(capture.rule), `${capture.frames.length} ${capture.frames.length === 1 ? 'frame' : 'frames'}`];
  const item = make('li', { className: 'card' }, says, make('p', { className: 'soft', textContent: about.join(' · ') }));
  const strip = make('div', { className: 'strip' });
  strip.append(...capture.frames.map((frame, at) => figure(capture, frame, at)));
  item.append(strip);
  return item;
}

function render() {
  const from = state.page * pageSize;
  const to = Math.min(from + pageSize, shown.length);
  $('#captures').replaceChildren(...shown.slice(from, to).map(card));
  $('#count').textContent = shown.length === 0 ? 'No capture is like that.' : `${from + 1}–${to} of ${shown.length} captures`;
  document.querySelectorAll('[data-turn="-1"]').forEach(b => { b.disabled = from === 0; });
  document.querySelectorAll('[data-turn="1"]').forEach(b => { b.disabled = to === shown.length; });
  $('#foot').hidden = shown.length <= pageSize;
}

function turn(by) {
  state.page += by;
  render();
  $('#count').scrollIntoView();
}

function view(at) {
  const capture = shown[at.capture];
  const frame = capture.frames[at.frame];
  viewed = at;
  const dialog = $('dialog');
  const image = dialog.querySelector('img');
  Object.assign(image, { width: frame.width, height: frame.height, src: `pictures/${frame.picture}.jpg` });
  image.alt = frame.says;
  dialog.querySelector('h3').textContent = `${frame.file} (${at.frame + 1} of ${capture.frames.length})`;
  dialog.querySelector('.says p').textContent = frame.says;
  dialog.querySelector('.says p.soft').textContent = capture.sentence;
  $('#before').disabled = !step(-1);
  $('#after').disabled = !step(1);
  if (!dialog.open) dialog.showModal();
}

// The next picture that can be shown, over the ends of captures.
function step(by) {
  let { capture, frame } = viewed;
  for (;;) {
    frame += by;
    if (frame < 0 || frame >= shown[capture].frames.length) {
      capture += by;
      if (capture < 0 || capture >= shown.length) return null;
      frame = by > 0 ? 0 : shown[capture].frames.length - 1;
    }
    if (shown[capture].frames[frame]?.picture) return { capture, frame };
  }
}

function go(by) {
  const next = step(by);
  if (next) view(next);
}

function options(select, name, all, text) {
  const counts = new Map();
  for (const capture of data.captures) counts.set(capture[name], (counts.get(capture[name]) ?? 0) + 1);
  select.append(make('option', { value: '', textContent: all }));
  for (const [value, count] of [...counts].sort((a, b) => (a[0] < b[0] ? -1 : 1))) select.append(make('option', { value, textContent: `${text(value)} (${count})` }));
  select.addEventListener('change', () => { state[name] = select.value; choose(); });
}

function start() {
  data.captures.forEach((capture, index) => { capture.index = index; });
  $('h1').textContent = data.title;
  $('#about').textContent = data.about;
  for (const verdict of ['send', 'keep', 'drop']) {
    const captures = data.captures.filter(c => c.verdict === verdict);
    const frames = captures.reduce((sum, c) => sum + c.frames.length, 0);
    const button = make('button', { type: 'button', ariaPressed: 'true', title: `${frames} files`, textContent: `${words[verdict]} ${captures.length}` });
    button.setAttribute('aria-pressed', 'true');
    button.addEventListener('click', () => {
      const on = !state.verdicts.delete(verdict);
      if (on) state.verdicts.add(verdict);
      button.setAttribute('aria-pressed', String(on));
      choose();
    });
    $('#verdicts').append(button);
  }
  options($('#rule'), 'rule', 'all rules', plain);
  options($('#camera'), 'camera', 'all cameras', name => name);
  $('#order').addEventListener('change', event => { state.order = event.target.value; choose(); });
  document.querySelectorAll('[data-turn]').forEach(b => b.addEventListener('click', () => turn(Number(b.dataset.turn))));
  $('#before').addEventListener('click', () => go(-1));
  $('#after').addEventListener('click', () => go(1));
  $('#close').addEventListener('click', () => $('dialog').close());
  $('dialog').addEventListener('keydown', event => {
    if (event.key === 'ArrowLeft') go(-1);
    if (event.key === 'ArrowRight') go(1);
  });
  choose();
}

start();
