// Move through suggestions, their places in the note and their alternatives; the place is never lost.
import { byId, focusOn } from "./dom.js";
import { decisionOn, find, findLine, visible } from "./ordering.js";
import { tellShown } from "./decisions.js";
import { bringIntoSight, goBack, marksInOrder, placesOf, remember } from "./note.js";
import { say } from "./live.js";
import { change, keyOf, state } from "./state.js";

/** Select a suggestion or an assigned line and bring its words into sight. */
export function select(key, { focus = true, evidence = 0, scroll = true } = {}) {
  const moved = key !== state.selected;
  if (moved && state.selected) remember();
  change({ selected: key, evidence, alternative: -1, why: moved ? false : state.why });
  if (!key) return;
  const place = placesOf(key)[evidence];
  if (place && scroll) bringIntoSight(place);
  if (find(key) && !state.shown.has(key)) {
    state.shown.add(key);
    if (!state.readOnly) tellShown([key]);
    change();
  }
  const row = document.querySelector(`.suggestion[data-key="${CSS.escape(key)}"]`);
  row?.scrollIntoView({ block: "nearest" });
  document.querySelector(`.line[data-key="${CSS.escape(key)}"]`)?.scrollIntoView({ block: "nearest" });
  if (focus && row) focusOn(`s:${key}`);
}

/** Select the next (1) or previous (-1) suggestion. */
export function step(by) {
  const keys = visible().map(keyOf);
  if (!keys.length) return;
  const at = keys.indexOf(state.selected);
  const next = at < 0 ? (by > 0 ? 0 : keys.length - 1) : at + by;
  if (next < 0) say("This is the first suggestion.");
  else if (next >= keys.length) say(state.showWeak ? "This is the last suggestion." : "This is the last one; w shows the weak ones.");
  else select(keys[next]);
}

/** Select the next suggestion after `key` that nobody decided on, or stay. */
export function stepOn(key) {
  const rows = visible();
  const at = rows.findIndex((row) => keyOf(row) === key);
  const later = [...rows.slice(at + 1), ...rows.slice(0, Math.max(at, 0))];
  const next = later.find((row) => !decisionOn(row).done);
  select(next ? keyOf(next) : key);
}

/** Look at the next place of the selected row. */
export function nextEvidence() {
  const places = state.selected ? placesOf(state.selected) : [];
  if (!places.length) {
    say("No words of the note stand behind this one; it comes from a rule or was typed.");
    return;
  }
  lookAt((state.evidence + 1) % places.length);
}

/** Look at one place of the selected row. */
export function lookAt(at) {
  const places = placesOf(state.selected);
  remember();
  change({ evidence: at });
  bringIntoSight(places[at]);
  if (places.length > 1) say(`Place ${at + 1} of ${places.length}.`);
}

/** Choose the next or previous alternative of the selected suggestion. */
export function nextAlternative(by) {
  const row = find(state.selected);
  const many = row?.alternatives.length ?? 0;
  if (!many) {
    say("There are no alternatives here; r replaces by any code.");
    return;
  }
  const at = Math.max(-1, Math.min(many - 1, state.alternative + by));
  change({ alternative: at });
  const chosen = row.alternatives[at];
  byId("live").textContent = chosen ? `${chosen.code} ${chosen.description}, ${chosen.reason}. Enter replaces.` : "No alternative.";
  document.querySelector(".alternatives .chosen")?.scrollIntoView({ block: "nearest" });
}

/** Select the suggestion of the words clicked in the note; again for the next where several meet. */
export function choose(keys, start) {
  const at = keys.indexOf(state.selected);
  const key = keys[(at + 1) % keys.length];
  const evidence = placesOf(key).findIndex((place) => {
    const mark = document.querySelector(`.ev[data-start="${start}"]`);
    return mark && place.text && mark.textContent && place.text.includes(mark.textContent);
  });
  select(key, { evidence: Math.max(0, evidence), scroll: false });
}

/** Select by the next (1) or previous (-1) marked words of the note. */
export function stepInNote(by) {
  const marks = marksInOrder();
  if (!marks.length) return;
  const here = marks.findIndex((mark) => mark.classList.contains("looked-at"));
  const next = marks[(here + by + marks.length) % marks.length];
  choose(next.dataset.keys.split(" "), next.dataset.start);
  next.scrollIntoView({ block: "center" });
}

/** Go back to where the coder was before the last jump. */
export function back() {
  if (!goBack()) say("There is nothing to go back to.");
  else if (state.selected) focusOn(find(state.selected) ? `s:${state.selected}` : `l:${state.selected}`);
}

/** Open or close what the selected suggestion was made of, in sight. */
export function toggleWhy() {
  change({ why: !state.why });
  document.querySelector(".suggestion.selected .why")?.scrollIntoView({ block: "nearest" });
}

/** Return the selected suggestion, or say that there is none. */
export function selectedSuggestion() {
  const row = state.selected && find(state.selected);
  if (!row) say("Select a suggestion first: j goes to the next one.");
  return row ?? null;
}

/** Return the assigned line where the focus is, or that of the selected row. */
export function currentLine() {
  const key = document.activeElement?.closest(".line")?.dataset.key ?? state.selected;
  return key ? findLine(key) : null;
}
