// Which words of a document are marked, for which codes and how they are meant.
import { confidenceWord, keyOf, lines, state } from "./state.js";

// What only weak suggestions rest on is drawn quietly, and gives way to why it is not coded.
const STRONGEST = ["present", "uncertain", "historical", "family", "hypothetical", "negated", "weak", "other"];
const MEANT = { possible: "uncertain", history: "historical", past: "historical", conditional: "hypothetical", denied: "negated" };
const HEADING = /^[ \t]*(?:[A-Z][A-Z0-9 ,/&()'-]{2,60}:?(?=[ \t]*$)|[A-Z][A-Z0-9 ,/&()'-]{2,60}:)/gm;

/** Return the kind of mark for an assertion or a reason. */
function kindOf(assertion) {
  const kind = MEANT[assertion] ?? assertion;
  return STRONGEST.includes(kind) ? kind : "other";
}

/** Return the keys of visits. */
export const visitKeys = () => new Set(state.view.result.suggestions.filter((row) => row.visit).map(keyOf));

/** Return every marked span of a document: {start, end, kind, key} in code points. */
export function spansOf(documentId, isFirst) {
  const here = (row) => (row.document ?? null) === documentId || (isFirst && row.document === undefined);
  const spans = [];
  // A visit rests on all of the note: its words are a basis, and never look done.
  const visits = visitKeys();
  const add = (row, kind, key) => here(row) && row.end > row.start && spans.push({ start: row.start, end: row.end, kind, key });
  for (const suggestion of state.view.result.suggestions) {
    const key = keyOf(suggestion);
    const isWeak = confidenceWord(suggestion.confidence) === "weak";
    for (const place of suggestion.evidence) add(place, suggestion.visit ? "other" : isWeak ? "weak" : kindOf(place.assertion), key);
    for (const element of suggestion.visit?.elements ?? []) {
      if (element.evidence) add(element.evidence, "other", key);
    }
  }
  for (const line of lines()) for (const place of line.evidence) add(place, visits.has(keyOf(line)) ? "other" : "present", keyOf(line));
  for (const row of state.view.result.not_coded) if (row.end > row.start) add(row, kindOf(row.reason), null);
  return spans;
}

/** Return the places of headings in a text: {start, end} in UTF-16 units. */
export function headingsOf(text) {
  return [...text.matchAll(HEADING)].map((match) => ({ start: match.index, end: match.index + match[0].length }));
}

/** Cut a text at every border; return [{start, end, spans, heading}] in UTF-16 units. */
export function cut(length, spans, headings) {
  const borders = new Set([0, length]);
  for (const span of [...spans, ...headings]) borders.add(Math.min(span.start, length)).add(Math.min(span.end, length));
  const sorted = [...borders].sort((one, other) => one - other);
  return sorted.slice(0, -1).map((start, at) => ({
    start,
    end: sorted[at + 1],
    spans: spans.filter((span) => span.start <= start && span.end >= sorted[at + 1]),
    heading: headings.some((span) => span.start <= start && span.end >= sorted[at + 1]),
  }));
}

/** Return the kind that a piece is drawn in: the strongest of those that meet there. */
export const strongest = (spans) => STRONGEST.find((kind) => spans.some((span) => span.kind === kind)) ?? "other";
