// Keeps an open page new: asks for its content again every so often, and when the page is looked at again. Without it the page is the
// same, as of when it was loaded.
(() => {
  "use strict";
  const main = document.querySelector("main[data-source]");
  const state = document.getElementById("state");
  if (!main || !state) return;
  let tag = null;
  let asking = false;

  const show = (text) => { if (state.textContent !== text) state.textContent = text; };

  const replace = (text) => {
    const open = [...main.querySelectorAll("details[open]")].map((one) => one.id);
    const focused = document.activeElement;
    const within = focused && focused !== main && main.contains(focused);
    const place = within ? [...main.querySelectorAll(focused.localName)].indexOf(focused) : -1;
    main.innerHTML = text;
    open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
    if (within) main.querySelectorAll(focused.localName)[place]?.focus({ preventScroll: true });
  };

  const ask = async () => {
    if (document.hidden || asking) return;
    asking = true;
    try {
      const headers = tag ? { "If-None-Match": tag } : {};
      const answer = await fetch(main.dataset.source, { headers, cache: "no-store", redirect: "error" });
      if (answer.status === 403) {
        location.reload();
        return;
      }
      if (answer.status === 200) {
        tag = answer.headers.get("ETag");
        replace(await answer.text());
      }
      show(answer.ok || answer.status === 304 ? state.dataset.live : state.dataset.offline);
    } catch {
      show(state.dataset.offline);
    } finally {
      asking = false;
    }
  };

  show(state.dataset.live);
  setInterval(ask, Number(main.dataset.every) * 1000);
  document.addEventListener("visibilitychange", ask);
})();
