// Hides what is marked in the words, on this screen alone: a name that redaction missed.
function hide() {
  const marked = getSelection();
  const words = document.getElementById("words");
  const said = document.getElementById("keys-said");
  if (!marked.rangeCount || marked.isCollapsed || !words?.contains(marked.getRangeAt(0).commonAncestorContainer)) {
    said.textContent = said.dataset.mark;
    return;
  }
  marked.deleteFromDocument();
  marked.getRangeAt(0).insertNode(document.createTextNode("[…]"));
  said.textContent = said.dataset.hidden;
}

// Single keys for whoever codes many demands; off inside text boxes, and when the box is unticked.
document.addEventListener("DOMContentLoaded", () => {
  document.getElementById("words")?.focus();
  const on = document.getElementById("keys-on");
  document.addEventListener("keydown", (event) => {
    if (!on?.checked || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input:not([type=radio]):not([type=checkbox]), textarea, select")) return;
    const key = event.key.toLowerCase();
    if (key === "z") return document.querySelector("#undo button")?.click();
    if (key === "h") return hide();
    if (key === "enter" && !event.target.matches("a, button")) return document.querySelector(".ps-code button")?.click();
    const box = document.querySelector(`[data-focus="${CSS.escape(key)}"]`);
    if (box) { event.preventDefault(); return box.focus(); }
    const choice = document.querySelector(`input[data-key="${CSS.escape(key)}"]`);
    if (choice) { event.preventDefault(); choice.checked = true; choice.focus(); }
  });
});
