// Tables of a form: entries come, go and move without a new page, and sums follow what is typed.
// Without this script the same buttons send the form, and the server does it.

const GROUPED = /^[+-]?[1-9]\d{0,2}(\.\d{3})+(,\d+)?$/;
const ENGLISH = /^[+-]?[1-9]\d{0,2}(,\d{3})+\.\d+$|^[+-]?[1-9]\d{0,2}(,\d{3}){2,}$/;

// The cents that somebody typed, read as the server reads them (core/forms/typed.py), or null.
const cents = (typed) => {
  let text = typed.replace(/[\s\u00a0\u202f€]|EUR/g, '');
  if (GROUPED.test(text)) text = text.replaceAll('.', '').replace(',', '.');
  else if (ENGLISH.test(text)) text = text.replaceAll(',', '');
  else if (/^[+-]?\d+,\d+$/.test(text)) text = text.replace(',', '.');
  const match = text.match(/^([+-]?)(\d{1,15})(?:\.(\d{1,2})0*)?$/);
  if (!match) return null;
  const amount = BigInt(match[2]) * 100n + BigInt((match[3] ?? '').padEnd(2, '0'));
  return match[1] === '-' ? -amount : amount;
};

const money = (amount) => {
  const whole = (amount < 0n ? -amount : amount).toString().padStart(3, '0');
  const english = document.documentElement.lang === 'en';
  const euros = BigInt(whole.slice(0, -2)).toLocaleString(english ? 'en' : 'de');
  const text = `${amount < 0n ? '-' : ''}${euros}${english ? '.' : ','}${whole.slice(-2)}`;
  return english ? `€${text}` : `${text}\u00a0€`;
};

const NAMING = ['name', 'id', 'for', 'aria-describedby', 'data-left', 'value'];

class Table {
  constructor(box) {
    this.box = box;
    this.name = box.dataset.table;
    this.most = Number(box.dataset.most);
    this.pattern = box.querySelector(':scope > [data-pattern]');
    this.told = box.querySelector(':scope > [data-told]');
    this.adding = box.querySelector(':scope > [data-add]');
    this.full = box.querySelector(':scope > [data-full]');
    box.addEventListener('click', (event) => this.clicked(event));
    box.addEventListener('input', () => this.sum());
  }

  get rows() {
    return [...this.box.querySelectorAll(':scope > [data-row]')];
  }

  clicked(event) {
    const button = event.target.closest('button[name="action"]');
    const row = button?.closest('[data-row]');
    if (!button || !(row || button.closest('[data-add]'))) return;
    event.preventDefault();
    if (!row) this.add();
    else if ('remove' in button.dataset) this.remove(row);
    else this.move(row, 'up' in button.dataset ? -1 : 1, button);
  }

  add() {
    if (this.rows.length >= this.most) return;
    const row = this.pattern.content.cloneNode(true).querySelector('[data-row]');
    this.pattern.before(row);
    this.changed();
    this.say(this.box.dataset.added, row);
    row.querySelector('input:not([type=hidden]), textarea, select')?.focus();
  }

  remove(row) {
    const place = row.nextSibling;
    const next = row.nextElementSibling.matches('[data-row]') ? row.nextElementSibling : row.previousElementSibling;
    this.say(this.box.dataset.removed, row);
    row.remove();
    this.changed();
    const undo = document.createElement('button');
    undo.type = 'button';
    undo.className = 't-link-button';
    undo.textContent = this.box.dataset.undo;
    undo.addEventListener('click', () => {
      this.box.insertBefore(row, place?.isConnected ? place : this.pattern);
      this.changed();
      this.told.textContent = '';
      row.querySelector('input:not([type=hidden]), textarea, select')?.focus();
    });
    this.told.append(' ', undo);
    const target = next?.matches('[data-row]') ? next : this.adding;
    target?.querySelector('input:not([type=hidden]), textarea, select, button')?.focus();
  }

  move(row, by, button) {
    const other = by < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!other?.matches('[data-row]')) return;
    if (by < 0) other.before(row);
    else other.after(row);
    this.changed();
    this.say(this.box.dataset.moved, row);
    // At the end the button is gone; the way back is there.
    const seen = [button, ...row.querySelectorAll('[data-up], [data-down]')].find((b) => b.offsetParent);
    seen?.focus();
  }

  say(text, row) {
    this.told.textContent = text.replace('#', this.rows.indexOf(row) + 1);
  }

  // The order of the numbers is the order of the entries: that is how the server reads them.
  changed() {
    const checked = new Map();
    for (const input of this.box.querySelectorAll('[data-row] :is([type=radio], [type=checkbox])')) checked.set(input, input.checked);
    this.rows.forEach((row, index) => this.number(row, index));
    for (const [input, was] of checked) input.checked = was;
    const full = this.rows.length >= this.most;
    if (this.adding) this.adding.hidden = full;
    this.full.hidden = !full;
    this.sum();
    this.box.closest('form').dispatchEvent(new Event('rows'));
  }

  number(row, index) {
    const old = new RegExp(`(^|\\s)${this.name}-(\\d+|n)-`, 'g');
    for (const part of [row, ...row.querySelectorAll('*')]) {
      for (const attribute of NAMING) {
        if (attribute === 'value' && part.name !== 'action') continue;
        const value = part.getAttribute(attribute);
        if (value === null) continue;
        if (attribute === 'value') part.setAttribute('value', value.replace(/:(\d+|n)$/, `:${index}`));
        else part.setAttribute(attribute, value.replace(old, `$1${this.name}-${index}-`));
      }
    }
    row.querySelector('legend').textContent = this.box.dataset.entry.replace('#', index + 1);
    for (const number of row.querySelectorAll('[data-number]')) number.textContent = index + 1;
  }

  sum() {
    for (const output of this.box.querySelectorAll('[data-sum]')) {
      const cells = [...this.box.querySelectorAll(`[data-row] [data-amount="${output.dataset.sum}"] input`)];
      output.textContent = money(cells.reduce((sum, cell) => sum + (cents(cell.value) ?? 0n), 0n));
    }
  }
}

for (const box of document.querySelectorAll('[data-table]')) new Table(box).sum();
