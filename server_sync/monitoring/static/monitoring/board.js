// Keeps an open board up to date: asks for its changing part, lays it in, and leaves the person where they were.
const live = document.getElementById("live");
const stale = document.getElementById("stale");
const everyMs = Number(live.dataset.every) * 1000;

// How the focused link is found again in the new part: by the part of the board it stands in and by its address.
const parts = ["svg", ".alarms", "#list"];

function place(element) {
  if (!live.contains(element) || !element.hasAttribute("href")) return null;
  const part = parts.find((selector) => element.closest(selector)) ?? "";
  return `${part} a[href="${CSS.escape(element.getAttribute("href"))}"]`;
}

function show(text) {
  const sentence = live.querySelector("h1").textContent;
  const focused = place(document.activeElement);
  const template = document.createElement("template");
  template.innerHTML = text;
  const heading = template.content.querySelector("h1");
  // An unchanged sentence is not read out again.
  if (heading.textContent === sentence) heading.parentElement.removeAttribute("role");
  live.replaceChildren(template.content);
  if (focused) live.querySelector(focused)?.focus({ preventScroll: true });
}

async function refresh() {
  if (document.hidden) return;
  try {
    const answer = await fetch(live.dataset.from + location.search, { signal: AbortSignal.timeout(15000) });
    if (answer.redirected) {
      location.reload();
      return;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    show(await answer.text());
    stale.hidden = true;
  } catch {
    stale.hidden = false;
  }
}

setInterval(refresh, everyMs);
document.addEventListener("visibilitychange", refresh);
