// Small helps; every page works without them.
document.documentElement.classList.add("js-enabled");
document.addEventListener("DOMContentLoaded", () => {
  document.querySelector(".govuk-error-summary")?.focus();
});
// Whether single keys work is remembered on this machine; nothing about a person ever is.
document.addEventListener("DOMContentLoaded", () => {
  const on = document.getElementById("keys-on");
  if (!on) return;
  on.checked = localStorage.getItem("single-keys") !== "off";
  on.addEventListener("change", () => localStorage.setItem("single-keys", on.checked ? "on" : "off"));
});
