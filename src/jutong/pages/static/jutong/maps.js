/* Draws every [data-geojson] of this site with Leaflet: shapes and points only, no tiles, nothing from outside. */
(() => {
  "use strict";

  const facts = (properties, titles) => {
    const list = document.createElement("dl");
    list.className = "jt-map-facts";
    const names = Object.keys(titles).length ? Object.keys(titles) : Object.keys(properties);
    for (const name of names.slice(0, 12)) {
      if (properties[name] === null || properties[name] === undefined || properties[name] === "") continue;
      const title = document.createElement("dt");
      const value = document.createElement("dd");
      title.textContent = titles[name] || name;
      value.textContent = String(properties[name]);
      list.append(title, value);
    }
    return list;
  };

  const draw = async (place) => {
    place.hidden = false;
    const titles = JSON.parse(document.getElementById(place.dataset.labels)?.textContent || "{}");
    let data;
    try {
      const answer = await fetch(place.dataset.geojson, { credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      data = await answer.json();
    } catch {
      place.textContent = place.dataset.failed;
      return;
    }
    const map = window.L.map(place, { zoomControl: false, attributionControl: false, scrollWheelZoom: false, preferCanvas: (data.features || []).length > 500 });
    window.L.control.zoom({ zoomInTitle: place.dataset.zoomIn, zoomOutTitle: place.dataset.zoomOut }).addTo(map);
    const layer = window.L.geoJSON(data, {
      style: { color: "#0b3f7d", weight: 1, fillColor: "#0072b2", fillOpacity: 0.25 },
      pointToLayer: (_feature, where) => window.L.circleMarker(where, { radius: 5, color: "#0b3f7d", weight: 1, fillColor: "#0072b2", fillOpacity: 0.7 }),
      onEachFeature: (feature, shape) => {
        const properties = feature.properties || {};
        shape.bindPopup(() => facts(properties, titles), { maxWidth: 280 });
        const label = properties[place.dataset.label];
        if (label) shape.bindTooltip(document.createTextNode(String(label)).textContent.replace(/[<>&]/g, " "));
      },
    }).addTo(map);
    const bounds = layer.getBounds();
    if (bounds.isValid()) map.fitBounds(bounds.pad(0.05), { maxZoom: 16, animate: false });
    else map.setView([0, 0], 1);
  };

  document.querySelectorAll("[data-geojson]").forEach((place) => { draw(place); });
})();
