// Statistics of what is recorded: each answer is drawn by the server, with its formula and source beside it, or says why it is silent.
import { $, api, details, element, get } from './shared.js';

// What a statistic needs of the species that are chosen: none, one or two.
const shown = [
  ['effort', 0], ['rates', 0], ['time', 0], ['grid', 0], ['activity', 0], ['overlap', 2], ['activity-level', 1], ['diversity', 0], ['accumulation', 0],
  ['cooccurrence', 0], ['network', 0], ['occupancy', 1], ['detection-history', 1], ['trend', 0], ['stl', 0], ['forecast', 0], ['anomalies', 0],
];
const opened = new Set(['effort', 'rates', 'time', 'grid', 'activity']);
const community = new Set(['diversity', 'accumulation', 'cooccurrence', 'network', 'anomalies', 'effort']); // of all species together
const mostRows = 60;
let round = 0;

const number = (value, digits = 2) => value === null || value === undefined ? '–' : value.toLocaleString('en', { maximumFractionDigits: digits });

function query(name, species) {
  const asked = new URLSearchParams();
  for (const id of ['from', 'to', 'project', 'time', 'count', 'step', 'scale']) if ($(id).value) asked.set(id, $(id).value);
  if ($('checked').value) asked.set('humanChecked', $('checked').value);
  for (const one of community.has(name) ? [] : species) asked.append('species', one);
  if (name === 'overlap' || name === 'activity-level') asked.set('bootstrap', '200');
  return asked;
}

/** Asks until it is made; 202 says how far it is. */
async function ask(name, asked, waiting, mine) {
  for (;;) {
    const response = await fetch(`${api}statistics/${name}?${asked}`, { headers: { accept: 'application/json' } });
    const said = await response.json().catch(() => ({}));
    if (!response.ok) throw new Error(said.detail || said.title || `The server answered ${response.status}.`);
    if (response.status !== 202) return said;
    waiting.textContent = `Being made … ${Math.round(100 * said.progress)} %`;
    await new Promise(done => setTimeout(done, 1000));
    if (mine !== round) return null;
  }
}

function table(heads, rows) {
  const wide = element('div', '', 'wide-table');
  const made = element('table');
  const head = element('tr');
  for (const name of heads) head.append(element('th', name));
  made.append(head);
  for (const row of rows.slice(0, mostRows)) {
    const line = element('tr');
    for (const cell of row) line.append(element('td', cell));
    made.append(line);
  }
  wide.append(made);
  if (rows.length > mostRows) wide.append(element('p', `${rows.length - mostRows} more are in the table to download.`, 'soft'));
  return wide;
}

const called = name => name || 'not named';

function numbers(name, value) {
  if (name === 'rates') {
    return table(['Species', 'Events', 'Camera-days', 'In 100 camera-days', '95 % range', 'Deployments'],
      value.species.map(s => [called(s.scientificName), number(s.events), number(s.cameraDays, 0), number(s.rate), `${number(s.low)} – ${number(s.high)}`, number(s.deployments)]));
  }
  if (name === 'diversity') {
    return table(['Records', 'Species', 'Shannon', 'Simpson', 'Chao1', 'Coverage'],
      [[number(value.n), number(value.species), number(value.shannon, 3), number(value.simpson, 3), `${number(value.chao1, 1)} ± ${number(value.chao1Error, 1)}`, number(value.coverage, 3)]]);
  }
  if (name === 'overlap') {
    const interval = value[`${value.advised}Interval`];
    return table(['Records', 'Overlap', '95 % range', 'Estimator'], [[`${value.nA} and ${value.nB}`, number(value[value.advised], 3), interval ? `${number(interval.low, 3)} – ${number(interval.high, 3)}` : '–', value.advised === 'dhat1' ? 'Δ̂1' : 'Δ̂4']]);
  }
  if (name === 'activity-level') return table(['Records', 'Active share of the day', '95 % range'], [[number(value.n), number(value.activityLevel, 3), value.interval ? `${number(value.interval.low, 3)} – ${number(value.interval.high, 3)}` : '–']]);
  if (name === 'occupancy') {
    return table(['Places', 'Seen at', 'ψ', '95 % range', 'p'],
      [[number(value.sites), number(value.naive, 3), value.psi === undefined || value.psi === null ? 'at the boundary' : number(value.psi, 3), `${number(value.psiLow, 3)} – ${number(value.psiHigh ?? 1, 3)}`, number(value.p, 3)]]);
  }
  if (name === 'trend') return table(['Steps', 'Change in a year', '95 % range', 'Family'], [[number(value.n), `× ${number(value.changeInYear.factor, 3)}`, `${number(value.changeInYear.low, 3)} – ${number(value.changeInYear.high, 3)}`, value.family]]);
  if (name === 'forecast') return table(['From', 'Expected rate', '80 % range'], value.steps.map(s => [s.start, number(s.rate), `${number(s.low)} – ${number(s.high)}`]));
  if (name === 'anomalies') return table(['From', 'What drives it', 'Rate', 'Expected'], value.anomalies.filter(a => a.drivers.length).map(a => [a.start, `${a.drivers[0].scientificName} at ${a.drivers[0].site}`, number(a.drivers[0].rate, 1), number(a.drivers[0].expected, 1)]));
  return null;
}

async function fill(place, name, species, mine) {
  const waiting = element('p', 'Loading …', 'soft');
  place.replaceChildren(waiting);
  const asked = query(name, species);
  try {
    const said = await ask(name, asked, waiting, mine);
    if (mine !== round || !said) return;
    place.replaceChildren();
    if (said.refusal) place.append(element('p', `Silent: ${said.refusal.reason}.`, 'notice'));
    else {
      const picture = element('img', '', 'plot');
      picture.alt = said.title;
      picture.src = `${api}statistics/${name}?${asked}&format=svg`;
      const wide = element('div', '', 'wide-table');
      wide.append(picture);
      place.append(wide);
      const rows = numbers(name, said.value);
      if (rows) place.append(rows);
    }
    for (const note of said.notes) place.append(element('p', `${note[0].toUpperCase()}${note.slice(1)}.`, 'soft'));
    const how = element('p', `${said.formula}. `, 'soft');
    how.append(element('i', said.source));
    const sample = said.sample;
    place.append(how, element('p', `Rests on ${number(sample.events)} events, ${number(sample.cameraDays, 0)} camera-days, ${number(sample.deployments)} deployments at ${number(sample.locations)} places.`, 'soft'));
    const files = element('p', '', 'soft');
    for (const [format, label] of [['json', 'JSON'], ['csv', 'CSV'], ['svg', 'SVG']]) {
      const link = element('a', label);
      link.href = `${api}statistics/${name}?${asked}&format=${format}`;
      link.download = `${name}.${format}`;
      files.append(link, ' ');
    }
    place.append(files);
  } catch (error) {
    if (mine === round) place.replaceChildren(element('p', error.message, 'notice'));
  }
}

function show(titles) {
  const mine = ++round;
  const species = [$('species').value, $('other').value].filter((s, i, all) => s && all.indexOf(s) === i);
  $('answers').replaceChildren();
  for (const [name, needs] of shown) {
    if (needs > species.length || (needs === 1 && species.length !== 1)) continue;
    const place = element('div');
    let filled = false;
    const once = () => {
      if (filled) return;
      filled = true;
      fill(place, name, species, mine);
    };
    const part = details(titles.get(name) ?? name, opened, name, once);
    part.className = 'statistic';
    part.append(place);
    $('answers').append(part);
    if (part.open) once();
  }
}

async function start() {
  try {
    const titles = new Map((await get('statistics')).map(s => [s.name, s.title]));
    const all = await get('statistics/species');
    for (const one of all.value?.species ?? []) {
      if (!one.scientificName) continue;
      for (const id of ['species', 'other']) {
        const option = element('option', `${one.scientificName} (${number(one.independent)})`);
        option.value = one.scientificName;
        $(id).append(option);
      }
    }
    $('sample').textContent = `${number(all.sample.events)} events in ${number(all.sample.cameraDays, 0)} camera-days at ${number(all.sample.locations)} places`;
    show(titles);
    $('filter').addEventListener('submit', event => {
      event.preventDefault();
      show(titles);
    });
  } catch (error) {
    $('problem').textContent = error.message;
    $('problem').hidden = false;
    $('sample').textContent = '';
  }
}

start();
