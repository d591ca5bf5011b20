// The keyboard of the officers' pages, bodies offered while their names are typed, and an answer kept while it is
// typed. All works without it too.
const isTyping = (element) => element.matches("input, textarea, select");

function alongTheList(step) {
  const links = [...document.querySelectorAll(".cases a, .lines a")].filter((link) => link.offsetParent);
  if (!links.length) return false;
  const at = links.indexOf(document.activeElement);
  const current = links.findIndex((link) => link.hasAttribute("aria-current"));
  const from = at >= 0 ? at : current;
  links[Math.max(0, Math.min(links.length - 1, from + step))].focus();
  return true;
}

document.addEventListener("keydown", (event) => {
  const element = event.target;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    element.closest?.("form")?.querySelector("[data-enter]")?.click();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(element)) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (alongTheList(event.key === "ArrowDown" ? 1 : -1)) event.preventDefault();
  } else if (event.code === "KeyX" && element.closest(".picked")) {
    element.closest(".picked").querySelector("[type=checkbox]").click();
    event.preventDefault();
  } else if (event.key === "/") {
    const search = [...document.querySelectorAll("[type=search]")].find((field) => field.offsetParent);
    if (search) {
      search.focus();
      event.preventDefault();
    }
  } else {
    // By the key's place, so that it works on a Kyrgyz or Russian keyboard too.
    const panel = document.querySelector(`[data-key="${event.code.replace("Key", "").toLowerCase()}"]`);
    if (panel) {
      if (panel.tagName === "DETAILS") panel.open = true;
      (panel.querySelector("input:not([type=hidden]), textarea") ?? panel).focus();
      event.preventDefault();
    }
  }
});

// On paper nothing can be opened.
window.addEventListener("beforeprint", () => {
  for (const panel of document.querySelectorAll("[data-printed]")) panel.open = true;
});

const offered = document.getElementById("bodies");
let waiting = 0;

async function offer(field) {
  if (field.value.trim().length < 2) return;
  const { bodies: address, near, here } = field.dataset;
  const answer = await fetch(`${address}?${new URLSearchParams({ q: field.value, near, here })}`);
  if (!answer.ok) return;
  const { bodies } = await answer.json();
  offered.replaceChildren(...bodies.map((body) => new Option(body.label, body.name)));
}

document.addEventListener("input", (event) => {
  const field = event.target.closest?.("[data-bodies]");
  if (!field) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => offer(field), 150);
});

document.addEventListener("click", (event) => {
  const choice = event.target.closest?.("[data-choose]");
  if (!choice) return;
  const field = document.getElementById(choice.dataset.choose);
  field.value = choice.value;
  field.removeAttribute("aria-invalid");
  field.focus();
});

const PAUSE_MS = 1500;
const AGAIN_MS = 15000;

// A new sign-in, in another tab, has changed the word by which the centre knows its own forms.
async function renewed() {
  const page = await fetch("/me?bare", { redirect: "manual" });
  if (!page.ok) return false;
  const fresh = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("[name=csrfmiddlewaretoken]");
  for (const field of document.getElementsByName("csrfmiddlewaretoken")) field.value = fresh?.value ?? field.value;
  return Boolean(fresh);
}

// Files go with a button alone: what is typed is sent again and again.
function typedIn(form) {
  const fields = new FormData(form);
  for (const field of form.querySelectorAll("[type=file]")) fields.delete(field.name);
  return fields;
}

function keepWhileTyped(form) {
  let typed = 0;
  let kept = 0;
  let pause = 0;
  let hasEnded = false;
  let keeping = Promise.resolve(true);

  const post = () =>
    fetch(form.dataset.keep, { method: "POST", body: typedIn(form), redirect: "manual", credentials: "same-origin" });

  function tell(trouble, words = "") {
    for (const name of ["ended", "unkept", "refused"]) form.querySelector(`[data-${name}]`).hidden = name !== trouble;
    if (trouble === "refused") form.querySelector("[data-refused]").textContent = words;
  }

  // True when the page may be left: all is kept, or the centre itself has to say why it is not.
  async function keepOnce() {
    if (kept === typed) return true;
    const now = typed;
    try {
      let reply = hasEnded && !(await renewed()) ? null : await post();
      if (reply?.status === 403 && (await renewed())) reply = await post();
      hasEnded = !reply || reply.type === "opaqueredirect" || reply.status === 403;
      if (hasEnded) {
        tell("ended");
      } else if (!reply.ok) {
        tell("unkept");
      } else {
        const { version, words, refused } = await reply.json();
        tell(refused ? "refused" : "", refused);
        if (refused) return true;
        form.querySelector("[name$=version]").value = version;
        form.querySelector("[data-kept]").textContent = words;
        kept = now;
        if (kept === typed) return true;
      }
    } catch {
      tell("unkept");
    }
    pause = setTimeout(keep, AGAIN_MS);
    return false;
  }

  function keep() {
    clearTimeout(pause);
    keeping = keeping.then(keepOnce);
    return keeping;
  }

  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    typed += 1;
    clearTimeout(pause);
    pause = setTimeout(keep, PAUSE_MS);
  });
  form.addEventListener("submit", async (event) => {
    if (kept === typed) return;
    event.preventDefault();
    const mayGo = await keep();
    if (!mayGo) return;
    kept = typed;
    form.requestSubmit(event.submitter);
  });
  window.addEventListener("beforeunload", (event) => {
    if (kept !== typed) event.preventDefault();
  });
}

for (const form of document.querySelectorAll("form[data-keep]")) keepWhileTyped(form);
