// A slider's number follows it at once; what it means is asked of the server.

function follow(slider) {
  const shown = document.getElementById(slider.dataset.slider);
  slider.addEventListener("input", () => {
    const percent = `${Number((slider.valueAsNumber / 100).toFixed(2))}%`;
    shown.value = percent;
    slider.setAttribute("aria-valuetext", percent);
  });
}

document.querySelectorAll("[data-slider]").forEach(follow);

document.addEventListener("htmx:after:swap", () => {
  const said = document.querySelector("[data-voice]");
  if (said) document.getElementById("what-if-voice").textContent = said.textContent.trim();
});
