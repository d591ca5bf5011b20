// Sends what a captioner types without leaving the page, and shows the lines of all captioners.
const form = document.getElementById("typing");
const list = document.getElementById("lines");
const line = document.getElementById("line");
const refused = document.getElementById("refused");
const LOOK_MS = 2000;
const SHOWN = 30;
const waiting = []; // typed and not sent yet, in their order

const newest = () => Math.max(0, ...[...list.children].map((one) => Number(one.dataset.number)));

function tell(text) {
  refused.hidden = !text;
  refused.querySelector("span").textContent = text;
}

function add(told) {
  if (told.number <= newest()) return;
  const row = document.createElement("li");
  const at = document.createElement("time");
  const text = document.createElement("span");
  row.dataset.number = told.number;
  at.textContent = told.at;
  text.textContent = told.text;
  text.lang = told.stream;
  text.dir = "auto";
  row.append(at, text);
  list.append(row);
  while (list.children.length > SHOWN) list.firstElementChild.remove();
}

async function look() {
  try {
    const answer = await fetch(`${list.dataset.asks}?after=${newest()}`, { redirect: "manual" });
    if (!answer.ok) return;
    const told = await answer.json();
    told.lines.forEach(add);
    document.getElementById("not-open").hidden = told.is_open;
  } catch {
    // the next look will say
  }
}

async function send() {
  const [first] = waiting;
  const body = new FormData(form);
  body.set("line", first.text);
  body.set("stream", first.stream);
  let said = "";
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual" });
    const isTold = (answer.headers.get("Content-Type") || "").startsWith("application/json");
    said = isTold ? (await answer.json()).words : form.dataset.ended;
    if (answer.status === 429) {
      await new Promise((done) => setTimeout(done, 1000));
      return send();
    }
  } catch {
    said = form.dataset.silent;
  }
  tell(said);
  if (said) line.value = [...waiting.splice(0).map((one) => one.text), line.value].filter(Boolean).join(" "); // nothing typed is lost
  else waiting.shift();
  await look();
  return waiting.length ? send() : undefined;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = line.value.trim();
  if (!text) return;
  waiting.push({ text, stream: new FormData(form).get("stream") });
  line.value = "";
  line.focus();
  if (waiting.length === 1) send();
});

setInterval(look, LOOK_MS);
