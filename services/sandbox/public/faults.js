import { control, h, say } from './dom.js';

/** Faults by switch: on until switched off. */
const SWITCHES = [
  [
    'Lever',
    [
      ['Down', 'every call answers 503', { on: 'lever', kind: 'status', status: 503 }],
      ['Too many requests', 'every call answers 429', { on: 'lever', kind: 'rate-limited' }],
      ['Slow', 'every answer takes 2 s', { on: 'lever', kind: 'latency', ms: 2000 }],
      ['Flaky', 'one call in five breaks off', { on: 'lever', kind: 'reset', probability: 0.2 }],
      ['Web pages', 'answers are HTML', { on: 'lever', kind: 'html' }],
    ],
  ],
  [
    'Certn',
    [
      ['Down', 'every call answers 503', { on: 'certn', kind: 'status', status: 503 }],
      ['Too many requests', 'every call answers 429', { on: 'certn', kind: 'rate-limited' }],
      ['Slow', 'every answer takes 2 s', { on: 'certn', kind: 'latency', ms: 2000 }],
      ['Flaky', 'one call in five breaks off', { on: 'certn', kind: 'reset', probability: 0.2 }],
      ['Web pages', 'answers are HTML', { on: 'certn', kind: 'html' }],
    ],
  ],
  [
    'Webhooks',
    [
      ["Lever's are lost", 'a move tells nobody', { on: 'lever-webhooks', kind: 'lose' }],
      ["Lever's come three times", 'the same delivery thrice', { on: 'lever-webhooks', kind: 'repeat', copies: 3 }],
      ["Lever's are reordered", 'held for 3 s, newest first', { on: 'lever-webhooks', kind: 'reorder', ms: 3000 }],
      ["Certn's are lost", 'a result tells nobody', { on: 'certn-webhooks', kind: 'lose' }],
      ["Certn's are forged", 'signed with another secret', { on: 'certn-webhooks', kind: 'bad-signature' }],
    ],
  ],
];

/** Faults by button: the next call only. */
const ONCE = [
  ['Order made, answer lost', { on: 'certn', kind: 'lost-answer', route: 'POST /cases/order*' }],
  ['Order made, answer unreadable', { on: 'certn', kind: 'unreadable', route: 'POST /cases/order*' }],
  ['Order refused (400)', { on: 'certn', kind: 'status', status: 400, code: 'invalid', route: 'POST /cases/order*' }],
  ['Order hangs', { on: 'certn', kind: 'hang', route: 'POST /cases/order*' }],
  ['Tag written, answer lost', { on: 'lever', kind: 'lost-answer', route: 'POST /opportunities/:id/addTags' }],
  ['Candidate read fails', { on: 'lever', kind: 'status', status: 500, route: 'GET /opportunities/:id' }],
];

/** Switches and buttons for what may go wrong, and the list of what does. */
export function faultsView(snapshot, board) {
  return h(
    'section',
    { class: 'view', 'aria-label': 'Faults' },
    h(
      'div',
      { class: 'bar' },
      h(
        'p',
        { class: 'hint' },
        'What goes wrong at the vendors. Everything must still end well, or say plainly what it waits for.',
      ),
      h(
        'button',
        { type: 'button', 'data-key': 'clear', disabled: snapshot.faults.length === 0, onclick: () => clear(board) },
        'Clear all faults',
      ),
    ),
    h(
      'div',
      { class: 'grid' },
      SWITCHES.map(([title, rules]) =>
        h(
          'div',
          { class: 'panel' },
          h('h2', {}, title),
          rules.map((rule) => switchRow(rule, snapshot, board)),
          keySwitch(title, snapshot, board),
        ),
      ),
    ),
    h(
      'div',
      { class: 'grid two' },
      h(
        'div',
        { class: 'panel' },
        h('h2', {}, 'The next call only'),
        h(
          'div',
          { class: 'row' },
          ONCE.map(([text, rule]) => onceButton(text, rule, snapshot, board)),
        ),
      ),
      h('div', { class: 'panel' }, h('h2', {}, 'In force'), inForce(snapshot, board)),
    ),
  );
}

function same(rule, fault) {
  return Object.entries(rule).every(([key, value]) => fault[key] === value);
}

function toggle(label, hint, on, flip) {
  return h(
    'div',
    { class: 'switchrow' },
    h('span', {}, h('strong', {}, label), h('span', { class: 'hint' }, hint)),
    h('button', {
      type: 'button',
      role: 'switch',
      class: 'switch',
      'data-key': `switch-${label}-${hint}`,
      'aria-checked': String(on),
      'aria-label': `${label}: ${hint}`,
      onclick: flip,
    }),
  );
}

function switchRow([label, hint, rule], snapshot, board) {
  const fault = snapshot.faults.find((one) => same(rule, one) && one.times === undefined);
  return toggle(label, hint, fault !== undefined, async () => {
    await (fault ? control('DELETE', `/faults/${fault.id}`) : control('POST', '/faults', rule));
    board.refresh();
  });
}

function keySwitch(title, snapshot, board) {
  const vendor = title.toLowerCase();
  const account = snapshot[vendor];
  const [key] = account?.keys ?? [];
  if (!key) return null;
  return toggle('Key refused', 'every call answers 401', key.refused, async () => {
    await control('PUT', `/${vendor}/accounts/${account.id}/keys/${encodeURIComponent(key.key)}`, { refused: !key.refused });
    board.refresh();
  });
}

function onceButton(text, rule, snapshot, board) {
  const armed = snapshot.faults.some((fault) => fault.times === 1 && same(rule, fault));
  return h(
    'button',
    {
      type: 'button',
      'data-key': `once-${text}`,
      'aria-pressed': String(armed),
      onclick: async () => {
        if (armed) return say(`${text}: waits for the next call`);
        if (await control('POST', '/faults', { ...rule, times: 1 })) say(`${text}: armed for the next call`);
        board.refresh();
      },
    },
    text,
  );
}

function inForce({ faults }, board) {
  if (faults.length === 0) return h('p', { class: 'empty' }, 'Nothing. Both vendors work.');
  return h(
    'ul',
    { class: 'inforce' },
    faults.map(({ id, on, kind, route, times, hits }) =>
      h(
        'li',
        {},
        h(
          'span',
          {},
          h('strong', {}, `${on}: ${kind}`),
          h('span', { class: 'hint' }, [route ?? 'all', times && `${times} times`, `struck ${hits}`].filter(Boolean).join(' · ')),
        ),
        h(
          'button',
          {
            type: 'button',
            class: 'quiet',
            'data-key': `remove-${id}`,
            'aria-label': `Remove ${on} ${kind}`,
            onclick: () => control('DELETE', `/faults/${id}`).then(board.refresh),
          },
          '✕',
        ),
      ),
    ),
  );
}

async function clear(board) {
  await control('DELETE', '/faults');
  say('No faults any more');
  board.refresh();
}
