// What the review page knows: the view of the encounter and where the coder is in it.

export const keyOf = (row) => `${row.system}:${row.code}`;

export const state = {
  view: null,
  selected: null, // key of a suggestion or an assigned line
  evidence: 0, // which of its places is looked at
  alternative: -1, // which of its alternatives is chosen; -1 is none
  why: false,
  showWeak: false,
  editing: null, // key of the procedure line whose details are open
  shown: new Set(), // keys whose evidence was shown
  back: [], // where the coder was before
  readOnly: false,
  lockedBy: "",
};

const listeners = new Set();

/** Call `listener` after every change. */
export function subscribe(listener) {
  listeners.add(listener);
}

/** Read from the view whether the page may change anything. */
function readLock() {
  const { lock, worksheet } = state.view;
  state.lockedBy = lock && !lock.mine ? lock.by : "";
  state.readOnly = Boolean(state.lockedBy) || worksheet.finished;
}

/** Change the state and tell every listener. */
export function change(patch = {}) {
  Object.assign(state, patch);
  if (patch.view) readLock();
  for (const listener of listeners) listener(state);
}

/** Take what a decision returned: it has neither documents nor result, which stay as they are. */
export function merge(view) {
  change({ view: { ...state.view, ...view } });
}

export const lines = () => state.view.worksheet.lines;
export const isDiagnosis = (row) => row.system === "icd10cm";

/** Return the position of a row among the diagnoses, or among the procedures. */
export function positionOf(line) {
  return lines().filter((other) => isDiagnosis(other) === isDiagnosis(line)).findIndex((other) => keyOf(other) === keyOf(line));
}

/** Return the words for a confidence. */
export function confidenceWord(confidence) {
  const rounded = Math.round(confidence * 100);
  if (rounded >= 70) return "likely";
  return rounded >= 30 ? "possible" : "weak";
}

/** Return a confidence as a percentage that never claims 0 or 100. */
export function percent(confidence) {
  if (confidence < 0.01) return "<1%";
  return `${Math.min(99, Math.round(confidence * 100))}%`;
}
