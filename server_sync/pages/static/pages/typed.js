// What was typed is not sent into a session that has ended: the page stays as it is and says how to go on.
const words = document.getElementById("not-sent");
const sure = new WeakSet();

// Says why a form cannot be sent now, or nothing. A new sign-in, in another tab, has changed the centre's word for its forms.
async function hindrance() {
  try {
    const page = await fetch(words.dataset.asks, { redirect: "manual", credentials: "same-origin" });
    if (page.type === "opaqueredirect") return "ended";
    if (!page.ok) return "silent";
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("[name=csrfmiddlewaretoken]");
    for (const field of document.getElementsByName("csrfmiddlewaretoken")) field.value = fresh?.value ?? field.value;
    return "";
  } catch {
    return "silent";
  }
}

function tell(form, why) {
  form.querySelector(".not-sent")?.remove();
  if (!why) return;
  const told = words.content.querySelector(`[data-why=${why}]`).cloneNode(true);
  told.classList.add("not-sent");
  form.append(told);
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!words || event.defaultPrevented || form.method !== "post" || "keep" in form.dataset || !form.querySelector("textarea") || sure.has(form)) return;
  event.preventDefault();
  const why = await hindrance();
  tell(form, why);
  if (why) return;
  sure.add(form);
  form.requestSubmit(event.submitter);
  sure.delete(form);
});
