// Send decisions to the server one after the other, and take the view it answers with.
import { ApiError, get, post } from "./api.js";
import { lap } from "./clock.js";
import { fail, mended, say } from "./live.js";
import { change, merge, state } from "./state.js";

let base = "";
let waiting = Promise.resolve();
let unsaved = 0;

/** Say on the page that a decision is on its way. */
function count(change) {
  unsaved += change;
  document.body.toggleAttribute("data-saving", unsaved > 0);
}

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
  const seconds = lap();
  count(1);
  waiting = waiting.then(() => send(kind, fields, said, seconds)).finally(() => count(-1));
  return waiting;
}

async function send(kind, fields, said, seconds) {
  try {
    const view = await post(`${base}/decisions`, { version: state.view.version, kind, ...fields, seconds });
    mended();
    merge(view);
    if (said) say(typeof said === "function" ? said(view) : said);
    return view;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.code === "version_conflict") {
      await reload().catch((again) => fail(again.message));
      fail("This encounter was changed elsewhere. It is shown here as it is now; your last step was not taken. Take it again if it still holds.");
    } else {
      fail(error.message, error.status === 0 || error.status >= 500 ? () => decide(kind, fields, said) : null);
    }
    return null;
  }
}

/** Tell the server whose evidence was shown. */
export function tellShown(keys) {
  const codes = keys.map((key) => key.split(/:(.*)/s).slice(0, 2));
  post(`${base}/shown`, { codes }).catch(() => keys.forEach((key) => state.shown.delete(key)));
}
