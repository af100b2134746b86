/* Small helps on every page. Without them everything still works: nothing here is the only way to anything. */
(() => {
  "use strict";

  const live = document.getElementById("jt-live");

  const say = (text) => {
    if (!live || !text) return;
    const box = document.createElement("div");
    box.className = "jt-alert jt-tone-bad";
    box.setAttribute("role", "alert");
    const line = document.createElement("p");
    line.textContent = text;
    box.append(line);
    live.replaceChildren(box);
  };

  // What the server said when it refused, or a sentence of our own.
  const reason = (xhr) => {
    const type = xhr?.getResponseHeader?.("Content-Type") || "";
    try {
      if (type.includes("json")) return JSON.parse(xhr.responseText).message;
      if (type.includes("html")) {
        const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
        return page.querySelector("[role=alert] p, main .jt-lead")?.textContent;
      }
    } catch { /* the answer was cut off: our own sentence says what to do */ }
    return null;
  };

  document.addEventListener("htmx:responseError", (event) => say(reason(event.detail.xhr) || live?.dataset.refused));
  document.addEventListener("htmx:sendError", () => say(live?.dataset.unreachable));
  document.addEventListener("htmx:timeout", () => say(live?.dataset.unreachable));
  document.addEventListener("htmx:beforeRequest", () => live?.replaceChildren());

  const prepare = (root) => {
    for (const button of root.querySelectorAll("button[data-copy]")) {
      if (navigator.clipboard) button.hidden = false;
    }
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-copy]");
    if (!button) return;
    const text = document.getElementById(button.dataset.copy)?.textContent ?? "";
    const before = button.textContent;
    await navigator.clipboard.writeText(text);
    button.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = before; }, 2000);
  });

  // In a narrow window the results come first; the facets open with a tap.
  if (matchMedia("(max-width: 61.99rem)").matches) {
    document.querySelectorAll("details.jt-fold").forEach((part) => part.removeAttribute("open"));
  }

  prepare(document);
  document.addEventListener("htmx:afterSwap", (event) => prepare(event.detail.elt));
})();
