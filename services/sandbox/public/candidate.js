import { checkName, control, h, replace, say, words } from './dom.js';
import { move, tagChip } from './lanes.js';

const sheet = document.getElementById('sheet');
const sheetContent = document.getElementById('sheet-content');
let shown = null;

/** Opens the sheet of a candidate. */
export function openSheet(id, board) {
  shown = { id, board };
  drawSheet(board.state.snapshot);
  if (!sheet.open) sheet.showModal();
}

sheet.addEventListener('close', () => {
  shown = null;
  document.body.append(document.getElementById('said'));
});
sheet.addEventListener('click', (event) => {
  if (event.target === sheet) sheet.close();
});

/** Draws the sheet anew, unless somebody types in it. */
export function drawSheet(snapshot) {
  if (!shown) return;
  if (document.activeElement?.tagName === 'INPUT' && sheet.contains(document.activeElement)) return;
  const { id, board } = shown;
  const one = snapshot.stages.flatMap(({ cards }) => cards).find((card) => card.id === id);
  if (!one) return sheet.close();
  replace(sheetContent, ...content(one, snapshot, board));
}

function content(one, snapshot, board) {
  return [
    h(
      'header',
      {},
      h(
        'div',
        {},
        h('h2', { id: 'sheet-title' }, one.name ?? 'No name'),
        h('p', { class: 'email' }, one.emails?.join(', ') || 'no e-mail'),
      ),
      h(
        'button',
        { type: 'button', class: 'quiet', 'data-key': 'close', 'aria-label': 'Close', onclick: () => sheet.close() },
        '✕',
      ),
    ),
    h('h3', {}, 'Stage'),
    h(
      'div',
      { class: 'row' },
      snapshot.stages.map((stage) => stageButton(stage, one, board)),
    ),
    h('h3', {}, 'Tags'),
    one.tags.length > 0
      ? h(
          'ul',
          { class: 'tags' },
          one.tags.map((tag) => removable(tag, one, board)),
        )
      : h('p', { class: 'empty' }, 'None'),
    textForm('Add a tag', 'Driver', (tag) => patch(one, board, { tags: [...one.tags, tag] })),
    h('h3', {}, 'Links'),
    one.links.length > 0
      ? h(
          'ul',
          { class: 'links' },
          one.links.map((link) => h('li', {}, h('a', { href: link, target: '_blank', rel: 'noopener' }, link))),
        )
      : h('p', { class: 'empty' }, 'None'),
    one.cases.length > 0
      ? one.cases.map((each) => caseBlock(each, board)).reverse()
      : h('p', { class: 'note' }, 'No case at Certn.'),
    h('h3', {}, 'Candidate'),
    textForm('Set the e-mail', 'name@example.com', (email) => patch(one, board, { emails: [email] })),
    h('div', { class: 'row' }, candidateButtons(one, board)),
  ].flat();
}

function stageButton(stage, one, board) {
  const here = stage.id === one.stage;
  return h(
    'button',
    {
      type: 'button',
      'data-key': `stage-${stage.id}`,
      'aria-pressed': String(here),
      onclick: () => here || move(one.id, stage, board),
    },
    stage.text,
  );
}

function removable(tag, one, board) {
  const chip = tagChip(tag);
  chip.append(
    h(
      'button',
      {
        type: 'button',
        'data-key': `untag-${tag}`,
        'aria-label': `Remove ${tag}`,
        onclick: () => patch(one, board, { tags: one.tags.filter((other) => other !== tag) }),
      },
      '✕',
    ),
  );
  return chip;
}

function textForm(label, placeholder, submit) {
  const input = h('input', { 'aria-label': label, placeholder, autocomplete: 'off' });
  const form = h('form', { class: 'inline' }, input, h('button', { type: 'submit' }, label));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const text = input.value.trim();
    input.blur();
    if (text) void submit(text);
  });
  return form;
}

function candidateButtons(one, board) {
  const archived = one.archived !== null;
  const confidential = one.confidentiality === 'confidential';
  const button = (text, act, danger) =>
    h('button', { type: 'button', 'data-key': text, class: danger && 'danger', onclick: act }, text);
  return [
    button(archived ? 'Unarchive' : 'Archive', () => patch(one, board, { archived: !archived })),
    button(confidential ? 'Make open' : 'Make confidential', () => patch(one, board, { confidential: !confidential })),
    button('Remove the e-mail', () => patch(one, board, { emails: [] })),
    button('Anonymise', () => patch(one, board, { anonymized: true }), true),
    button(
      'Delete',
      async () => {
        await control('DELETE', `/lever/accounts/${board.account}/opportunities/${one.id}`);
        say(`${one.name ?? 'The candidate'} is deleted`);
        board.refresh();
      },
      true,
    ),
  ];
}

async function patch(one, board, changes) {
  await control('PATCH', `/lever/accounts/${board.account}/opportunities/${one.id}`, changes);
  board.refresh();
}

/** What the applicant may do, and what Certn may do. */
const APPLICANT = [
  ['open', 'Open the invitation'],
  ['start', 'Start'],
  ['submit', 'Submit'],
  ['decline', 'Decline'],
];
const CERTN = [
  ['begin', 'Begin'],
  ['complete-service', 'Complete next service'],
  ['complete', 'Complete all'],
  ['complete:REVIEW', 'Complete all: review'],
  ['expire', 'Expire the invitation'],
  ['dispute', 'Dispute'],
  ['ask-applicant', 'Ask the applicant'],
  ['cancel', 'Cancel'],
];

/** A case with its services and the buttons that move it on. */
export function caseBlock(each, board) {
  const act = async (named) => {
    const [action, score] = named.split(':');
    const after = await control('POST', `/certn/cases/${each.id}/act`, score ? { action, score } : { action });
    if (after) say(`Case ${after.short_id}: ${words(after.overall_status)}`);
    board.refresh();
  };
  const buttons = (all) =>
    all.map(([action, text]) =>
      h('button', { type: 'button', 'data-key': `${each.id}-${action}`, onclick: () => act(action) }, text),
    );
  return h(
    'section',
    { class: 'caseblock', 'aria-label': `Case ${each.short_id}` },
    h(
      'h3',
      {},
      `Case ${each.short_id} `,
      h('span', { class: 'case' }, words(each.overall_status), each.overall_score && ` · ${words(each.overall_score)}`),
    ),
    h(
      'ul',
      { class: 'checks' },
      each.checks.map((check) =>
        h(
          'li',
          { 'data-done': String(check.status === 'COMPLETE') },
          h('span', {}, checkName(check.type)),
          h('span', { class: 'state' }, words(check.status)),
        ),
      ),
    ),
    h('h4', {}, 'The applicant'),
    h('div', { class: 'row' }, buttons(APPLICANT)),
    h('h4', {}, 'Certn'),
    h('div', { class: 'row' }, buttons(CERTN)),
  );
}
