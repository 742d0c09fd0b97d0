// Shows a metric's entry of the glossary beside its name while the name is hovered or focused.
// Without JavaScript the name is a link to the entry, and readers hear it as its description.
"use strict";

const bubble = document.createElement("div");
bubble.className = "metric-bubble card";
bubble.popover = "manual";
bubble.setAttribute("aria-hidden", "true");

function show(named) {
  const entry = document.getElementById(`metric-${named.dataset.metric}`);
  if (!entry) return;
  bubble.replaceChildren(entry.previousElementSibling.cloneNode(true), ...[...entry.cloneNode(true).childNodes]);
  if (!bubble.isConnected) document.body.append(bubble);
  bubble.showPopover();
  const box = named.getBoundingClientRect();
  const left = Math.min(box.left, document.documentElement.clientWidth - bubble.offsetWidth - 8);
  const above = box.top - bubble.offsetHeight - 6;
  bubble.style.left = `${Math.max(8, left)}px`;
  bubble.style.top = `${above > 8 ? above : box.bottom + 6}px`;
}

function hide() {
  if (bubble.matches(":popover-open")) bubble.hidePopover();
}

for (const event of ["mouseover", "focusin"]) {
  document.addEventListener(event, ({ target }) => {
    const named = target.closest?.("[data-metric]");
    if (named) show(named);
    else hide();
  });
}
document.addEventListener("keydown", ({ key }) => key === "Escape" && hide());
document.addEventListener("scroll", hide, { capture: true, passive: true });
document.addEventListener("click", ({ target }) => {
  const named = target.closest?.("a[data-metric]");
  if (named) document.getElementById("glossary").open = true;
});
