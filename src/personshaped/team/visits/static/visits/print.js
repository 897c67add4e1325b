// The button prints; without script the browser's own menu does.
document.querySelectorAll(".ps-print").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});
