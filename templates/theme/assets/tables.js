// Tables that a reader can put in another order and search. Without this script they are plain.
(() => {
  "use strict";
  const MANY = 20;

  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  // What a cell is sorted by: its number, else its text; a cell without either comes last.
  function key(row, column) {
    const cell = row.cells[column];
    const data = cell.querySelector("data");
    const text = cell.textContent.trim();
    if (text === "–" || text === "withheld") return null;
    const value = data ? data.getAttribute("value") : text;
    return value !== "" && isFinite(value) ? Number(value) : text;
  }

  function compare(a, b) {
    if (typeof a === "number" && typeof b === "number") return a - b;
    return String(a).localeCompare(String(b), "en");
  }

  function sort(table, column, sign) {
    const body = table.tBodies[0];
    const keyed = [...body.rows].map((row) => [key(row, column), row]);
    keyed.sort(([a], [b]) => {
      if (a === null || b === null) return (a === null) - (b === null);
      return sign * compare(a, b);
    });
    body.append(...keyed.map(([, row]) => row));
  }

  // Numbers begin with the highest, words with the first letter.
  function first(table, column) {
    const keys = [...table.tBodies[0].rows].map((row) => key(row, column));
    return keys.some((one) => typeof one === "number") ? "descending" : "ascending";
  }

  function sortable(table) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const name = head.textContent.trim();
      const button = make("button", { type: "button", ariaLabel: `Order by ${name}` });
      head.abbr = name;
      head.append(" ", button);
      button.addEventListener("click", () => {
        const other = { ascending: "descending", descending: "ascending" };
        const order = other[head.getAttribute("aria-sort")] || first(table, column);
        heads.forEach((one) => one.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", order);
        sort(table, column, order === "ascending" ? 1 : -1);
      });
    });
  }

  function searchable(table) {
    const rows = [...table.tBodies[0].rows];
    if (rows.length < MANY) return;
    const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
    const input = make("input", { type: "search", autocomplete: "off", spellcheck: false });
    const found = make("output", {}, `${rows.length} rows`);
    input.addEventListener("input", () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of rows) {
        row.hidden = !words.every((word) => texts.get(row).includes(word));
        shown += !row.hidden;
      }
      found.textContent = words.length ? `${shown} of ${rows.length} rows` : `${rows.length} rows`;
    });
    const label = make("label", {}, "Show rows with", input);
    table.closest(".scroll").before(make("div", { className: "finder" }, label, found));
  }

  for (const table of document.querySelectorAll("table.sortable")) {
    searchable(table);
    sortable(table);
  }
})();
