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

async function copy(receipt) {
  const lines = [...receipt.querySelectorAll("dl > div")].map(
    (part) => `${part.querySelector("dt").textContent}: ${part.querySelector("dd").textContent}`,
  );
  await navigator.clipboard.writeText(lines.join("\n"));
  receipt.querySelector("[data-copy-voice]").textContent =
    receipt.querySelector("[data-copied]").dataset.copied;
}
