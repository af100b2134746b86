/* Keys and counts for a list with check boxes. Without this the boxes, links and buttons do the same. */
(() => {
  "use strict";

  const form = document.querySelector("[data-listing]");
  const search = document.getElementById("filter-q");
  const rows = [...document.querySelectorAll("[data-row]")];
  const boxes = rows.map((row) => row.querySelector("input[type=checkbox]"));
  const said = form?.querySelector("[data-chosen]");
  const all = form?.querySelector("[data-all]");
  let at = -1;

  const count = () => {
    if (!form) return;
    const chosen = boxes.filter((box) => box.checked).length;
    said.textContent = chosen ? said.dataset.text.replace("{count}", chosen) : "";
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  };

  const go = (step) => {
    if (!rows.length) return;
    rows[at]?.classList.remove("jt-hit-at");
    at = Math.max(0, Math.min(rows.length - 1, at + step));
    rows[at].classList.add("jt-hit-at");
    rows[at].querySelector("a").focus();
    rows[at].scrollIntoView({ block: "nearest" });
  };

  const keys = {
    "/": () => { search?.focus(); search?.select(); },
    j: () => go(1),
    k: () => go(-1),
    x: () => { if (at >= 0) { boxes[at].checked = !boxes[at].checked; count(); } },
  };

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox]), select, textarea");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });

  if (!form) return;
  all.disabled = false;
  all.addEventListener("change", () => { for (const box of boxes) box.checked = all.checked; count(); });
  form.addEventListener("change", count);
  rows.forEach((row, place) => row.addEventListener("focusin", () => {
    rows[at]?.classList.remove("jt-hit-at");
    at = place;
    row.classList.add("jt-hit-at");
  }));
  count();
})();
