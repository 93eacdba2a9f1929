// Only betterment: without JavaScript everything works.
import { forgetAll, tidy } from './kept.js';

const problems = document.querySelector('[data-problems]');
if (problems) problems.focus();

tidy();
// Whoever signs out leaves nothing behind in this browser; what is unsaved is saved first.
for (const form of document.querySelectorAll('form[data-sign-out]')) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const last = { waits: null };
    document.dispatchEvent(new CustomEvent('signing-out', { detail: last }));
    await last.waits;
    forgetAll();
    form.submit();
  });
}
if (document.querySelector('[data-table]')) import('./rows.js');
if (document.querySelector('form[data-typing]')) import('./typing.js');
if (document.querySelector('[data-for]')) import('./deciding.js');
if (document.querySelector('form[data-keep]')) import('./keeping.js');

for (const area of document.querySelectorAll('textarea[data-max]')) {
  const left = document.getElementById(area.dataset.left);
  const limit = Number(area.dataset.max);
  const count = () => {
    const rest = limit - area.value.length;
    left.textContent = (rest >= 0 ? area.dataset.more : area.dataset.less).replace('#', Math.abs(rest));
  };
  area.addEventListener('input', count);
  count();
}

// Whoever follows a link to a section wants to read it; on paper everything is to be read.
const unfold = () => {
  const target = document.getElementById(location.hash.slice(1));
  for (let box = target && target.closest('details'); box; box = box.parentElement.closest('details')) box.open = true;
};
unfold();
window.addEventListener('hashchange', unfold);
window.addEventListener('beforeprint', () => {
  for (const box of document.querySelectorAll('details.t-fold:not([open])')) {
    box.open = true;
    window.addEventListener('afterprint', () => { box.open = false; }, { once: true });
  }
});

const picture = document.querySelector('[data-show-current]');
const current = picture && picture.querySelector('.is-current');
if (current) {
  const node = current.getBoundingClientRect();
  const frame = picture.getBoundingClientRect();
  picture.scrollLeft += node.left - frame.left - (frame.width - node.width) / 2;
}
