// Copyright: contributors to the ovhcloud.vrack project
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
"use strict";
// Everything is in the page already. This shows some of it, and how instances hang together.
(() => {
  const $ = (id) => document.getElementById(id);
  const all = (what, inside = document) => [...inside.querySelectorAll(what)];
  const root = document.documentElement;
  const MOST_LINKS = 40;

  // Light or dark: as the machine has it, until somebody says otherwise.
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let chosen = false;
  const paint = (isDark) => {
    root.dataset.theme = isDark ? "dark" : "light";
    $("theme").textContent = isDark ? "Light" : "Dark";
    $("theme").setAttribute("aria-label", `Show it ${isDark ? "light" : "dark"}`);
  };
  paint(dark.matches);
  dark.addEventListener("change", () => chosen || paint(dark.matches));
  $("theme").hidden = false;
  $("theme").addEventListener("click", () => {
    chosen = true;
    paint(root.dataset.theme !== "dark");
  });

  const map = document.querySelector(".map");
  const lines = all("tr.line").map((row) => ({
    row,
    key: row.dataset.line,
    text: row.dataset.text.toLowerCase(),
    projects: row.dataset.projects ? row.dataset.projects.split("\n") : [],
    drift: Boolean(row.dataset.drift) || row.querySelector(".subnet .badge") !== null,
    chips: all("li[data-i]", row),
  }));
  const machines = all("tr[data-i]").map((row) => ({
    row,
    key: row.dataset.i,
    text: row.dataset.text.toLowerCase(),
    lines: row.dataset.lines.split(" "),
    region: row.dataset.region,
    project: row.dataset.project,
    drift: Boolean(row.dataset.drift),
  }));
  const chipsOf = new Map(machines.map((one) => [one.key, []]));
  for (const line of lines) for (const chip of line.chips) chipsOf.get(chip.dataset.i).push(chip);

  const show = (element, yes) => {
    if (element.hidden === yes) element.hidden = !yes;
  };

  function filter() {
    const words = $("q").value.toLowerCase().split(/\s+/).filter(Boolean);
    const [region, key, project] = ["f-region", "f-line", "f-project"].map((id) => $(id).value);
    const differs = Boolean($("f-drift")?.checked);
    const named = new Map(lines.map((line) => [line.key, line.text]));
    const fits = (text) => words.every((word) => text.includes(word));
    const shown = new Set();
    for (const one of machines) {
      const text = `${one.text} ${one.lines.map((line) => named.get(line) || "").join(" ")}`;
      const yes = fits(text) && (!region || one.region === region) && (!project || one.project === project)
        && (!key || one.lines.includes(key)) && (!differs || one.drift);
      show(one.row, yes);
      if (yes) shown.add(one.key);
    }
    let rows = 0;
    for (const line of lines) {
      let some = false;
      for (const chip of line.chips) {
        const yes = shown.has(chip.dataset.i);
        show(chip, yes);
        some ||= yes;
      }
      const itself = fits(line.text) && (!project || line.projects.includes(project)) && (!differs || line.drift)
        && (!region || line.row.querySelector(`td.there[data-region="${CSS.escape(region)}"]`) !== null);
      const yes = (!key || line.key === key) && (itself || some);
      show(line.row, yes);
      rows += yes;
    }
    for (const cell of all(".map [data-region]")) show(cell, !region || cell.dataset.region === region);
    const count = (some, whole, one, many) => `${some === whole ? "" : `${some} of `}${whole} ${whole === 1 ? one : many}`;
    $("found").textContent = `${count(shown.size, machines.length, "instance", "instances")}, `
      + `${count(rows, lines.length, "network", "networks")}`;
    show($("nothing"), rows + shown.size === 0 && lines.length > 0);
    draw();
  }

  // Links between the places of one instance: of all where that is few, or else of the one that is looked at.
  let looked = null;
  function draw() {
    const stage = $("stage");
    const links = $("links");
    const wanted = [...chipsOf].map(([key, chips]) => [key, chips.filter((chip) => chip.offsetParent !== null)]);
    const several = wanted.filter(([, chips]) => chips.length > 1);
    const some = several.length <= MOST_LINKS ? several : several.filter(([key]) => key === looked);
    const from = stage.getBoundingClientRect();
    links.replaceChildren();
    for (const [key, chips] of some) {
      const boxes = chips.map((chip) => chip.firstElementChild.getBoundingClientRect());
      for (let i = 1; i < boxes.length; i++) {
        const [above, below] = [boxes[i - 1], boxes[i]];
        const at = (box) => box.left - from.left + stage.scrollLeft + 24;
        const [y1, y2] = [above.bottom - from.top, below.top - from.top];
        const half = (y2 - y1) / 2;
        const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
        path.setAttribute("d", `M${at(above)} ${y1}C${at(above)} ${y1 + half} ${at(below)} ${y2 - half} ${at(below)} ${y2}`);
        if (key === looked) path.setAttribute("class", "on");
        links.append(path);
      }
    }
  }
  // Where the map has room, the page scrolls and the regions stay in sight; elsewhere the map scrolls by itself.
  function fit() {
    const stage = $("stage");
    stage.classList.remove("fits");
    const fits = map.scrollWidth <= stage.clientWidth;
    stage.classList.toggle("fits", fits);
    stage.tabIndex = fits ? -1 : 0;
    const sticks = getComputedStyle($("tools")).position === "sticky";
    root.style.setProperty("--tools", sticks ? `${$("tools").offsetHeight}px` : "0px");
  }
  function look(key) {
    if (key === looked) return;
    for (const chip of chipsOf.get(looked) || []) chip.firstElementChild.classList.remove("on");
    looked = key;
    for (const chip of chipsOf.get(looked) || []) chip.firstElementChild.classList.add("on");
    map.classList.toggle("dim", looked !== null);
    draw();
  }
  const under = (event) => event.target.closest?.("[data-i]")?.dataset.i ?? null;
  for (const [begin, end] of [["pointerover", "pointerleave"], ["focusin", "focusout"]]) {
    map.addEventListener(begin, (event) => look(under(event)));
    map.addEventListener(end, () => look(null));
  }

  $("tools").hidden = false;
  $("tools").addEventListener("input", filter);
  $("tools").addEventListener("submit", (event) => event.preventDefault());
  $("tools").addEventListener("reset", () => setTimeout(filter));
  $("clear").addEventListener("click", () => {
    $("tools").reset();
    $("q").focus();
  });
  addEventListener("hashchange", () => document.querySelector(":target")?.focus({ preventScroll: true }));
  // The line of tools is as wide as the map's place, and higher where it breaks.
  new ResizeObserver(() => {
    fit();
    draw();
  }).observe($("tools"));
  addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.closest("input, select, textarea")) {
      event.preventDefault();
      $("q").focus();
    }
    if (event.key === "Escape" && event.target === $("q") && !$("q").value) $("q").blur();
  });
  filter();
  fit();
})();
