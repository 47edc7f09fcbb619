"use strict";
// The page of a sweep: a slider over runs that were made beforehand. It reads the data that stands in the page
// and asks for nothing else.

const data = JSON.parse(document.getElementById("data").textContent);
const state = { lang: data.lang, places: data.axes.map(() => 0), guess: null };
const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 760, HEIGHT = 430, LEFT = 62, RIGHT = 22, TOP = 44, BOTTOM = 58;
// Okabe and Ito's colours, each with a pattern of its own, so that none is told apart by colour alone.
const LOOKS = [
  ["#000000", ""], ["#0072B2", "12 5"], ["#D55E00", "3 4"], ["#009E73", "14 4 3 4"],
  ["#CC79A7", "7 4"], ["#E69F00", "2 6"], ["#56B4E9", "18 6"],
];

const byId = (id) => document.getElementById(id);
const word = (key) => data.words[state.lang][key] ?? key;
const inLanguage = (texts) => texts[state.lang] ?? texts.en;
const filled = (key, fields) => word(key).replace(/\{(\w+)\}/g, (_, name) => fields[name] ?? "");

// Points stand in one list, the last axis running fastest.
function indexOf(places) {
  return places.reduce((index, place, axis) => index * data.axes[axis].values.length + place, 0);
}
const lastIndex = data.points.length - 1;

function percent(share) {
  const value = share * 100;
  if (value > 0 && value < 0.05) return "<0.1 %";
  if (value < 100 && value >= 99.95) return ">99.9 %";
  return `${value.toFixed(1).replace(".0", "")} %`;
}

function element(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

function html(name, text, attributes = {}) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

const across = (atS) => LEFT + (atS / data.end_s) * (WIDTH - LEFT - RIGHT);
const up = (share) => HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP);
const nameOf = (series) => (series === "" ? word("all_letters") : series);

function drawScales(svg) {
  for (const share of [0, 0.2, 0.4, 0.6, 0.8, 1]) {
    svg.append(element("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: up(share), y2: up(share), stroke: "#ddd" }));
    svg.append(element("text", { x: LEFT - 8, y: up(share) + 6, "text-anchor": "end" }, `${share * 100}`));
  }
  for (const [atS, moment] of data.ticks) {
    svg.append(element("line", { x1: across(atS), x2: across(atS), y1: up(0), y2: up(0) + 6, stroke: "#222" }));
    // Midnight has two lines, the day and the hour: the hour is enough here.
    const hour = moment.split("\n").at(-1);
    svg.append(element("text", { x: across(atS), y: up(0) + 25, "text-anchor": "middle" }, hour));
  }
  svg.append(element("text", { x: LEFT, y: 20 }, word("axis_share")));
  svg.append(element("text", { x: WIDTH - RIGHT, y: HEIGHT - 6, "text-anchor": "end" }, inLanguage(data.axis_time)));
}

function drawDeadline(svg) {
  if (data.deadline_s === null || data.deadline_s > data.end_s) return;
  const x = across(data.deadline_s);
  svg.append(element("line", { x1: x, x2: x, y1: TOP - 8, y2: up(0), stroke: "#222", "stroke-width": 2, "stroke-dasharray": "6 4" }));
  const late = data.deadline_s > data.end_s / 2;
  svg.append(element("text", { x, y: TOP - 13, "text-anchor": late ? "end" : "start" }, inLanguage(data.deadline)));
}

function drawCurves(svg, point) {
  point.curves.forEach((curve, place) => {
    const [colour, pattern] = LOOKS[place % LOOKS.length];
    const path = curve.map((share, at) => `${at ? "L" : "M"}${across(data.grid_s[at]).toFixed(1)} ${up(share).toFixed(1)}`);
    svg.append(element("path", {
      d: path.join(""), fill: "none", stroke: colour, "stroke-width": place ? 3 : 5, "stroke-dasharray": pattern,
    }));
  });
}

function drawGuess(svg) {
  if (state.guess === null || indexOf(state.places) !== lastIndex) return;
  const x = across(Math.min(data.deadline_s ?? data.end_s, data.end_s)), y = up(state.guess / 100);
  svg.append(element("path", { d: `M${x} ${y - 10}L${x + 10} ${y}L${x} ${y + 10}L${x - 10} ${y}Z`, fill: "#fff", stroke: "#D55E00", "stroke-width": 4 }));
  svg.append(element("text", { x: x - 16, y: y + (y < TOP + 20 ? 22 : 6), "text-anchor": "end" }, word("your_guess")));
}

function legend() {
  const list = html("p", "", { id: "legend" });
  data.series.forEach((series, place) => {
    const [colour, pattern] = LOOKS[place % LOOKS.length];
    const sample = element("svg", { width: 52, height: 12, "aria-hidden": "true", style: "display:inline-block;width:52px;margin-right:6px" });
    sample.append(element("line", { x1: 0, x2: 52, y1: 6, y2: 6, stroke: colour, "stroke-width": place ? 3 : 5, "stroke-dasharray": pattern }));
    const entry = html("span", "", { style: "margin-right:22px;white-space:nowrap" });
    entry.append(sample, nameOf(series));
    list.append(entry);
  });
  return list;
}

function showPicture(point) {
  const svg = element("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-labelledby": "drawn described" });
  svg.append(element("title", { id: "drawn" }, word("picture")));
  const said = tableRows(point).map(([moment, all]) => `${moment}: ${all}`).join("; ");
  svg.append(element("desc", { id: "described" }, filled("picture_says", { said })));
  drawScales(svg);
  drawDeadline(svg);
  drawCurves(svg, point);
  drawGuess(svg);
  byId("picture").replaceChildren(svg, legend());
}

function tableRows(point) {
  return data.table_at.map((at, row) => [data.ticks[row][1], ...point.curves.map((curve) => percent(curve[at]))]);
}

function showTable(point) {
  const row = (kind, cells) => {
    const line = document.createElement("tr");
    cells.forEach((cell, place) => line.append(html(kind === "th" || !place ? "th" : "td", cell)));
    return line;
  };
  byId("table").replaceChildren(row("th", [word("time"), ...data.series.map(nameOf)]), ...tableRows(point).map((cells) => row("td", cells)));
}

function showPoint() {
  const index = indexOf(state.places), point = data.points[index];
  byId("answer").textContent = inLanguage(point.answer);
  const compared = index === lastIndex && state.guess !== null;
  byId("compared").textContent = compared ? filled("compared", { guess: state.guess, found: percent(point.share) }) : "";
  byId("figures").replaceChildren(...inLanguage(point.figures).flatMap(([name, value]) => [html("dt", name), html("dd", value)]));
  byId("stopped").replaceChildren(...inLanguage(point.stopped).map((line) => html("li", line)));
  showPicture(point);
  showTable(point);
}

function showSliders() {
  byId("sliders").replaceChildren(...data.axes.map((axis, number) => {
    const line = html("div", "", { class: "axis" }), name = html("label", inLanguage(axis.name), { for: `slider${number}` });
    if (axis.named) name.append(html("code", axis.path));
    const slider = html("input", "", { id: `slider${number}`, type: "range", min: 0, max: axis.values.length - 1, step: 1 });
    const shown = html("output", "", { for: `slider${number}` });
    const tell = () => {
      shown.textContent = axis.values[state.places[number]];
      slider.setAttribute("aria-valuetext", shown.textContent);
    };
    slider.value = state.places[number];
    slider.addEventListener("input", () => {
      state.places[number] = Number(slider.value);
      tell();
      showPoint();
    });
    tell();
    line.append(name, slider, shown);
    return line;
  }));
}

function showWords() {
  document.documentElement.lang = state.lang;
  document.title = byId("title").textContent = inLanguage(data.title);
  byId("question").textContent = data.question ? inLanguage(data.question) : "";
  byId("ask").textContent = inLanguage(data.ask);
  byId("standing").textContent = inLanguage(data.standing);
  byId("languages").setAttribute("aria-label", word("language"));
  for (const place of document.querySelectorAll("[data-word]")) place.textContent = word(place.dataset.word);
  for (const button of document.querySelectorAll("[data-lang]")) button.setAttribute("aria-pressed", button.dataset.lang === state.lang);
  showSliders();
  if (state.guess !== null) showPoint();
}

function unlock(event) {
  event.preventDefault();
  const text = byId("guess").value.trim(), guess = Number(text);
  if (text === "" || !(guess >= 0 && guess <= 100)) {
    byId("complaint").textContent = word("guess_wrong");
    return;
  }
  byId("complaint").textContent = "";
  state.guess = guess;
  byId("predict").hidden = byId("locked").hidden = true;
  byId("sliders").disabled = byId("result").hidden = false;
  showPoint();
  byId("slider0").focus();
}

byId("predict").noValidate = true;
byId("predict").addEventListener("submit", unlock);
for (const button of document.querySelectorAll("[data-lang]")) {
  button.addEventListener("click", () => {
    state.lang = button.dataset.lang;
    showWords();
  });
}
showWords();
