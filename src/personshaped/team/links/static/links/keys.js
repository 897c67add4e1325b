// Single keys for whoever judges many pairs; off inside text boxes, and when the box is unticked.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll(".ps-keys").forEach((one) => { one.hidden = false; });
  const on = document.getElementById("keys-on");
  document.addEventListener("keydown", (event) => {
    if (!on?.checked || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input:not([type=checkbox]), textarea, select")) return;
    const button = document.querySelector(`button[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (button) { event.preventDefault(); button.click(); }
  });
});
