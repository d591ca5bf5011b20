// Plays the broadcast of a public meeting: by the browser itself where it is made for it (Safari), by hls.js elsewhere.
const page = document.getElementById("live");
const words = JSON.parse(document.getElementById("words").textContent);
const byId = (id) => document.getElementById(id);
const video = byId("video");
const Hls = window.Hls;
const LOOK_MS = 5000;
const AGAIN_MS = 3000;

let state = page.dataset.state;
let playing = null; // what stops it
let isSoundOnly = false;

const isApples = Boolean(video.canPlayType("application/vnd.apple.mpegurl")) && /apple/i.test(navigator.vendor || "");
const byHls = !isApples && Boolean(Hls?.isSupported());

function say(text) {
  byId("said").hidden = !text;
  byId("said").textContent = text;
}

function draw() {
  byId("badge").hidden = state !== "live";
  byId("badge").textContent = words.live;
  byId("player").hidden = state !== "live";
  page.classList.toggle("sound-only", isSoundOnly);
  byId("sound-only").setAttribute("aria-pressed", String(isSoundOnly));
  say(state === "live" ? "" : words[state] || "");
}

// The renditions without a picture, by the index: those whose codecs are of sound alone.
async function soundRendition() {
  const text = await (await fetch(page.dataset.index)).text();
  const lines = text.split(/\r?\n/);
  for (let at = 0; at + 1 < lines.length; at += 1) {
    const codecs = /^#EXT-X-STREAM-INF:.*CODECS="([^"]*)"/.exec(lines[at])?.[1];
    if (codecs && codecs.split(",").every((one) => /^(mp4a|opus|ac-3)/i.test(one.trim()))) return new URL(lines[at + 1], new URL(page.dataset.index, location.href)).href;
  }
  return "";
}

async function play() {
  stop();
  const sound = await soundRendition().catch(() => "");
  byId("sound-only").hidden = !sound;
  if (!sound) isSoundOnly = false;
  if (state !== "live" || playing) return;
  const address = isSoundOnly ? sound : page.dataset.index;
  if (byHls) playing = byLibrary(address);
  else if (video.canPlayType("application/vnd.apple.mpegurl")) playing = byBrowser(address);
  else {
    say(words.old_browser);
    return;
  }
  draw();
  video.play().catch(() => undefined); // a browser that wants a press shows its own button
}

function byLibrary(address) {
  const player = new Hls({ enableWorker: false, liveSyncDurationCount: 3, backBufferLength: 60, manifestLoadingMaxRetry: 6 });
  player.on(Hls.Events.ERROR, (_event, fault) => {
    if (!fault.fatal) return;
    if (fault.type === Hls.ErrorTypes.MEDIA_ERROR) player.recoverMediaError();
    else trouble();
  });
  player.on(Hls.Events.SUBTITLE_TRACKS_UPDATED, () => setTimeout(chooseCaptions)); // once the tracks are the video's
  player.on(Hls.Events.FRAG_BUFFERED, () => state === "live" && say(""));
  player.loadSource(address);
  player.attachMedia(video);
  return () => player.destroy();
}

// Both ways of playing follow what the video's own tracks are set to, the browser's menu too.
function chooseCaptions() {
  const tongue = byId("tongue").value;
  for (const track of video.textTracks) track.mode = tongue && track.language.startsWith(tongue) ? "showing" : "disabled";
}

function byBrowser(address) {
  video.src = address;
  video.addEventListener("error", trouble);
  return () => {
    video.removeEventListener("error", trouble);
    video.removeAttribute("src");
    video.load();
  };
}

function trouble() {
  if (state !== "live") return;
  stop();
  say(words.trouble);
  setTimeout(() => state === "live" && !playing && play(), AGAIN_MS);
}

function stop() {
  playing?.();
  playing = null;
}

async function look() {
  try {
    const answer = await fetch(page.dataset.asks);
    if (answer.ok) {
      const told = await answer.json();
      state = told.state;
      window.showSheet(told.paper, page.dataset.page, words);
    } else if (answer.status === 404) {
      state = "ended";
      window.showSheet(null, page.dataset.page, words);
    }
  } catch {
    // the next look will say
  }
  if (state === "live" && !playing) await play();
  else if (state !== "live" && playing && state === "ended") stop();
  if (!playing || state !== "live") draw();
  setTimeout(look, state === "ended" ? 6 * LOOK_MS : LOOK_MS);
}

byId("sound-only").addEventListener("click", () => {
  isSoundOnly = !isSoundOnly;
  play();
});
video.textTracks.addEventListener("addtrack", () => setTimeout(chooseCaptions));
byId("tongue").addEventListener("change", chooseCaptions);
byId("tongue").value = document.documentElement.lang === "ru" ? "ru" : "ky";
draw();
look();
