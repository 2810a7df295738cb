// Seconds since the last decision, without the time the page was hidden.

let since = performance.now();
let hiddenAt = null;

document.addEventListener("visibilitychange", () => {
  if (document.hidden) hiddenAt = performance.now();
  else if (hiddenAt !== null) {
    since += performance.now() - hiddenAt;
    hiddenAt = null;
  }
});

/** Return the seconds since the last call and start again. */
export function lap() {
  const now = performance.now();
  const seconds = Math.max(0, Math.round((now - since) / 100) / 10);
  since = now;
  return seconds;
}
