// Wakes what is on the page: each behaviour is its own file, fetched only by pages that have something for it to do.
const BEHAVIOURS = [
  ['[data-module]', './govuk.js'],
  ['form[data-stored]', './autosave.js'],
  ['input[type=file][data-upload]', './upload.js'],
  ['table[data-table]', './table.js'],
  ['[data-budget]', './budget.js'],
  ['[data-fresh]', './fresh.js'],
];
const HTMX = '[hx-get], [hx-post], [hx-boost]';

document.documentElement.classList.add('js-enabled');
document.body.classList.add('js-enabled', 'govuk-frontend-supported');

/** htmx reads its settings and starts by itself, but only where it can tell that the page is complete. */
async function wakeHtmx() {
  if (document.readyState !== 'complete') await new Promise((resolve) => { addEventListener('load', resolve, { once: true }); });
  await import('./htmx.js');
}

function hasSubmitted() {
  try { return sessionStorage.getItem('bifall:submitted') !== null; } catch { return false; }
}

async function wake(scope) {
  const needed = BEHAVIOURS.filter(([selector]) => scope.querySelector(selector));
  await Promise.all(needed.map(async ([, file]) => (await import(file)).wake(scope)));
}

document.addEventListener('htmx:load', (event) => wake(event.target));
document.addEventListener('bifall:shown', (event) => wake(event.target));
if (hasSubmitted()) (await import('./autosave.js')).forgetSubmitted();
await wake(document);
if (document.querySelector(HTMX)) await wakeHtmx();
