// The desk's table by keyboard: `/` goes to the search, arrows move between rows, Enter opens (it is a link).
// Columns can be put away; which ones is remembered in this browser.
const PREFIX = 'bifall:columns:';

export function wake(scope) {
  for (const table of scope.querySelectorAll('table[data-table]')) {
    if (table.dataset.awake) continue;
    table.dataset.awake = 'yes';
    columns(table);
    table.addEventListener('keydown', (event) => move(table, event));
  }
}

document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest('input, textarea, select, [contenteditable]')) return;
  const search = document.querySelector('[data-table-search], input[type=search]');
  if (!search) return;
  event.preventDefault();
  search.focus();
  search.select?.();
});

document.addEventListener('keydown', (event) => {
  if (event.key !== 'ArrowDown' || !event.target.matches?.('[data-table-search], input[type=search]')) return;
  const first = links(document.querySelector('table[data-table]'))[0];
  if (!first) return;
  event.preventDefault();
  first.focus();
});

/** The first link of every row that can be seen: that is what Enter opens. */
function links(table) {
  return [...(table?.tBodies ?? [])].flatMap((body) => [...body.rows]).map((row) => row.querySelector('a[href]')).filter(Boolean);
}

function move(table, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, select, textarea')) return;
  const all = links(table);
  const at = all.indexOf(event.target.closest('tr')?.querySelector('a[href]'));
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
  if (at < 0 || to === undefined || !all[to]) return;
  event.preventDefault();
  all[to].focus();
}

function columns(table) {
  const heads = [...table.tHead.rows[0].cells].map((cell, index) => ({ index, name: cell.dataset.column, text: cell.textContent.trim() }));
  const optional = heads.filter((head) => head.name);
  if (!optional.length || !table.dataset.columnsText) return;
  const away = new Set(remembered(table));
  const box = document.createElement('details');
  box.className = 'columns';
  const summary = document.createElement('summary');
  summary.textContent = table.dataset.columnsText;
  const list = document.createElement('ul');
  box.append(summary, list);
  for (const head of optional) {
    const field = document.createElement('input');
    field.type = 'checkbox';
    field.checked = !away.has(head.name);
    const label = document.createElement('label');
    label.append(field, head.text);
    const item = document.createElement('li');
    item.append(label);
    list.append(item);
    field.addEventListener('change', () => {
      if (field.checked) away.delete(head.name);
      else away.add(head.name);
      remember(table, [...away]);
      show(table, optional, away);
    });
  }
  (table.closest('.scroll') ?? table).before(box);
  show(table, optional, away);
}

function show(table, optional, away) {
  for (const head of optional) {
    for (const row of table.rows) {
      if (row.cells[head.index]) row.cells[head.index].hidden = away.has(head.name);
    }
  }
}

function remembered(table) {
  try { return JSON.parse(localStorage.getItem(PREFIX + table.dataset.table)) ?? []; } catch { return []; }
}

function remember(table, names) {
  try { localStorage.setItem(PREFIX + table.dataset.table, JSON.stringify(names)); } catch { /* for this page only, then */ }
}
