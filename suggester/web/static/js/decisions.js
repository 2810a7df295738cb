// Send decisions to the server one after the other, and take the view it answers with.
import { ApiError, get, post } from "./api.js";
import { lap } from "./clock.js";
import { fail, mended, say } from "./live.js";
import { change, merge, state } from "./state.js";

let base = "";
let waiting = Promise.resolve();
let unsaved = 0;
const unsent = []; // steps that did not reach the server, in order

addEventListener("beforeunload", (event) => unsent.length && event.preventDefault());

/** Say on the page that a decision is on its way. */
function count(change) {
  unsaved += change;
  document.body.toggleAttribute("data-saving", unsaved > 0);
}

/** Tell whether steps wait for the server. */
export const stepsWait = () => unsent.length > 0;

/** Set the address of the encounter's API. */
export function connect(address) {
  base = address;
}

export const address = () => base;

/** Get the whole view again; the coder's place stays. */
export async function reload() {
  const view = await get(base);
  const before = state.view?.documents ?? [];
  change({ view });
  return view.documents.filter((document) => !before.some((known) => known.id === document.id));
}

/** Post one event; say `said` when it is saved. Return the view, or null where it failed. */
export function decide(kind, fields = {}, said = "") {
  if (state.readOnly && kind !== "reopen") {
    say(state.lockedBy ? `Read only: ${state.lockedBy} is working on this encounter.` : "This encounter is finished; reopen it to change it.");
    return Promise.resolve(null);
  }
  if (kind === "undo" && unsent.length) {
    unsent.pop();
    tellUnsent("The last step that waited is dropped.");
    return Promise.resolve(null);
  }
  const step = { kind, fields, said, seconds: lap() };
  count(1);
  waiting = waiting.then(() => sendAfterOthers(step)).finally(() => count(-1));
  return waiting;
}

/** Say how many steps wait for the server, or `otherwise` where none does. */
function tellUnsent(otherwise = "") {
  const many = unsent.length;
  if (many) fail(`The server cannot be reached. ${many === 1 ? "1 step waits" : `${many} steps wait`} on this page and ${many === 1 ? "is" : "are"} not saved yet; the next step, or “Try again”, sends ${many === 1 ? "it" : "them"}.`, sendUnsent);
  else {
    mended();
    say(otherwise);
  }
}

function sendUnsent() {
  count(1);
  waiting = waiting.then(() => sendAfterOthers(null)).finally(() => count(-1));
  return waiting;
}

/** Send what waits, then a step; return the view after the step, or null. */
async function sendAfterOthers(step) {
  while (unsent.length) {
    if ((await send(unsent[0])) === undefined) {
      const isNew = step && unsent.every((other) => other.kind !== step.kind || JSON.stringify(other.fields) !== JSON.stringify(step.fields));
      if (isNew) unsent.push(step);
      tellUnsent();
      return null;
    }
    unsent.shift();
  }
  if (!step) return null;
  const view = await send(step);
  if (view !== undefined) return view;
  unsent.push(step);
  tellUnsent();
  return null;
}

/** Post one step; return the view, null where it was refused, or undefined where it did not arrive. */
async function send({ kind, fields, said, seconds }) {
  try {
    const view = await post(`${base}/decisions`, { version: state.view.version, kind, ...fields, seconds });
    mended();
    merge(view);
    if (said) say(typeof said === "function" ? said(view) : said);
    return view;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 0) return undefined;
    if (error.code === "version_conflict") {
      await reload().catch((again) => fail(again.message));
      fail("This encounter was changed elsewhere. It is shown here as it is now; your last step was not taken. Take it again if it still holds.");
    } else {
      fail(error.message, error.status >= 500 ? () => decide(kind, fields, said) : null);
    }
    return null;
  }
}

/** Tell the server whose evidence was shown. */
export function tellShown(keys) {
  const codes = keys.map((key) => key.split(/:(.*)/s).slice(0, 2));
  post(`${base}/shown`, { codes }).catch(() => keys.forEach((key) => state.shown.delete(key)));
}
