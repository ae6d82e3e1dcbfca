// Searches the archive with Pagefind: the indexes of the newest years, of others when asked for.
(() => {
  "use strict";
  const YEARS_AT_ONCE = 5;
  const RESULTS_AT_ONCE = 20;
  const PAUSE = 250;
  const FACETS = ["year", "section", "figure", "verdict"];
  const ALIKE = 0.85;
  const OPTIONS = { baseUrl: "/", excerptLength: 28, ranking: { metaWeights: { value: 3 } } };
  const form = document.querySelector("form.search");
  const status = document.getElementById("status");
  const list = document.getElementById("results");
  const more = document.getElementById("more");
  const earlier = document.getElementById("earlier");
  const fields = form.elements;
  const every = [...fields.year.options].map((option) => option.value).filter(Boolean);
  const loaded = new Map();
  let pagefind = null;
  let indexes = null;
  let results = [];
  let latest = 0;
  let timer = 0;
  let ready = 0;

  const plural = (number, noun) =>
    `${number.toLocaleString("en-US")} ${noun}${number === 1 ? "" : "s"}`;
  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  // Years, newest first, in words: 2020, 2022 to 2026.
  function span(years) {
    const ranges = [];
    for (const name of years) {
      const last = ranges[ranges.length - 1];
      if (last && every[every.indexOf(last[0]) + 1] === name) last[0] = name;
      else ranges.push([name, name]);
    }
    const shown = ranges.map(([from, to]) => (from === to ? from : `${from} to ${to}`));
    return shown.reverse().join(", ");
  }

  // A number is found with or without its sign, a word without what ends a sentence.
  const cleaned = (text) => {
    const words = text.trim().split(/\s+/);
    return words.map((word) => word.replace(/^[+−–$-]+|[.,;:!?]+$/g, "")).join(" ").trim();
  };

  function start() {
    pagefind ??= (async () => {
      const answer = await fetch(new URL("search/years.json", document.baseURI));
      const { runtime, years } = await answer.json();
      indexes = new Map(Object.entries(years).map(([name, known]) => [name, Object.keys(known)]));
      const found = await import(new URL(`search/${runtime}/pagefind.js`, document.baseURI));
      await found.options(OPTIONS);
      await found.init();
      return found;
    })();
    return pagefind;
  }

  async function load(years) {
    const found = await start();
    const merge = (name, index) => {
      const folder = new URL(`search/${index}/`, document.baseURI).pathname;
      return found.mergeIndex(folder, { ...OPTIONS, mergeFilter: { year: name, index } });
    };
    const begin = (name) => Promise.all(indexes.get(name).map((index) => merge(name, index)));
    for (const name of years) if (!loaded.has(name)) loaded.set(name, begin(name));
    await Promise.all(years.map((name) => loaded.get(name)));
    return found;
  }

  const searched = () => every.filter((name) => loaded.has(name));
  const waiting = () => every.filter((name) => !loaded.has(name)).slice(0, YEARS_AT_ONCE);

  // The index a record is in, by its edition, which its name begins with: that of the year, or
  // of the weeks.
  function home(result) {
    const week = result.id.slice(5, 8);
    return indexes.get(result.id.slice(0, 4)).find((index) => {
      const [, first, last] = index.split("-");
      return !first || (first <= week && week <= last);
    });
  }

  // Best first; of those that fit about equally well the newest first.
  function inOrder(found) {
    const groups = [];
    let best = Infinity;
    for (const result of [...found].sort((a, b) => b.score - a.score)) {
      if (groups.length === 0 || result.score < ALIKE * best) {
        best = result.score;
        groups.push([]);
      }
      groups[groups.length - 1].push(result);
    }
    const edition = (result) => result.id.slice(0, 8);
    const newest = (a, b) => (edition(a) < edition(b) ? 1 : edition(a) > edition(b) ? -1 : 0);
    return groups.flatMap((group) => group.sort(newest));
  }

  // What has all words; where nothing has, what has all but one.
  async function look(found, words, filters) {
    const whole = await found.search(words || null, { filters });
    const parts = words.startsWith('"') ? [] : words.split(" ");
    if (whole.results.length || parts.length < 2) return whole;
    for (const left of parts.keys()) {
      const rest = parts.filter((_, place) => place !== left).join(" ");
      const answer = await found.search(rest, { filters });
      if (answer.results.length) return answer;
    }
    return whole;
  }

  // The words that a record has not, not even their beginning.
  function lacking(data, words) {
    const texts = [data.content, ...Object.values(data.meta)];
    const text = texts.join(" ").toLowerCase().replaceAll(",", "");
    const parts = words.toLowerCase().replaceAll(/["%,]/g, "").split(" ").filter(Boolean);
    const beginning = (word) =>
      /\d/.test(word) ? word : word.slice(0, Math.max(3, word.length - 3));
    return parts.filter((word) => !text.includes(beginning(word)));
  }

  // An index that has not one of the words answers without it, with all its records or none. So
  // the best one tells, and only the indexes that have most of the words are kept.
  async function sift(found, words, filters) {
    const answer = await look(found, words, filters);
    const best = new Map();
    for (const result of answer.results) {
      if (!best.has(home(result))) best.set(home(result), result);
    }
    const lost = new Map();
    await Promise.all([...best].map(async ([name, result]) => {
      lost.set(name, lacking(await result.data(), words));
    }));
    const fewest = Math.min(...[...lost.values()].map((parts) => parts.length));
    const kept = [...lost.keys()].filter((name) => lost.get(name).length === fewest);
    const without = kept.length ? lost.get(kept[0]) : [];
    const named = without.filter((word) => kept.every((name) => lost.get(name).includes(word)));
    if (kept.length === lost.size) return { answer, named };
    const some = { ...filters, index: { any: kept } };
    return { answer: await look(found, words, some), named };
  }

  function fill(name, counts) {
    const select = fields[name];
    const chosen = select.value;
    const names = name === "year" ? every : Object.keys(counts).sort((a, b) => a.localeCompare(b));
    const kept = names.filter((value) => counts[value] || name === "year");
    if (chosen && !kept.includes(chosen)) kept.push(chosen);
    const option = (value) => {
      const count = counts[value]?.toLocaleString("en-US");
      return make("option", { value, textContent: count ? `${value} (${count})` : value });
    };
    select.replaceChildren(make("option", { value: "", textContent: "Any" }), ...kept.map(option));
    select.value = chosen;
    select.disabled = kept.length === 0;
  }

  function offer(answer) {
    for (const name of FACETS) {
      const counts = fields[name].value ? answer.totalFilters : answer.filters;
      fill(name, counts[name] ?? {});
    }
  }

  function shown(data) {
    const text = (part) => part.replaceAll("&lt;", "<").replaceAll("&gt;", ">");
    const pieces = data.excerpt.split(/<mark>|<\/mark>/);
    const about = make("span", { className: "about" }, data.meta.edition);
    if (data.meta.value) about.append(` · ${data.meta.value}`);
    if (data.meta.corrected) about.append(` · corrected ${data.meta.corrected}`);
    if (data.meta.data) about.append(" · ", make("b", { textContent: data.meta.data }));
    return make("li", {},
      make("a", { href: data.raw_url, textContent: data.meta.title }), make("br"), about,
      make("p", {}, ...pieces.map((piece, place) =>
        place % 2 ? make("mark", { textContent: text(piece) }) : text(piece))));
  }

  async function show(turn) {
    const next = results.slice(list.children.length, list.children.length + RESULTS_AT_ONCE);
    const items = await Promise.all(next.map((result) => result.data()));
    if (turn !== latest) return;
    list.append(...items.map(shown));
    more.hidden = list.children.length >= results.length;
  }

  function say(lost) {
    const where = fields.year.value || span(searched());
    const without = lost.length ? ` without ${lost.map((word) => `“${word}”`).join(", ")}` : "";
    const order = results.length > 1 ? ", the newest first among equals" : "";
    status.textContent = `${plural(results.length, "result")} in ${where}${without}${order}.`;
    earlier.hidden = Boolean(fields.year.value) || waiting().length === 0;
    earlier.textContent = `Search ${span(waiting())} too`;
  }

  function forget(text) {
    results = [];
    list.replaceChildren();
    more.hidden = true;
    earlier.hidden = true;
    status.textContent = text;
  }

  async function search() {
    const turn = ++latest;
    const words = cleaned(fields.q.value);
    const chosen = FACETS.filter((name) => fields[name].value);
    const filters = Object.fromEntries(chosen.map((name) => [name, fields[name].value]));
    const asked = new URLSearchParams(filters);
    if (fields.q.value.trim()) asked.set("q", fields.q.value.trim());
    history.replaceState(null, "", `${location.pathname}${String(asked) ? `?${asked}` : ""}`);
    if (words.length < 2 && chosen.length === 0) return forget("");
    const chosenYear = fields.year.value;
    if (loaded.size === 0 || (chosenYear && !loaded.has(chosenYear))) {
      status.textContent = "Searching …";
    }
    const newest = [...searched(), ...every.slice(0, YEARS_AT_ONCE)];
    const found = await load(chosenYear ? [chosenYear] : newest);
    const complete = ready === loaded.size;
    const first = await sift(found, words, filters);
    if (turn !== latest) return;
    results = inOrder(first.answer.results);
    list.replaceChildren();
    await show(turn);
    if (turn !== latest) return;
    say(first.named);
    if (complete) return offer(first.answer);
    // What can be chosen is fetched once results are there to be read.
    await choices(found);
    const { answer } = await sift(found, words, filters);
    if (turn === latest) offer(answer);
  }

  async function choices(found) {
    const size = loaded.size;
    const filters = await found.filters();
    ready = size;
    return filters;
  }

  // What can be chosen is offered as soon as a reader turns to the form.
  function prepare() {
    if (loaded.size) return;
    load(waiting())
      .then(choices)
      .then((filters) => { if (!latest) offer({ filters, totalFilters: filters }); })
      .catch(failed);
  }

  const failed = (error) => {
    forget("The index could not be loaded. Load this page again, or look in the lists.");
    console.error(error);
  };
  const run = () => search().catch(failed);

  function begin() {
    const asked = new URLSearchParams(location.search);
    for (const name of FACETS) {
      const value = asked.get(name);
      if (!value || (name === "year" && !every.includes(value))) continue;
      if (name !== "year") fields[name].append(make("option", { value, textContent: value }));
      fields[name].value = value;
    }
    fields.q.value = asked.get("q") ?? "";
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(timer);
      run();
    });
    fields.q.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(run, PAUSE);
    });
    for (const name of FACETS) fields[name].addEventListener("change", run);
    for (const kind of ["focusin", "pointerenter"]) form.addEventListener(kind, prepare);
    more.addEventListener("click", () => show(latest).catch(failed));
    earlier.addEventListener("click", () => load([...searched(), ...waiting()]).then(run, failed));
    for (const name of FACETS.slice(1)) fields[name].disabled = !fields[name].value;
    if (String(asked)) run();
  }

  if (location.protocol === "file:") {
    status.textContent =
      "Searching does not work in a page opened from a folder, because browsers keep such pages " +
      "from reading files. Serve the site (smallcaps serve) or use it on the web; or look in the " +
      "lists.";
  } else {
    begin();
  }
})();
