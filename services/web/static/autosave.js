// Saves a form while one writes: at most three seconds after a pause, shown as "Sparat 14.32".
//
// Nothing written is lost: what has not reached the server is kept in this browser, sent again when there is contact, and
// put back when the page is opened anew. An attempt whose answer never came is repeated exactly, under the same key, before
// anything newer is sent, so that it counts once. What somebody else has changed meanwhile is never overwritten.
//
// A form with `data-stored` alone is not saved while one writes: its words are only kept here until it has been sent.
const PAUSE_MS = 1500;
const AGAIN_MS = 10_000;
const TIMEOUT_MS = 15_000;
const ANOTHER_TAB_MS = 3 * AGAIN_MS; // a tab with unsent words touches them this often; older ones belong to nobody
const OURS = new Set(['csrf', 'key', 'version']);
const UNSAVED = new Set(['file', 'submit', 'button', 'reset', 'image', 'fieldset', 'output', 'object']);
const PREFIX = 'bifall:';
const SUBMITTED = 'bifall:submitted';
const WAITS_MS = 5_000; // a form that is sent waits so long for a saving that is on its way

export function wake(scope) {
  for (const form of scope.querySelectorAll('form[data-stored]')) {
    if (!form.dataset.awake) new Autosave(form);
  }
}

/** A form of the page before was sent, and this is where it led: what was kept of it is not needed any more. */
export function forgetSubmitted() {
  const { name, page } = JSON.parse(sessionStorage.getItem(SUBMITTED));
  sessionStorage.removeItem(SUBMITTED);
  const cameFrom = document.referrer && new URL(document.referrer);
  const isElsewhere = isUntaken() || location.pathname.startsWith('/sign-in');
  if (cameFrom && cameFrom.origin === location.origin && cameFrom.pathname === page && !isElsewhere) localStorage.removeItem(name);
}

export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function tabName() {
  try {
    const name = sessionStorage.getItem(`${PREFIX}tab`) ?? newKey();
    sessionStorage.setItem(`${PREFIX}tab`, name);
    return name;
  } catch {
    return newKey(); // a browser that keeps nothing still saves to the server
  }
}

/** The page shows a form that the server did not take, or shows before it does: what stands in it is saved nowhere. */
function isUntaken() {
  return 'unsent' in document.body.dataset;
}

/** What a person has filled in, as [name, value] pairs in order. Files are sent by upload.js. */
function written(form) {
  return [...new FormData(form)].filter(([name, value]) => typeof value === 'string' && !OURS.has(name));
}

/** The same as the page came with it. */
function served(form) {
  const pairs = [];
  for (const field of form.elements) {
    if (!field.name || OURS.has(field.name) || field.matches(':disabled') || UNSAVED.has(field.type)) continue;
    if (field.type === 'checkbox' || field.type === 'radio') {
      if (field.defaultChecked) pairs.push([field.name, field.value]);
    } else if (field.options) {
      const chosen = [...field.options].filter((one) => one.defaultSelected);
      if (!chosen.length && field.type === 'select-one') chosen.push(...[...field.options].slice(0, 1));
      pairs.push(...chosen.map((one) => [field.name, one.value]));
    } else pairs.push([field.name, field.type === 'hidden' ? field.value : field.defaultValue]);
  }
  return pairs;
}

/** Whether somebody may have written here before this script came, on a slow line. What a browser puts back by itself, when
 * one goes back to a page, may be older than what the page came with. */
function isAnew() {
  return performance.getEntriesByType?.('navigation')[0]?.type === 'navigate';
}

function same(one, other) {
  const plain = (pairs) => JSON.stringify(pairs.map(([name, value]) => [name, value.replace(/\s/g, '')]));
  return plain(one) === plain(other);
}

class Kept {
  constructor(form) {
    this.prefix = `${PREFIX}${form.dataset.stored}:`;
    this.own = this.prefix + tabName();
  }

  put(entry) {
    try {
      localStorage.setItem(this.own, JSON.stringify({ ...entry, at: Date.now() }));
    } catch { /* full or forbidden: the words are still in the fields */ }
  }

  drop(name = this.own) {
    try { localStorage.removeItem(name); } catch { /* nothing was kept */ }
  }

  /** The newest that this tab, or a tab that is gone, has left behind: [name, entry] or null. */
  find() {
    const found = [];
    try {
      for (const name of Object.keys(localStorage)) {
        if (!name.startsWith(this.prefix)) continue;
        const entry = JSON.parse(localStorage.getItem(name));
        if (name === this.own || Date.now() - entry.at > ANOTHER_TAB_MS) found.push([name, entry]);
      }
    } catch { return null; }
    return found.sort((one, other) => other[1].at - one[1].at)[0] ?? null;
  }
}

class Autosave {
  constructor(form) {
    this.form = form;
    form.dataset.awake = 'yes';
    this.words = form.dataset;
    this.status = form.querySelector('[data-saved]') ?? this.makeStatus();
    this.kept = new Kept(form);
    this.saved = isUntaken() ? [] : written(form); // what the server has
    this.attempt = null; // { key, pairs, version }: sent, answer not yet seen
    this.busy = false;
    this.stopped = false; // a conflict: only the person can go on
    if (isUntaken()) this.keep();
    else if (!this.restore()) this.catchUp();
    form.addEventListener('input', () => this.changed());
    form.addEventListener('change', () => this.changed());
    form.addEventListener('submit', (event) => this.submitted(event));
    addEventListener('online', () => this.save());
    addEventListener('pagehide', () => this.keep());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden') { this.keep(); this.save(); }
    });
  }

  /** The form itself is sent: after a saving that is on its way, whose version it needs. */
  submitted(event) {
    if (event.submitter?.formTarget === '_blank') return; // opened beside this page, where one goes on writing
    clearTimeout(this.timer);
    if (this.busy && !this.isLeaving && this.form.requestSubmit) {
      event.preventDefault();
      this.isLeaving = true;
      const { submitter } = event;
      Promise.race([this.sending, new Promise((resolve) => { setTimeout(resolve, WAITS_MS); })])
        .finally(() => this.form.requestSubmit(submitter));
      return;
    }
    this.isLeaving = false;
    this.keep();
    try { sessionStorage.setItem(SUBMITTED, JSON.stringify({ name: this.kept.own, page: location.pathname })); } catch { /* kept, then */ }
  }

  makeStatus() {
    const status = document.createElement('p');
    status.className = 'saved';
    status.setAttribute('role', 'status');
    status.dataset.saved = '';
    this.form.append(status);
    return status;
  }

  get version() {
    return this.form.elements.version?.value ?? '';
  }

  get isUnsent() {
    return !same(written(this.form), this.saved);
  }

  changed() {
    if (this.stopped) { this.keep(); return; }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE_MS);
    clearTimeout(this.keepTimer);
    this.keepTimer = setTimeout(() => this.keep(), 200);
  }

  keep() {
    if (this.isUnsent || this.attempt) this.kept.put({ pairs: written(this.form), version: this.version, attempt: this.attempt });
  }

  save() {
    if (!this.words.autosave || this.busy || this.stopped || !(this.attempt || this.isUnsent)) return;
    this.busy = true;
    clearTimeout(this.timer);
    this.sending = this.sendAll();
  }

  async sendAll() {
    this.attempt ??= { key: newKey(), pairs: written(this.form), version: this.version };
    this.keep();
    try {
      await this.send(this.attempt);
    } catch {
      this.away(this.words.awayText);
    } finally {
      this.busy = false;
    }
    if (!this.attempt && this.isUnsent && !this.stopped && !this.isLeaving) this.changed(); // written while it was on its way
  }

  async send({ key, pairs, version }) {
    const body = new URLSearchParams([...pairs, ['csrf', this.form.elements.csrf?.value ?? ''], ['key', key]]);
    if (version) body.append('version', version);
    const answer = await fetch(this.words.autosave, {
      method: 'POST', body, headers: { Accept: 'application/json' }, credentials: 'same-origin', redirect: 'manual',
      signal: AbortSignal.timeout?.(TIMEOUT_MS), // old phones have none, and give up by themselves
    });
    if (answer.ok) this.arrived(pairs, await answer.json());
    else if (answer.status === 409 || answer.status === 412) this.conflict();
    else if (answer.status === 401 || answer.status === 403 || answer.type === 'opaqueredirect') this.signedOut();
    else if (answer.status < 500) this.refused();
    else this.away(this.words.awayText);
  }

  arrived(pairs, { saved_at_clock: clock, version }) {
    this.saved = pairs;
    this.attempt = null;
    if (version !== undefined && this.form.elements.version) this.form.elements.version.value = version;
    if (!this.isUnsent) this.kept.drop();
    this.say('saved', this.words.savedText.replace('{clock}', clock));
  }

  away(text, link) {
    this.keep();
    this.say('away', text, link);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), AGAIN_MS);
  }

  signedOut() {
    const back = encodeURIComponent(location.pathname + location.search);
    this.attempt = null; // nothing was done under that key
    this.away(this.words.signedOutText, [this.words.signInText, `/sign-in?next=${back}`]);
  }

  /** The server did not accept it as it is: the person sees why when they go on. */
  refused() {
    this.attempt = null;
    this.keep();
    this.say('away', this.words.refusedText || this.words.awayText);
  }

  conflict() {
    this.attempt = null;
    this.stopped = true;
    this.keep();
    this.say('conflict', this.words.conflictText, [this.words.conflictLinkText, location.href, '_blank']);
  }

  /** Somebody was faster than this script: what they have written is saved nowhere yet. */
  catchUp() {
    if (!isAnew()) return;
    this.saved = served(this.form);
    if (this.isUnsent) this.changed();
  }

  /** Whether something was kept here that the page does not have. */
  restore() {
    const found = this.kept.find();
    if (!found) return false;
    const [name, entry] = found;
    if (same(entry.pairs, this.saved)) { this.kept.drop(name); return false; }
    if (entry.version === this.version) {
      this.fill(entry.pairs);
      if (entry.attempt && entry.attempt.version === this.version) this.attempt = entry.attempt;
      this.say('away', this.words.restoredText);
      this.moveKept(name);
      this.save();
    } else {
      this.offer(name, entry);
    }
    return true;
  }

  /** The server has something newer than what this browser kept: the person chooses. */
  offer(name, entry) {
    this.say('conflict', this.words.mineText || this.words.conflictText);
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'link-button';
    button.textContent = this.words.mineButtonText;
    button.addEventListener('click', () => {
      this.fill(entry.pairs);
      this.moveKept(name);
      this.save();
    });
    this.status.append(' ', button);
  }

  moveKept(name) {
    if (name !== this.kept.own) this.kept.drop(name);
    this.keep();
  }

  fill(pairs) {
    const left = new Map();
    for (const [name, value] of pairs) left.set(name, [...(left.get(name) ?? []), value]);
    for (const field of this.form.elements) {
      if (!field.name || OURS.has(field.name) || UNSAVED.has(field.type) || field.type === 'hidden') continue;
      const values = left.get(field.name) ?? [];
      if (field.type === 'checkbox' || field.type === 'radio') field.checked = values.includes(field.value);
      else if (values.length) field.value = values.shift();
    }
    this.form.dispatchEvent(new CustomEvent('bifall:filled', { bubbles: true }));
  }

  say(state, text, link) {
    this.status.dataset.state = state;
    if (this.status.textContent.trim() !== text) this.status.textContent = text;
    if (!link) return;
    const [words, href, target] = link;
    const anchor = document.createElement('a');
    anchor.href = href;
    anchor.textContent = words;
    if (target) { anchor.target = target; anchor.rel = 'noopener'; }
    this.status.textContent = text;
    this.status.append(' ', anchor);
  }
}
