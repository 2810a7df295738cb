// Ask in a <dialog>: the answer is a promise, null when it was closed without one.
import { byId, h } from "./dom.js";

/** Open a dialog; `fill(form, answer)` prepares it. The focus goes back where it was. */
export function ask(id, fill) {
  const dialog = byId(id);
  const form = dialog.querySelector("form");
  const from = document.activeElement;
  const name = from?.closest?.("[data-focus]")?.dataset.focus;
  return new Promise((resolve) => {
    let given = null;
    const answer = (value) => {
      given = value;
      dialog.close();
    };
    dialog.onclose = () => {
      form.onsubmit = null;
      dialog.onkeydown = null;
      const place = from?.isConnected ? from : name && document.querySelector(`[data-focus="${CSS.escape(name)}"]`);
      place?.focus?.({ preventScroll: true });
      resolve(given);
    };
    for (const closer of dialog.querySelectorAll("[data-close]")) closer.onclick = () => dialog.close();
    fill(form, answer);
    dialog.showModal();
  });
}

/** Ask for words; `id` names a dialog with one field called "words". */
export function askWords(id, about, value = "") {
  return ask(id, (form, answer) => {
    form.querySelector(".about").textContent = about;
    form.words.value = value;
    form.onsubmit = (event) => {
      event.preventDefault();
      const words = form.words.value.trim();
      if (words) answer(words);
      else form.words.focus();
    };
  });
}

/** Ask which of `choices` [[value, words]]; digits choose. `note` is asked for with "other". */
export function askChoice(id, about, choices) {
  return ask(id, (form, answer) => {
    form.querySelector(".about").textContent = about;
    form.words.value = "";
    const choose = (value) => {
      const note = form.words.value.trim();
      if (value === "other" && !note) form.words.focus();
      else answer({ value, note });
    };
    form.querySelector(".choices").replaceChildren(
      ...choices.map(([value, words], at) =>
        h("button", { type: "button", onclick: () => choose(value) }, h("kbd", {}, String(at + 1)), ` ${words}`),
      ),
    );
    queueMicrotask(() => form.querySelector(".choices button").focus());
    form.onsubmit = (event) => {
      event.preventDefault();
      choose("other");
    };
    form.closest("dialog").onkeydown = (event) => {
      if (event.target === form.words || event.ctrlKey || event.altKey || event.metaKey) return;
      const chosen = choices[Number(event.key) - 1];
      if (!chosen) return;
      event.preventDefault();
      choose(chosen[0]);
    };
  });
}
