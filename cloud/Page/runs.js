// Looking again with another model: what it takes, how far it is, what is different, and whether it counts.
import { $, element, get, nameKey, post, words } from './shared.js';

const state = { seen: new Map(), open: new Set() };

const by = () => localStorage.getItem(nameKey) ?? '';

function button(text, className, pressed) {
  const made = element('button', text, className);
  made.type = 'button';
  made.addEventListener('click', pressed);
  return made;
}

function table(head, rows) {
  const made = element('table');
  const top = element('tr');
  top.append(...head.map(text => element('th', text)));
  const first = element('thead');
  first.append(top);
  const body = element('tbody');
  for (const cells of rows) {
    const row = element('tr');
    row.append(...cells.map(cell => {
      const one = element('td');
      one.append(...[cell].flat());
      return one;
    }));
    body.append(row);
  }
  made.append(first, body);
  const wide = element('div', '', 'wide-table');
  wide.append(made);
  return wide;
}

const share = x => x == null ? '–' : `${Math.round(x * 1000) / 10} %`;
const said = word => words[word] ?? word;

function example(e) {
  const link = element('a', '▣');
  link.href = `${e.href}/content`;
  link.target = '_blank';
  link.rel = 'noopener';
  link.title = e.mediaID;
  link.setAttribute('aria-label', `Picture ${e.mediaID}`);
  return link;
}

async function differences(run, place) {
  try {
    const d = await get(`runs/${run.runID}/differences`);
    const changed = d.confusion.filter(c => c.old !== c.new).slice(0, 15);
    place.replaceChildren(
      element('p', `${d.media} pictures: ${d.same} as before, ${d.changed} otherwise. ${d.blankToAnimal} were empty and have an animal now, ${d.animalToBlank} the other way round.`),
      ...(changed.length ? [table(['Before', 'Now', 'Pictures', 'Such as'], changed.map(c => [said(c.old), said(c.new), String(c.media), c.examples.map(example)]))] : []),
      ...(d.species.length ? [table(['Kind', 'Before', 'Now', 'Gained', 'Lost'], d.species.slice(0, 15).map(s => [s.vernacularNames?.eng ?? said(s.name), String(s.old), String(s.new), String(s.gained), String(s.lost)]))] : []),
      element('p', d.labelled
        ? `Agrees with people, in ${d.labelled} pictures that they labelled: ${share(d.oldAgrees.type)} of the types before, ${share(d.newAgrees.type)} now${d.labelledWithName ? `; ${share(d.oldAgrees.name)} of the names before, ${share(d.newAgrees.name)} now` : ''}.`
        : 'Nobody has labelled any of them, so which of the two is right is not known.', 'soft'));
  } catch (e) {
    place.replaceChildren(element('p', e.message, 'fault'));
  }
}

async function judge(run, wish, item) {
  const name = by() || window.prompt('Your name, so that others know who decided')?.trim();
  if (!name) return;
  localStorage.setItem(nameKey, name);
  for (const b of item.querySelectorAll('button')) b.disabled = true;
  try {
    await post(`runs/${run.runID}/${wish}`, { by: name });
    window.dispatchEvent(new Event('lynceus-current'));
  } catch (e) {
    item.append(element('p', e.message, 'fault'));
  }
  await showRuns();
}

// What was said beforehand, and what it took.
function cost(job) {
  const money = (amount, currency) => `${amount > 0 && amount < 0.1 ? amount.toPrecision(2) : amount.toFixed(2)} ${currency}`;
  const { quote, actual } = job;
  if (!quote) return [];
  const took = actual ? ` It took ${hours(actual.hours)} and ${money(actual.money, actual.currency)}${actual.moneyOfQuote == null ? ' so far' : `: ${Math.round(actual.moneyOfQuote * 100)} % of what was said`}.` : '';
  return [element('p', `Said to take ${hours(quote.hours)} and ${money(quote.money, quote.currency)}.${took}`, 'soft'), ...(quote.budget ? [element('p', quote.budget, 'soft')] : [])];
}

function runCard(run) {
  const { job } = run;
  const ended = job.done + job.failed + job.setAside;
  const item = element('li');
  const stand = run.judgement === 'open' ? job.state : `${run.judgement} by ${run.by}`;
  item.append(element('h3', `${job.model} ${job.version}: ${stand}`));
  if (job.state !== 'done' && job.state !== 'cancelled') {
    const bar = element('progress');
    bar.max = Math.max(1, job.total);
    bar.value = ended;
    bar.setAttribute('aria-label', `${ended} of ${job.total} pictures`);
    item.append(bar, element('p', `${ended} of ${job.total} pictures${job.reason ? ` · ${job.reason}` : ''}`, 'soft'), ...cost(job));
    return item;
  }
  item.append(element('p', `${job.total} pictures${job.failed + job.setAside ? `, ${job.failed + job.setAside} of which could not be looked at` : ''}${run.switching ? ' · being carried out' : ''}`, 'soft'));
  item.append(...cost(job));
  const more = element('details');
  const place = element('div', '', 'differences');
  more.append(element('summary', 'What is different'), place);
  more.open = state.open.has(run.runID);
  if (more.open) void differences(run, place);
  more.addEventListener('toggle', () => {
    if (more.open === state.open.has(run.runID)) return;
    if (more.open) state.open.add(run.runID);
    else state.open.delete(run.runID);
    if (more.open) void differences(run, place);
  });
  const buttons = element('div', '', 'buttons');
  if (run.judgement !== 'accepted') buttons.append(button('Let it count', 'main', () => judge(run, 'accept', item)));
  if (run.judgement !== 'rejected') buttons.append(button(run.judgement === 'accepted' ? 'Undo: as before' : 'Reject', '', () => judge(run, 'reject', item)));
  item.append(more, buttons);
  return item;
}

/** Reads and shows the newest runs; again soon while one is under way. */
export async function showRuns() {
  try {
    const page = await get('runs?limit=5');
    const text = JSON.stringify(page.items);
    if (text !== state.shown) $('runs').replaceChildren(...page.items.map(runCard));
    state.shown = text;
    clearTimeout(state.timer);
    if (page.items.some(r => r.switching || !['done', 'cancelled', 'paused'].includes(r.job.state))) state.timer = setTimeout(() => void showRuns(), 2000);
  } catch {
    // the status line says that the server does not answer
  }
}

/** The form; `chosen` gives what the page is narrowed to. */
export async function rerunForm(chosen) {
  const place = $('rerun');
  const models = await get('models').catch(() => []);
  if (models.length === 0) {
    place.replaceChildren(element('p', 'No model is here to look again with.', 'soft'));
    return;
  }
  const label = element('label', 'Model ');
  const model = element('select');
  for (const m of models) model.add(new Option(`${m.name} ${m.version}${m.inUse ? ' (in use)' : ''}`, m.name));
  model.value = (models.find(m => !m.inUse) ?? models[0]).name;
  label.append(model);
  const quote = element('div', '', 'quote');
  quote.setAttribute('aria-live', 'polite');
  const ask = button('What would it take?', '', async () => {
    const body = { model: model.value, hub: chosen().hub || undefined, observationType: chosen().type || undefined };
    try {
      const q = await post('runs', body);
      quote.replaceChildren(element('p', q.media === 0
        ? 'Nothing to look at again: all of it counts by this model already.'
        : `${q.media} pictures${chosen().hub || chosen().type ? ' of those chosen below' : ''}${q.lookedAt ? `, ${q.lookedAt} of which it has looked at before` : ''}: about ${hours(q.quote.hours)}, ${q.quote.money.toFixed(2)} ${q.quote.currency}. What counts stays as it is until you accept the result.`));
      if (q.media === 0) return;
      const why = element('details');
      why.append(element('summary', 'What that rests on'), ...q.quote.assumptions.map(a => element('p', a, 'soft')));
      quote.append(why, button('Begin', 'main', async event => {
        event.currentTarget.disabled = true;
        try {
          await post('runs', { ...body, confirm: true });
          quote.replaceChildren();
          await showRuns();
        } catch (e) {
          quote.append(element('p', e.message, 'fault'));
        }
      }));
    } catch (e) {
      quote.replaceChildren(element('p', e.message, 'fault'));
    }
  });
  place.replaceChildren(label, ask, quote);
}

const hours = h => h < 1 / 60 ? 'less than a minute' : h < 1.5 ? `${Math.round(h * 60)} minutes` : `${h.toFixed(1)} hours`;
