// What every part of the page uses. Everything a hub sent is put on the page as text, never as markup.
export const api = '/api/v1/';
/** Where the browser keeps how its person calls themself. */
export const nameKey = 'lynceus.by';
export const $ = id => document.getElementById(id);
export const words = {
  animal: 'Animal', human: 'Person', vehicle: 'Vehicle', blank: 'Empty', unknown: 'Unknown', unclassified: 'Could not be looked at',
};
// The browser's language, if there are names in it, else English; the scientific name where there is neither.
export const french = (navigator.languages ?? [navigator.language]).find(l => /^(fr|en)\b/i.test(l))?.toLowerCase().startsWith('fr') ?? false;
export const verdicts = { send: 'sent', keep: 'kept on the card', drop: 'dropped' };

export function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
}

/** Something to open, that stays open when it is made anew. */
export function details(label, open, key, opened) {
  const made = element('details');
  made.append(element('summary', label));
  made.open = open.has(key);
  made.addEventListener('toggle', () => {
    if (made.open === open.has(key)) return;
    if (made.open) open.add(key);
    else open.delete(key);
    if (made.open) opened?.();
  });
  return made;
}

async function answer(response) {
  if (response.ok) return response.json();
  const problem = await response.json().catch(() => ({}));
  throw new Error(problem.detail || problem.title || `The server answered ${response.status}.`);
}

export const get = async path => answer(await fetch(api + path, { headers: { accept: 'application/json' } }));

const send = method => async (path, body) => answer(await fetch(api + path, {
  method, headers: { accept: 'application/json', 'content-type': 'application/json' }, body: JSON.stringify(body),
}));
export const post = send('POST');
export const put = send('PUT');
export const remove = send('DELETE');

export function span(seconds) {
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.round(minutes / 60)} h`;
  return `${Math.round(minutes / 1440)} days`;
}

export function ago(instant) {
  const seconds = (Date.now() - Date.parse(instant)) / 1000;
  return seconds < 30 ? 'just now' : `${span(seconds)} ago`;
}

export function size(bytes) {
  for (const [unit, of] of [['GB', 1e9], ['MB', 1e6], ['KB', 1e3]]) {
    if (bytes >= of) return `${(bytes / of).toFixed(bytes / of < 10 ? 1 : 0)} ${unit}`;
  }
  return `${bytes} B`;
}
