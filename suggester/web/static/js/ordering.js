// The suggestions in the order they are read: by confidence, companions directly under their parent.
import { isDiagnosis, keyOf, lines, state } from "./state.js";

export const REASONS = [
  ["not_documented", "Not documented"],
  ["not_current", "Not current"],
  ["ruled_out", "Ruled out"],
  ["integral", "Integral to another code"],
  ["not_addressed", "Not addressed at this visit"],
  ["wrong_specificity", "Wrong specificity"],
  ["duplicate", "Duplicate"],
  ["other", "Other"],
];
const WORDS = Object.fromEntries(REASONS);
const WEAK = 0.3;

/** Return what was decided about a suggestion: {done, kind, words}. */
export function decisionOn(suggestion) {
  const key = keyOf(suggestion);
  const line = lines().find((row) => keyOf(row) === key);
  if (line) return { done: true, kind: "accepted", words: "accepted" };
  const replaced = lines().find((row) => row.from === suggestion.code);
  if (replaced) return { done: true, kind: "replaced", words: `replaced by ${replaced.code}` };
  const rejected = state.view.worksheet.rejected.find((row) => keyOf(row) === key);
  if (rejected) return { done: true, kind: "rejected", words: (WORDS[rejected.reason] ?? rejected.reason).toLowerCase() };
  return { done: false, kind: "open", words: "" };
}

/** Return the parent of each companion and what ties it, by code. */
function parents(suggestions) {
  const known = new Set(suggestions.map((row) => row.code));
  const found = new Map();
  const tie = (child, parent, words) => {
    if (child !== parent && known.has(child) && known.has(parent) && !found.has(child) && !found.has(parent)) {
      found.set(child, { parent, words });
    }
  };
  for (const row of suggestions) {
    const derived = row.derived_from;
    if (derived?.rule.startsWith("combination")) derived.codes.forEach((part) => tie(part, row.code, `with ${row.code}`));
    else derived?.codes.forEach((parent) => tie(row.code, parent, `needed with ${parent}`));
  }
  for (const row of suggestions) {
    for (const alert of row.alerts) alert.fix?.add?.forEach((code) => tie(code, row.code, `needed with ${row.code}`));
  }
  return found;
}

function arranged(suggestions) {
  const tied = parents(suggestions);
  const sorted = [...suggestions].sort((one, other) => other.confidence - one.confidence || one.rank - other.rank);
  const out = [];
  for (const row of sorted.filter((one) => !tied.has(one.code))) {
    out.push({ suggestion: row, companion: null });
    for (const child of sorted.filter((one) => tied.get(one.code)?.parent === row.code)) {
      out.push({ suggestion: child, companion: tied.get(child.code).words });
    }
  }
  return out;
}

/** Return {rows, weak} of the diagnoses or the procedures; `weak` counts those folded away. */
export function group(diagnoses) {
  const all = arranged(state.view.result.suggestions.filter((row) => isDiagnosis(row) === diagnoses));
  const stays = ({ suggestion, companion }) =>
    state.showWeak || suggestion.confidence >= WEAK || companion || suggestion.tier === "confident" ||
    keyOf(suggestion) === state.selected || decisionOn(suggestion).done;
  const rows = all.filter(stays);
  return { rows, all, weak: all.filter((row) => row.suggestion.confidence < WEAK && !row.companion).length, folded: all.length - rows.length };
}

/** Return the suggestions that are on the page, in order. */
export function visible() {
  return [true, false].flatMap((diagnoses) => group(diagnoses).rows.map((row) => row.suggestion));
}

export const find = (key) => state.view.result.suggestions.find((row) => keyOf(row) === key) ?? null;
export const findLine = (key) => lines().find((row) => keyOf(row) === key) ?? null;

/** Return the confident suggestions that nobody decided on yet. */
export function openConfident() {
  return state.view.result.suggestions.filter((row) => row.tier === "confident" && !decisionOn(row).done);
}
