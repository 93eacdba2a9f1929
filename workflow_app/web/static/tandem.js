// Only betterment: without JavaScript everything works.
const problems = document.querySelector('[data-problems]');
if (problems) problems.focus();

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

const picture = document.querySelector('[data-show-current]');
const current = picture && picture.querySelector('.is-current');
if (current) {
  const node = current.getBoundingClientRect();
  const frame = picture.getBoundingClientRect();
  picture.scrollLeft += node.left - frame.left - (frame.width - node.width) / 2;
}
