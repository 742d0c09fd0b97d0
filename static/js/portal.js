// Small behaviours that every page shares; each one has a way to go without JavaScript.
"use strict";

// A form or button with data-confirm asks before it acts.
document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

// Open menus close when the person clicks elsewhere or presses Escape.
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.topbar-menu[open], details.workspace[open]")) {
    if (!menu.contains(except)) menu.open = false;
  }
}
document.addEventListener("click", (event) => closeMenus(event.target));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeMenus(null);
});

// A button with data-copy copies the field it names, and says so to everybody. Where the browser
// does not let it, the text is selected, to be copied by hand.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  const said = document.getElementById(`${field.id}-said`);
  said.textContent = "";
  try {
    await navigator.clipboard.writeText(field.value);
    said.textContent = button.dataset.copied;
  } catch {
    field.focus();
    field.select();
    said.textContent = button.dataset.selected;
  }
});
