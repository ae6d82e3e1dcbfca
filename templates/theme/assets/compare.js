// Compares two editions by the files they were published with, as `smallcaps diff` does.
(() => {
  "use strict";
  const MOST_EDITIONS = 60;
  const MOST_ROWS = 200;
  const SILENT = ["sessions", "answers"];
  const ONE_SIDED = {
    new: "only in the second", gone: "only in the first",
    withheld: "withheld in the second", released: "withheld in the first",
  };
  const form = document.querySelector("form.compare");
  const status = document.getElementById("status");
  const changes = JSON.parse(document.getElementById("changes").textContent);
  const place = document.createElement("div");
  place.className = "comparison";
  status.after(place);
  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const count = (number) => number.toLocaleString("en-US");
  const plural = (number, noun) => `${count(number)} ${noun}${number === 1 ? "" : "s"}`;

  // Numbers. Exact decimals, as generator/facts.py has them: half away from zero on the shortest
  // decimal that reads back as the value.
  function showChange(change, unit) {
    const [shift, digits, before, after] = changes[unit];
    const [mantissa, exponent] = Math.abs(change).toExponential().split("e");
    const whole = mantissa.replace(".", "");
    const end = Number(exponent) + 1 + shift + digits;
    let kept = BigInt(end > 0 ? whole.slice(0, end).padEnd(end, "0") : 0);
    if (end >= 0 && whole[end] >= "5") kept += 1n;
    const text = String(kept).padStart(digits + 1, "0");
    const left = text.slice(0, text.length - digits).replace(/\B(?=(\d{3})+$)/g, ",");
    const right = digits ? `.${text.slice(-digits)}` : "";
    const sign = kept === 0n ? "" : change < 0 ? "−" : "+";
    return `${sign}${before}${left}${right}${after}`;
  }

  function difference(old, later, units) {
    const numbers = typeof old === "number" && typeof later === "number";
    if (!numbers || units[0] !== units[1] || !changes[units[0]]) return null;
    return { value: later - old, display: showChange(later - old, units[0]) };
  }

  // Files.
  const answers = new Map();
  const read = (name) => {
    if (!answers.has(name)) {
      // The list grows; what it names never changes.
      const cache = name === "editions.json" ? "no-cache" : "default";
      answers.set(name, fetch(name, { cache }).then((answer) => {
        if (!answer.ok) throw new Error(`${name} could not be read (${answer.status})`);
        return answer.json();
      }).catch((error) => {
        answers.delete(name);
        throw error.message.startsWith(name) ? error : new Error(`${name} could not be read`);
      }));
    }
    return answers.get(name);
  };

  async function load(entry) {
    const at = (name) => read(`${entry.folder}/${name}`);
    const [record, document] = await Promise.all([at("edition.json"), at("facts.json")]);
    const claims = record.files["claims.json"] ? await at("claims.json") : null;
    return {
      entry, record,
      metrics: document.metrics,
      subjects: document.subjects,
      facts: Object.fromEntries(document.facts.map((fact) => [fact.id, fact])),
      claims: claims && Object.fromEntries(claims.map((claim) => [claim.id, claim])),
    };
  }

  const union = (old, later) => [
    ...Object.keys(later), ...Object.keys(old).filter((name) => !(name in later)),
  ];

  // What differs.
  function state(old, later) {
    if (!old || !later) return old ? "gone" : "new";
    if (old.status !== later.status) return later.status === "withheld" ? "withheld" : "released";
    const same = ["value", "unit"].every((name) => old[name] === later[name]);
    return same ? "same" : "changed";
  }

  function figures(old, later) {
    const metrics = { ...old.metrics, ...later.metrics };
    const order = union(old.metrics, later.metrics);
    const sections = new Map(order.map((name) => [metrics[name].section, new Map()]));
    for (const name of order) sections.get(metrics[name].section).set(name, []);
    for (const id of union(old.facts, later.facts)) {
      const [metric, subject] = id.split(".");
      const [a, b] = [old.facts[id], later.facts[id]];
      const known = b ? later : old;
      sections.get(metrics[metric].section).get(metric).push({
        id, a, b, title: metrics[metric].title, subject: known.subjects[subject], state: state(a, b),
        change: a && b ? difference(a.value, b.value, [a.unit, b.unit]) : null,
      });
    }
    return sections;
  }

  function headlineUnit(facts, { id, value }) {
    const fact = facts[id];
    if (!fact) return "";
    const parts = Object.values(fact.parts || {});
    const found = [fact, ...parts].find((one) => one.value === value);
    return found ? found.unit : "";
  }

  function headlines(old, later) {
    const [left, right] = [old, later].map(({ record }) => (
      Object.fromEntries(record.headlines.map((one) => [one.label, one]))
    ));
    return union(left, right).map((label) => {
      const [a, b] = [left[label], right[label]];
      const units = () => [headlineUnit(old.facts, a), headlineUnit(later.facts, b)];
      return { label, a, b, change: a && b ? difference(a.value, b.value, units()) : null };
    });
  }

  function methods(old, later) {
    const parts = ["title", "unit", "definition", "method"];
    return union(old.metrics, later.metrics).map((name) => {
      const [a, b] = [old.metrics[name], later.metrics[name]];
      const differs = a && b ? parts.filter((part) => a[part] !== b[part]) : [];
      return { name, a, b, differs, state: !a ? "new" : !b ? "gone" : "changed" };
    }).filter(({ a, b, differs }) => !a || !b || differs.length);
  }

  function verdicts(old, later) {
    if (!old.claims && !later.claims) return { reason: "no claims checked yet" };
    const without = [old, later].find(({ claims }) => !claims);
    if (without) return { reason: `no claims were checked in ${without.entry.folder}` };
    return union(old.claims, later.claims).map((id) => ({
      id, a: old.claims[id], b: later.claims[id],
    })).filter(({ a, b }) => !a || !b || a.verdict !== b.verdict);
  }

  function libraries(old, later) {
    const [left, right] = [old, later].map(({ record }) => record.libraries || {});
    return union(left, right).sort().filter((name) => left[name] !== right[name])
      .map((name) => [name, left[name], right[name]]);
  }

  // Rows of the frozen data, by the lists of the editions in between.
  const rank = ({ edition, revision }) => `${edition} ${String(revision).padStart(5, "0")}`;

  async function revisions(old, later, entries) {
    const sources = [old, later].map(({ provider, simulated, folder }) => (
      `${folder} is from ${provider}${simulated ? " (simulated)" : ""}`
    ));
    if (old.provider !== later.provider || old.simulated !== later.simulated) {
      return { reason: `their data are not of one source: ${sources.join(", and ")}` };
    }
    const backwards = rank(old) > rank(later);
    const [first, last] = backwards ? [later, old] : [old, later];
    const list = ({ folder }) => read(`${folder}/revisions.json`);
    const between = entries.filter((one) => one.edition >= first.edition && one.edition <= last.edition);
    if (between.length <= MOST_EDITIONS) between.forEach((one) => list(one).catch(() => null));
    const steps = [];
    let current = await list(last);
    while (current.snapshot !== first.snapshot) {
      steps.push(current);
      if (steps.length > MOST_EDITIONS) {
        return { reason: `more than ${MOST_EDITIONS} editions lie between the two` };
      }
      const { previous: name, edition: own } = current;
      if (!name) return { reason: `the snapshot of ${own} continues no other` };
      const kept = name === own ? "revision" : "retrieved_at";
      const near = entries.filter((one) => one.edition === name && one.snapshot !== current.snapshot
        && one.provider === first.provider && one.simulated === first.simulated);
      const lists = (await Promise.all(near.map(list))).filter((one) => one[kept] <= current[kept]);
      if (!lists.length) {
        return { reason: `${name}, which the snapshot of ${own} continues, is not published` };
      }
      current = lists.reduce((best, one) => (one.revision > best.revision ? one : best));
    }
    const until = first.as_of < last.as_of ? first.as_of : last.as_of;
    const tables = new Map();
    for (const step of steps) {
      for (const [table, { title, revised }] of Object.entries(step.tables)) {
        if (SILENT.includes(table)) continue;
        const known = tables.get(table);
        tables.set(table, { title, revised: revised + (known ? known.revised : 0) });
      }
    }
    const listed = steps.reduce((sum, { rows }) => sum + rows.length, 0);
    const all = steps.reduce((sum, step) => sum + step.tables.prices.revised, 0);
    const rows = merged(steps).filter(({ day }) => day <= until);
    for (const row of backwards ? rows : []) [row.before, row.after] = [row.after, row.before];
    return { until, editions: steps.length, tables, rows, unlisted: all - listed };
  }

  function merged(steps) {
    const found = new Map();
    for (const step of [...steps].reverse()) {
      for (const row of step.rows) {
        const key = [row.table, row.name, row.day].join(" ");
        const known = found.get(key);
        found.set(key, known ? after(known, row) : { ...row });
      }
    }
    const keys = [...found.keys()].sort((a, b) => (a < b ? -1 : 1));
    return keys.map((key) => found.get(key)).filter(({ columns }) => columns.length);
  }

  function after(known, row) {
    const columns = [...new Set([...known.columns, ...row.columns])].sort();
    if (!known.before || !row.before) return { ...row, columns, before: null, after: null };
    const before = { ...row.before, ...known.before };
    const later = { ...known.after, ...row.after };
    const differs = columns.filter((name) => before[name] !== later[name]);
    return { ...row, columns: differs, before, after: later };
  }

  // What is shown.
  const cell = (tag, className, ...children) => make(tag, { className }, ...children);
  const head = (scope, className, ...children) => make("th", { scope, className }, ...children);

  function table(label, heads, bodies) {
    const row = make("tr", {}, ...heads.map(([text, className]) => head("col", className || "", text)));
    const content = make("table", {}, make("thead", {}, row), ...bodies);
    const scroll = make("div", { className: "scroll", tabIndex: 0, role: "region" }, content);
    scroll.ariaLabel = label;
    return scroll;
  }

  function shown(fact, entry, id) {
    if (!fact) return "–";
    const raw = fact.value === null ? "" : fact.value;
    const link = make("a", { href: `${entry.folder}/figures.html#${id}` });
    link.className = fact.status === "withheld" ? "fact withheld" : "fact";
    link.append(make("data", { value: raw }, fact.display));
    return link;
  }

  function bar(change, most) {
    const line = make("span", { className: "bar" });
    if (!change || !change.value) return line;
    const size = `${50 * Math.abs(change.value) / most}%`;
    if (change.value < 0) line.classList.add("down");
    line.append(make("i"));
    line.style.setProperty("--size", size);
    if (change.value < 0) line.style.setProperty("--left", size);
    return line;
  }

  function figureRow(one, pair, most) {
    const name = head("row", "", one.subject);
    const reasons = [one.b, one.a].filter((side) => side && side.reason);
    const why = one.state in ONE_SIDED ? ONE_SIDED[one.state] : reasons.length ? "withheld in both" : "";
    if (why) {
      name.append(cell("span", "why", reasons.length ? `${why}: ${reasons[0].reason}` : why));
    }
    return make(
      "tr", { className: one.state === "same" ? "same" : "" }, name,
      cell("td", "was", shown(one.a, pair[0], one.id)),
      cell("td", "", shown(one.b, pair[1], one.id)),
      cell("td", "change", one.change ? one.change.display : ""),
      cell("td", "scale", bar(one.change, most)),
    );
  }

  const size = ({ change }) => (change ? Math.abs(change.value) : -1);
  const view = { changed: true, largest: false };

  function sectionBody(groups, pair) {
    return [...groups.values()].map((group) => {
      const kept = group.filter((one) => !view.changed || one.state !== "same");
      if (!kept.length) return null;
      if (view.largest) kept.sort((a, b) => size(b) - size(a));
      const most = Math.max(...kept.map(size));
      const title = make("th", { scope: "rowgroup", colSpan: 5 }, kept[0].title);
      const rows = kept.map((one) => figureRow(one, pair, most));
      return make("tbody", {}, make("tr", {}, title), ...rows);
    }).filter(Boolean);
  }

  function figureSections(sections, pair) {
    const names = pair.map(({ folder }) => folder);
    const heads = [["Figure"], [names[0]], [names[1]], ["Difference"], ["Within the figure", "scale"]];
    return [...sections].map(([section, groups], number) => {
      const all = [...groups.values()].flat();
      const changed = all.filter((one) => one.state !== "same").length;
      const told = make("span", {}, `${count(changed)} of ${count(all.length)} changed`);
      const details = make("details", { open: number === 0 }, make("summary", {}, section, told));
      const fill = () => {
        details.querySelector(".scroll, .quiet")?.remove();
        if (!details.open) return;
        const bodies = sectionBody(groups, pair);
        details.append(bodies.length ? table(section, heads, bodies) : cell("p", "quiet", "Nothing changed."));
      };
      details.addEventListener("toggle", fill);
      details.addEventListener("refill", fill);
      fill();
      return details;
    });
  }

  function switches() {
    const box = make("input", { type: "checkbox", checked: view.changed });
    const order = make("input", { type: "checkbox", checked: view.largest });
    const refill = () => {
      Object.assign(view, { changed: box.checked, largest: order.checked });
      for (const one of place.querySelectorAll("details")) one.dispatchEvent(new Event("refill"));
    };
    for (const one of [box, order]) one.addEventListener("change", refill);
    const every = make("button", { type: "button", textContent: "Open all sections" });
    every.addEventListener("click", () => {
      for (const one of place.querySelectorAll("details")) one.open = true;
    });
    return make(
      "p", { className: "views" }, make("label", {}, box, " Only what changed"),
      make("label", {}, order, " Largest difference first"), every,
    );
  }

  function headlineTable(rows, pair) {
    const lines = rows.map(({ label, a, b, change }) => make(
      "tr", {}, head("row", "", label),
      cell("td", "was", a ? shown({ ...a, status: "final" }, pair[0], a.id) : "–"),
      cell("td", "", b ? shown({ ...b, status: "final" }, pair[1], b.id) : "–"),
      cell("td", "change", change ? change.display : ""),
    ));
    const heads = [["Front page"], [pair[0].folder], [pair[1].folder], ["Difference"]];
    return table("The numbers of the front page", heads, [make("tbody", {}, ...lines)]);
  }

  const versus = (old, later) => [make("del", {}, old), " → ", make("ins", {}, later)];

  function methodTable(rows) {
    const lines = rows.map(({ a, b, differs, ...one }) => {
      const said = one.state === "changed"
        ? differs.map((part) => make("div", {}, `${part === "method" ? "code" : part}: `, ...versus(a[part], b[part])))
        : [ONE_SIDED[one.state]];
      return make("tr", {}, head("row", "", (b || a).title), cell("td", "text", ...said));
    });
    return table("Methods that differ", [["Metric"], ["What differs", "text"]], [make("tbody", {}, ...lines)]);
  }

  function claimTable(rows, pair) {
    const said = (claim) => (claim ? claim.verdict : "not checked");
    const lines = rows.map(({ id, a, b }) => make(
      "tr", {}, head("row", "", id),
      cell("td", "text", said(a)), cell("td", "text", said(b)),
    ));
    const heads = [["Claim"], [pair[0].folder, "text"], [pair[1].folder, "text"]];
    return table("Verdicts that differ", heads, [make("tbody", {}, ...lines)]);
  }

  const raw = (value) => (value === null ? "none" : String(value));

  function rowTable(rows) {
    const lines = rows.slice(0, MOST_ROWS).map((row) => {
      const said = row.columns.map((name) => (row.before
        ? make("div", {}, `${name} `, ...versus(raw(row.before[name]), raw(row.after[name])))
        : make("div", {}, name)));
      return make("tr", {}, head("row", "", row.day), cell("td", "text", `${row.title} (${row.name})`), cell("td", "text", ...said));
    });
    const heads = [["Session"], ["Series", "text"], ["What changed", "text"]];
    return table("Rows that were revised", heads, [make("tbody", {}, ...lines)]);
  }

  function card(label, number, words) {
    return make(
      "li", {}, cell("span", "label", label), cell("span", "number", number), cell("span", "state", words),
    );
  }

  const revisedRows = (data) => [...data.tables.values()].reduce((sum, one) => sum + one.revised, 0);

  function cards(found, both, claims, ways, data, pair) {
    const of = (name) => found.filter((one) => one.state === name).length;
    const rest = Object.keys(ONE_SIDED).filter(of).map((name) => `${of(name)} ${ONE_SIDED[name]}`);
    const [old, later] = pair;
    const same = both[0].record.program === both[1].record.program && old.version === later.version;
    const program = same ? "made by the same program"
      : old.version === later.version ? `made by other programs of version ${old.version}`
        : `made by version ${old.version} and ${later.version}`;
    const list = cell(
      "ul", "headlines",
      card("Figures", count(of("changed")), [`changed of ${count(found.length)}`, ...rest].join("; ")),
      card("Claims", claims.reason ? "–" : count(claims.length), claims.reason || "verdicts changed, new or gone"),
      card("Methods", count(ways.length), `changed, new or gone; ${program}`),
      card("Rows of data", data.reason ? "–" : count(revisedRows(data)), data.reason ? "not compared" : `up to ${data.until} revised`),
    );
    list.role = "list";
    return list;
  }

  function dataSection(data) {
    const parts = [make("h2", {}, "Data revised")];
    if (data.reason) return [...parts, make("p", {}, `Not compared: ${data.reason}.`)];
    parts.push(make("p", {}, data.editions
      ? `By the lists of ${plural(data.editions, "edition")}, up to ${data.until}. A row that was revised twice counts twice; smallcaps diff compares both snapshots row by row where it has them.`
      : "Both are computed from the same snapshot."));
    const told = [...data.tables.values()].map(({ title, revised }) => `${title}: ${plural(revised, "row")} revised.`);
    parts.push(make("p", {}, told.join(" ")));
    if (data.rows.length) parts.push(rowTable(data.rows));
    const more = data.unlisted + Math.max(0, data.rows.length - MOST_ROWS);
    if (more) parts.push(make("p", {}, `And ${plural(more, "row")} that are not listed here.`));
    return parts;
  }

  function notice(pair) {
    const made = pair.filter(({ simulated }) => simulated).map(({ folder }) => folder);
    if (!made.length) return [];
    const aside = cell("aside", "notice", make("strong", {}, "Simulated data."));
    aside.append(` The series behind ${[...new Set(made)].join(" and ")} are made up, apart from the published closes they pass through. Nothing here says what markets did.`);
    aside.ariaLabel = "About the data";
    return [aside];
  }

  function answer({ entry, record }) {
    const link = make("a", { href: `${entry.folder}/index.html` }, entry.title);
    return make("div", {}, cell("h2", "", link), cell("p", "said", record.answer));
  }

  function show(old, later, data) {
    const pair = [old.entry, later.entry];
    const sections = figures(old, later);
    const found = [...sections.values()].flatMap((groups) => [...groups.values()].flat());
    const [claims, ways, versions] = [verdicts(old, later), methods(old, later), libraries(old, later)];
    place.replaceChildren(
      ...notice(pair),
      cell("div", "pair", answer(old), answer(later)),
      cards(found, [old, later], claims, ways, data, pair),
      make("h2", {}, "The front page"),
      headlineTable(headlines(old, later), pair),
      make("h2", {}, "Figures"),
      make("p", {}, "Differences are of the values in full; those of returns and shares are in percentage points. Each value leads to its formula and inputs."),
      switches(),
      ...figureSections(sections, pair),
      ...(claims.length ? [make("h2", {}, "Claims"), claimTable(claims, pair)] : []),
      ...(ways.length ? [make("h2", {}, "Methods"), methodTable(ways)] : []),
      ...(versions.length ? [make("h2", {}, "Libraries"), make("p", {}, versions.map(([name, a, b]) => `${name} ${a || "none"} → ${b || "none"}`).join(", "))] : []),
      ...dataSection(data),
    );
    const changed = found.filter((one) => one.state !== "same").length;
    status.textContent = `${pair[0].folder} and ${pair[1].folder}: ${count(changed)} of ${plural(found.length, "figure")} changed.`;
  }

  // The menus.
  const field = (name) => form.elements[name];
  const option = (value, textContent) => make("option", { value, textContent });

  const named = (folder, title) => {
    const short = title.replace("Week to ", "").replace(" (simulated data)", ", simulated");
    return `${folder.slice(5)}: ${short}`;
  };

  function fill(side, entries, year, chosen) {
    field(`${side}-year`).value = year;
    const own = entries.filter(({ edition }) => edition.slice(0, 4) === year);
    field(side).replaceChildren(...own.map(({ folder, title }) => option(folder, named(folder, title))));
    if (chosen) field(side).value = chosen;
  }

  let asked = 0;
  async function compare(entries) {
    const turn = ++asked;
    const [old, later] = ["a", "b"].map((side) => entries.find(({ folder }) => folder === field(side).value));
    history.replaceState(null, "", `?a=${old.folder}&b=${later.folder}`);
    status.textContent = `Reading ${old.folder} and ${later.folder} …`;
    try {
      const both = await Promise.all([load(old), load(later)]);
      const data = await revisions(old, later, entries).catch(({ message }) => ({ reason: message }));
      if (turn === asked) show(...both, data);
    } catch ({ message }) {
      if (turn !== asked) return;
      place.replaceChildren();
      status.textContent = `These editions cannot be compared: ${message}.`;
    }
  }

  function meant(entries, text) {
    return entries.find(({ folder }) => folder === text) || entries.find(({ edition }) => edition === text);
  }

  async function start() {
    if (location.protocol === "file:") {
      status.textContent = "Needs a web server: run smallcaps serve, or compare in a terminal with smallcaps diff.";
      return;
    }
    let entries;
    try {
      entries = await read("editions.json");
    } catch ({ message }) {
      status.textContent = `The list of editions is not there: ${message}.`;
      return;
    }
    if (entries.length < 2) {
      status.textContent = "There is only one edition yet, and nothing to compare it with.";
      return;
    }
    const wanted = new URLSearchParams(location.search);
    const unknown = ["a", "b"].map((side) => wanted.get(side)).filter((text) => text && !meant(entries, text));
    const later = meant(entries, wanted.get("b")) || entries[0];
    const before = entries[entries.indexOf(later) + 1] || entries[0];
    const chosen = { a: meant(entries, wanted.get("a")) || before, b: later };
    const years = [...new Set(entries.map(({ edition }) => edition.slice(0, 4)))];
    for (const side of ["a", "b"]) {
      field(`${side}-year`).append(...years.map((year) => option(year, year)));
      fill(side, entries, chosen[side].edition.slice(0, 4), chosen[side].folder);
      field(`${side}-year`).addEventListener("change", ({ target }) => {
        fill(side, entries, target.value);
        compare(entries);
      });
      field(side).addEventListener("change", () => compare(entries));
    }
    field("swap").addEventListener("click", () => {
      const [a, b] = ["a", "b"].map((side) => field(side).value);
      fill("a", entries, b.slice(0, 4), b);
      fill("b", entries, a.slice(0, 4), a);
      compare(entries);
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.hidden = false;
    if (unknown.length) {
      status.textContent = `Not published: ${unknown.join(", ")}. Choose from the menus.`;
      return;
    }
    await compare(entries);
  }

  // What is read late comes above the footer, which would move in sight.
  const footer = document.querySelector("footer.site");
  footer.hidden = true;
  start().finally(() => { footer.hidden = false; });
})();
