// A security key that does not answer: said on the page, in place of nothing at all.
document.addEventListener("allauth.error", (event) => {
  const said = document.getElementById("key-said");
  if (!said) return;
  event.preventDefault();
  said.textContent = said.dataset.said;
});
