import { clock, control, h, say } from './dom.js';

const PACES = [
  ['By hand', null],
  ['Slowly', 5000],
  ['Fast', 500],
];

/** Where the vendors send their webhooks, what became of them, and how fast cases go on. */
export function webhooksView(snapshot, board) {
  return h(
    'section',
    { class: 'view', 'aria-label': 'Webhooks' },
    h('div', { class: 'grid two' }, leverPanel(snapshot, board), certnPanel(snapshot, board)),
    h(
      'div',
      { class: 'panel' },
      h('h2', {}, 'Deliveries'),
      h(
        'p',
        { class: 'hint' },
        `${snapshot.webhooks.sent} sent, ${snapshot.webhooks.delivered} delivered, ${snapshot.webhooks.failedTries} failed tries, ${snapshot.webhooks.givenUp} given up, ${snapshot.webhooks.lost} lost`,
      ),
      deliveries(snapshot.deliveries),
    ),
  );
}

function leverPanel({ lever }, board) {
  const [webhook] = lever.webhooks;
  return h(
    'div',
    { class: 'panel' },
    h('h2', {}, 'Lever: candidate stage change'),
    secret('API key', lever.keys[0]?.key),
    secret('Signature token', lever.signatureToken),
    urlForm('lever-url', 'Webhook URL', webhook?.url, async (url) => {
      const saved = await control('PUT', `/lever/accounts/${lever.id}/webhook`, { url, verify: url !== null });
      if (saved) say(url ? 'Saved, and a test call is sent' : 'No webhook any more');
      board.refresh();
    }),
  );
}

function certnPanel({ certn }, board) {
  if (!certn) return h('div', { class: 'panel' }, h('p', { class: 'empty' }, 'No Certn account of this name.'));
  const { webhook, pace } = certn;
  return h(
    'div',
    { class: 'panel' },
    h('h2', {}, 'Certn: cases'),
    secret('API key', certn.keys[0]?.key),
    secret('Webhook secret', certn.webhookSecret),
    urlForm('certn-url', 'Webhook URL', webhook?.url, async (url) => {
      const saved = await control('PUT', `/certn/accounts/${certn.id}/webhook`, { url });
      if (saved)
        say(
          saved.challenge
            ? `Switched off: ${saved.challenge}`
            : url
              ? 'Saved, the challenge was answered'
              : 'No webhook any more',
          Boolean(saved.challenge),
        );
      board.refresh();
    }),
    webhook && !webhook.on && h('p', { class: 'warning' }, 'Switched off: the challenge was not answered as Certn demands.'),
    h('h3', {}, 'Cases go on'),
    h(
      'div',
      { class: 'row' },
      PACES.map(([text, ms]) =>
        h(
          'button',
          {
            type: 'button',
            'data-key': `pace-${text}`,
            'aria-pressed': String(pace.applicantMs === ms),
            onclick: () =>
              control('PATCH', `/certn/accounts/${certn.id}`, { pace: { applicantMs: ms, servicesMs: ms } }).then(board.refresh),
          },
          text,
        ),
      ),
    ),
  );
}

function secret(label, value) {
  if (!value) return null;
  return h('p', { class: 'secret' }, h('span', { class: 'hint' }, label), h('code', {}, value));
}

function urlForm(key, label, value, save) {
  const input = h('input', {
    type: 'url',
    'aria-label': label,
    placeholder: 'http://127.0.0.1:3000/webhooks/…',
    value: value ?? '',
    'data-key': key,
    autocomplete: 'off',
  });
  const form = h('form', { class: 'inline' }, input, h('button', { type: 'submit' }, 'Save'));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    document.activeElement?.blur();
    void save(input.value.trim() || null);
  });
  return form;
}

function deliveries(all) {
  if (all.length === 0) return h('p', { class: 'empty' }, 'None yet.');
  const head = h(
    'tr',
    {},
    ['Time', 'Event', 'About', 'Tries', ''].map((text) => h('th', { scope: 'col' }, text)),
  );
  return h(
    'div',
    {
      class: 'scroll',
      tabindex: '0',
      role: 'region',
      'aria-label': 'Deliveries',
      'data-key': 'deliveries',
      'data-scroll': 'deliveries',
    },
    h('table', {}, h('thead', {}, head), h('tbody', {}, all.map(row))),
  );
}

function row({ atMs, event, subject, attempts, state }) {
  const tries = attempts.map(({ status }) => status ?? 'no answer').join(', ') || '–';
  const cells = [
    clock(atMs),
    event,
    h('code', {}, subject.slice(0, 8)),
    tries,
    h('span', { class: 'tag', 'data-tone': { delivered: 'good', waiting: 'going' }[state] ?? 'bad' }, state.replace('-', ' ')),
  ];
  return h(
    'tr',
    {},
    cells.map((cell) => h('td', {}, cell)),
  );
}
