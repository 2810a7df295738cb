// Hold the encounter while the page is open, so that two coders do not undo each other.
import { post, remove } from "./api.js";
import { address, reload } from "./decisions.js";
import { say } from "./live.js";
import { change, state } from "./state.js";

const EVERY = 60000;

async function take() {
  if (state.view.worksheet.finished) return;
  try {
    await post(`${address()}/lock`);
    if (state.lockedBy) {
      say(`${state.lockedBy} has left; the encounter is yours now.`);
      await reload();
    }
    if (state.view.lock && !state.view.lock.mine) change({ view: { ...state.view, lock: null } });
  } catch (error) {
    if (error.status !== 423) return;
    if (!state.view.lock || state.view.lock.mine) await reload().catch(() => null);
  }
}

/** Take the lock, renew it, and give it back when the page is left. */
export async function hold() {
  await take();
  setInterval(() => !document.hidden && take(), EVERY);
  addEventListener("pagehide", () => {
    if (!state.readOnly) remove(`${address()}/lock`, { keepalive: true }).catch(() => null);
  });
  addEventListener("pageshow", (event) => event.persisted && take());
}
