import { caseBlock } from './candidate.js';
import { clock, h, words } from './dom.js';

let opened = null;

/** Every e-mail that Certn sent; opening one lets you play the applicant. */
export function mailboxView(snapshot, board) {
  const cases = new Map(
    snapshot.stages.flatMap(({ cards }) => cards.flatMap((card) => card.cases)).map((each) => [each.id, each]),
  );
  const mail = snapshot.mails.find(({ id }) => id === opened);
  return h(
    'section',
    { class: 'view', 'aria-label': 'Mailbox' },
    h(
      'div',
      { class: 'bar' },
      h('p', { class: 'hint' }, 'What Certn sends to applicants ends here. Open an invitation to play its applicant.'),
    ),
    h(
      'div',
      { class: 'split' },
      h(
        'div',
        { class: 'panel' },
        snapshot.mails.length > 0
          ? h(
              'ul',
              { class: 'mails' },
              snapshot.mails.map((each) => row(each, board)),
            )
          : h('p', { class: 'empty' }, 'No letters yet. Move a candidate into the trigger stage.'),
      ),
      h(
        'div',
        { class: 'panel' },
        mail ? letter(mail, cases.get(mail.caseId), board) : h('p', { class: 'empty' }, 'No letter is open.'),
      ),
    ),
  );
}

function row(mail, board) {
  const open = () => {
    opened = mail.id;
    board.draw();
    document.querySelector('.letter')?.scrollIntoView({ block: 'nearest' });
  };
  return h(
    'li',
    {},
    h(
      'button',
      { type: 'button', class: 'mail', 'data-key': `mail-${mail.id}`, 'aria-pressed': String(mail.id === opened), onclick: open },
      h('span', { class: 'to' }, mail.to),
      h('time', {}, clock(mail.atMs)),
      h('span', { class: 'subject' }, mail.subject),
      h('span', { class: 'case' }, words(mail.status)),
    ),
  );
}

function letter(mail, about, board) {
  return h(
    'article',
    { class: 'letter' },
    h('h2', {}, mail.subject),
    h('p', { class: 'email' }, `To ${mail.to} · ${clock(mail.atMs)}`),
    h('p', {}, 'Please open the form, fill it in and submit it.'),
    about ? caseBlock(about, board) : h('p', { class: 'note' }, 'This case belongs to nobody on the board.'),
  );
}
