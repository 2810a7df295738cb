// Talk to the server: JSON in and out, the CSRF token, and failures as one sentence each.
import { renew, signInAgain } from "./sign_in_again.js";

/** A failure the server explained, or that it could not be reached. */
export class ApiError extends Error {
  constructor(status, code, message, detail) {
    super(message);
    this.status = status;
    this.code = code;
    this.detail = detail ?? {};
  }
}

const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

// A page that only renews itself does not keep anybody signed in.
const PRESENT = 60000;
let used = Date.now();
for (const kind of ["keydown", "pointerdown", "wheel"]) {
  addEventListener(kind, () => { used = Date.now(); }, { passive: true, capture: true });
}

const unreachable = () => new ApiError(0, "unreachable", "The server cannot be reached; nothing was saved. Check the connection and try again.");

/** Mend what an ended session broke; tell whether the request may be sent again. */
async function isMended(status, code) {
  try {
    if (status === 401) {
      await signInAgain();
      return true;
    }
    // Somebody signed in anew in another tab: the session, and with it the token, is another one.
    return status === 403 && code === "foreign" && (await renew());
  } catch {
    throw unreachable();
  }
}

/** Send a request; return the JSON of the answer, its text where `isText`, or null where it has none. */
async function request(method, path, body = undefined, options = {}, isAgain = false) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRF-Token"] = token();
  if (Date.now() - used > PRESENT) headers["X-Unattended"] = "1";
  const isForm = body instanceof FormData;
  if (body !== undefined && !isForm) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(path, {
      method,
      headers,
      body: body === undefined || isForm ? body : JSON.stringify(body),
      credentials: "same-origin",
      ...options,
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw unreachable();
  }
  if (answer.status === 204) return null;
  if (answer.ok && options.isText) return answer.text();
  const json = await answer.json().catch(() => null);
  if (answer.ok) return json;
  const told = json?.error;
  if (!isAgain && !options.keepalive && (await isMended(answer.status, told?.code))) return request(method, path, body, options, true);
  throw new ApiError(
    answer.status,
    told?.code ?? "failure",
    told?.message ?? `The server could not do this (${answer.status}). Try again.`,
    told?.detail,
  );
}

export const get = (path, options) => request("GET", path, undefined, options);
export const post = (path, body = {}, options = {}) => request("POST", path, body, options);
export const postForText = (path, body) => request("POST", path, body, { isText: true });
export const remove = (path, options) => request("DELETE", path, undefined, options);
