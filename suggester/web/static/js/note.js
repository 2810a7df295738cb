// Draw the documents with their evidence marked, and bring a place of them into sight.
import { byId, count, h } from "./dom.js";
import { offsetsOf } from "./offsets.js";
import { decisionOn, find, findLine } from "./ordering.js";
import { cut, headingsOf, spansOf, strongest, visitKeys } from "./spans.js";
import { change, confidenceWord, keyOf, lines, state } from "./state.js";

const NAMES = { present: "present", uncertain: "uncertain", historical: "history of", family: "family", hypothetical: "hypothetical", negated: "negated", weak: "weak", other: "basis" };
const offsets = new Map();
let drawn = "";

const pane = () => byId("note");
const byConfidence = (one, other) => (find(other)?.confidence ?? 1) - (find(one)?.confidence ?? 1);
const element = (documentId) => pane().querySelector(`.note-text[data-document="${CSS.escape(documentId)}"]`);
const firstId = () => state.view.documents[0].id;

const nameOf = (document) => document.type || (state.view.documents.length > 1 ? document.id : "Note");

/** Draw the note anew where what it shows has changed. */
export function drawNote(choose) {
  const sign = JSON.stringify([
    state.view.documents.map((document) => [document.id, document.text.length]),
    state.view.result.suggestions.map(keyOf),
    lines().map((line) => [keyOf(line), line.from, line.evidence]),
    state.view.worksheet.rejected.map(keyOf),
  ]);
  if (sign !== drawn) {
    drawn = sign;
    const top = pane().scrollTop;
    pane().replaceChildren(...state.view.documents.map((document, at) => drawDocument(document, at, choose)));
    pane().scrollTop = top;
    drawTabs();
  }
  markSelected();
}

function drawDocument(document, at, choose) {
  const map = offsetsOf(document.text);
  offsets.set(document.id, map);
  const spans = spansOf(document.id, at === 0).map((span) => ({ ...span, start: map.toUnits(span.start), end: map.toUnits(span.end) }));
  const visits = visitKeys();
  const done = new Set(lines().flatMap((line) => [keyOf(line), `${line.system}:${line.from}`]).filter((key) => !visits.has(key)));
  let before = null;
  const pieces = cut(document.text.length, spans, headingsOf(document.text)).map((piece) => {
    const drawn = drawPiece(document.text, piece, done, choose, before);
    before = drawn.dataset?.keys === undefined ? null : drawn;
    return drawn;
  });
  const title = nameOf(document);
  return h("section", { class: "document", "aria-labelledby": `document-${at}`, dataset: { section: document.id } },
    h("h3", { id: `document-${at}` }, title),
    h("div", { class: "note-text", dataset: { document: document.id } }, ...pieces));
}

function drawPiece(text, piece, done, choose, before) {
  const words = text.slice(piece.start, piece.end);
  if (!piece.spans.length) return piece.heading ? h("strong", { class: "heading" }, words) : words;
  const keys = [...new Set(piece.spans.map((span) => span.key).filter(Boolean))].sort(byConfidence);
  const kind = strongest(piece.spans);
  const assigned = keys.some((key) => done.has(key)) && keys.every((key) => done.has(key) || isQuiet(key));
  const looks = `ev ${kind}${assigned ? " assigned" : ""}`;
  const starts = !before?.className.startsWith(looks);
  const codes = keys.map((key) => key.split(":")[1]).join(", ");
  return h("mark", {
    class: `${looks}${starts ? " starts" : ""}${piece.heading ? " heading" : ""}`,
    dataset: { keys: keys.join(" "), start: piece.start, end: piece.end },
    title: codes ? `${NAMES[kind]}${assigned ? ", assigned" : ""}: ${codes}` : `not coded: ${NAMES[kind]}`,
    onclick: () => keys.length && getSelection().isCollapsed && choose(keys, piece.start),
  }, words);
}

/** Tell whether a suggestion leaves its words looking done: it is weak, decided on, or a visit, which rests on all of the note. */
function isQuiet(key) {
  const row = find(key);
  return !row || Boolean(row.visit) || confidenceWord(row.confidence) === "weak" || decisionOn(row).done;
}

function drawTabs() {
  byId("documents").replaceChildren(...state.view.documents.map((document) => {
    const at = document.id === firstId();
    const codes = new Set(spansOf(document.id, at).filter((span) => span.key && span.kind !== "weak").map((span) => span.key)).size;
    return h("li", {}, h("button", { type: "button", onclick: () => goToDocument(document.id), dataset: { focus: `doc:${document.id}` } },
      nameOf(document), " ", h("span", { class: "badge" }, count(codes, "code"))));
  }));
}

/** Bring a document to the top of the pane. */
export function goToDocument(id) {
  remember();
  const section = pane().querySelector(`[data-section="${CSS.escape(id)}"]`);
  pane().scrollTop = section.offsetTop - pane().offsetTop;
}

/** Return the places of a key: of its suggestion, or of its assigned line. */
export function placesOf(key) {
  const line = findLine(key);
  const suggestion = find(key);
  const places = suggestion?.evidence.length ? suggestion.evidence : (line?.evidence ?? []);
  const more = (suggestion?.visit?.elements ?? []).map((part) => part.evidence).filter(Boolean);
  return places.length ? places : more;
}

/** Keep where the coder is, to come back to. */
export function remember() {
  state.back.push({ selected: state.selected, evidence: state.evidence, top: pane().scrollTop });
  if (state.back.length > 50) state.back.shift();
}

/** Go back to where the coder was. */
export function goBack() {
  const place = state.back.pop();
  if (!place) return false;
  change({ selected: place.selected, evidence: place.evidence, alternative: -1 });
  pane().scrollTop = place.top;
  return true;
}

function markSelected() {
  for (const mark of pane().querySelectorAll(".selected")) mark.classList.remove("selected", "looked-at", "from", "to");
  if (!state.selected) return;
  for (const [at, place] of placesOf(state.selected).entries()) {
    const marks = marksOf(place);
    for (const mark of marks) mark.classList.add("selected", ...(at === state.evidence ? ["looked-at"] : []));
    marks[0]?.classList.add("from");
    marks.at(-1)?.classList.add("to");
  }
}

/** Return the marks that draw a place. */
function marksOf(place) {
  const id = place.document ?? firstId();
  const map = offsets.get(id);
  if (!map) return [];
  const [start, end] = [map.toUnits(place.start), map.toUnits(place.end)];
  return [...element(id).querySelectorAll(".ev")].filter((mark) => Number(mark.dataset.start) >= start && Number(mark.dataset.end) <= end);
}

/** Scroll a place of the note into sight, without moving what is in sight already. */
export function bringIntoSight(place) {
  const mark = marksOf(place)[0];
  if (mark) scrollTo(mark.getBoundingClientRect());
}

function scrollTo(box) {
  const frame = pane().getBoundingClientRect();
  const above = box.top < frame.top + 40;
  const below = box.bottom > frame.bottom - 24;
  if (above || below) pane().scrollTop += box.top - frame.top - frame.height * 0.35;
  if (frame.top < 0 || frame.top > innerHeight - 120) pane().scrollIntoView({ block: "nearest" });
}

/** Return the words selected in the note as evidence {document, start, end, text} in code points, or null. */
export function selectedWords() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const home = (range.startContainer.parentElement ?? range.startContainer).closest?.(".note-text");
  if (!home || !home.contains(range.endContainer)) return null;
  const before = document.createRange();
  before.setStart(home, 0);
  before.setEnd(range.startContainer, range.startOffset);
  const raw = range.toString();
  const lead = raw.length - raw.trimStart().length;
  const text = raw.trim();
  if (!text) return null;
  const start = before.toString().length + lead;
  const map = offsets.get(home.dataset.document);
  return { document: home.dataset.document, start: map.toPoints(start), end: map.toPoints(start + text.length), text };
}

/** Return all marks that lead to a suggestion, in the order of the note. */
export const marksInOrder = () => [...pane().querySelectorAll('.ev.starts:not(.weak, .other, [data-keys=""])')];

/** Scroll to a range found in the note. */
export function showRange(range) {
  scrollTo(range.getBoundingClientRect());
}
