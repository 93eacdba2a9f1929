// Saving while typing. Without this script the button “Entwurf speichern” does the same.
import { find, forget, keep, keyOf } from './kept.js';

const QUIET = 1500; // ms after the last key
const LONGEST = 10_000; // ms that somebody may go on typing before it is saved all the same
const RETRIES = [3000, 5000, 10_000, 20_000, 30_000];

const form = document.querySelector('form[data-typing]');
const status = document.querySelector('[data-status]');
const key = keyOf(form);
const texts = status.dataset;
const hidden = (name) => form.elements[name];

let changed = false; // something was typed that the server does not have
let sending = false;
let leaving = false;
let timer = 0;
let since = 0; // when the first unsaved key was pressed
let failures = 0;

// Files stay out: they are sent with the form and kept at once.
const typed = () => [...new FormData(form)].filter(([name, value]) => typeof value === 'string' && name !== 'csrf_token');

const say = (text, kind = '', link = null) => {
  const parts = [];
  if (kind) {
    const icon = document.createElement('span');
    icon.className = `kern-icon kern-icon--${kind} kern-icon--small`;
    icon.setAttribute('aria-hidden', 'true');
    parts.push(icon);
  }
  const words = document.createElement('span');
  words.textContent = text;
  if (link) words.append(' ', link);
  status.replaceChildren(...parts, words);
  status.classList.toggle('t-save--problem', kind === 'warning');
};

const linkTo = (text, href) => {
  const link = document.createElement('a');
  link.className = 'kern-link';
  link.href = href;
  link.textContent = text;
  return link;
};

const button = (text, act) => {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = 't-link-button';
  made.textContent = text;
  made.addEventListener('click', act);
  return made;
};

const later = (delay) => {
  clearTimeout(timer);
  timer = setTimeout(save, delay);
};

const undecided = () => Boolean(form.querySelector('[name="clash"]'));

const keepHere = () => keep(key, { fields: typed(), request: hidden('key').value, url: form.dataset.save ?? '' });

const signIn = () => linkTo(texts.signIn, `/login?next=${encodeURIComponent(location.pathname)}`);

// What was sent, with its answer: {status, body}. No answer at all is status 0.
const send = async (fields) => {
  const body = new URLSearchParams(fields);
  body.set('csrf_token', hidden('csrf_token').value);
  body.set('person', form.dataset.person);
  try {
    const answer = await fetch(form.dataset.save, { method: 'POST', body, redirect: 'manual', headers: { Accept: 'application/json' } });
    if (answer.type === 'opaqueredirect') return { status: 401 };
    return { status: answer.status, body: answer.ok ? await answer.json() : null };
  } catch {
    return { status: 0 };
  }
};

// The token belongs to the sign-in: after signing in anew, in another window, the page gets it again.
const renewed = async () => {
  try {
    const answer = await fetch(location.pathname, { redirect: 'manual' });
    if (!answer.ok) return false;
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const there = fresh.querySelector('form[data-typing]');
    if (there?.dataset.person !== form.dataset.person) return false;
    for (const old of document.querySelectorAll('[name="csrf_token"]')) old.value = there.elements.csrf_token.value;
    return true;
  } catch {
    return false;
  }
};

const failed = async (status) => {
  if (status === 400 && (await renewed())) return later(0);
  if (status === 400 || status === 401) {
    say(texts.ended, 'warning', signIn());
    return later(RETRIES.at(-1)); // perhaps somebody signs in again in another window
  }
  if (status === 403 || status === 404) return say(texts.closed, 'warning');
  say(texts.offline, 'warning');
  later(RETRIES[Math.min(failures++, RETRIES.length - 1)]);
};

const saved = (answer) => {
  failures = 0;
  hidden('draft').value = answer.draft;
  hidden('base').value = JSON.stringify({ ...JSON.parse(hidden('base').value || '{}'), ...answer.base });
  if (answer.clashes.length) {
    keepHere();
    const look = button(texts.choose, () => form.requestSubmit(form.querySelector('button[value="save"]:not([aria-hidden])')));
    return say([texts.clash, ...answer.clashes].join(' '), 'warning', look);
  }
  if (changed || undecided()) keepHere();
  else forget(key);
  say([texts.saved.replace('#', answer.time), ...answer.told].join('. '), 'success');
  for (const [field, needed] of Object.entries(answer.needed)) {
    for (const mark of form.querySelectorAll(`[data-optional="${field}"]`)) mark.hidden = needed;
  }
};

const save = async () => {
  if (!changed || sending || leaving) return;
  clearTimeout(timer);
  sending = true;
  changed = false;
  since = 0;
  const { status, body } = await send(typed());
  sending = false;
  if (leaving) return;
  if (body) {
    saved(body);
    if (changed) later(QUIET);
  } else {
    changed = true;
    keepHere();
    await failed(status);
  }
};

const touched = () => {
  changed = true;
  since ||= Date.now();
  keepHere();
  if (failures) return; // a retry is under way already
  later(Math.min(QUIET, Math.max(0, since + LONGEST - Date.now())));
};

form.addEventListener('input', (event) => event.target.type !== 'file' && touched());
form.addEventListener('rows', touched);
form.addEventListener('submit', () => {
  leaving = true;
  keepHere();
});
document.addEventListener('signing-out', (event) => {
  if (changed) event.detail.waits = save();
});
window.addEventListener('online', () => changed && later(0));
window.addEventListener('pageshow', (event) => {
  // Back from another page: the script goes on where it stopped.
  if (event.persisted) leaving = false;
});
document.addEventListener('visibilitychange', () => document.hidden && changed && later(0));

// What an earlier visit left behind: it goes to the server as it was typed then, with what the page
// showed then, so that nothing that others have saved since is overwritten.
const bringBack = async () => {
  const left = find(key);
  if (!left) return;
  const fields = left.fields.filter(([name]) => name !== 'person');
  const { status, body } = await send(fields);
  if (!body) return failed(status);
  if (body.clashes.length) return resend(fields);
  forget(key);
  const shown = JSON.parse(hidden('base').value);
  if (Object.entries(body.base).every(([field, mark]) => shown[field] === mark)) return;
  sessionStorage.setItem('tandem-restored', key);
  location.reload();
};

// Two have changed the same answer: the page of the form asks which one is meant.
const resend = (fields) => {
  const again = document.createElement('form');
  again.method = 'post';
  again.hidden = true;
  const all = [...fields.filter(([name]) => !['action', 'key', 'version'].includes(name)), ['csrf_token', hidden('csrf_token').value], ['key', hidden('key').value], ['action', 'save']];
  for (const [name, value] of all) {
    const input = document.createElement('textarea');
    input.name = name;
    input.value = value;
    again.append(input);
  }
  document.body.append(again);
  forget(key);
  again.submit();
};

// A page is there before its script: whoever begins at once has typed what no listener has heard.
const typedBefore = () => [...form.elements].some((e) => {
  if (e.type === 'checkbox' || e.type === 'radio') return e.checked !== e.defaultChecked;
  if (e.type === 'select-one') return e.selectedIndex !== Math.max(0, [...e.options].findIndex((o) => o.defaultSelected));
  return (e.type === 'text' || e.type === 'textarea') && e.value !== e.defaultValue;
});

if (sessionStorage.getItem('tandem-restored') === key) {
  sessionStorage.removeItem('tandem-restored');
  say(texts.restored, 'success');
}
// A page that answers a button shows what was typed; only one that was opened may lack something.
if (form.hasAttribute('data-unsaved')) touched();
else if (undecided()) keepHere();
else if (form.hasAttribute('data-opened')) bringBack().then(() => typedBefore() && touched());
else forget(key);
