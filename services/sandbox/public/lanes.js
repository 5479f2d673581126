import { control, h, say, words } from './dom.js';

/** The columns of Lever's pipeline, with a card per candidate. */
export function lanesView(snapshot, board) {
  return h(
    'section',
    { class: 'view', 'aria-label': 'Candidates' },
    h(
      'div',
      { class: 'bar' },
      h(
        'p',
        { class: 'hint' },
        h(
          'span',
          { class: 'pointer' },
          'Drag a candidate to another stage, or focus a card and press ',
          h('kbd', {}, '←'),
          ' ',
          h('kbd', {}, '→'),
          ' (Enter opens it). ',
        ),
        h('span', { class: 'touch' }, 'Tap a candidate to move it. '),
        h('strong', {}, 'Background Check'),
        ' starts a check.',
      ),
      h(
        'button',
        { type: 'button', class: 'primary', 'data-key': 'add', onclick: () => addCandidate(snapshot, board) },
        'Add candidate',
      ),
    ),
    h(
      'div',
      { class: 'lanes', 'data-scroll': 'lanes' },
      snapshot.stages.map((stage, index) => lane(stage, index, snapshot, board)),
    ),
  );
}

function lane(stage, index, snapshot, board) {
  const column = h(
    'section',
    { class: 'lane', 'aria-label': `${stage.text}, ${stage.count}` },
    h('header', {}, h('h2', {}, stage.text), h('span', { class: 'count' }, String(stage.count))),
    h(
      'div',
      { class: 'cards', 'data-scroll': `lane-${stage.id}` },
      stage.cards.map((one) => card(one, index, snapshot, board)),
      more(stage),
    ),
  );
  column.addEventListener('dragover', (event) => {
    event.preventDefault();
    column.classList.add('over');
  });
  column.addEventListener('dragleave', (event) => {
    if (!column.contains(event.relatedTarget)) column.classList.remove('over');
  });
  column.addEventListener('drop', (event) => {
    event.preventDefault();
    column.classList.remove('over');
    const { id, from } = JSON.parse(event.dataTransfer.getData('text/plain') || '{}');
    if (id && from !== stage.id) void move(id, stage, board);
  });
  return column;
}

function more(stage) {
  if (stage.count === 0) return h('p', { class: 'empty' }, 'Nobody');
  return stage.count > stage.cards.length && h('p', { class: 'empty' }, `and ${stage.count - stage.cards.length} more`);
}

function card(one, index, snapshot, board) {
  const title = h(
    'button',
    { type: 'button', class: 'name', 'data-key': `card-${one.id}`, onclick: () => board.open(one.id, board) },
    one.name ?? 'No name',
  );
  const article = h(
    'article',
    { class: 'card', draggable: 'true' },
    h('div', { class: 'card-top' }, title, marks(one)),
    h('p', { class: one.emails?.length ? 'email' : 'email none' }, one.emails?.[0] ?? 'no e-mail'),
    one.tags.length > 0 && h('ul', { class: 'tags', 'aria-label': 'Tags' }, one.tags.map(tagChip)),
    footer(one),
  );
  article.addEventListener('dragstart', (event) => {
    board.state.dragging = true;
    article.classList.add('dragged');
    event.dataTransfer.effectAllowed = 'move';
    event.dataTransfer.setData('text/plain', JSON.stringify({ id: one.id, from: one.stage }));
  });
  article.addEventListener('dragend', () => {
    board.state.dragging = false;
    article.classList.remove('dragged');
    board.refresh();
  });
  article.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const to = step && snapshot.stages[index + step];
    if (!to) return;
    event.preventDefault();
    void move(one.id, to, board);
  });
  return article;
}

function marks(one) {
  const all = [
    one.archived && 'archived',
    one.confidentiality === 'confidential' && 'confidential',
    one.isAnonymized && 'anonymised',
  ].filter(Boolean);
  return all.map((mark) => h('span', { class: 'mark' }, mark));
}

function footer(one) {
  const latest = one.cases.at(-1);
  if (!latest && one.links.length === 0) return null;
  return h(
    'footer',
    {},
    latest &&
      h(
        'span',
        { class: 'case', title: 'Certn case' },
        words(latest.overall_status),
        one.cases.length > 1 && ` · ${one.cases.length} cases`,
      ),
    one.links.length > 0 && h('span', { class: 'linkcount' }, one.links.length === 1 ? '1 link' : `${one.links.length} links`),
  );
}

/** A tag; the status tags of the integration stand out. */
export function tagChip(tag) {
  const status = /^CERTN - (.+)$/.exec(tag)?.[1];
  const tone = !status ? 'plain' : /error|cancel/i.test(status) ? 'bad' : /complete/i.test(status) ? 'good' : 'going';
  return h('li', { class: 'tag', 'data-tone': tone }, tag);
}

/** Moves somebody, as a recruiter would, and says so. */
export async function move(id, stage, board) {
  const moved = await control('POST', `/lever/accounts/${board.account}/opportunities/${id}/move`, { stage: stage.id });
  if (moved) say(`${moved.name ?? 'The candidate'} moved to ${stage.text}`);
  board.state.dragging = false;
  board.refresh();
}

const PEOPLE = ['Jonas Kite', 'Kirsi Lund', 'Leo Marsh', 'Mina Novak', 'Omar Pike', 'Petra Quist', 'Rosa Stone', 'Sami Thorn'];

async function addCandidate(snapshot, board) {
  const known = snapshot.stages.reduce((sum, { count }) => sum + count, 0);
  const name = PEOPLE[known % PEOPLE.length];
  const emails = [`${name.toLowerCase().replace(' ', '.')}.${known + 1}@example.com`];
  const made = await control('POST', `/lever/accounts/${board.account}/opportunities`, {
    name,
    emails,
    stage: snapshot.stages[0].id,
  });
  if (made) say(`${made.name} added to ${made.stageName}`);
  board.refresh();
}
