/* The review queue by keyboard: j and k move, x ticks, Enter opens. Everything is reachable by Tab as well. */
(() => {
  "use strict";

  const rows = [...document.querySelectorAll("[data-review-row]")];
  if (!rows.length) return;

  const link = (row) => row.querySelector("[data-review-open]");
  const present = () => rows.findIndex((row) => row.contains(document.activeElement));

  const move = (step) => {
    const here = present();
    const next = here < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, here + step));
    link(rows[next]).focus();
    rows[next].scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select")) return;
    if (event.key === "j" || event.key === "k") {
      event.preventDefault();
      move(event.key === "j" ? 1 : -1);
    } else if (event.key === "x" && present() >= 0) {
      const tick = rows[present()].querySelector("input[type=checkbox]");
      if (tick) tick.checked = !tick.checked;
    }
  });
})();
