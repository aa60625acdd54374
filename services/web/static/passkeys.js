// Passkeys: asks the browser to make or use one when the form's button is pressed, and sends its answer with the form.
// Without scripts the button is not shown; nothing else on the page needs it.

const fromText = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const read = (options) => {
  options.challenge = fromText(options.challenge);
  if (options.user) options.user.id = fromText(options.user.id);
  for (const list of [options.excludeCredentials, options.allowCredentials]) {
    for (const one of list ?? []) one.id = fromText(one.id);
  }
  return options;
};

const written = (credential) => {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
};

const ready = (field) => {
  const form = field.form;
  const told = form.querySelector("[data-told]");
  form.querySelector("[data-with-script]").hidden = false;
  form.addEventListener("submit", async (event) => {
    if (field.value) return;
    event.preventDefault();
    told.textContent = "";
    try {
      const publicKey = read(JSON.parse(field.dataset.options));
      const call = field.dataset.passkey === "make" ? "create" : "get";
      field.value = written(await navigator.credentials[call]({ publicKey }));
      form.requestSubmit();
    } catch {
      field.value = "";
      told.textContent = told.dataset.failedText;
    }
  });
};

if (window.PublicKeyCredential) document.querySelectorAll("[data-passkey]").forEach(ready);
