import { drawSheet, openSheet } from './candidate.js';
import { control, replace, say } from './dom.js';
import { faultsView } from './faults.js';
import { lanesView } from './lanes.js';
import { mailboxView } from './mailbox.js';
import { webhooksView } from './webhooks.js';

const VIEWS = { lanes: lanesView, mailbox: mailboxView, faults: faultsView, webhooks: webhooksView };
const REFRESH_MS = 250;
const POLL_MS = 15_000;

const main = document.getElementById('main');
const accountChoice = document.getElementById('account');
const live = document.getElementById('live');
const tabs = [...document.querySelectorAll('[data-view]')];

/** What is shown, and of whom. */
export const state = { account: 'demo', view: 'lanes', snapshot: null, dragging: false };

let asked = false;
let lastAt = 0;

/** Reads everything anew, at most a few times a second. */
export function refresh() {
  if (asked) return;
  asked = true;
  setTimeout(
    async () => {
      asked = false;
      lastAt = performance.now();
      const snapshot = await control('GET', `/board/${encodeURIComponent(state.account)}`);
      if (!snapshot) return chooseAnother();
      state.snapshot = snapshot;
      draw();
    },
    Math.max(0, REFRESH_MS - (performance.now() - lastAt)),
  );
}

async function chooseAnother() {
  const [first] = (await control('GET', '/lever/accounts')) ?? [];
  if (first && first.id !== state.account) {
    state.account = first.id;
    refresh();
  }
}

/** Draws the view, but not under somebody's hands: while they drag or type, it waits. */
export function draw() {
  if (!state.snapshot || state.dragging) return;
  drawAccounts();
  drawSheet(state.snapshot);
  if (main.querySelector('form')?.contains(document.activeElement) && main.dataset.view === state.view) return;
  main.dataset.view = state.view;
  replace(main, VIEWS[state.view](state.snapshot, { account: state.account, refresh, open: openSheet, state, draw }));
}

function drawAccounts() {
  const { accounts } = state.snapshot;
  const known = [...accountChoice.options].map(({ value }) => value).join();
  if (known !== accounts.map(({ id }) => id).join())
    accountChoice.replaceChildren(...accounts.map(({ id, name }) => new Option(name, id, false, id === state.account)));
  accountChoice.parentElement.hidden = accounts.length < 2;
}

function show(view) {
  state.view = view in VIEWS ? view : 'lanes';
  for (const tab of tabs) {
    if (tab.dataset.view === state.view) tab.setAttribute('aria-current', 'page');
    else tab.removeAttribute('aria-current');
  }
  draw();
}

for (const tab of tabs) tab.addEventListener('click', () => (location.hash = tab.dataset.view));
addEventListener('hashchange', () => show(location.hash.slice(1)));
accountChoice.addEventListener('change', () => {
  state.account = accountChoice.value;
  refresh();
});

const THEMES = [
  ['auto', '◐', 'as the system'],
  ['light', '☀', 'light'],
  ['dark', '☾', 'dark'],
];
const themeButton = document.getElementById('theme');

function setTheme(name) {
  const [chosen, sign, words] = THEMES.find(([theme]) => theme === name) ?? THEMES[0];
  document.documentElement.dataset.theme = chosen;
  localStorage.setItem('theme', chosen);
  themeButton.textContent = sign;
  themeButton.setAttribute('aria-label', `Theme: ${words}`);
  themeButton.title = `Theme: ${words}`;
}

themeButton.addEventListener('click', () => {
  const index = THEMES.findIndex(([theme]) => theme === document.documentElement.dataset.theme);
  setTheme(THEMES[(index + 1) % THEMES.length][0]);
});
setTheme(localStorage.getItem('theme'));

function listen() {
  const stream = new EventSource('/control/stream');
  stream.onopen = () => {
    live.dataset.state = 'on';
    live.textContent = 'live';
    refresh();
  };
  stream.onmessage = refresh;
  stream.onerror = () => {
    if (live.dataset.state === 'on') say('The sandbox does not answer', true);
    live.dataset.state = 'off';
    live.textContent = 'offline';
  };
}

listen();
setInterval(refresh, POLL_MS);
show(location.hash.slice(1));
refresh();
