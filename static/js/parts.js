// The contract of every part that htmx puts into a page: while it is awaited its target is busy;
// when it cannot be had the person is told in words of the server and the page stays as it was;
// focus stays where it was, and what has changed is spoken.
"use strict";

{
  const said = document.getElementById("said");
  const trouble = document.getElementById("trouble");
  const SLOW_MS = 1000;
  const MOST_PAUSE_MS = 60000;
  const MOST_NAMED = 60;
  // Refused for their size before the site itself has read them, by it or by a proxy: to wait and
  // to send the same again helps nobody.
  const TOO_LARGE = { 413: "too-much", 414: "too-long", 431: "too-long" };
  // Parts that ask by themselves ask less often while they meet trouble: [pause in ms, not before].
  const pauses = new WeakMap();
  let refused = null;
  let held = false;

  // Many controls share the one place where trouble is told: it names the control, which is marked.
  function told(kind, words, detail) {
    const control = detail.requestConfig?.elt ?? detail.form;
    const name = nameOf(control, detail.submitter);
    refused = detail;
    if (trouble.dataset.kind === kind && trouble.dataset.about === name) return;
    hush();
    refused = detail;
    Object.assign(trouble.dataset, { kind, about: name });
    trouble.replaceChildren(words);
    if (!name) return;
    const about = document.createElement("div");
    about.className = "text-secondary";
    about.textContent = name;
    trouble.querySelector(".trouble-words")?.prepend(about);
    control.dataset.troubled = "yes";
  }

  function nameOf(control, submitter) {
    if (asksByItself(control)) return "";
    const said = submitter ?? control.querySelector("button.btn-primary") ?? control.labels?.[0] ?? control;
    return (control.ariaLabel ?? said.textContent).trim().slice(0, MOST_NAMED);
  }

  function hush() {
    refused = null;
    delete trouble.dataset.kind;
    delete trouble.dataset.about;
    trouble.replaceChildren();
    document.querySelector("[data-troubled]")?.removeAttribute("data-troubled");
  }

  function ours(kind) {
    return document.querySelector(`template[data-trouble="${kind}"]`).content.cloneNode(true);
  }

  function theirs(text) {
    const words = document.createDocumentFragment();
    words.append(...new DOMParser().parseFromString(text, "text/html").body.childNodes);
    return words;
  }

  function asksByItself(element) {
    return element.getAttribute("hx-trigger")?.startsWith("every");
  }

  function failed(kind, words, detail) {
    const element = detail.requestConfig.elt;
    if (asksByItself(element)) {
      const pause = Math.min(MOST_PAUSE_MS, 2 * (pauses.get(element)?.[0] ?? 1000));
      pauses.set(element, [pause, performance.now() + pause]);
    }
    told(kind, words, detail);
  }

  document.addEventListener("htmx:beforeRequest", (event) => {
    const { requestConfig, target } = event.detail;
    if (performance.now() < pauses.get(requestConfig.elt)?.[1]) return event.preventDefault();
    target.setAttribute("aria-busy", "true");
    window.setTimeout(() => {
      if (target.isConnected && target.ariaBusy === "true") said.textContent = said.dataset.loading;
    }, SLOW_MS);
  });

  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    detail.target.removeAttribute("aria-busy");
    if (said.textContent === said.dataset.loading) said.textContent = "";
  });

  document.addEventListener("htmx:sendError", ({ detail }) => failed("offline", ours("offline"), detail));
  document.addEventListener("htmx:timeout", ({ detail }) => failed("slow", ours("slow"), detail));
  document.addEventListener("htmx:responseError", ({ detail }) => {
    const { xhr } = detail;
    const kind = TOO_LARGE[xhr.status] ?? (xhr.status < 500 ? "refused" : "broken");
    const code = xhr.getResponseHeader("X-Trouble");
    failed(code ?? kind, code ? theirs(xhr.responseText) : ours(kind), detail);
  });

  // A page that answers for a part, as after a redirect, is never put into the page.
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (!detail.shouldSwap) return;
    if (detail.serverResponse.includes(`id="${detail.target.id}"`)) {
      held = detail.target.contains(document.activeElement);
    } else {
      detail.shouldSwap = false;
      failed("refused", ours("refused"), detail);
    }
  });

  // htmx keeps the focus on what has the same id; where that has gone, the part itself takes it.
  document.addEventListener("htmx:afterSwap", ({ target }) => {
    hush();
    if (held && document.activeElement === document.body) {
      target.tabIndex = -1;
      target.focus({ preventScroll: true });
    }
    held = false;
    if (target.dataset.says) said.textContent = target.dataset.says;
  });

  document.addEventListener("click", ({ target }) => {
    if (target.closest("[data-trouble-close]")) hush();
    if (!target.closest("[data-trouble-retry]")) return;
    const detail = refused;
    hush();
    if (detail?.requestConfig) {
      pauses.delete(detail.requestConfig.elt);
      htmx.ajax(detail.requestConfig.verb, detail.pathInfo.requestPath, { source: detail.requestConfig.elt });
    } else if (detail) {
      detail.form.requestSubmit(detail.submitter);
    }
  });

  // A form that posts would lose the page, and what was typed, to the browser's own sentence.
  document.addEventListener("submit", (event) => {
    if (navigator.onLine || event.defaultPrevented) return;
    event.preventDefault();
    told("offline", ours("offline"), { form: event.target, submitter: event.submitter });
  });
  window.addEventListener("online", () => trouble.dataset.kind === "offline" && hush());
}
