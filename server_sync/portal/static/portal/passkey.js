// Asks the device for a passkey and sends its answer by the form. Without this script, or without keys, nothing shows.
const form = document.getElementById("passkey");
const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const opened = (list) => list?.map((one) => ({ ...one, id: toBytes(one.id) }));

async function answer(isNew) {
  const asked = await fetch(form.dataset.ask, { method: "POST", body: new FormData(form) });
  if (!asked.ok) throw new Error(String(asked.status));
  const options = (await asked.json()).publicKey;
  options.challenge = toBytes(options.challenge);
  let key;
  if (isNew) {
    options.user.id = toBytes(options.user.id);
    options.excludeCredentials = opened(options.excludeCredentials) ?? [];
    key = await navigator.credentials.create({ publicKey: options });
  } else key = await navigator.credentials.get({ publicKey: options });
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (key.response[name]) response[name] = toText(key.response[name]);
  }
  return JSON.stringify({ id: key.id, rawId: toText(key.rawId), type: key.type, response });
}

if (form && window.PublicKeyCredential) {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    const trouble = form.querySelector("[data-trouble]");
    button.disabled = true;
    trouble.hidden = true;
    try {
      form.elements.answer.value = await answer(form.dataset.kind === "new");
      const keep = document.querySelector("input[name=keep]");
      if (keep?.checked) form.elements.keep.value = "1";
      form.submit();
    } catch {
      trouble.hidden = false; // put off by the person, no key on this device, or no line
      button.disabled = false;
    }
  });
}
