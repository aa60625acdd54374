// Sends each chosen file at once, and shows how far it has come. Without scripts the form carries the files itself.
// A file that could not be sent stays in the list with a button to try again.
import { newKey } from './autosave.js';

const AGAIN_EVENT = 'online';

export function wake(scope) {
  for (const input of scope.querySelectorAll('input[type=file][data-upload]')) {
    if (!input.dataset.awake) new Upload(input);
  }
}

function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
}

function size(bytes) {
  const units = [[1e6, 'MB'], [1e3, 'kB']];
  const [unit, name] = units.find(([limit]) => bytes >= limit) ?? [1, 'B'];
  return `${(bytes / unit).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 })} ${name}`;
}

class Upload {
  constructor(input) {
    this.input = input;
    this.words = input.dataset;
    input.dataset.awake = 'yes';
    this.list = document.getElementById(input.dataset.list);
    this.told = this.makeTold();
    this.queue = Promise.resolve(); // one at a time: a weak network carries one file better than four
    input.addEventListener('change', () => this.chosen());
    input.form?.addEventListener('submit', (event) => this.holdBack(event));
    if (input.files.length) this.chosen(); // somebody was faster than the scripts
  }

  makeTold() {
    const told = document.createElement('p');
    told.className = 'govuk-visually-hidden';
    told.setAttribute('role', 'status');
    this.input.after(told);
    return told;
  }

  chosen() {
    for (const file of this.input.files) this.add(file);
    this.input.value = ''; // they are in the list now; choosing the same file again works
  }

  add(file) {
    const row = document.createElement('li');
    const name = document.createElement('span');
    name.className = 'name';
    name.textContent = `${file.name} (${size(file.size)})`;
    row.append(name);
    this.list.append(row);
    this.list.hidden = false;
    row.dataset.waiting = '';
    this.queue = this.queue.then(() => this.send(file, row));
  }

  async send(file, row) {
    row.querySelectorAll(':scope > :not(.name)').forEach((part) => part.remove());
    const key = (row.dataset.key ||= newKey());
    const bar = document.createElement('progress');
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute('aria-label', `${this.words.sendingText} ${file.name}`);
    const text = document.createElement('span');
    text.className = 'hint n';
    row.append(bar, text);
    this.told.textContent = `${this.words.sendingText} ${file.name}`;
    const show = (percent) => {
      bar.value = percent;
      text.textContent = `${percent} %`;
    };
    show(0);
    try {
      const answer = await this.carry(file, key, show);
      this.done(file, row, answer);
    } catch (failure) {
      this.failed(file, row, failure);
    }
  }

  /** Resolves with the answer; rejects with `detail` where the server said why, or that nobody is signed in any more. */
  carry(file, key, show) {
    return new Promise((resolve, reject) => {
      const form = new FormData();
      const ours = this.input.form?.elements;
      form.append('csrf', ours?.csrf?.value ?? '');
      form.append('key', key);
      if (ours?.version) form.append('version', ours.version.value);
      form.append(this.input.name, file);
      const request = new XMLHttpRequest();
      request.open('POST', this.words.upload);
      request.setRequestHeader('Accept', 'application/json');
      request.upload.addEventListener('progress', (event) => {
        if (event.lengthComputable) show(Math.min(99, Math.round((100 * event.loaded) / event.total)));
      });
      request.addEventListener('load', () => {
        const answer = readable(request.responseText);
        if (request.status >= 200 && request.status < 300) resolve(answer);
        else {
          const isRefused = request.status < 500;
          reject({ detail: answer.detail, isRefused, isSignedOut: answer.signed_in === false, isFinal: isFinal(request.status) });
        }
      });
      for (const name of ['error', 'abort', 'timeout']) request.addEventListener(name, () => reject({}));
      request.send(form);
    });
  }

  done(file, row, answer) {
    delete row.dataset.waiting;
    row.querySelectorAll(':scope > :not(.name)').forEach((part) => part.remove());
    const sent = document.createElement('span');
    sent.className = 'tag';
    sent.textContent = this.words.doneText;
    if (answer.href) {
      const link = document.createElement('a');
      link.href = answer.href;
      link.textContent = answer.name ?? file.name;
      row.querySelector('.name').replaceChildren(link);
    }
    row.append(sent);
    this.input.closest('.card')?.querySelector('[data-missing]')?.remove();
    this.told.textContent = filled(this.words.allDoneText, { name: file.name });
  }

  failed(file, row, { detail, isRefused, isSignedOut, isFinal }) {
    row.querySelectorAll(':scope > :not(.name)').forEach((part) => part.remove());
    const why = document.createElement('span');
    why.dataset.uploadFailed = '';
    why.textContent = isSignedOut ? this.words.signedOutText : detail || this.words.failedText;
    row.append(why);
    this.told.textContent = why.textContent;
    if (isSignedOut) row.append(this.toSignIn());
    else if (isFinal) row.append(this.button(this.words.dropText, () => this.drop(row)));
    else this.offerAgain(file, row, isRefused);
  }

  /** The page's forms are for the session that has ended: whoever signs in comes back to a new page. */
  toSignIn() {
    const link = document.createElement('a');
    link.href = `/sign-in?next=${encodeURIComponent(location.pathname)}`;
    link.textContent = this.words.signInText;
    return link;
  }

  /** What is refused stays refused: the person sees why, and takes it off the list. */
  drop(row) {
    row.remove();
    this.list.hidden = !this.list.children.length;
    this.input.focus();
  }

  button(words, press) {
    const made = document.createElement('button');
    made.type = 'button';
    made.className = 'govuk-button govuk-button--secondary govuk-button--small';
    made.textContent = words;
    made.addEventListener('click', press);
    return made;
  }

  offerAgain(file, row, isRefused) {
    const retry = () => {
      removeEventListener(AGAIN_EVENT, retry);
      if (!again.isConnected) return;
      if (isRefused) delete row.dataset.key; // a new attempt is a new matter; else it may have arrived all the same
      this.queue = this.queue.then(() => this.send(file, row));
    };
    const again = this.button(this.words.retryText, retry);
    if (!isRefused) addEventListener(AGAIN_EVENT, retry);
    row.append(again);
  }

  /** A form is not sent while a file is on its way: it is sent as soon as the file has arrived. */
  holdBack(event) {
    if (!this.list.querySelector('[data-waiting] progress') || this.isHolding || !this.input.form.requestSubmit) return;
    event.preventDefault();
    this.isHolding = true;
    const { submitter } = event;
    this.queue.then(() => {
      this.isHolding = false;
      if (!this.list.querySelector('[data-upload-failed]')) this.input.form.requestSubmit(submitter);
    });
  }
}

/** The file itself was refused: it is too large, or of a kind that is not taken. */
function isFinal(status) {
  return status === 413 || status === 415 || status === 422;
}

function readable(text) {
  try { return JSON.parse(text); } catch { return {}; }
}
