// Single keys for whoever codes many demands; off inside text boxes, and when the box is unticked.
document.addEventListener("DOMContentLoaded", () => {
  document.getElementById("words")?.focus();
  const on = document.getElementById("keys-on");
  document.addEventListener("keydown", (event) => {
    if (!on?.checked || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input:not([type=radio]):not([type=checkbox]), textarea, select")) return;
    const key = event.key.toLowerCase();
    if (key === "z") return document.querySelector("#undo button")?.click();
    if (key === "enter" && !event.target.matches("a, button")) return document.querySelector(".ps-code button")?.click();
    const box = document.querySelector(`[data-focus="${CSS.escape(key)}"]`);
    if (box) { event.preventDefault(); return box.focus(); }
    const choice = document.querySelector(`input[data-key="${CSS.escape(key)}"]`);
    if (choice) { event.preventDefault(); choice.checked = true; choice.focus(); }
  });
});
