// Who did what when, with model and code-set release.
import { get } from "./api.js";
import { address } from "./decisions.js";
import { byId, h } from "./dom.js";

const time = (iso) => new Date(iso).toLocaleString(undefined, { dateStyle: "short", timeStyle: "medium" });

/** Open the timeline of the encounter. */
export async function openTimeline() {
  const dialog = byId("timeline");
  const body = dialog.querySelector("tbody");
  const status = byId("timeline-status");
  dialog.querySelector("[data-close]").onclick = () => dialog.close();
  body.replaceChildren();
  status.textContent = "Reading…";
  dialog.showModal();
  try {
    const { events } = await get(`${address()}/timeline`);
    status.textContent = events.length ? "" : "Nothing was done here yet.";
    body.replaceChildren(...events.map((event) => h("tr", {},
      h("td", {}, h("time", { datetime: event.at }, time(event.at))), h("td", {}, event.who), h("td", {}, event.summary), h("td", {}, [event.model, event.code_set].filter(Boolean).join(" · ")))));
  } catch (error) {
    status.textContent = error.message;
  }
}
