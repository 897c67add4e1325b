// A chart as PNG, twice as fine as the screen: the browser draws the same SVG that can be taken away.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll(".ps-png").forEach((one) => { one.hidden = false; });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-png]");
    if (!link) return;
    event.preventDefault();
    const drawing = new Image();
    drawing.addEventListener("load", () => {
      const canvas = document.createElement("canvas");
      canvas.width = drawing.naturalWidth * 2;
      canvas.height = drawing.naturalHeight * 2;
      canvas.getContext("2d").drawImage(drawing, 0, 0, canvas.width, canvas.height);
      const away = document.createElement("a");
      away.href = canvas.toDataURL("image/png");
      away.download = `${link.dataset.png}.png`;
      away.click();
    });
    drawing.src = link.href;
  });
});

// A chart alone is made larger and smaller within its frame, which then scrolls, by pointer or by keys.
document.addEventListener("DOMContentLoaded", () => {
  const zoom = document.querySelector(".ps-zoom"), drawn = document.querySelector(".ps-alone .ps-wide svg");
  if (!zoom || !drawn) return;
  let times = 1;
  zoom.hidden = false;
  zoom.addEventListener("click", (event) => {
    const by = Number(event.target.closest("button")?.dataset.zoom);
    if (Number.isNaN(by)) return;
    times = by === 0 ? 1 : Math.min(6, Math.max(1, times * by));
    drawn.style.maxWidth = "none";
    drawn.style.width = `${times * 100}%`;
    drawn.style.height = "auto";
    zoom.querySelector("[role=status]").textContent = `${Math.round(times * 100)}%`;
  });
});
