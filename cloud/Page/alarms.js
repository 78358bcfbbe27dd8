// Alarms: what changed, where and why; to acknowledge and to mute. And the rules that say what is told.
import { $, ago, api, element, get, nameKey, post } from './shared.js';

const kinds = { decline: 'a decline', growth: 'a growth', missing: 'a species that stays away', firstSight: 'a species that is new', personAtNight: 'a person at night' };

function name() {
  const by = $('alarm-by').value.trim();
  if (by) {
    localStorage.setItem(nameKey, by);
    return by;
  }
  $('alarms-said').textContent = 'Please say who you are first: your name stands beside what you decide.';
  $('alarm-by').focus();
  return null;
}

/** A button that asks the server for something, says how it went, and shows the alarms anew. */
function button(label, ask, done) {
  const made = element('button', label);
  made.type = 'button';
  made.addEventListener('click', async () => {
    const by = name();
    if (!by) return;
    made.disabled = true;
    try {
      await ask(by);
      $('alarms-said').textContent = done;
      await showAlarms();
    } catch (e) {
      $('alarms-said').textContent = `That did not work. ${e.message}`;
      made.disabled = false;
    }
  });
  return made;
}

function told(notice) {
  if (notice.sentAt) return `told on ${notice.channel}`;
  if (notice.givenUpAt) return `NOT told on ${notice.channel}, given up: ${notice.lastFault}`;
  return notice.lastFault ? `not told on ${notice.channel} yet: ${notice.lastFault}` : `is being told on ${notice.channel}`;
}

function card(alarm) {
  const item = element('li');
  const article = element('article', '', 'card');
  const says = element('div', '', 'says');
  says.append(element('h3', alarm.title), element('p', alarm.says));
  const how = [`found ${ago(alarm.raisedAt)}`, ...(alarm.notices ?? []).map(told)];
  if (alarm.acknowledgedBy) how.push(`seen by ${alarm.acknowledgedBy}`);
  says.append(element('p', how.join(' · '), 'soft'));
  if (alarm.mediaID) {
    const link = element('a', 'The picture');
    link.href = `${api}media/${alarm.mediaID}/content`;
    link.target = '_blank';
    link.rel = 'noopener';
    const line = element('p');
    line.append(link);
    says.append(line);
  }
  const buttons = element('div', '', 'decide');
  if (alarm.state === 'new') buttons.append(button('I have seen it', by => post(`alarms/${alarm.alarmID}/acknowledge`, { by }), 'Noted.'));
  if (alarm.state === 'new' || alarm.state === 'acknowledged') {
    for (const days of [7, 90]) buttons.append(button(`Mute for ${days} days`, by => post(`alarms/${alarm.alarmID}/mute`, { by, days }), `Nobody is told of the same there for ${days} days.`));
  }
  says.append(buttons);
  article.append(says);
  item.append(article);
  return item;
}

function rule(row) {
  const item = element('li');
  const where = row.location ? ` at ${row.location}` : row.perLocation ? ', each location by itself' : '';
  const whom = row.channels.length > 0 ? ` → ${row.channels.join(', ')}` : ' → this page only';
  item.append(element('span', `${row.enabled ? '' : 'off: '}${kinds[row.kind]}${row.species.length > 0 ? ` of ${row.species.join(', ')}` : ''} in ${row.project ?? 'each project'}${where}${whom} `));
  const word = row.enabled ? 'disable' : 'enable';
  item.append(button(row.enabled ? 'Switch off' : 'Switch on', () => post(`alarms/rules/${row.ruleID}/${word}`, {}), row.enabled ? 'It is off.' : 'It is on.'));
  return item;
}

export async function showAlarms() {
  try {
    const [page, rules] = await Promise.all([get(`alarms?limit=50&state=${$('alarm-state').value}`), get('alarms/rules')]);
    $('alarms').replaceChildren(...page.items.map(card));
    if (page.items.length === 0 && !$('alarms-said').textContent) $('alarms-said').textContent = rules.length > 0 ? 'Nothing to tell.' : 'Nobody has said yet what should be told.';
    $('rules').replaceChildren(...rules.map(rule));
  } catch (e) {
    $('alarms-said').textContent = `The alarms could not be loaded. ${e.message}`;
  }
}

const list = id => $(id).value.split(',').map(text => text.trim()).filter(text => text);

$('alarm-by').value = localStorage.getItem(nameKey) ?? '';
$('alarm-state').addEventListener('change', () => {
  $('alarms-said').textContent = '';
  void showAlarms();
});
$('rule').addEventListener('submit', async event => {
  event.preventDefault();
  const by = name();
  if (!by) return;
  const kind = $('rule-kind').value;
  try {
    await post('alarms/rules', {
      kind, by, species: kind === 'personAtNight' ? [] : list('rule-species'), perLocation: $('rule-each').checked, sensitivity: $('rule-sensitivity').value, channels: list('rule-channels'),
      ...($('rule-project').value.trim() ? { project: $('rule-project').value.trim() } : {}),
    });
    $('alarms-said').textContent = 'The rule is set, and looked at now.';
    await showAlarms();
  } catch (e) {
    $('alarms-said').textContent = `That did not work. ${e.message}`;
  }
});
