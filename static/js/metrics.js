// Shows a metric's entry of the glossary beside its name while the name is hovered or focused.
// Without JavaScript the name is a link to the entry, and readers hear it as its description.
"use strict";

const bubble = document.createElement("div");
bubble.className = "metric-bubble card";
bubble.popover = "manual";
bubble.setAttribute("aria-hidden", "true");
let named = null;

function show(name) {
  const entry = document.getElementById(`metric-${name.dataset.metric}`);
  if (!entry) return hide();
  named = name;
  bubble.replaceChildren(entry.previousElementSibling.cloneNode(true), ...[...entry.cloneNode(true).childNodes]);
  if (!bubble.isConnected) document.body.append(bubble);
  bubble.showPopover();
  place();
}

function place() {
  const box = named.getBoundingClientRect();
  const frame = named.closest(".table-responsive")?.getBoundingClientRect();
  const isOut = box.bottom < 0 || box.top > document.documentElement.clientHeight;
  const isAside = frame && (box.right < frame.left || box.left > frame.right);
  if (!named.isConnected || isOut || isAside) return hide();
  const left = Math.min(box.left, document.documentElement.clientWidth - bubble.offsetWidth - 8);
  const above = box.top - bubble.offsetHeight - 6;
  bubble.style.left = `${Math.max(8, left)}px`;
  bubble.style.top = `${above > 8 ? above : box.bottom + 6}px`;
}

function hide() {
  if (bubble.matches(":popover-open")) bubble.hidePopover();
  named = null;
}

for (const event of ["mouseover", "focusin"]) {
  document.addEventListener(event, ({ target }) => {
    const name = target.closest?.("[data-metric]");
    if (name) show(name);
    else hide();
  });
}
document.addEventListener("keydown", ({ key }) => key === "Escape" && hide());
// The bubble follows its name: the scroll that brought a name under the pointer is reported only
// after the pointer's event.
document.addEventListener("scroll", () => named && place(), { capture: true, passive: true });
document.addEventListener("click", ({ target }) => {
  const name = target.closest?.("a[data-metric]");
  if (name) document.getElementById("glossary").open = true;
});
