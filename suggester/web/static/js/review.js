// The review page: fetch the view, draw it, and wire keys and buttons.
import { actions } from "./actions.js";
import { drawAssigned } from "./assigned.js";
import { watchArrivals } from "./arrivals.js";
import { drawBanner } from "./banner.js";
import { drawChecks } from "./checks.js";
import { connect, reload } from "./decisions.js";
import { byId, focusOn } from "./dom.js";
import { wireFind } from "./find_in_note.js";
import { listen } from "./keys.js";
import { fail, say } from "./live.js";
import { hold } from "./lock.js";
import { back, choose, currentLine, nextAlternative, nextEvidence, select, step, stepInNote, toggleWhy } from "./moving.js";
import { drawNote } from "./note.js";
import { notCoded } from "./not_coded.js";
import { group, visible } from "./ordering.js";
import { change, keyOf, positionOf, state, subscribe } from "./state.js";
import { drawSuggestions } from "./suggestions.js";
import { openTimeline } from "./timeline.js";

function draw() {
  if (!state.view) return;
  drawBanner();
  drawNote(choose);
  drawAssigned(actions);
  drawSuggestions(actions, notCoded(actions));
  drawChecks(actions);
}

function moveBy(by) {
  const line = currentLine();
  if (line) actions.move(line, positionOf(line) + by);
  else say("Select an assigned code to move it.");
}

function replaceByChosen() {
  const row = visible().find((one) => keyOf(one) === state.selected);
  const chosen = row?.alternatives[state.alternative];
  if (!chosen) return false;
  actions.replace(row, chosen);
  return true;
}

const keys = {
  next: () => step(1),
  previous: () => step(-1),
  evidence: nextEvidence,
  note_next: () => stepInNote(1),
  note_previous: () => stepInNote(-1),
  back,
  find: () => byId("find").select(),
  weak: () => change({ showWeak: !state.showWeak }),
  why: toggleWhy,
  to_assigned: () => (document.querySelector(".lines .row-main") ?? byId("add-code")).focus(),
  to_checks: () => (document.querySelector("#checks button") ?? byId("finish")).focus(),
  accept: () => actions.onSelected(actions.accept),
  accept_confident: actions.acceptConfident,
  reject: () => actions.onSelected(actions.reject),
  alternative_next: () => nextAlternative(1),
  alternative_previous: () => nextAlternative(-1),
  replace: replaceByChosen,
  replace_search: () => {
    const line = currentLine();
    if (line && document.activeElement.closest(".line")) actions.replaceBySearch(line);
    else actions.onSelected(actions.replaceBySearch);
  },
  add: actions.add,
  undo: actions.undo,
  up: () => moveBy(-1),
  down: () => moveBy(1),
  pend: actions.pend,
  query: () => actions.query(),
  timeline: openTimeline,
  finish: actions.finish,
};

function arrows(event) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by || event.altKey || !event.target.closest(".suggestion .row-main")) return;
  event.preventDefault();
  step(by);
}

function wireButtons() {
  byId("accept-confident").onclick = actions.acceptConfident;
  // The words selected in the note must still be selected when the button is pressed.
  byId("add-code").onmousedown = (event) => event.preventDefault();
  byId("add-code").onclick = actions.add;
  byId("pend-open").onclick = actions.pend;
  byId("query-open").onclick = () => actions.query();
  byId("undo").onclick = actions.undo;
  byId("finish").onclick = actions.finish;
  byId("timeline-open").onclick = openTimeline;
  byId("suggestions").addEventListener("keydown", arrows);
}

async function start() {
  connect(document.body.dataset.api);
  try {
    await reload();
  } catch (error) {
    fail(error.message, () => location.reload());
    return;
  }
  for (const [system, code] of state.view.shown ?? []) state.shown.add(`${system}:${code}`);
  subscribe(draw);
  draw();
  byId("review").removeAttribute("aria-busy");
  await hold();
  const first = group(true).rows[0] ?? group(false).rows[0];
  if (first && !state.selected) select(keyOf(first.suggestion), { focus: document.activeElement === document.body });
  else focusOn("suggestions");
  watchArrivals();
}

wireButtons();
wireFind();
listen(keys);
start();
