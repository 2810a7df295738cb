// Set the theme before the page is drawn: as the system has it, light or dark.
(() => {
  const NAME = "suggester.theme";
  const ORDER = ["auto", "light", "dark"];
  const read = () => {
    try {
      return localStorage.getItem(NAME) ?? "auto";
    } catch {
      return "auto";
    }
  };
  const show = (theme) => {
    document.documentElement.dataset.theme = theme;
    const button = document.getElementById("theme");
    if (!button) return;
    button.querySelector(".theme-name").textContent = theme;
    button.setAttribute("aria-label", `Theme: ${theme}. Change it.`);
  };
  show(read());
  document.addEventListener("DOMContentLoaded", () => {
    show(read());
    document.getElementById("theme")?.addEventListener("click", () => {
      const next = ORDER[(ORDER.indexOf(read()) + 1) % ORDER.length];
      try {
        localStorage.setItem(NAME, next);
      } catch {
        // Private windows may refuse to keep it; the page still changes.
      }
      show(next);
    });
  });
})();
