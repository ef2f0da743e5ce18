/** Draws a part of the graph, and tells the page around it what was chosen. */

(() => {
  "use strict";
  const WORDS = {
    en: {
      find: "Find", picture: "Picture of the graph", blocked: "blocked or frozen",
      case: "in a case", found: "in the answer", around: "around it",
      said: "{nodes} nodes, {edges} kinds of edges", more: "; there is more than is shown",
      none: "Nothing to draw.", times: "{times} times", from: "from {since} to {until}",
      Person: "person", Company: "company", Account: "account", Loan: "loan", Device: "device",
    },
    zh: {
      find: "查找", picture: "关系图", blocked: "已封禁或冻结", case: "有案件", found: "在结果中",
      around: "相邻", said: "{nodes} 个节点，{edges} 类关系", more: "；未全部显示",
      none: "没有可画的内容。", times: "{times} 次", from: "{since} 至 {until}",
      Person: "个人", Company: "公司", Account: "账户", Loan: "借款", Device: "设备",
    },
  };
  const COLOURS = {
    blocked: "#c5392b", case: "#e5a93a", found: "#1f7a5c", around: "#8b9a93",
  };
  const SHAPES = {
    Person: "dot", Company: "hexagon", Account: "square", Loan: "diamond", Device: "triangle",
  };
  // Above this every node has not been laid out by hand any more: speed before beauty.
  const MANY = 100;
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  const ink = isDark ? "#e8efeb" : "#16211c";
  const data = JSON.parse(document.getElementById("data").textContent);
  const said = document.getElementById("said");
  const find = document.getElementById("find");
  const known = new Map();
  const marks = new Map(Object.entries(data.marks));
  const found = new Set(data.found);
  const nodes = new vis.DataSet();
  const edges = new vis.DataSet();

  function t(name, places = {}) {
    return WORDS[data.language][name].replace(/\{(\w+)\}/g, (_, place) => places[place] ?? "");
  }

  function stateOf({ id, blocked }) {
    if (blocked) return "blocked";
    if (marks.has(id)) return "case";
    return found.has(id) ? "found" : "around";
  }

  function labelOf({ id, kind, name }) {
    return kind === "Person" ? `@${name || id.slice(-6)}` : `${name || t(kind)} ${id.slice(-4)}`;
  }

  function addNode(id, kind, name, blocked) {
    if (!id || known.has(id)) return;
    const one = { id, kind, name, blocked };
    known.set(id, one);
    const colour = COLOURS[stateOf(one)];
    nodes.add({
      id, label: labelOf(one), shape: SHAPES[kind] ?? "dot", size: kind === "Person" ? 16 : 11,
      color: {
        background: colour, border: marks.has(id) ? COLOURS.case : colour,
        highlight: { background: colour, border: ink },
      },
      borderWidth: marks.has(id) ? 4 : 1,
    });
    const option = document.createElement("option");
    option.value = labelOf(one);
    option.dataset.id = id;
    document.getElementById("names").append(option);
  }

  function addEdge(row) {
    const key = [row.sourceId, row.targetId, row.edge, row.currency].join(" ");
    if (!row.targetId || edges.get(key)) return;
    const isMoney = row.amount > 0;
    edges.add({
      id: key, from: row.sourceId, to: row.targetId, row,
      arrows: row.edge === "FRIEND" ? "" : { to: { enabled: true, scaleFactor: 0.6 } },
      width: isMoney ? 1 + Math.min(6, Math.log10(1 + row.times)) : 1,
      dashes: !isMoney,
    });
  }

  function addRows({ columns, rows }) {
    for (const values of rows) {
      const row = Object.fromEntries(columns.map((name, at) => [name, values[at]]));
      addNode(row.sourceId, row.sourceKind, row.sourceName, row.sourceBlocked);
      addNode(row.targetId, row.targetKind, row.targetName, row.targetBlocked);
      addEdge(row);
    }
  }

  function tellPage(kind, more) {
    // A picture that was saved has no page around it.
    if (parent !== window) parent.postMessage({ kith: kind, ...more }, "*");
  }

  function sayAll() {
    const places = { nodes: nodes.length, edges: edges.length };
    said.textContent = nodes.length ? t("said", places) + (data.more ? t("more") : "") : t("none");
  }

  function sayEdge({ edge, times, amount, currency, since, until, sourceId, targetId }) {
    const name = (id) => labelOf(known.get(id));
    // The graph keeps minor units.
    const sum = amount > 0 ? `${(amount / 100).toFixed(2)} ${currency}` : "";
    const when = since && t("from", { since: since.slice(0, 10), until: until.slice(0, 10) });
    said.textContent = [
      `${name(sourceId)} → ${name(targetId)}: ${edge}`, t("times", { times }), sum, when,
    ].filter(Boolean).join(" · ");
  }

  function choose(id) {
    const one = known.get(id);
    said.textContent = `${t(one.kind)} ${labelOf(one)} · ${t(stateOf(one))} · ${id}`;
    tellPage("chosen", { ...one, state: stateOf(one) });
  }

  for (const state of Object.keys(COLOURS)) {
    const entry = document.createElement("li");
    entry.className = state;
    entry.textContent = t(state);
    document.getElementById("legend").append(entry);
  }
  document.getElementById("find-label").textContent = t("find");
  const box = document.getElementById("picture");
  box.setAttribute("aria-label", t("picture"));
  addRows(data);

  const isLarge = nodes.length > MANY;
  const network = new vis.Network(box, { nodes, edges }, {
    nodes: { font: { color: ink, size: 13 }, scaling: { label: { drawThreshold: 7 } } },
    edges: {
      color: { color: isDark ? "#72837b" : "#8b9a93", highlight: ink }, hoverWidth: 0,
      smooth: isLarge ? false : { type: "dynamic" },
    },
    layout: { improvedLayout: !isLarge, randomSeed: 7 },
    physics: {
      barnesHut: { gravitationalConstant: isLarge ? -3000 : -5000, springLength: 110 },
      stabilization: { iterations: isLarge ? 120 : 300, fit: true },
    },
    interaction: { keyboard: { enabled: true, bindToWindow: false }, hideEdgesOnDrag: isLarge },
  });
  window.picture = { network, nodes, edges };

  network.on("selectNode", ({ nodes: [id] }) => choose(id));
  network.on("selectEdge", ({ nodes: chosen, edges: [id] }) => {
    if (!chosen.length) sayEdge(edges.get(id).row);
  });
  network.on("doubleClick", ({ nodes: [id] }) => id && tellPage("expand", known.get(id)));
  // It is laid out once, and then moved by hand alone: a star of hundreds would tremble for ever.
  network.on("stabilizationIterationsDone", () => {
    network.setOptions({ physics: { enabled: false } });
    if (document.body.dataset.drawn !== "yes") network.fit();
    document.body.dataset.drawn = "yes";
    tellPage("drawn", { nodes: nodes.length, edges: edges.length });
  });
  if (data.refused) {
    said.textContent = data.refused.message;
    tellPage("refused", { error: data.refused });
    return;
  }
  if (!nodes.length) tellPage("drawn", { nodes: 0, edges: 0 });

  find.addEventListener("change", () => {
    const named = [...known.values()].find((one) => labelOf(one) === find.value.trim());
    if (!named) return;
    network.selectNodes([named.id]);
    network.focus(named.id, { scale: 1 });
    choose(named.id);
  });
  addEventListener("message", (event) => {
    if (event.source !== parent || event.data?.kith !== "add") return;
    for (const [id, mark] of Object.entries(event.data.marks ?? {})) marks.set(id, mark);
    addRows(event.data);
    network.setOptions({ physics: { enabled: true } });
    network.stabilize(80);
    sayAll();
  });
  sayAll();
})();
