// Before the first paint: without a chosen theme, follow the system's.
if (!document.documentElement.hasAttribute("data-bs-theme")) {
  const dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.setAttribute("data-bs-theme", dark ? "dark" : "light");
}
