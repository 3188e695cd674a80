// Adds up a count return while it is typed. The server looks at it again in any case.

const form = document.querySelector("[data-sum]");

function numberIn(field) {
  const plain = field.value.trim().replaceAll(",", "");
  return /^[0-9]+$/.test(plain) ? Number(plain) : 0;
}

function show() {
  const parts = [...form.querySelectorAll("[data-part]")];
  const whole = form.querySelector("[data-whole]");
  const sum = parts.reduce((total, field) => total + numberIn(field), 0);
  const voice = form.querySelector("[data-sum-voice]");
  const difference = sum - numberIn(whole);
  const words = difference === 0 ? voice.dataset.equal : voice.dataset.differs;
  voice.textContent = words
    .replace("%sum%", sum.toLocaleString(document.documentElement.lang))
    .replace("%difference%", difference.toLocaleString(document.documentElement.lang));
  voice.classList.toggle("sum-wrong", difference !== 0);
}

if (form) {
  form.querySelector("[data-sum-voice]").hidden = false;
  form.addEventListener("input", show);
  show();
}
