// Keys: / to search, j and k through a list, Enter opens, ? for help. Every page works without this file.
"use strict";
(() => {
  const items = [...document.querySelectorAll("[data-item]")];
  const help = document.getElementById("keys");
  let at = -1;
  const move = (step) => {
    if (!items.length) return;
    at = Math.max(0, Math.min(items.length - 1, at + step));
    items[at].focus();
    items[at].scrollIntoView({ block: "nearest" });
  };
  const act = {
    "/": () => document.getElementById("q").focus(),
    j: () => move(1),
    k: () => move(-1),
    "?": () => (help.open ? help.close() : help.showModal()),
    g: () => document.querySelector(".brand").click(),
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof Element && event.target.closest("input, select, textarea");
    if (event.ctrlKey || event.metaKey || event.altKey || typing || !Object.hasOwn(act, event.key)) return;
    event.preventDefault();
    act[event.key]();
  });
  items.forEach((item, place) => item.addEventListener("focus", () => (at = place)));
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      navigator.clipboard.writeText(button.closest("details").querySelector("code").textContent);
      button.textContent = "Copied";
    });
  }
  document.getElementById("keys-open").addEventListener("click", () => help.showModal());
})();
