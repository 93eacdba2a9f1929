// Of a decision only what it asks for is shown; what is filled in stays, whatever is chosen.
const form = document.querySelector('form:has([data-for])');

const filled = (box) => [...box.querySelectorAll('input, textarea, select')].some((control) => {
  if (control.type === 'hidden' || control.disabled) return false;
  return control.type === 'radio' || control.type === 'checkbox' ? control.checked && control.value !== '' : control.value.trim() !== '';
});

const show = () => {
  const chosen = form.querySelector('input[name=decision]:checked');
  for (const box of form.querySelectorAll('[data-for]')) {
    const asked = !chosen || box.dataset.for.split(' ').includes(chosen.value);
    box.hidden = !asked && !filled(box) && !box.querySelector('[aria-invalid], .kern-error');
  }
  for (const part of form.querySelectorAll('.t-part')) {
    const pieces = [...part.children].filter((child) => child.tagName !== 'H2');
    part.hidden = pieces.length > 0 && pieces.every((child) => child.hidden);
  }
};

form.addEventListener('change', (event) => {
  if (event.target.name === 'decision') show();
});
show();
