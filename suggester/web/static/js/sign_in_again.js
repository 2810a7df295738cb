// Sign in again where a session ended, on the page itself: nothing is lost, and what waited is sent then.
import { h } from "./dom.js";

const meta = (name, from = document) => from.querySelector(`meta[name="${name}"]`);
const mine = meta("user")?.content ?? "";
const UNREACHABLE = "The server cannot be reached; try again.";
let asking = null;

async function parsed(answer) {
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

/** Take over the token of the session that holds now; tell whether one does. The page of another person is loaded again. */
export async function renew() {
  const answer = await fetch("/", { headers: { Accept: "text/html" }, credentials: "same-origin" });
  const page = await parsed(answer);
  const user = meta("user", page)?.content;
  if (!answer.ok || user === undefined) return false;
  if (user !== mine) {
    location.reload();
    return new Promise(() => {});
  }
  const token = meta("csrf-token", page).content;
  meta("csrf-token").content = token;
  for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = token;
  return true;
}

/** Send name and password; return what was wrong with them, or nothing. */
async function signIn(name, password) {
  const asked = await parsed(await fetch("/login", { credentials: "same-origin" }));
  const token = asked.querySelector("input[name=csrf_token]")?.value ?? "";
  const body = new URLSearchParams({ name, password, csrf_token: token });
  const answer = await fetch("/login", { method: "POST", body, redirect: "manual", headers: { Accept: "text/html" }, credentials: "same-origin" });
  if (answer.type === "opaqueredirect") return (await renew()) ? "" : UNREACHABLE;
  return (await parsed(answer)).querySelector(".wrong, main p")?.textContent ?? UNREACHABLE;
}

function askOnPage() {
  return new Promise((resolve) => {
    let done = false;
    const wrong = h("p", { class: "wrong", role: "alert" });
    const name = h("input", { id: "again-name", autocomplete: "username", required: true, value: mine, readonly: true });
    const password = h("input", { id: "again-password", type: "password", autocomplete: "current-password", required: true, autofocus: true });
    const button = h("button", { class: "primary" }, "Sign in");
    const form = h("form", { method: "dialog" },
      h("h2", { id: "again-title" }, "You were signed out"),
      h("p", {}, "Nothing on this page is lost. Sign in to go on where you were; a step that waits is saved then."),
      wrong,
      h("label", { for: "again-name" }, "Name"), name,
      h("label", { for: "again-password" }, "Password"), password,
      h("div", { class: "dialog-foot" }, h("a", { href: "/login" }, "Leave this page"), button));
    const dialog = h("dialog", { class: "sign-in-again", "aria-labelledby": "again-title" }, form);
    form.onsubmit = async (event) => {
      event.preventDefault();
      if (button.disabled) return;
      button.disabled = true;
      wrong.textContent = await signIn(name.value, password.value).catch(() => UNREACHABLE);
      button.disabled = false;
      password.value = "";
      done = wrong.textContent === "";
      if (done) dialog.close();
      else password.focus();
    };
    // Esc does not uncover the note.
    dialog.oncancel = (event) => event.preventDefault();
    dialog.onclose = () => {
      if (!done) {
        dialog.showModal();
        return;
      }
      dialog.remove();
      resolve();
    };
    document.body.append(dialog);
    dialog.showModal();
  });
}

async function ask() {
  // It may have been done in another tab already.
  if (!(await renew())) await askOnPage();
}

/** Wait until the person of this page has signed in again; asked once, however many wait. */
export function signInAgain() {
  asking ??= ask().finally(() => { asking = null; });
  return asking;
}
