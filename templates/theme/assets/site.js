// Comfort on top of pages that work without it. All that it needs is named in the page.
(() => {
  "use strict";
  const root = document.documentElement;
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  // Light and dark.
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme || (dark.matches ? "dark" : "light")) === "dark";
  const button = document.querySelector("button.theme");
  const label = () => { button.textContent = isDark() ? "Light" : "Dark"; };
  button.hidden = false;
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch { /* kept for this page */ }
    label();
  });
  dark.addEventListener("change", label);
  label();

  // Panels: what a number or a term means.
  const source = document.getElementById("panels");
  const notes = source && JSON.parse(source.textContent);
  const panel = make("div", { id: "panel", role: "dialog", hidden: true });
  let owner = null;
  let timer = 0;

  const paragraph = (className, text) => make("p", { className }, text);
  const further = ({ href }, textContent) => make("p", {}, make("a", { href, textContent }));

  const rows = (pairs) => make("dl", {}, ...pairs.filter(([, text]) => text).flatMap(
    ([name, text]) => [make("dt", {}, name), make("dd", {}, text)],
  ));

  function numberNote(link) {
    const [metric, subject] = link.hash.slice(1).split(".");
    const [title, definition] = notes.metrics[metric];
    const [place, base, reason] = notes.facts[metric][subject];
    const [symbols, objects] = notes.inputs[place];
    const { value, textContent: shown } = link.querySelector("data");
    const points = /pp$|points$/.test(shown) ? " percentage points" : "";
    const part = /%$/.test(shown) && Math.abs(value * 2) < shown.replace(/[^\d.]/g, "");
    const unit = part ? " as a fraction" : points;
    return [
      paragraph("panel-title", `${title}, ${notes.subjects[subject]}`),
      rows([
        ["Value in full", value && value + unit],
        ["Withheld", reason],
        ["Since", base],
        ["As of", link.dataset.before || notes.as_of],
        ["Inputs", symbols],
        ["SHA-256", objects.map((n) => notes.objects[n] + "…").join(" ")],
      ]),
      paragraph("", definition),
      further(link, "Value, formula, inputs"),
    ];
  }

  function termNote(link) {
    const [term, means] = notes.terms[link.hash.slice(1)];
    return [paragraph("panel-title", term), paragraph("", means), further(link, "Glossary")];
  }

  function close() {
    clearTimeout(timer);
    panel.hidden = true;
    if (owner) owner.removeAttribute("aria-expanded");
    owner = null;
  }

  function open(link) {
    if (owner === link) return;
    const content = link.matches(".fact") ? numberNote(link) : termNote(link);
    close();
    owner = link;
    link.setAttribute("aria-expanded", "true");
    panel.replaceChildren(...content);
    panel.ariaLabel = content[0].textContent;
    link.after(panel);
    panel.hidden = false;
    place(link);
  }

  function place(link) {
    const at = link.getBoundingClientRect();
    const own = panel.getBoundingClientRect();
    const wide = root.clientWidth;
    const left = Math.max(8, Math.min(at.left, wide - own.width - 8));
    const below = at.bottom + 6 + own.height < innerHeight || at.top < own.height + 6;
    panel.style.left = `${left}px`;
    panel.style.top = `${below ? at.bottom + 6 : at.top - own.height - 6}px`;
  }

  if (notes) {
    const target = ({ target: at }) => at.closest && at.closest("a.fact, a.term");
    const on = (type, listener) => document.addEventListener(type, listener);
    let touched = false;
    on("pointerdown", (event) => { touched = event.pointerType === "touch"; });
    on("pointerover", (event) => {
      if (event.pointerType === "touch") return;
      const link = target(event);
      clearTimeout(timer);
      if (link) timer = setTimeout(open, 180, link);
      else if (owner && !panel.contains(event.target) && owner !== document.activeElement) {
        timer = setTimeout(close, 250);
      }
    });
    on("focusin", (event) => {
      const link = target(event);
      if (link && link.matches(":focus-visible")) open(link);
      else if (!link && !panel.contains(event.target)) close();
    });
    on("click", (event) => {
      const link = target(event);
      if (link && touched && owner !== link) {
        event.preventDefault();
        open(link);
      } else if (!link && !panel.contains(event.target)) close();
    });
    on("keydown", (event) => {
      if (event.key !== "Escape" || !owner) return;
      if (panel.contains(document.activeElement)) owner.focus({ preventScroll: true });
      close();
    });
    addEventListener("scroll", () => { if (owner) place(owner); }, { passive: true });
    addEventListener("resize", close);
  }

  // The newest editions, fetched when their list is opened.
  const versions = document.querySelector("details.versions");
  if (versions) {
    const { root: home, edition } = versions.dataset;
    versions.addEventListener("toggle", async () => {
      const answer = fetch(`${home}newest.json`).then((found) => found.json());
      const known = await answer.catch(() => []);
      versions.querySelector("ul").prepend(...known.map(({ version, title }) => {
        const link = make("a", { href: `${home}${version}/index.html`, textContent: title });
        if (version === edition) link.ariaCurrent = "true";
        return make("li", {}, link);
      }));
    }, { once: true });
  }

  // Copying.
  for (const text of all(".tools pre")) {
    const copy = make("button", { type: "button", className: "copy", textContent: "Copy" });
    copy.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(text.textContent);
        copy.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(text);
        copy.textContent = "Selected";
      }
    });
    text.before(copy);
  }

  // Live charts; the library is fetched for the first one.
  let library = null;
  const load = () => library ||= new Promise((done, failed) => {
    const script = make("script", { src: root.dataset.bundle, onload: done, onerror: failed });
    document.head.append(script);
  });

  function liveSpec(text, narrow, hidden) {
    const { usermeta: meta, title, ...whole } = JSON.parse(text);
    const spec = { ...whole, ...meta[narrow ? "narrow" : "wide"] };
    const { series = [], hover = [], colours } = meta;
    const gone = series.filter(({ name }) => hidden.has(name)).flatMap(({ layers }) => layers);
    spec.layer = spec.layer.filter((_, n) => !gone.includes(n)).concat(hover);
    const timed = spec.layer.filter(({ encoding: { x } = {} }) => x && x.type === "temporal");
    for (const { mark, encoding: { x } } of timed) {
      mark.clip = true;
      delete x.scale.domain;
      x.axis = { labelOverlap: true, tickCount: narrow ? 4 : 8 };
    }
    if (timed.length) timed[0].params = [{ name: "zoom", select: { type: "interval", encodings: ["x"] }, bind: "scales" }];
    for (const { mark } of spec.layer) if (mark.type === "text") mark.clip = false;
    const themed = JSON.stringify(spec).replace(/#[0-9a-f]{6}/g, (hex) => `var(--${colours[hex]})`);
    return { spec: JSON.parse(themed), series: series.map(({ name }) => name) };
  }

  async function live(start) {
    const figure = start.closest("figure");
    const drawing = figure.querySelector(".drawing");
    start.disabled = true;
    try {
      const [answer] = await Promise.all([fetch(`${start.dataset.chart}.vl.json`), load()]);
      const text = await answer.text();
      const stage = make("div", { className: "stage" });
      const hidden = new Set();
      const draw = async () => {
        const { spec, series } = liveSpec(text, drawing.clientWidth < 540, hidden);
        await window.vegaEmbed(stage, spec, {
          ast: true, actions: false, renderer: "svg", defaultStyle: false,
          tooltip: { disableDefaultStyle: true }, logLevel: 1,
        });
        return series;
      };
      const series = await draw();
      const bar = make("p", { className: "switches" });
      for (const name of series.length > 1 ? series : []) {
        const box = make("input", { type: "checkbox", checked: true });
        box.addEventListener("change", () => { hidden[box.checked ? "delete" : "add"](name); draw(); });
        bar.append(make("label", {}, box, ` ${name}`));
      }
      const reset = make("button", { type: "button", textContent: "Reset" });
      reset.addEventListener("click", draw);
      bar.append(reset);
      drawing.replaceChildren(stage, bar);
      start.remove();
    } catch {
      start.textContent = "Needs a web server";
    }
  }

  for (const start of all("button.live")) {
    start.hidden = !root.dataset.bundle;
    start.addEventListener("click", () => live(start));
  }

  // The section being read.
  const entries = new Map(all("nav.contents a").map((link) => [link.hash.slice(1), link]));
  if (entries.size) {
    const seen = new IntersectionObserver((changes) => {
      const top = changes.find((change) => change.isIntersecting);
      if (!top) return;
      for (const [id, link] of entries) link.classList.toggle("here", id === top.target.id);
    }, { rootMargin: "-10% 0px -75% 0px" });
    for (const id of entries.keys()) seen.observe(document.getElementById(id));
  }
})();
