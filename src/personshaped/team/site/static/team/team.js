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
// A draft that did not reach the server is said beside the box; and a form is sent once, however often it is pressed.
for (const failed of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(failed, (event) => {
    const said = event.detail.target;
    if (said?.dataset.unkept) said.textContent = said.dataset.unkept;
  });
}
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 2000);
});
window.addEventListener("pageshow", () => document.querySelectorAll("form").forEach((one) => delete one.dataset.sent));
// On paper nothing stays folded, in browsers whose stylesheets cannot open it.
window.addEventListener("beforeprint", () => {
  for (const one of document.querySelectorAll("details.ps-whole:not([open])")) one.dataset.opened = one.open = true;
});
window.addEventListener("afterprint", () => {
  for (const one of document.querySelectorAll("details[data-opened]")) {
    one.open = false;
    delete one.dataset.opened;
  }
});
