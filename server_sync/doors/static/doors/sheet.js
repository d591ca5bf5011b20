// The page of a paper that is shown to all: its picture is asked for until it comes, the one before stays meanwhile.
window.showSheet = (() => {
  const AGAIN_MS = 1500;
  const TRIES_MOST = 20;
  const byId = (id) => document.getElementById(id);
  let asked = "";

  function say(text) {
    byId("paper-said").hidden = !text;
    byId("paper-said").textContent = text;
  }

  function load(address, words, tries) {
    const next = new Image();
    next.onload = () => {
      if (asked !== address) return;
      byId("paper-page").src = next.src;
      byId("paper-page").hidden = false;
      say("");
    };
    next.onerror = () => {
      if (asked !== address) return;
      byId("paper-page").hidden = true;
      say(tries < TRIES_MOST ? words.page_trouble : words.page_never);
      if (tries < TRIES_MOST) setTimeout(() => asked === address && load(address, words, tries + 1), AGAIN_MS);
    };
    next.src = tries ? `${address}?again=${tries}` : address;
  }

  // `shown`: {paper, titles, page, pages}, or nothing. Titles may come later than the page.
  return (shown, base, words) => {
    const figure = byId("paper");
    figure.hidden = !shown;
    const address = shown ? `${base}${shown.paper}/${shown.page}` : "";
    if (shown) {
      const titles = shown.titles || {};
      const title = titles[document.documentElement.lang] || titles.ky || titles.ru || titles.en || "";
      const place = shown.pages ? words.page.replace("{page}", shown.page).replace("{pages}", shown.pages) : "";
      byId("paper-title").textContent = title;
      byId("paper-place").textContent = place;
      byId("paper-page").alt = `${title} ${place}`.trim();
    }
    if (address === asked) return;
    asked = address;
    say("");
    if (address) load(address, words, 0);
    else {
      byId("paper-page").hidden = true;
      byId("paper-page").removeAttribute("src");
    }
  };
})();
