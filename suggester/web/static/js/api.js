// Talk to the server: JSON in and out, the CSRF token, and failures as one sentence each.

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

/** Send a request; return the JSON of the answer, or null where it has none. */
async function request(method, path, body = undefined, options = {}) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRF-Token"] = token();
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
    throw new ApiError(0, "unreachable", "The server cannot be reached; nothing was saved. Check the connection and try again.");
  }
  if (answer.status === 204) return null;
  const json = await answer.json().catch(() => null);
  if (answer.ok) return json;
  const told = json?.error;
  if (answer.status === 401) {
    throw new ApiError(401, "signed_out", "You are signed out. Sign in again in another tab, then try again; your place is kept here.");
  }
  throw new ApiError(
    answer.status,
    told?.code ?? "failure",
    told?.message ?? `The server could not do this (${answer.status}). Try again.`,
    told?.detail,
  );
}

export const get = (path, options) => request("GET", path, undefined, options);
export const post = (path, body = {}) => request("POST", path, body);
export const remove = (path, options) => request("DELETE", path, undefined, options);
