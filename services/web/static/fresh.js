// Keeps parts of a page fresh: the server only says "fetch again", and the page fetches itself anew, with the same rights.
// Nothing is replaced under somebody's hands: a part that has the focus, or something begun in it, waits.
const CALM_MS = 400; // several news at once are fetched once
const BY_ITSELF = { Accept: 'text/html', 'Bifall-By-Itself': 'yes' }; // nobody asked: it keeps no session alive

export function wake(scope) {
  for (const place of scope.querySelectorAll('[data-fresh]')) {
    if (!place.dataset.awake) listen(place);
  }
}

function listen(place) {
  place.dataset.awake = 'yes';
  let source = null;
  let timer;

  function open() {
    if (source || document.hidden) return;
    source = new EventSource(place.dataset.fresh);
    source.addEventListener('message', () => {
      clearTimeout(timer);
      timer = setTimeout(fetchAgain, CALM_MS);
    });
  }

  function close() {
    source?.close();
    source = null;
  }

  document.addEventListener('visibilitychange', () => {
    if (document.hidden) close();
    else { open(); fetchAgain(); } // what came while nobody looked
  });
  addEventListener('pagehide', close);
  open();
}

async function fetchAgain() {
  let answer;
  try {
    answer = await fetch(location.href, { headers: BY_ITSELF, credentials: 'same-origin' });
  } catch {
    return; // no contact: the next word from the server, or the next look, tries again
  }
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  for (const part of document.querySelectorAll('[data-fresh-part]')) replace(part, page);
}

function replace(part, page) {
  const anew = page.querySelector(`[data-fresh-part="${CSS.escape(part.dataset.freshPart)}"]`);
  if (!anew || anew.innerHTML === part.dataset.freshSeen) return;
  if (part.contains(document.activeElement) || part.querySelector('details[open]') || isBegun(part)) return;
  part.innerHTML = anew.innerHTML;
  part.dataset.freshSeen = anew.innerHTML;
  part.dispatchEvent(new CustomEvent('bifall:shown', { bubbles: true }));
}

/** Whether a field holds something else than the server drew. */
function isBegun(part) {
  return [...part.querySelectorAll('input, textarea')].some((one) => one.value !== one.defaultValue || one.checked !== one.defaultChecked);
}
