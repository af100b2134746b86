/* Draws every [data-chart] from the JSON beside it. The table of its figures stays, folded, right below. */
(() => {
  "use strict";

  // Okabe and Ito's colours: told apart with every common kind of colour blindness; shapes and dashes differ too.
  const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#5f6670"];
  const DASHES = ["solid", "dashed", "dotted"];
  const SYMBOLS = ["circle", "rect", "triangle", "diamond"];
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches || navigator.webdriver;

  // A Chinese character is as wide as two Latin letters.
  const width = (text) => [...text].reduce((sum, letter) => sum + (letter.codePointAt(0) > 0x2e7f ? 2 : 1), 0);
  const shorten = (text, limit) => {
    let kept = "";
    for (const letter of text) {
      if (width(kept + letter) > limit) return `${kept}…`;
      kept += letter;
    }
    return kept;
  };

  const series = (data) => data.series.map((one, place) => {
    if (data.kind === "pie") {
      return {
        type: "pie", name: one.name, radius: ["38%", "68%"],
        data: data.categories.map((name, index) => ({ name, value: one.values[index] })),
        label: { formatter: (part) => `${shorten(part.name, 16)} ${part.percent}%` },
      };
    }
    const common = { name: one.name, data: data.kind === "hbar" ? [...one.values].reverse() : one.values };
    return data.kind === "line"
      ? { ...common, type: "line", symbol: SYMBOLS[place % 4], symbolSize: 7, lineStyle: { type: DASHES[place % 3], width: 2 } }
      : { ...common, type: "bar", barMaxWidth: 36 };
  });

  const options = (data) => {
    const font = getComputedStyle(document.body).fontFamily;
    const base = {
      animation: !calm,
      color: COLOURS,
      textStyle: { fontFamily: font, fontSize: 13 },
      // Drawn on the canvas: the page's policy forbids inline style.
      tooltip: { trigger: data.kind === "pie" ? "item" : "axis", renderMode: "richText", confine: true },
      series: series(data),
    };
    if (data.series.length > 1) base.legend = { top: 0, type: "scroll" };
    if (data.kind === "pie") return base;
    const whole = data.series.every((one) => one.values.every((value) => value === null || Number.isInteger(value)));
    const value = { type: "value", minInterval: whole ? 1 : 0, axisLabel: { hideOverlap: true }, splitLine: { lineStyle: { color: "#e3e8ee" } } };
    const category = { type: "category", data: data.categories, axisTick: { show: false } };
    base.grid = { left: 8, right: 20, top: data.series.length > 1 ? 40 : 16, bottom: 8, containLabel: true };
    if (data.kind === "hbar") {
      base.yAxis = { ...category, data: [...data.categories].reverse(), axisLabel: { formatter: (text) => shorten(text, 20) } };
      base.xAxis = value;
    } else {
      const steep = data.categories.length > 8 || Math.max(...data.categories.map(width)) > 12;
      base.xAxis = { ...category, axisLabel: { rotate: steep ? 35 : 0, hideOverlap: true, formatter: (text) => shorten(text, 20) } };
      base.yAxis = value;
    }
    return base;
  };

  const draw = (root) => {
    for (const place of root.querySelectorAll("[data-chart]")) {
      if (place.dataset.drawn) continue;
      const data = JSON.parse(document.getElementById(place.dataset.chart).textContent);
      place.dataset.drawn = "yes";
      place.hidden = false;
      place.closest("figure")?.querySelector("details")?.removeAttribute("open");
      if (data.kind === "hbar") place.style.height = `${Math.max(9, 4 + 2.4 * data.categories.length)}rem`;
      const chart = window.echarts.init(place, null, { renderer: "canvas" });
      chart.setOption(options(data));
      new ResizeObserver(() => chart.resize()).observe(place);
    }
  };

  draw(document);
  document.addEventListener("htmx:afterSwap", (event) => draw(event.detail.elt));
  addEventListener("beforeprint", () => document.querySelectorAll(".jt-chart-table").forEach((part) => part.setAttribute("open", "")));
})();
