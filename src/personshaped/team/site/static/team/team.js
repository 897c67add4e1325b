// Small helps; every page works without them.
document.documentElement.classList.add("js-enabled");
document.addEventListener("DOMContentLoaded", () => {
  document.querySelector(".govuk-error-summary")?.focus();
});
