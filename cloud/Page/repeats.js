// What a camera sees again and again in the same place: proposals with examples, to confirm, to reject, to undo.
import { $, api, element, get, nameKey, post } from './shared.js';

const words = { animal: 'an animal', human: 'a person', vehicle: 'a vehicle', unknown: 'something' };

function box(bbox) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 1 1');
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('aria-hidden', 'true');
  const rect = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  for (const [i, name] of ['x', 'y', 'width', 'height'].entries()) rect.setAttribute(name, String(bbox[i]));
  svg.append(rect);
  return svg;
}

function example(repeat, mediaID, n) {
  const link = element('a');
  link.href = `${api}media/${mediaID}/content`;
  link.target = '_blank';
  link.rel = 'noopener';
  const img = element('img');
  img.loading = 'lazy';
  img.alt = `Example ${n + 1} of camera ${repeat.cameraID}, with the box`;
  img.addEventListener('error', () => link.remove()); // its picture is not here, or not any more
  img.src = `${api}media/${mediaID}/thumbnail?width=320`;
  link.append(img, box(repeat.bbox));
  return link;
}

async function decide(repeat, word, card) {
  const by = $('repeat-by').value.trim();
  if (!by) {
    $('repeats-said').textContent = 'Please say who you are first: your name stands beside what you decide.';
    $('repeat-by').focus();
    return;
  }
  localStorage.setItem(nameKey, by);
  for (const button of card.querySelectorAll('button')) button.disabled = true;
  try {
    await post(`repeats/${repeat.repeatID}/${word}`, { by });
    const done = { confirm: 'Hidden, now and later.', reject: 'It stays, and is not proposed again.', undo: 'Everything is again as it was.' };
    $('repeats-said').textContent = `${repeat.cameraID}: ${done[word]}`;
    await showRepeats();
  } catch (e) {
    $('repeats-said').textContent = `That did not work. ${e.message}`;
    for (const button of card.querySelectorAll('button')) button.disabled = false;
  }
}

function card(repeat) {
  const item = element('li');
  const article = element('article', '', 'card');
  const examples = element('div', '', 'examples');
  examples.append(...repeat.examples.map((mediaID, n) => example(repeat, mediaID, n)));
  const says = element('div', '', 'says');
  says.append(
    element('h3', `${repeat.cameraID} · hub ${repeat.hub}${repeat.deploymentID ? ` · ${repeat.deploymentID}` : ''}`),
    element('p', `Taken for ${words[repeat.observationType] ?? repeat.observationType} ${repeat.count} times on ${repeat.days} day${repeat.days === 1 ? '' : 's'}, ${repeat.first.slice(0, 10)} to ${repeat.last.slice(0, 10)}, with up to ${Math.round(repeat.mostConf * 100)} %`));
  if (repeat.decidedBy) says.append(element('p', `${repeat.state} by ${repeat.decidedBy}${repeat.state === 'confirmed' ? `: ${repeat.hidden} hidden${repeat.isUnderWay ? ' so far' : ''}` : ''}`, 'soft'));
  const buttons = element('div', '', 'decide');
  const wishes = repeat.state === 'proposed' ? [['confirm', 'Hide it'], ['reject', 'It is real']] : [['undo', 'Undo']];
  for (const [word, label] of wishes) {
    const button = element('button', label);
    button.type = 'button';
    button.addEventListener('click', () => void decide(repeat, word, article));
    buttons.append(button);
  }
  says.append(buttons);
  article.append(examples, says);
  item.append(article);
  return item;
}

export async function showRepeats() {
  try {
    const page = await get(`repeats?limit=60&state=${$('repeat-state').value}`);
    // By camera, so that what belongs together stands together.
    const repeats = page.items.sort((a, b) => `${a.hub}/${a.cameraID}`.localeCompare(`${b.hub}/${b.cameraID}`) || b.count - a.count);
    $('repeats').replaceChildren(...repeats.map(card));
  } catch (e) {
    $('repeats-said').textContent = `What repeats could not be loaded. ${e.message}`;
  }
}

$('repeat-by').value = localStorage.getItem(nameKey) ?? '';
$('repeat-state').addEventListener('change', () => void showRepeats());
$('find-repeats').addEventListener('click', async () => {
  $('find-repeats').disabled = true;
  $('repeats-said').textContent = 'Looking …';
  try {
    const found = await post('repeats', {});
    $('repeats-said').textContent = `${found.found} found at ${found.cameras} camera${found.cameras === 1 ? '' : 's'}, ${found.new} of them new.`;
    await showRepeats();
  } catch (e) {
    $('repeats-said').textContent = `That did not work. ${e.message}`;
  }
  $('find-repeats').disabled = false;
});
