// Keeps what is typed in this browser while there is no line, if the writer says so; PIN and document never.
// All words stand in the page (portal/writing/device.html); without this script the page is as it was.
const PREFIX = "kattar-draft-";
const DAYS = 7;
const NEVER = new Set(["pin", "document", "details"]);
const panel = document.getElementById("device");
const form = panel && document.getElementById(panel.dataset.form);
const key = panel && PREFIX + panel.dataset.form;
let kept = null;
let asks = false;
let refused = false;

// A browser may have no store, or a full one: then nothing is kept, and the page says so by not saying that it is.
function read(name) {
  try {
    const found = JSON.parse(localStorage.getItem(name));
    return found && found.fields && Date.now() - found.at < DAYS * 86400000 ? found : null;
  } catch {
    return null;
  }
}

function write(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

function forget(isAll) {
  try {
    for (const name of Object.keys(localStorage)) {
      if (name.startsWith(PREFIX) && (isAll || !read(name))) localStorage.removeItem(name);
    }
  } catch {
    // a browser without a store keeps nothing
  }
}

function fields() {
  return [...form.elements].filter((one) => one.name && one.type !== "hidden" && one.type !== "submit" && !NEVER.has(one.name));
}

function typed() {
  const found = {};
  for (const one of fields()) {
    if (one.type === "radio") {
      if (one.checked) found[one.name] = one.value;
    } else found[one.name] = one.value;
  }
  return found;
}

function show(isBrought = false) {
  let state = "idle";
  if (kept) state = isBrought ? "brought" : navigator.onLine ? "kept" : "kept-away";
  else if (!navigator.onLine) state = refused ? "away" : "ask-away";
  else if (asks) state = "ask";
  panel.hidden = false;
  for (const one of panel.querySelectorAll("[data-on]")) one.hidden = !one.dataset.on.split(" ").includes(state);
}

function keep() {
  const next = { at: Date.now(), fields: typed() };
  kept = write(key, next) ? next : null;
  if (!kept) refused = true;
}

function bring() {
  for (const one of fields()) {
    const value = kept.fields[one.name];
    if (typeof value !== "string") continue;
    if (one.type === "radio") one.checked = one.value === value;
    else one.value = value;
  }
}

const acts = {
  offer: () => (asks = true),
  keep,
  refuse: () => ((refused = true), (asks = false)),
  forget: () => (forget(true), (kept = null), (asks = false), (refused = true)),
};

function begin() {
  kept = read(key);
  if (kept?.isSent) write(key, (kept = { at: kept.at, fields: kept.fields }));
  const isOther = kept && JSON.stringify(kept.fields) !== JSON.stringify(typed());
  if (isOther) bring();
  show(Boolean(isOther));
  form.addEventListener("input", () => kept && (keep(), kept || show()));
  form.addEventListener("submit", (event) => {
    if (!navigator.onLine) {
      event.preventDefault();
      show();
      panel.scrollIntoView({ block: "nearest" });
      panel.focus();
    } else if (kept) write(key, { ...kept, fields: typed(), isSent: true });
  });
  for (const name of ["online", "offline"]) addEventListener(name, () => show());
  panel.addEventListener("click", (event) => {
    const act = acts[event.target.closest("[data-do]")?.dataset.do];
    if (!act) return;
    act();
    show();
    panel.focus();
  });
}

// The page after a step says that the step came; the same page again says that it did not.
forget(false);
try {
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith(PREFIX) && name !== key && read(name)?.isSent) localStorage.removeItem(name);
  }
} catch {
  // as above
}
for (const one of document.querySelectorAll('form[action$="/throw-away"], form[action$="/sign-out"], #delete')) {
  one.addEventListener("submit", () => forget(true));
}
if (form) begin();
