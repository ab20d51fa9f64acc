// What script adds to the pages: keys, showing an entry with its words, selecting words in the text.
"use strict";
(() => {
  const all = (selector, from = document) => Array.from(from.querySelectorAll(selector));
  const one = (selector, from = document) => from.querySelector(selector);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";

  // Entries, one of which is current.
  let current = null;
  const shown = () => all("section.entry[tabindex]").filter((entry) => entry.offsetParent !== null);

  function light(entry) {
    all("mark.lit").forEach((mark) => mark.classList.remove("lit"));
    const name = entry && entry.dataset.e;
    if (!name) return;
    const own = all("mark[data-e]").filter((mark) => mark.dataset.e.split(" ").includes(name));
    own.forEach((mark) => mark.classList.add("lit"));
    const text = one("article.text");
    if (own.length && text && text.scrollHeight > text.clientHeight) {
      const at = own[0].offsetTop - text.offsetTop - text.clientHeight / 3;
      text.scrollTo({ top: Math.max(0, at), behavior: calm });
    }
  }

  function choose(entry) {
    if (!entry) return;
    if (current) current.classList.remove("current");
    current = entry;
    entry.classList.add("current");
    entry.focus({ preventScroll: true });
    entry.scrollIntoView({ block: "nearest", behavior: calm });
    light(entry);
  }

  function step(by) {
    const entries = shown();
    const at = entries.indexOf(current);
    choose(entries[at < 0 ? (by > 0 ? 0 : entries.length - 1) : at + by]);
  }

  function press(selector) {
    const target = current && one(selector, current);
    if (target) target.click();
  }

  // What was decided about the current entry is undone, otherwise what was decided last.
  function undo() {
    const target = (current && one("form.undo button", current)) || one(".done form.undo button");
    if (target) target.click();
  }

  // After a decision the page is loaded again; where its entry is no longer shown, the one in its place is chosen.
  const kept = "sayso decided at";
  document.addEventListener("submit", (event) => {
    const entry = event.target.closest("section.entry[tabindex]");
    if (entry) sessionStorage.setItem(kept, JSON.stringify([location.pathname, shown().indexOf(entry)]));
  });
  function goOn() {
    const [path, place] = JSON.parse(sessionStorage.getItem(kept) || "[]");
    sessionStorage.removeItem(kept);
    if (path !== location.pathname || place < 0) return false;
    const entries = shown();
    choose(entries[Math.min(place, entries.length - 1)]);
    return entries.length > 0;
  }

  // The help of the keys.
  const keys = [
    ["j, k", "next entry, previous entry"],
    ["a", "accept the current entry"],
    ["r", "reject it"],
    ["c", "correct it, or add a note"],
    ["u", "undo the decision about it, or the last one"],
    ["w", "why: rules, probability, what came second"],
    ["f, s", "add a figure or a statement, with the words selected in the text"],
    ["/", "search"],
    ["g then s, q, f, a, n", "stories, queue, figures, audit, add new reports"],
    ["?", "this list; Escape closes it"],
  ];

  function help() {
    let dialog = one("dialog.help");
    if (!dialog) {
      dialog = document.createElement("dialog");
      dialog.className = "help";
      dialog.setAttribute("aria-label", "Keys");
      const list = document.createElement("dl");
      for (const [key, what] of keys) {
        const term = document.createElement("dt");
        const meaning = document.createElement("dd");
        term.textContent = key;
        meaning.textContent = what;
        list.append(term, meaning);
      }
      const close = document.createElement("button");
      close.textContent = "Close";
      close.addEventListener("click", () => dialog.close());
      dialog.append(list, close);
      document.body.append(dialog);
    }
    if (dialog.open) dialog.close();
    else dialog.showModal();
  }

  // Words selected in the text go into the form for adding an entry, with the number of their occurrence.
  function selected() {
    const words = one("article.text .words");
    const chosen = getSelection();
    if (!words || !chosen || chosen.isCollapsed || !words.contains(chosen.anchorNode) || !words.contains(chosen.focusNode)) return null;
    const range = chosen.getRangeAt(0);
    const text = range.toString().trim();
    if (!text || text.includes("\n\n")) return null;
    const before = document.createRange();
    before.setStart(words, 0);
    before.setEnd(range.startContainer, range.startOffset);
    const count = (where) => where.split(text).length - 1;
    const whole = words.textContent;
    const lead = range.toString().length - range.toString().trimStart().length;
    const start = before.toString().length + lead;
    return { text, nth: count(whole) > 1 ? count(whole.slice(0, start)) + 1 : null };
  }

  function fill(form, found) {
    const set = (name, value) => { const input = one(`input[name="${name}"]`, form); if (input && value !== null) input.value = value; };
    set("words", found.text);
    set("nth", found.nth === null ? "" : found.nth);
    const number = /\d[\d,]*(?:\.\d+)?/.exec(found.text);
    if (number && form.closest("[data-kind='f']")) set("field.best", number[0].replaceAll(",", ""));
  }

  function add(kind) {
    const details = one(`details.add[data-kind="${kind}"]`);
    if (!details) return;
    const found = selected();
    details.open = true;
    if (found) fill(details, found);
    const first = one('input[name="words"]', details);
    details.scrollIntoView({ block: "center", behavior: calm });
    if (found) (one('input[name="field.category"], input[name="field.speaker"]', details) || first).focus();
    else first.focus();
  }

  let going = false;
  const places = { s: "/", q: "/queue", f: "/figures", a: "/audit", n: "/add" };

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, select, textarea, dialog");
    if (event.key === "Escape" && typing && typing.blur && !typing.matches("dialog")) { typing.blur(); if (current) current.focus(); return; }
    if (event.ctrlKey || event.altKey || event.metaKey || (typing && event.key !== "?") || (typing && typing.matches("input, select, textarea"))) return;
    if (going) {
      going = false;
      if (places[event.key]) { event.preventDefault(); location.href = places[event.key]; }
      return;
    }
    const does = {
      j: () => step(1),
      k: () => step(-1),
      a: () => press('button[value="accept"]'),
      r: () => press('button[value="reject"]'),
      c: () => press("a.correct"),
      u: undo,
      w: () => press("details.why > summary"),
      f: () => add("f"),
      s: () => add("s"),
      g: () => { going = true; },
      "/": () => one("header input[type=search]").focus(),
      "?": help,
    }[event.key];
    if (does) { event.preventDefault(); does(); }
  });

  // Clicking an entry in the text shows it in the list, and vice versa.
  document.addEventListener("click", (event) => {
    const mark = event.target.closest("mark[data-e]");
    if (mark && getSelection().isCollapsed) {
      const names = mark.dataset.e.split(" ");
      const name = names.find((n) => n.startsWith("f")) || names[names.length - 1];
      const entry = document.getElementById(name);
      if (entry) { const kind = entry.closest("details.kind"); if (kind) kind.open = true; choose(entry); }
      return;
    }
    const entry = event.target.closest("section.entry[tabindex]");
    if (entry && !event.target.closest("a, button, input, select, summary, label")) choose(entry);
  });
  document.addEventListener("focusin", (event) => {
    const entry = event.target.closest("section.entry[tabindex]");
    if (entry && entry !== current) {
      if (current) current.classList.remove("current");
      current = entry;
      entry.classList.add("current");
      light(entry);
    }
  });

  // The days of a story as a slider; without script there is only the date field.
  const slider = one("input.slider");
  if (slider) {
    const days = slider.dataset.days.split(" ");
    const field = one("#as_of");
    const told = one("output.day");
    slider.hidden = false;
    // The newest day with reports that counts; on a day before the first report, the first.
    const counted = days.filter((day) => day <= field.value).length;
    slider.value = field.value ? Math.max(0, counted - 1) : days.length - 1;
    const tell = () => { const day = days[slider.value]; told.textContent = day; slider.setAttribute("aria-valuetext", day); };
    tell();
    slider.addEventListener("input", tell);
    slider.addEventListener("change", () => {
      field.value = Number(slider.value) === days.length - 1 ? "" : days[slider.value];
      field.form.requestSubmit();
    });
  }

  // What a dot of a chart stands for, in words below the chart; a screen reader has them in the dot's own name.
  function tellDot(event) {
    const dot = event.target.closest("figure.chart svg a[aria-label]");
    const told = dot && one("p.told", dot.closest("figure"));
    if (told) told.textContent = dot.getAttribute("aria-label");
  }
  document.addEventListener("focusin", tellDot);
  document.addEventListener("mouseover", tellDot);

  // Something came in while a list was open.
  const news = one("p.news");
  if (news && window.EventSource) {
    const source = new EventSource("/api/v1/events");
    source.addEventListener("news", () => { news.hidden = false; });
    addEventListener("pagehide", () => source.close());
  }

  // Files may be dropped anywhere on the page for adding reports.
  const adding = one("form.adding");
  if (adding) {
    const files = one("input[type=file]", adding);
    const chosen = one("output.chosen", adding);
    const most = Number(adding.dataset.most);
    const tell = () => {
      const size = Array.from(files.files).reduce((sum, file) => sum + file.size, 0);
      const names = Array.from(files.files, (file) => file.name);
      const count = names.length === 1 ? "1 file" : `${names.length} files`;
      const listed = names.slice(0, 20).join(", ") + (names.length > 20 ? ", …" : "");
      chosen.textContent = names.length ? `${count}, ${Math.ceil(size / 1024).toLocaleString("en")} kB: ${listed}` : "";
      const why = size > most ? `These are more than ${most / 1048576} MB in total; send fewer, or use sayso add.` : "";
      files.setCustomValidity(why);
      if (why) files.reportValidity();
    };
    const holds = (event) => event.dataTransfer && Array.from(event.dataTransfer.types).includes("Files");
    document.addEventListener("dragover", (event) => {
      if (!holds(event)) return;
      event.preventDefault();
      adding.classList.add("over");
    });
    document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) adding.classList.remove("over"); });
    document.addEventListener("drop", (event) => {
      if (!holds(event)) return;
      event.preventDefault();
      adding.classList.remove("over");
      // Files chosen earlier are kept.
      const together = new DataTransfer();
      [...files.files, ...event.dataTransfer.files].forEach((file) => together.items.add(file));
      files.files = together.files;
      tell();
    });
    files.addEventListener("change", tell);
    adding.addEventListener("submit", () => { one("div.buttons button", adding).textContent = "Sending …"; });
  }

  // How far an upload has come.
  function follow() {
    const job = one("#job[data-running]");
    if (!job) return;
    setTimeout(async () => {
      try {
        const answer = await fetch(location.pathname);
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const now = one("#job", page);
        if (answer.ok && now) {
          job.replaceWith(now);
          one("h1").textContent = one("h1", page).textContent;
          document.title = page.title;
        }
      } catch { /* The server may be back the next time. */ }
      follow();
    }, 700);
  }
  follow();

  all("p.keys").forEach((keys) => { keys.hidden = false; });
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target && target.matches("section.entry")) {
    const kind = target.closest("details.kind");
    if (kind) kind.open = true;
    choose(target);
    const first = one("form.fields input:not([type=hidden])", target);
    if (first) first.focus();
    sessionStorage.removeItem(kept);
  } else {
    goOn();
  }
})();
