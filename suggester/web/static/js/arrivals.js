// New documents that arrive while a coder works: say so; decisions stay.
import { reload } from "./decisions.js";
import { say } from "./live.js";
import { goToDocument } from "./note.js";

const EVERY = 45000;

async function look() {
  if (document.hidden || document.querySelector("dialog[open]") || document.activeElement.closest(".line-details")) return;
  const fresh = await reload().catch(() => []);
  if (!fresh.length) return;
  const names = fresh.map((document) => document.type || document.id).join(", ");
  say(`New: ${names}. The suggestions were made again; your decisions are kept.`, { label: "Go to it", run: () => goToDocument(fresh[0].id) });
}

/** Look for new documents now and then, and when the coder comes back to the page. */
export function watchArrivals() {
  setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);
}
