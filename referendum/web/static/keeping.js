// Buttons that need a script, shown only where one runs: print this page, copy a receipt.

export function offerKeeping(root) {
  root.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
  if (!navigator.clipboard) return;
  root.querySelectorAll("[data-copy]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => copy(button.closest(".receipt")));
  });
}

// Said at once, and taken back where the browser refuses: a hand does not wait for a clipboard.
function copy(receipt) {
  const lines = [...receipt.querySelectorAll("dl > div")].map(
    (part) => `${part.querySelector("dt").textContent}: ${part.querySelector("dd").textContent}`,
  );
  const voice = receipt.querySelector("[data-copy-voice]");
  navigator.clipboard.writeText(lines.join("\n")).catch(() => {
    voice.textContent = voice.dataset.refused;
  });
  voice.textContent = voice.dataset.copied;
}
