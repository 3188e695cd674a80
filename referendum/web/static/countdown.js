// Shows how long a code or a session is still good, and says so aloud twice: near the end, and
// at it. The moment of the end is fixed when the page opens, so a sleeping tab does not gain time.

export function startCountdowns(root) {
  root.querySelectorAll("[data-countdown]:not([data-running])").forEach(start);
}

function start(countdown) {
  countdown.dataset.running = "yes";
  const end = Date.now() + Number(countdown.dataset.countdown) * 1000;
  const near = Number(countdown.dataset.near);
  const clock = countdown.querySelector("[data-countdown-clock]");
  const voice = countdown.querySelector("[data-countdown-voice]");
  const text = countdown.querySelector(".countdown-text");
  clock.hidden = false;
  // The clock says how long: the words beside it need not say it too, and would soon be wrong.
  if (text.dataset.countdownWords) text.textContent = text.dataset.countdownWords;

  const tick = () => {
    const left = Math.max(0, Math.round((end - Date.now()) / 1000));
    clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    countdown.classList.toggle("countdown-near", left <= near);
    if (left <= near && left > 0) say(voice, voice.dataset.nearText);
    if (left === 0) {
      say(voice, voice.dataset.overText);
      text.textContent = voice.dataset.overText;
      clearInterval(timer);
    }
  };
  const timer = setInterval(tick, 1000);
  tick();
}

function say(voice, words) {
  if (voice.textContent !== words) voice.textContent = words;
}
