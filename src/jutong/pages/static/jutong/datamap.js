/* Arrow keys along the edges of the data map, and a sentence about where one is. The boxes are links without it too. */
(() => {
  "use strict";

  const map = document.querySelector("[data-datamap]");
  if (!map) return;
  const edges = JSON.parse(document.getElementById("map-edges").textContent);
  const said = document.getElementById("map-said");
  const nodes = new Map([...map.querySelectorAll("[data-node]")].map((node) => [node.dataset.node, node]));
  const curves = [...map.querySelectorAll(".jt-map-edge")];
  const place = (node) => {
    const box = node.querySelector("rect");
    return { x: Number(box.getAttribute("x")), y: Number(box.getAttribute("y")) };
  };

  // One stop in the page's order of tabs; within the map the arrows move.
  const enter = (node) => {
    for (const other of nodes.values()) other.setAttribute("tabindex", other === node ? "0" : "-1");
  };
  enter(map.querySelector(".jt-map-centre") || nodes.values().next().value);

  // Of those in the direction the nearest; sideways only along an edge, if there is one.
  const next = (node, key) => {
    const here = place(node);
    const sideways = key === "ArrowLeft" || key === "ArrowRight";
    const sign = key === "ArrowRight" || key === "ArrowDown" ? 1 : -1;
    const near = new Set((edges[node.dataset.node] || []).map((edge) => edge.to));
    const found = [...nodes.entries()]
      .map(([id, other]) => ({ id, other, at: place(other) }))
      .filter(({ at }) => (sideways ? (at.x - here.x) * sign > 0 : at.x === here.x && (at.y - here.y) * sign > 0))
      .map((one) => ({ ...one, far: Math.abs(one.at.y - here.y) + Math.abs(one.at.x - here.x) * 4 }))
      .sort((one, other) => one.far - other.far);
    return (sideways && found.find((one) => near.has(one.id)) || found[0])?.other;
  };

  map.addEventListener("keydown", (event) => {
    const node = event.target.closest("[data-node]");
    if (!node) return;
    if (event.key === "Escape") {
      event.preventDefault();
      history.back();
      return;
    }
    if (!event.key.startsWith("Arrow")) return;
    event.preventDefault();
    const found = next(node, event.key);
    if (!found) return;
    enter(found);
    found.focus();
    found.scrollIntoView({ block: "nearest", inline: "nearest" });
  });

  map.addEventListener("focusin", (event) => {
    const node = event.target.closest("[data-node]");
    if (!node) return;
    enter(node);
    const id = node.dataset.node;
    for (const curve of curves) {
      curve.classList.toggle("jt-map-edge-lit", curve.dataset.start === id || curve.dataset.end === id);
    }
    const about = (edges[id] || []).slice(0, 8).map((edge) => edge.text).join("；");
    said.textContent = about ? `${node.getAttribute("aria-label")}：${about}` : node.getAttribute("aria-label");
  });
})();
