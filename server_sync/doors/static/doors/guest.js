// A guest in a meeting: the door, what is tried before, the waiting, the room. The stage is told by the room; here it is shown.
const page = document.getElementById("guest");
const words = JSON.parse(document.getElementById("words").textContent);
const byId = (id) => document.getElementById(id);
const livekit = window.LivekitClient;
const LOOK_MS = 3000;
const SEATS_SHOWN = 40;
const CAPTIONS_SHOWN = 2;
const TILE_NOBODY = "";
const UNDER = 0.18; // so loud the floor is heard under an interpreter
const HELD_MS = 1500; // so long it stays quiet after a word of theirs
const CHANNEL = "liaison.channel";

let me = { name: "", part: "viewer", title: "", agenda: [], sites: {} };
let who = "";
let stage = null;
let room = null;
let visit = 0; // grows when the meeting is left: what was begun before does nothing any more
let preview = null;
let failures = 0;
let large = TILE_NOBODY;
const lines = { ky: [], ru: [] };
let coughs = false;
let appointed = 0; // which time it is that the guest was named to interpret
let papers = {}; // what is known of each paper that was shown: its titles and pages
let interpretedAt = 0;

function show(part) {
  for (const one of ["door", "lobby", "wait", "end", "room"]) byId(one).hidden = one !== part;
  document.body.classList.toggle("in-room", part === "room");
}

function tell(id, text) {
  const place = byId(id);
  place.hidden = !text;
  place.querySelector("span").textContent = text;
}

async function ask(address, fields) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  const csrf = page.querySelector("[name=csrfmiddlewaretoken]").value;
  try {
    const answer = await fetch(address, { method: "POST", body: form, headers: { "X-CSRFToken": csrf }, credentials: "same-origin" });
    const isTold = (answer.headers.get("Content-Type") || "").startsWith("application/json");
    const told = isTold ? await answer.json() : { code: "silent", words: words.silent, again: true };
    return { well: answer.ok, told };
  } catch {
    return { well: false, told: { code: "silent", words: words.silent, again: true } };
  }
}

function act(name, more = {}) {
  const drawn = crypto.getRandomValues(new Uint8Array(16));
  const act_id = Array.from(drawn, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return ask(page.dataset.act, { act: name, act_id, ...more });
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// The door

async function come(secret) {
  const { well, told } = await ask(page.dataset.come, { secret });
  if (well) {
    byId("code").value = "";
    enterLobby(told);
  } else {
    show("door");
    tell("door-said", told.words);
    byId("code").focus();
  }
}

async function begin() {
  page.hidden = false;
  if (!livekit || !livekit.isBrowserSupported()) {
    show("end");
    byId("end-said").textContent = words.old_browser;
    return;
  }
  const secret = decodeURIComponent(location.hash.slice(1));
  if (secret) {
    history.replaceState(null, "", location.pathname + location.search); // nobody reads it over a shoulder or in the history
    await come(secret);
    return;
  }
  const { well, told } = await act("look");
  if (well) enterLobby(told);
  else {
    show("door");
    tell("door-said", told.code === "guest_unknown" ? "" : told.words);
  }
}

function enterLobby(told) {
  me = { ...me, ...told };
  byId("title").textContent = byId("wait-title").textContent = byId("end-title").textContent = byId("room-title").textContent = me.title;
  byId("when").textContent = me.when || "";
  byId("name").textContent = me.name;
  byId("devices").hidden = me.part !== "speaker";
  tell("door-said", "");
  show("lobby");
  byId(me.part === "speaker" ? "allow" : "join").focus();
}

// What is tried before

const faultWords = (error) => ({ NotAllowedError: words.not_allowed, NotFoundError: words.no_devices, NotReadableError: words.busy })[error.name] || words.device_failed;

async function open(constraints) {
  return navigator.mediaDevices.getUserMedia(constraints);
}

async function tryDevices() {
  endPreview();
  const camera = byId("camera").value;
  const microphone = byId("microphone").value;
  const seen = { width: 1280, height: 720, ...(camera ? { deviceId: { exact: camera } } : {}) };
  const heard = microphone ? { deviceId: { exact: microphone } } : true;
  let said = "";
  try {
    preview = await open({ video: seen, audio: heard });
  } catch (error) {
    said = faultWords(error);
    for (const [constraints, without] of [[{ video: seen }, words.no_microphone], [{ audio: heard }, words.no_camera]]) {
      if (preview || error.name === "NotAllowedError") break;
      try {
        preview = await open(constraints);
        said = without;
      } catch {
        // the other one is tried next; what was wrong first is said
      }
    }
  }
  tell("devices-said", said);
  if (!preview) return;
  byId("ask-devices").hidden = true;
  byId("choice").hidden = false;
  byId("preview").srcObject = preview;
  byId("no-preview").hidden = preview.getVideoTracks().length > 0;
  await fillChoice();
  listen(preview);
}

async function fillChoice() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  for (const [id, kind] of [["camera", "videoinput"], ["microphone", "audioinput"]]) {
    const select = byId(id);
    const chosen = select.value;
    select.replaceChildren(...devices.filter((one) => one.kind === kind && one.deviceId).map((one, at) => new Option(one.label || `${at + 1}`, one.deviceId)));
    if (chosen) select.value = chosen;
    select.parentElement.hidden = select.options.length === 0;
  }
}

function listen(stream) {
  if (!stream.getAudioTracks().length) return;
  const context = new AudioContext();
  const meter = context.createAnalyser();
  context.createMediaStreamSource(stream).connect(meter);
  const heard = new Float32Array(meter.fftSize);
  const look = () => {
    if (preview !== stream) {
      context.close();
      return;
    }
    meter.getFloatTimeDomainData(heard);
    const loud = Math.sqrt(heard.reduce((sum, one) => sum + one * one, 0) / heard.length);
    byId("loudness").value = Math.max(0, Math.min(100, 100 + 20 * Math.log10(loud + 1e-6) * 1.6));
    setTimeout(look, 100);
  };
  look();
}

function endPreview() {
  preview?.getTracks().forEach((track) => track.stop());
  preview = null;
  byId("preview").srcObject = null;
}

// The way in

async function join() {
  endPreview();
  visit += 1;
  const own = visit;
  show("wait");
  byId("wait-said").textContent = words.joining;
  while (own === visit) {
    const { well, told } = await act("enter");
    if (own !== visit) return;
    if (well && told.token) {
      failures = 0;
      await connect(told, own);
      return;
    }
    if (!well && !told.again) {
      end(told.words, false);
      return;
    }
    if (byId("room").hidden) {
      show("wait");
      byId("wait-said").textContent = well ? words.waiting : told.words;
    } else sign(words.lost);
    await pause(LOOK_MS);
  }
}

async function connect(told, own) {
  me = { ...me, ...told };
  who = told.who;
  stage = null;
  const here = new livekit.Room({ adaptiveStream: true, dynacast: true, videoCaptureDefaults: { resolution: livekit.VideoPresets.h540.resolution } });
  const on = (event, does) => here.on(livekit.RoomEvent[event], (...what) => room === here && does(...what));
  on("RoomMetadataChanged", readStage);
  on("DataReceived", (bytes, from, _kind, topic) => topic === "caption" && !from && readCaption(bytes));
  on("AudioPlaybackStatusChanged", showHear);
  on("ActiveSpeakersChanged", (speakers) => chooseLarge(speakers));
  on("Disconnected", (why) => lost(why, own));
  for (const event of ["TrackSubscribed", "TrackUnsubscribed", "TrackMuted", "TrackUnmuted", "LocalTrackPublished", "LocalTrackUnpublished", "ParticipantDisconnected", "ParticipantPermissionsChanged"]) on(event, draw);
  on("TrackPublished", leaveMix);
  room = here;
  try {
    await here.connect(told.url, told.token);
  } catch {
    if (own === visit) {
      room = null;
      await again(own);
    }
    return;
  }
  if (own !== visit) return;
  for (const one of here.remoteParticipants.values()) one.trackPublications.forEach((track) => leaveMix(track, one));
  show("room");
  read(told.stage);
  readStage();
  showHear();
  await act("here");
}

// What the centre mixes for offices on thin lines holds what comes here by itself.
function leaveMix(track, from) {
  if (from.identity.startsWith("mix-")) track.setSubscribed(false);
}

// A room that is lost is joined again, with a fresh token, until somebody leaves it.
async function again(own) {
  failures += 1;
  const most = Math.min(15000, 1000 * 2 ** Math.min(failures, 4));
  await pause(500 + Math.random() * most);
  if (own === visit) await join();
}

function lost(why, own) {
  room = null;
  if (own !== visit) return;
  const reasons = livekit.DisconnectReason;
  if (why === reasons.DUPLICATE_IDENTITY) end(words.elsewhere, true);
  else {
    sign(words.lost);
    again(own);
  }
}

function end(said, mayReturn) {
  visit += 1;
  const old = room;
  room = null;
  stage = null;
  appointed = 0;
  old?.disconnect();
  byId("stage").replaceChildren();
  byId("sound").replaceChildren();
  window.showSheet(null, page.dataset.page, words);
  byId("end-said").textContent = said;
  byId("back").hidden = !mayReturn;
  show("end");
  if (mayReturn) byId("back").focus();
}

function leave() {
  act("leave");
  end(words.left, true);
}

// The stage

function read(text) {
  try {
    const told = JSON.parse(text);
    if (!stage || told.version >= stage.version) stage = told;
  } catch {
    // a room that says nothing yet
  }
}

function readStage() {
  if (room?.metadata) read(room.metadata);
  if (stage?.state === "closed" || stage?.state === "cancelled") act("look").then(({ told }) => end(told.words || words.left, false));
  else draw();
}

const seats = () => (stage?.state === "open" ? stage.seats.slice(0, SEATS_SHOWN) : []);
const ownSeat = () => seats().find((one) => one.who === who);

function nameOf(one) {
  const guest = stage.guests?.find((each) => each.who === one);
  const site = one.slice(0, one.lastIndexOf("-"));
  return guest?.name || me.sites[site] || site;
}

function chooseLarge(speakers) {
  const speaking = speakers.map((one) => one.identity).filter((one) => one !== who && seats().some((seat) => seat.who === one));
  if (speaking.length && !speaking.includes(large)) large = speaking[0];
  draw();
}

function draw() {
  if (!room || !stage) return;
  const own = ownSeat();
  const shown = seats();
  const isThere = (one) => shown.some((seat) => seat.who === one);
  const first = shown.find((seat) => seat.who !== who) || shown[0];
  if (!isThere(large)) large = first ? first.who : TILE_NOBODY;
  const big = isThere(stage.shown) ? stage.shown : large;
  const kept = new Map([...byId("stage").children].map((tile) => [tile.dataset.who, tile]));
  const tiles = shown.map((seat) => drawTile(kept.get(seat.who) || newTile(seat.who), seat, big));
  const grid = byId("stage");
  for (const tile of [...grid.children]) if (!tiles.includes(tile)) dropTile(tile);
  for (const tile of tiles) if (tile.parentElement !== grid) grid.append(tile);
  byId("notice").hidden = tiles.length > 0;
  byId("notice").textContent = stage.state === "planned" ? words.planned : words.nobody;
  if (!own) goDark();
  hearThem();
  drawInterpreting();
  drawPaper();
  drawSign(own);
  drawBar(own);
  const item = stage.item ? me.agenda[stage.item - 1] : "";
  byId("matter").textContent = item ? `${stage.item}. ${item}` : "";
}

// The page that the desk shows to all. The stage names paper and page, the centre's answer how it is called.
function drawPaper() {
  const paper = stage.paper || "";
  byId("room").classList.toggle("has-paper", Boolean(paper));
  if (paper && !papers[paper]) {
    papers[paper] = { titles: {}, pages: 0 };
    act("look").then(({ well, told }) => {
      if (well && told.paper) papers[told.paper.paper] = told.paper;
      else delete papers[paper];
      if (room) setTimeout(draw, well ? 0 : LOOK_MS);
    });
  }
  window.showSheet(paper ? { ...papers[paper], paper, page: stage.page } : null, page.dataset.page, words);
}

byId("paper-size").addEventListener("click", () => {
  const isLarger = byId("paper").classList.toggle("larger");
  byId("paper-size").setAttribute("aria-pressed", String(isLarger));
  byId("paper-size").textContent = isLarger ? words.page_whole : words.page_larger;
});

// Whoever is thanked is neither seen nor heard, and the camera's light goes out.
function goDark() {
  const person = room.localParticipant;
  if (person.isCameraEnabled) person.setCameraEnabled(false).catch(() => undefined);
  if (person.isMicrophoneEnabled && !interprets()) person.setMicrophoneEnabled(false).catch(() => undefined);
}

function newTile(one) {
  const tile = document.createElement("figure");
  tile.className = "tile";
  tile.dataset.who = one;
  const video = document.createElement("video");
  video.autoplay = video.muted = video.playsInline = true;
  const none = document.createElement("p");
  none.className = "unseen-now";
  none.textContent = words.nobody_large;
  tile.append(video, none, document.createElement("figcaption"));
  return tile;
}

const participant = (one) => (one === who ? room.localParticipant : room.remoteParticipants.get(one));

function pictureOf(one) {
  const source = participant(one)?.getTrackPublication(livekit.Track.Source.Camera);
  return source && !source.isMuted ? source.videoTrack : undefined;
}

function drawTile(tile, seat, big) {
  const video = tile.querySelector("video");
  const track = pictureOf(seat.who);
  if (tile.track !== track) {
    tile.track?.detach(video);
    tile.track = track;
    track?.attach(video);
    if (!track) video.srcObject = null;
  }
  tile.classList.toggle("large", seat.who === big);
  tile.classList.toggle("own", seat.who === who);
  tile.classList.toggle("speaking", Boolean(participant(seat.who)?.isSpeaking));
  tile.querySelector(".unseen-now").hidden = Boolean(track);
  tile.querySelector("figcaption").textContent = seat.who === who ? `${me.name} (${words.you})` : nameOf(seat.who);
  return tile;
}

function dropTile(tile) {
  tile.track?.detach(tile.querySelector("video"));
  tile.remove();
}

// Interpreters: the stage alone says who is one. Their sound is no part of the floor, and is heard over it by choice.
const interpreters = () => (stage?.state === "open" ? stage.interpreters || [] : []);
const interprets = () => (stage?.interpreters || []).find((one) => one.who === who);
const over = () => (interprets() ? [] : interpreters().filter((one) => one.who !== who && one.into === byId("channel").value));
const voiceOf = (one) => participant(one)?.getTrackPublication(livekit.Track.Source.Microphone)?.audioTrack;

let louder = 0;

function setLoudness() {
  const isSpoken = over().some((one) => participant(one.who)?.isSpeaking);
  if (isSpoken) interpretedAt = performance.now();
  const left = interpretedAt && over().length ? interpretedAt + HELD_MS - performance.now() : 0;
  const overs = over().map((one) => one.who);
  for (const element of byId("sound").children) element.track.setVolume(left > 0 && !overs.includes(element.dataset.who) ? UNDER : 1);
  clearTimeout(louder);
  if (left > 0) louder = setTimeout(setLoudness, left + 50);
}

function drawInterpreting() {
  const own = interprets();
  const person = room.localParticipant;
  const chosen = byId("channel").value;
  if (!own) coughs = false;
  const number = own ? own.number || 1 : 0;
  // whoever was named anew within a moment is heard when they turn the microphone on, as whoever is named
  if (appointed && number && number !== appointed && person.isMicrophoneEnabled) person.setMicrophoneEnabled(false).then(draw, draw);
  appointed = number;
  byId("channels").hidden = Boolean(own) || interpreters().length === 0;
  byId("direction").hidden = !own;
  for (const one of byId("direction").querySelectorAll("button")) one.setAttribute("aria-pressed", String(own?.into === one.dataset.into));
  byId("cough").hidden = !own || !(person.isMicrophoneEnabled || coughs);
  const named = interpreters().map((one) => words[`into_${one.into}`].replace("{name}", nameOf(one.who)));
  if (!own && chosen && !interpreters().some((one) => one.into === chosen)) named.unshift(words.not_interpreted);
  byId("interpreters").hidden = Boolean(own) || interpreters().length === 0;
  byId("interpreters").textContent = named.join(" · ");
}

function cough(held) {
  if (held === coughs || !room || !interprets() || (held && !room.localParticipant.isMicrophoneEnabled)) return;
  coughs = held;
  room.localParticipant.setMicrophoneEnabled(!held).then(draw, draw);
}

// All on stage are heard, and nobody before the meeting has begun.
function hearThem() {
  const wanted = new Map();
  for (const one of [...seats(), ...over()]) {
    const track = one.who === who ? undefined : voiceOf(one.who);
    if (track) wanted.set(track.sid, { track, who: one.who });
  }
  for (const element of [...byId("sound").children]) {
    if (wanted.has(element.dataset.sid)) wanted.delete(element.dataset.sid);
    else {
      element.track.detach(element);
      element.remove();
    }
  }
  for (const [sid, { track, who: speaker }] of wanted) {
    const element = track.attach();
    element.dataset.sid = sid;
    element.dataset.who = speaker;
    element.track = track;
    byId("sound").append(element);
  }
  setLoudness();
}

function showHear() {
  byId("hear").hidden = !room || room.canPlaybackAudio;
}

function sign(text, isOnAir = false) {
  if (byId("sign").textContent !== text) byId("sign").textContent = text;
  byId("sign").classList.toggle("on-air", isOnAir);
}

function drawSign(own) {
  const person = room.localParticipant;
  if (stage.state === "planned") sign(words.planned);
  else if (own) {
    const heard = person.isMicrophoneEnabled && !own.is_silenced;
    const seen = person.isCameraEnabled;
    if (own.is_silenced) sign(words.silenced, seen);
    else if (heard) sign(seen ? words.seen : words.heard, true);
    else sign(seen ? words.only_seen : words.called, seen);
  } else if (interprets()) {
    const isHeard = person.isMicrophoneEnabled;
    sign(isHeard ? words.interprets : words.interprets_unheard, isHeard);
  } else {
    const place = stage.hands.findIndex((hand) => hand.who === who) + 1;
    sign(place ? words.hand.replace("{place}", place) : words.watching);
  }
}

function drawBar(own) {
  const person = room.localParticipant;
  const mayBeSeen = Boolean(own) && Boolean(person.permissions?.canPublish);
  const mayInterpret = Boolean(interprets()) && Boolean(person.permissions?.canPublish) && !coughs;
  button("turn-microphone", (mayBeSeen && !own?.is_silenced) || mayInterpret, person.isMicrophoneEnabled, words.microphone_off, words.microphone_on);
  button("turn-camera", mayBeSeen, person.isCameraEnabled, words.camera_off, words.camera_on);
  const isUp = stage.hands.some((hand) => hand.who === who);
  button("turn-hand", me.part === "speaker" && stage.state === "open" && !own && !interprets(), isUp, words.hand_down, words.hand_up);
}

function button(id, isShown, isOn, whenOn, whenOff) {
  const one = byId(id);
  one.hidden = !isShown;
  one.setAttribute("aria-pressed", String(isOn));
  one.textContent = isOn ? whenOn : whenOff;
}

async function turn(id, does) {
  const one = byId(id);
  if (one.disabled || !room) return;
  one.disabled = true;
  try {
    await does();
  } catch (error) {
    sign(faultWords(error));
    await pause(4000);
  } finally {
    one.disabled = false;
    draw();
  }
}

const chosen = (id) => (byId(id).value ? { deviceId: byId(id).value } : undefined);

// Captions

function readCaption(bytes) {
  let told;
  try {
    told = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return;
  }
  const kept = lines[told.language];
  if (!kept || typeof told.text !== "string" || kept.some((one) => one.number === told.number)) return;
  kept.push({ number: told.number, text: told.text.slice(0, 200) });
  kept.splice(0, kept.length - CAPTIONS_SHOWN);
  drawCaptions();
}

function drawCaptions() {
  const kept = lines[byId("tongue").value] || [];
  byId("captions").hidden = kept.length === 0;
  byId("captions").replaceChildren(
    ...kept.map((one) => {
      const line = document.createElement("span");
      line.dir = "auto";
      line.textContent = one.text;
      return line;
    }),
  );
}

byId("typed")?.addEventListener("submit", (event) => {
  event.preventDefault();
  come(byId("code").value);
});
byId("allow").addEventListener("click", tryDevices);
byId("camera").addEventListener("change", tryDevices);
byId("microphone").addEventListener("change", tryDevices);
byId("join").addEventListener("click", join);
byId("back").addEventListener("click", join);
byId("hear").addEventListener("click", () => room?.startAudio().then(showHear));
byId("turn-microphone").addEventListener("click", () => turn("turn-microphone", () => room.localParticipant.setMicrophoneEnabled(!room.localParticipant.isMicrophoneEnabled, chosen("microphone"))));
byId("turn-camera").addEventListener("click", () => turn("turn-camera", () => room.localParticipant.setCameraEnabled(!room.localParticipant.isCameraEnabled, chosen("camera"))));
byId("turn-hand").addEventListener("click", () => turn("turn-hand", async () => {
  const isUp = stage.hands.some((hand) => hand.who === who);
  const { well, told } = await act(isUp ? "lower_hand" : "raise_hand", { item: stage.item });
  if (well) read(told.stage);
}));
byId("channel").addEventListener("change", () => {
  try {
    localStorage.setItem(CHANNEL, byId("channel").value);
  } catch {
    // a browser that keeps nothing asks again next time
  }
  if (room) draw();
});
try {
  byId("channel").value = localStorage.getItem(CHANNEL) || "";
} catch {
  // as above
}
for (const one of byId("direction").querySelectorAll("button"))
  one.addEventListener("click", async () => {
    const { well, told } = await act("interpret_into", { into: one.dataset.into });
    if (well) read(told.stage);
    else sign(told.words);
    draw();
  });
for (const [event, held] of [["pointerdown", true], ["pointerup", false], ["pointerleave", false], ["pointercancel", false], ["blur", false]]) byId("cough").addEventListener(event, () => cough(held));
byId("cough").addEventListener("keydown", (event) => (event.key === " " || event.key === "Enter") && !event.repeat && cough(true));
byId("cough").addEventListener("keyup", () => cough(false));
byId("tongue").addEventListener("change", drawCaptions);
byId("tongue").value = document.documentElement.lang === "ru" ? "ru" : "ky";
for (const one of document.querySelectorAll(".go")) one.addEventListener("click", leave);
window.addEventListener("hashchange", () => location.hash.length > 1 && begin());
window.addEventListener("pagehide", () => room?.disconnect());
begin();
