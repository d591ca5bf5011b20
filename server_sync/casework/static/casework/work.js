// The keyboard of the officers' pages, and bodies offered while their names are typed. All works without it too.
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
  } else if (event.key === "/") {
    const search = [...document.querySelectorAll("[type=search]")].find((field) => field.offsetParent);
    if (search) {
      search.focus();
      event.preventDefault();
    }
  } else {
    // By the key's place, so that it works on a Kyrgyz or Russian keyboard too.
    const panel = document.querySelector(`details[data-key="${event.code.replace("Key", "").toLowerCase()}"]`);
    if (panel) {
      panel.open = true;
      panel.querySelector("input:not([type=hidden]), textarea")?.focus();
      event.preventDefault();
    }
  }
});

const offered = document.getElementById("bodies");
let waiting = 0;

async function offer(field) {
  if (field.value.trim().length < 2) return;
  const answer = await fetch(`${field.dataset.bodies}?q=${encodeURIComponent(field.value)}`);
  if (!answer.ok) return;
  const { bodies } = await answer.json();
  offered.replaceChildren(...bodies.map((body) => new Option(body.name, body.name)));
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
