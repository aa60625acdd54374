// Adds a budget up while one writes it. The server adds it up again: this only shows.
const PAUSE_MS = 1200;

export function wake(scope) {
  const found = scope.matches?.('[data-budget]') ? [scope] : scope.querySelectorAll('[data-budget]');
  for (const budget of found) {
    if (!budget.dataset.awake) watch(budget);
  }
}

/** Öre of what is written as Swedes and others write kronor: "25 000", "25 000,50", "25.000", "25,000". NaN if it is none. */
export function ore(text) {
  const plain = text.replace(/[\s\u00a0\u202f]|kr|sek/gi, '').replace(/[.,](?=\d{3}(?:\D|$))/g, '').replace(',', '.');
  if (plain === '') return 0;
  return /^\d+(\.\d{1,2})?$/.test(plain) ? Math.round(Number(plain) * 100) : NaN;
}

function kronor(sum) {
  const digits = sum % 100 ? 2 : 0;
  return (sum / 100).toLocaleString(document.documentElement.lang, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function watch(budget) {
  budget.dataset.awake = 'yes';
  const told = budget.querySelector('[data-sum-told]');
  let timer;

  function show() {
    const sentences = [];
    for (const place of budget.querySelectorAll('[data-sum]')) {
      const amounts = [...budget.querySelectorAll(`[data-column="${place.dataset.sum}"]`)].map((field) => ore(field.value));
      const sum = amounts.reduce((one, other) => one + other, 0);
      place.textContent = Number.isNaN(sum) ? '–' : kronor(sum);
      sentences.push(budget.dataset.sumText.replace('{label}', place.dataset.sumLabel).replace('{sum}', place.textContent));
    }
    return sentences.join('. ');
  }

  function changed() {
    const sentence = show();
    clearTimeout(timer);
    timer = setTimeout(() => { if (told) told.textContent = sentence; }, PAUSE_MS);
  }

  budget.addEventListener('input', changed);
  budget.closest('form')?.addEventListener('bifall:filled', changed);
  show();
}
