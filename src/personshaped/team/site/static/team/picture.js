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
