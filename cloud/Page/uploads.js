// Files from people: chosen or dropped, sent piece by piece (tus 1.0), and gone on with after a cut or a reload.
import { $, api, element, get, post, size } from './shared.js';

const piece = 4 * 1024 * 1024;
const atOnce = 3;
const batchFrom = 100; // so many and more are looked at by a job, behind what others wait for
const mostShown = 200;
const waiting = [];
const total = { files: 0, ended: 0, bytes: 0, sent: 0, refused: 0 };
let running = 0;
let later = false;

const encode = text => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

// The camera's own folders name nobody: DCIM, 100RECNX.
const named = folders => folders.find(f => f.toUpperCase() !== 'DCIM' && !/^\d{3}\w{5}$/.test(f));

function entry(file, path) {
  const levels = path.split('/').filter(Boolean);
  const root = levels.length > 1 ? levels[0] : null;
  const below = root ? levels.slice(1) : levels;
  const camera = (named(below.slice(0, -1)) ?? root ?? '').slice(0, 128);
  return { file, path: below.join('/'), camera: /\.zip$/i.test(path) ? '' : camera, bar: null };
}

function metadata(item) {
  const pairs = { filename: item.path };
  if (item.camera) Object.assign(pairs, { cameraID: item.camera, deploymentID: item.camera });
  if (later) pairs.look = 'job';
  return Object.entries(pairs).map(([key, value]) => `${key} ${encode(value)}`).join(',');
}

async function tus(method, url, headers, body) {
  const response = await fetch(url, { method, headers: { 'Tus-Resumable': '1.0.0', ...headers }, body });
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  const error = new Error(problem.detail || problem.title || `The server answered ${response.status}.`);
  error.status = response.status;
  throw error;
}

// Where an upload of this very file stands that was cut off; its address is remembered until it is whole.
const remembered = item => `lynceus-upload ${item.path} ${item.file.size} ${item.file.lastModified} ${item.camera}`;

async function begin(item) {
  const known = localStorage.getItem(remembered(item));
  if (known) {
    try {
      return { url: known, offset: Number((await tus('HEAD', known)).headers.get('Upload-Offset')) };
    } catch {
      localStorage.removeItem(remembered(item));
    }
  }
  const made = await tus('POST', `${api}uploads`, { 'Upload-Length': String(item.file.size), 'Upload-Metadata': metadata(item) });
  const url = made.headers.get('Location');
  localStorage.setItem(remembered(item), url);
  return { url, offset: 0 };
}

async function send(item) {
  let { url, offset } = await begin(item);
  let tries = 0;
  show(item, offset);
  while (offset < item.file.size) {
    try {
      const end = Math.min(item.file.size, offset + piece);
      const answer = await tus('PATCH', url, { 'Upload-Offset': String(offset), 'Content-Type': 'application/offset+octet-stream' }, item.file.slice(offset, end));
      offset = Number(answer.headers.get('Upload-Offset'));
      tries = 0;
    } catch (e) {
      // What the server says is final; a cut, a lock or a server in trouble is not.
      if (++tries > 8 || (e.status && e.status !== 409 && e.status !== 423 && e.status < 500)) throw e;
      await new Promise(done => setTimeout(done, Math.min(30000, 500 * 2 ** tries)));
      offset = Number((await tus('HEAD', url)).headers.get('Upload-Offset'));
    }
    show(item, offset);
  }
  localStorage.removeItem(remembered(item));
  if (/\.zip$/i.test(item.path)) await unpacked(item, url);
}

// A ZIP is whole before it is unpacked; what became of its files is asked for.
async function unpacked(item, url) {
  item.words.textContent = 'is here and is being unpacked …';
  for (;;) {
    const { import: said } = await get(`uploads/${url.slice(url.lastIndexOf('/') + 1)}`);
    if (said) {
      if (said.stopped) throw new Error(said.stopped);
      item.note = `${said.added} added, ${said.alreadyThere} already there, ${said.refusedCount} refused`;
      for (const r of said.refused.slice(0, 20)) refuse(`${item.path}: ${r.file}`, r.detail);
      return;
    }
    await new Promise(done => setTimeout(done, 1000));
  }
}

function show(item, offset) {
  total.sent += offset - (item.sent ?? 0);
  item.sent = offset;
  if (item.bar) item.bar.value = offset;
  showTotal();
}

function line(item) {
  const row = element('li');
  item.bar = element('progress');
  item.bar.max = item.file.size;
  item.bar.value = 0;
  item.bar.setAttribute('aria-label', item.path);
  item.words = element('span', '', 'soft');
  row.append(element('span', `${item.path} (${size(item.file.size)}) `), item.bar, item.words);
  item.row = row;
  if ($('sending').childElementCount < mostShown) $('sending').append(row);
}

function refuse(path, why) {
  total.refused++;
  if ($('refused').childElementCount < mostShown) $('refused').append(element('li', `${path}: ${why}`));
  $('refused-title').hidden = false;
}

function showTotal() {
  $('upload-total').hidden = total.files === 0;
  $('upload-bar').max = Math.max(1, total.bytes);
  $('upload-bar').value = total.sent;
  $('upload-words').textContent = `${total.ended} of ${total.files} files, ${size(total.sent)} of ${size(total.bytes)}${total.refused ? `, ${total.refused} refused` : ''}`;
}

async function work() {
  running++;
  for (let item = waiting.shift(); item; item = waiting.shift()) {
    line(item);
    try {
      await send(item);
      if (item.note) $('upload-notes').append(element('li', `${item.path}: ${item.note}`));
    } catch (e) {
      localStorage.removeItem(remembered(item));
      refuse(item.path, e.message);
      show(item, item.file.size);
    }
    item.row.remove();
    total.ended++;
    showTotal();
  }
  if (--running > 0 || waiting.length > 0 || !later) return;
  later = false;
  try {
    await post('jobs', { kind: 'import', hub: 'upload' });
  } catch (e) {
    refuse('The job that looks at them', e.message);
  }
}

function add(items) {
  const files = items.filter(i => !i.path.split('/').some(l => l.startsWith('.')) && i.file.size > 0);
  if (files.length >= batchFrom) later = true;
  total.files += files.length;
  total.bytes += files.reduce((sum, i) => sum + i.file.size, 0);
  waiting.push(...files);
  showTotal();
  while (running < atOnce && waiting.length > 0) void work();
}

// All that is in a dropped folder; a browser gives its entries a hundred at a time.
async function dropped(item, path, into) {
  if (item.isFile) {
    const file = await new Promise((done, failed) => item.file(done, failed)).catch(e => refuse(path + item.name, e.message));
    if (file) into.push(entry(file, path + item.name));
    return;
  }
  const reader = item.createReader();
  for (;;) {
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (some.length === 0) return;
    for (const one of some) await dropped(one, `${path}${item.name}/`, into);
  }
}

export function takeUploads() {
  for (const id of ['upload-files', 'upload-folder']) {
    $(id).addEventListener('change', () => {
      add([...$(id).files].map(f => entry(f, f.webkitRelativePath || f.name)));
      $(id).value = '';
    });
  }
  const zone = $('upload');
  for (const kind of ['dragenter', 'dragover']) {
    zone.addEventListener(kind, event => {
      event.preventDefault();
      zone.classList.add('over');
    });
  }
  zone.addEventListener('dragleave', () => zone.classList.remove('over'));
  zone.addEventListener('drop', async event => {
    event.preventDefault();
    zone.classList.remove('over');
    const entries = [...event.dataTransfer.items].map(i => i.webkitGetAsEntry()).filter(Boolean);
    const into = [];
    for (const one of entries) await dropped(one, '', into).catch(e => refuse(one.name, e.message));
    add(into);
  });
  window.addEventListener('beforeunload', event => {
    if (running > 0) event.preventDefault();
  });
}
