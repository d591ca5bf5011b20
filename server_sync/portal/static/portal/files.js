// Sends a file in pieces and goes on where a lost line left it. Without this script the form sends it whole.
const form = document.getElementById("bring");
const find = (name) => form.querySelector(`[data-${name}]`);
const WAITS = [1, 2, 4, 8, 15, 30];
let isPaused = false;
let goOn = () => {};

function pause(to) {
  isPaused = to;
  find("pause").hidden = to;
  find("on").hidden = !to;
  if (!to) goOn();
}

// Resolves when the line may be back, the person says so, or some seconds have passed.
function aWhile(tries) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 1000 * WAITS[Math.min(tries, WAITS.length - 1)]);
    addEventListener("online", () => (clearTimeout(timer), resolve()), { once: true });
  });
}

function unpaused() {
  return isPaused ? new Promise((resolve) => (goOn = resolve)) : undefined;
}

// Asks until there is an answer; a refusal of the centre is an answer, a lost line or a server that is away is none.
async function ask(address, body, kind) {
  for (let tries = 0; ; tries += 1) {
    await unpaused();
    try {
      const headers = { "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]").value };
      if (kind) headers["Content-Type"] = kind;
      const answer = await fetch(address, { method: "POST", body, headers, redirect: "manual", credentials: "same-origin" });
      if (answer.type === "opaqueredirect" || answer.status === 403) return location.reload();
      if (answer.ok || answer.status === 409) {
        find("lost").hidden = true;
        return await answer.json();
      }
    } catch {
      // said below
    }
    find("lost").hidden = false;
    await aWhile(tries);
  }
}

async function send(file) {
  const told = new URLSearchParams({ name: file.name, size: file.size, mark: `${file.lastModified}` });
  const begun = await ask(form.dataset.begin, told);
  if (!begun || begun.words) return begun?.words;
  const size = Number(form.dataset.piece);
  let here = begun.here;
  for (let whole = false; !whole; ) {
    find("way").querySelector("progress").value = here / file.size;
    find("far").textContent = `${Math.floor((100 * here) / file.size)} %`;
    const reply = await ask(`${begun.piece}?offset=${here}`, file.slice(here, here + size), "application/octet-stream");
    if (!reply) return undefined;
    if (reply.words && reply.code !== "offset_wrong") return reply.words;
    here = reply.here;
    whole = reply.whole === true;
  }
  location.assign(form.action);
  return undefined;
}

if (form) {
  find("pause").addEventListener("click", () => pause(true));
  find("on").addEventListener("click", () => pause(false));
  form.addEventListener("submit", async (event) => {
    const file = form.elements.file.files[0];
    if (!file) return;
    event.preventDefault();
    const button = form.querySelector("button:not([type])");
    button.disabled = true;
    find("error").hidden = true;
    find("way").hidden = false;
    const words = await send(file);
    if (!words) return;
    find("way").hidden = true;
    find("error").hidden = false;
    find("error").textContent = words;
    button.disabled = false;
  });
}
