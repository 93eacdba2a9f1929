// Forms that have no draft, such as a comment or a reason: what is typed stays in this browser
// until it is sent, and stands in the form again if it never arrived.
import { find, forget, keep, keyOf } from './kept.js';

for (const form of document.querySelectorAll('form[data-keep]')) {
  const key = `${keyOf(form)}#${form.dataset.keep}`;
  const fields = () => [...form.elements].filter((e) => e.name && !['hidden', 'file', 'submit', 'password'].includes(e.type));
  const left = find(key);
  const empty = fields().every((e) => (e.type === 'radio' || e.type === 'checkbox' ? !e.checked : !e.value));
  if (left && empty) {
    for (const e of fields()) {
      const given = left.fields.filter(([name]) => name === e.name).map(([, value]) => value);
      if (e.type === 'radio' || e.type === 'checkbox') e.checked = given.includes(e.value);
      else if (given.length) e.value = given[0];
    }
    const status = form.querySelector('[data-status]');
    if (status && left.fields.some(([, value]) => value)) status.textContent = status.dataset.restored;
  }
  const store = () => {
    const typed = fields().filter((e) => (e.type === 'radio' || e.type === 'checkbox' ? e.checked : e.value));
    if (typed.length) keep(key, { fields: typed.map((e) => [e.name, e.value]), request: form.elements.key?.value });
    else forget(key);
  };
  form.addEventListener('input', store);
  // With the name of this page, also if the words were typed on an earlier one.
  form.addEventListener('submit', store);
}
