// Search for a code while typing: a combobox in a dialog; the answer is the chosen code.
import { post } from "./api.js";
import { ask } from "./dialogs.js";
import { byId, count, h } from "./dom.js";

const WAIT = 120;
let running = null;

/** Ask for a code; `words` is searched for at once. Return the hit, or null. */
export function askForCode({ title, words = "", system = "icd10cm", evidence = null }) {
  return ask("search", (form, answer) => {
    byId("search-title").textContent = title;
    const [field, list, status] = [form.q, byId("hits"), byId("hits-status")];
    const quote = byId("search-evidence");
    quote.hidden = !evidence;
    quote.textContent = evidence ? `Evidence kept: “${evidence.text}”` : "";
    field.value = words.replace(/\s+/g, " ").slice(0, 120);
    form.system.value = system;
    let hits = [];
    let at = -1;
    let timer = 0;

    const point = (next) => {
      at = next;
      for (const [number, option] of [...list.children].entries()) option.setAttribute("aria-selected", String(number === at));
      if (hits[at]) {
        field.setAttribute("aria-activedescendant", `hit-${at}`);
        list.children[at].scrollIntoView({ block: "nearest" });
      } else field.removeAttribute("aria-activedescendant");
    };
    const take = (hit) => {
      if (hit.billable) answer(hit);
      else {
        field.value = hit.code;
        status.textContent = `${hit.code} needs more characters; these are the codes under it.`;
        find(hit.code);
      }
    };
    const draw = () => {
      list.replaceChildren(...hits.map((hit, number) => h("li", { role: "option", id: `hit-${number}`, "aria-selected": "false", class: hit.billable ? "" : "parent", onclick: () => take(hit) },
        h("code", {}, hit.code), h("span", {}, hit.description), hit.billable ? null : h("small", {}, "needs more characters"))));
      field.setAttribute("aria-expanded", String(hits.length > 0));
      point(hits.length ? 0 : -1);
    };
    const find = async (asked) => {
      running?.abort();
      if (asked.trim().length < 2) {
        hits = [];
        status.textContent = "Type words or the beginning of a code.";
        draw();
        return;
      }
      running = new AbortController();
      try {
        // Not in the address: what is searched for is often marked in the note.
        const wanted = { q: asked.trim(), system: form.system.value, limit: 12 };
        hits = (await post("/api/v1/codes/search", wanted, { signal: running.signal })).hits;
        status.textContent = hits.length ? `${count(hits.length, "code")}. ↑ ↓ choose, Enter takes.` : "No code has these words. Try fewer words, or another code system.";
        draw();
      } catch (error) {
        if (error.name !== "AbortError") status.textContent = error.message;
      }
    };
    field.oninput = () => {
      clearTimeout(timer);
      timer = setTimeout(() => find(field.value), WAIT);
    };
    form.system.onchange = () => find(field.value);
    field.onkeydown = (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step || !hits.length) return;
      event.preventDefault();
      point((at + step + hits.length) % hits.length);
    };
    form.onsubmit = (event) => {
      event.preventDefault();
      if (hits[at]) take(hits[at]);
    };
    hits = [];
    draw();
    find(field.value);
    queueMicrotask(() => {
      field.focus();
      field.select();
    });
  });
}
