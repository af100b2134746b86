/* The editor of an entry by keyboard: Ctrl+Enter saves, Alt+Enter adds a row of items, Alt+↑ and Alt+↓ move one.
   Without this file the buttons send the form, and the server answers with the rows rearranged. */
(() => {
  "use strict";

  const form = document.querySelector("[data-entry-editor]");
  if (!form) return;
  const body = form.querySelector("[data-item-rows]");
  const template = form.querySelector("[data-item-template]");
  const total = form.querySelector("[name=items-TOTAL_FORMS]");
  const greatest = Number(form.querySelector("[name=items-MAX_NUM_FORMS]").value);
  const rows = () => [...body.querySelectorAll("[data-item-row]")];
  const inputs = (row) => [...row.querySelectorAll("input, select, textarea")];

  for (const part of form.querySelectorAll("[data-add-row], [data-keys]")) part.hidden = false;

  const changed = () => form.dispatchEvent(new Event("change", { bubbles: true }));

  const add = () => {
    const number = Number(total.value);
    if (number >= greatest) return;
    const made = document.createElement("template");
    made.innerHTML = template.innerHTML.replaceAll("__prefix__", String(number)).replaceAll("__number__", String(number + 1));
    for (const named of made.content.querySelectorAll("[aria-label]")) {
      const label = named.getAttribute("aria-label");
      if (!/\d/.test(label)) named.setAttribute("aria-label", `${label} ${number + 1}`);
    }
    body.append(made.content);
    total.value = String(number + 1);
    inputs(rows().at(-1))[0].focus();
  };

  // Values change places, names stay: the server reads the rows by their numbers.
  const swap = (one, other) => {
    const theirs = inputs(other);
    inputs(one).forEach((input, place) => {
      const twin = theirs[place];
      [input.value, twin.value] = [twin.value, input.value];
      [input.checked, twin.checked] = [twin.checked, input.checked];
    });
  };

  const move = (row, step) => {
    const all = rows();
    const there = all[all.indexOf(row) + step];
    if (!there) return;
    const place = [...row.querySelectorAll("input, select, textarea, button")].indexOf(document.activeElement);
    swap(row, there);
    [...there.querySelectorAll("input, select, textarea, button")][Math.max(place, 0)].focus();
    changed();
  };

  form.addEventListener("click", (event) => {
    if (event.target.closest("[data-add-row]")) add();
    const button = event.target.closest("[data-move]");
    if (!button) return;
    event.preventDefault();
    move(button.closest("[data-item-row]"), Number(button.dataset.move));
  });

  form.addEventListener("keydown", (event) => {
    const row = event.target.closest("[data-item-row]");
    if (event.ctrlKey && event.key === "Enter") {
      event.preventDefault();
      form.requestSubmit(form.querySelector(".jt-save-bar button"));
    } else if (event.altKey && event.key === "Enter") {
      event.preventDefault();
      add();
    } else if (event.altKey && row && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      move(row, event.key === "ArrowUp" ? -1 : 1);
    }
  });
})();
