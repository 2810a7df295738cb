// Give an encounter to a coder, or back to whoever takes it.
import { post } from "./api.js";
import { ask } from "./dialogs.js";
import { byId, h } from "./dom.js";
import { fail, say } from "./live.js";

async function give(one, after) {
  const given = await ask("give", (form, answer) => {
    form.querySelector(".about").textContent = one.title || one.id;
    form.to.value = one.assigned ?? "";
    if (form.to.selectedIndex < 0) form.to.selectedIndex = 0;
    form.onsubmit = (event) => {
      event.preventDefault();
      answer({ to: form.to.value || null });
    };
  });
  if (!given) return;
  try {
    await post(`/api/v1/encounters/${encodeURIComponent(one.id)}/assign`, given);
    say(given.to ? `${one.id} is ${given.to}’s now.` : `${one.id} is nobody’s now.`);
    await after();
  } catch (error) {
    fail(error.message);
  }
}

/** Return the button that gives an unfinished encounter of the worklist, or null where one works alone. */
export function giveButton(one, after) {
  if (!byId("give") || !["new", "in_review", "pending"].includes(one.state)) return null;
  return h("button", { type: "button", class: "small", "aria-label": `Give ${one.title || one.id} to a coder`, dataset: { focus: `give:${one.id}` }, onclick: () => give(one, after) }, "Give…");
}
