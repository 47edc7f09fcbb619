/* A replay of a run.

   Part 1 knows the run and no page: a picture is a pure function of a moment and of the speed at which one looks, so
   that to rewind is to play. Part 2 draws such a picture. Part 3 is what a person can do. Node and a browser load the
   same file; a browser starts it at the end. */
"use strict";

const Replay = (() => {
  // ---- 1. The run -------------------------------------------------------------------------------------------------

  const FLIGHT_S = 0.9; // a way takes at least so long for the one who looks
  const WHOLE_S = 90; // at its own pace a replay takes so long
  const POSTED = 0, ASKING = 1, DRIVING = 2, FILING = 3, FETCHING = 4; // kinds of ways
  const LENGTH = [0.5, 0.7, 1, 0.6, 0.6]; // of each kind, in flights
  const TAKEN = 0, LATER = 1, NEVER = 2; // what an answer means
  const QUEUES = ["spool", "incoming", "active", "deferred"];

  /** Sum up steps in milliseconds to moments in seconds. */
  function moments(steps) {
    const found = new Float64Array(steps.length);
    let sum = 0;
    for (let i = 0; i < steps.length; i++) found[i] = (sum += steps[i]) / 1000;
    return found;
  }

  /** Give moments that lie so many milliseconds after others; NaN where there is none. */
  function after(begun, lasted) {
    return Float64Array.from(lasted, (ms, i) => (ms < 0 ? NaN : begun[i] + ms / 1000));
  }

  /** Make of the numbers of the page what the rest works with: letters, attempts, and every way that a letter takes. */
  function unpack(data) {
    const submitted = moments(data.letters.submitted);
    const letters = {
      count: submitted.length,
      moving: data.letters.moving,
      entry: data.letters.entry,
      number: data.letters.number.map(((sum) => (step) => (sum += step))(0)),
      sender: data.letters.sender,
      provider: data.letters.provider,
      outcome: data.letters.outcome,
      submitted,
      accepted: after(submitted, data.letters.accepted),
      delivered: after(submitted, data.letters.delivered),
      ended: after(submitted, data.letters.ended),
      names: data.letters.names,
    };
    const handed = moments(data.attempts.handed);
    const attempts = { ...data.attempts, handed, ended: after(handed, data.attempts.lasted) };
    attempts.activated = Float64Array.from(data.attempts.waited, (ms, i) => handed[i] - ms / 1000);
    const fetched = moments(data.readings.fetched);
    const readings = { ...data.readings, fetched, opened: after(fetched, data.readings.opened) };
    const spots = new Map(data.map.spots.map((spot, index) => [spot.id, index]));
    const roads = new Map(data.map.roads.map((road, index) =>
      [`${data.map.spots[road.from].id}>${data.map.spots[road.to].id}`, index]));
    const run = { data, letters, attempts, readings, spots, roads, pace: Float64Array.from(data.pace) };
    run.event_s = data.events.map((event) => event[0]);
    run.ways = waysOf(run);
    run.peaks = peaksOf(data);
    return run;
  }

  /** List every way: who goes, along which road, from when to when, and with what answer. */
  function waysOf(run) {
    const { data, letters, attempts, readings, spots, roads } = run;
    const { names } = data, listed = [], permanent = new Set(names.permanent);
    const hostOf = new Int32Array(letters.count).fill(-1);
    const add = (kind, letter, road, from_s, to_s, attempt, answer) => {
      if (road !== undefined && !Number.isNaN(from_s)) listed.push({ kind, letter, road, from_s, to_s, attempt, answer });
    };
    for (let i = 0; i < letters.count; i++) {
      const spot = spots.get(`senders.${names.senders[letters.sender[i]]}`);
      add(POSTED, i, spot, letters.submitted[i], letters.accepted[i], -1, TAKEN);
    }
    for (let a = 0; a < attempts.letter.length; a++) {
      const letter = attempts.letter[a], sender = letters.sender[letter], host = attempts.host[a];
      const from = `senders.${names.senders[sender]}`, begun = attempts.handed[a], asked = begun + attempts.dns[a] / 1000;
      const answer = attempts.reply[a] === 0 ? TAKEN : permanent.has(attempts.reply[a]) ? NEVER : LATER;
      if (attempts.held[a]) continue;
      if (attempts.queries[a] > 0) {
        add(ASKING, letter, roads.get(`${from}>resolvers.${names.resolver_of[sender]}`), begun, asked, a, answer);
      }
      if (host < 0) continue;
      hostOf[letter] = host;
      add(DRIVING, letter, roads.get(`${from}>hosts.${names.hosts[host]}`), asked, attempts.ended[a], a, answer);
    }
    for (let i = 0; i < letters.count; i++) {
      if (Number.isNaN(letters.delivered[i]) || hostOf[i] < 0) continue;
      const road = roads.get(`hosts.${names.hosts[hostOf[i]]}>mailboxes.${names.providers[letters.provider[i]]}`);
      const until = Number.isNaN(letters.ended[i]) ? letters.delivered[i] : letters.ended[i];
      add(FILING, i, road, letters.delivered[i], until, -1, TAKEN);
    }
    for (let r = 0; r < readings.letter.length; r++) {
      const letter = readings.letter[r], provider = names.providers[letters.provider[letter]];
      const road = roads.get(`mailboxes.${provider}>readers.${names.readers[readings.reader[r]]}`);
      add(FETCHING, letter, road, readings.fetched[r], readings.fetched[r], -1, TAKEN);
    }
    listed.sort((one, other) => one.from_s - other.from_s || one.kind - other.kind || one.letter - other.letter);
    const column = (kind, name) => kind.from(listed, (way) => way[name]);
    return {
      count: listed.length, kind: column(Uint8Array, "kind"), letter: column(Int32Array, "letter"),
      road: column(Int16Array, "road"), from_s: column(Float64Array, "from_s"), to_s: column(Float64Array, "to_s"),
      attempt: column(Int32Array, "attempt"), answer: column(Uint8Array, "answer"),
    };
  }

  function peaksOf(data) {
    const most = (values) => values.reduce((one, other) => Math.max(one, other), 1);
    const queues = Object.fromEntries(Object.entries(data.queues).map(([name, own]) =>
      [name, most(QUEUES.map((queue) => most(own[queue])))]));
    const waiting = data.pace.map((_, i) => QUEUES.map((queue) =>
      Object.values(data.queues).reduce((sum, own) => sum + own[queue][i], 0)));
    return { queues, waiting, hosts: data.under_way.map(most), arrived: data.arrived.map(most) };
  }

  /** Give the place in an ascending list of the last value that is not greater; -1 where all are. */
  function lastUpTo(values, wanted) {
    let low = -1, high = values.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (values[middle] <= wanted) low = middle; else high = middle;
    }
    return low;
  }

  /** Give how many seconds of looking it takes from the beginning to a moment. */
  function lookedAt(run, speed, at_s) {
    if (!speed.own) return at_s / speed.times;
    const { pace } = run, steps = pace.length - 1;
    const step = Math.min(Math.max(lastUpTo(pace, at_s), 0), steps - 1), width = pace[step + 1] - pace[step];
    return ((step + (width > 0 ? (at_s - pace[step]) / width : 0)) * WHOLE_S) / steps / speed.times;
  }

  /** Give the moment that one has come to after some seconds of looking, from the beginning. */
  function momentOf(run, speed, looked_s) {
    const { pace } = run, steps = pace.length - 1;
    if (!speed.own) return Math.min(looked_s * speed.times, pace[steps]);
    const wanted = Math.max((looked_s * speed.times * steps) / WHOLE_S, 0);
    if (wanted >= steps) return pace[steps];
    const step = Math.floor(wanted);
    return pace[step] + (wanted - step) * (pace[step + 1] - pace[step]);
  }

  /** Give how many seconds of the run one second of looking is, at a moment. */
  function speedAt(run, speed, at_s) {
    const looked_s = lookedAt(run, speed, at_s), [from_s, to_s] = [Math.max(looked_s - 0.1, 0), looked_s + 0.1];
    return (momentOf(run, speed, to_s) - momentOf(run, speed, from_s)) / (to_s - from_s);
  }

  /** Give when each way is seen, in seconds of looking: as it was, but at least for one flight, and the ways of a
      letter one after the other. `reach` is the latest end of all ways up to each. */
  function timing(run, speed) {
    const { ways, letters } = run, free = new Float64Array(letters.count);
    const from = new Float64Array(ways.count), to = new Float64Array(ways.count), reach = new Float64Array(ways.count);
    let latest = 0;
    for (let w = 0; w < ways.count; w++) {
      const letter = ways.letter[w], is_short = ways.kind[w] === POSTED || Number.isNaN(ways.to_s[w]);
      const ended_s = is_short ? ways.from_s[w] : ways.to_s[w]; // what waits to be taken over is not seen
      from[w] = Math.max(lookedAt(run, speed, ways.from_s[w]), free[letter]);
      to[w] = Math.max(lookedAt(run, speed, ended_s), from[w] + FLIGHT_S * LENGTH[ways.kind[w]]);
      if (ways.kind[w] !== FETCHING) free[letter] = to[w];
      reach[w] = latest = Math.max(latest, to[w]);
    }
    return { speed, from, to, reach };
  }

  /** Give a point of a road: the curve of the picture, a little aside for each letter, so that they can be told apart. */
  function pointOf(run, road, share, letter) {
    const { spots, roads } = run.data.map, from = spots[roads[road].from], to = spots[roads[road].to];
    const x0 = from.x + from.radius, x3 = to.x - to.radius, bend = (x3 - x0) * 0.45, rest = 1 - share;
    const [a, b, c, d] = [rest ** 3, 3 * rest ** 2 * share, 3 * rest * share ** 2, share ** 3];
    const aside = (((letter * 7) % 11) - 5) * 1.6;
    return [a * x0 + b * (x0 + bend) + c * (x3 - bend) + d * x3, (a + b) * from.y + (c + d) * to.y + aside];
  }

  /** Give where a way's letter is at a moment, and what it looks like. */
  function moverOf(run, seen, way, looked) {
    const { ways } = run, kind = ways.kind[way], letter = ways.letter[way], answer = ways.answer[way];
    const lasts = seen.to[way] - seen.from[way], share = (looked - seen.from[way]) / lasts;
    const flight = FLIGHT_S * LENGTH[kind];
    if (kind === POSTED) {
      const spot = run.data.map.spots[ways.road[way]];
      const rest = 1 - Math.min(1, share), edge = 0.7 * spot.radius, aside = (((letter * 7) % 11) - 5) * 1.6;
      const [x, y] = [spot.x - edge - (102 - edge) * rest + aside, spot.y - edge - (104 - edge) * rest - aside];
      return { way, letter, x, y, look: "letter" };
    }
    const returns = kind === ASKING || (kind === DRIVING && answer !== TAKEN);
    const out = Math.min(returns ? 0.4 : 0.8, (0.5 * flight) / lasts);
    let along = 1, look = kind === ASKING ? "asks" : kind === DRIVING ? "van" : "letter";
    if (kind === FILING || kind === FETCHING) along = share;
    else if (share < out) along = share / out;
    else if (returns && share > 1 - out) {
      along = (1 - share) / out;
      if (kind === DRIVING) look = answer === NEVER ? "never" : "later";
    } else if (kind === DRIVING && lasts > 2.2 * flight) look = "waits";
    let [x, y] = pointOf(run, ways.road[way], along, letter);
    if (look === "waits") { // a line before the counter
      x -= 8 + ((letter * 5) % 4) * 11;
      y += (((letter * 3) % 7) - 3) * 6;
    }
    return { way, letter, x, y, look };
  }

  /** Give a count at a moment, in between in proportion. */
  function counted(run, values, at_s) {
    const { pace } = run, step = Math.max(lastUpTo(pace, at_s), 0);
    if (step >= pace.length - 1) return values[values.length - 1];
    const width = pace[step + 1] - pace[step];
    return Math.round(values[step] + (width > 0 ? (at_s - pace[step]) / width : 0) * (values[step + 1] - values[step]));
  }

  /** Give all that there is to see at a moment. */
  function pictureAt(run, seen, at_s, followed = -1) {
    const { data, ways, letters } = run, movers = [];
    const looked = lookedAt(run, seen.speed, at_s);
    for (let way = lastUpTo(seen.reach, looked) + 1; way < ways.count && ways.from_s[way] <= at_s; way++) {
      if (seen.from[way] > looked || seen.to[way] <= looked) continue;
      const letter = ways.letter[way];
      if (letter < letters.moving || letter === followed) movers.push(moverOf(run, seen, way, looked));
    }
    const queues = Object.fromEntries(Object.entries(data.queues).map(([sender, own]) =>
      [sender, QUEUES.map((queue) => counted(run, own[queue], at_s))]));
    const holds = (one) => one.from_s <= at_s && at_s < one.to_s;
    return {
      at_s, movers, queues,
      hosts: data.under_way.map((values) => counted(run, values, at_s)),
      arrived: data.arrived.map((values) => counted(run, values, at_s)),
      fetched: data.names.readers.map((name) => counted(run, data.fetched[name], at_s)),
      incidents: data.incidents.flatMap((one, index) => (holds(one) ? [index] : [])),
      event: lastUpTo(run.event_s, at_s),
    };
  }

  /** Give the event after, or before, a moment; the ends of the replay where there is none. */
  function eventFrom(run, at_s, direction) {
    if (direction > 0) return run.event_s.find((time) => time > at_s) ?? run.data.end_s;
    return run.event_s.filter((time) => time < at_s).pop() ?? 0;
  }

  /** Give the name of a letter. */
  function nameOf(run, letter) {
    const { letters, data } = run;
    return letters.names[letter] ?? `${data.names.entries[letters.entry[letter]]}/${letters.number[letter]}`;
  }

  /** Find a letter by its name; -1 where it is not shown. */
  function letterCalled(run, name) {
    for (let i = 0; i < run.letters.count; i++) if (nameOf(run, i) === name) return i;
    return -1;
  }

  /** Tell what a letter has met up to a moment: lines of moment, key of words, and fields. */
  function linesOf(run, letter, at_s) {
    const { letters, attempts, readings, data } = run, lines = [];
    const wait = (from_s, queue) => lines.push({ at_s: from_s, key: `queue.${queue}` });
    lines.push({ at_s: letters.submitted[letter], key: "handed_in" });
    let number = 0, queue = "incoming", since_s = letters.accepted[letter];
    for (let a = 0; a < attempts.letter.length; a++) {
      if (attempts.letter[a] !== letter) continue;
      wait(since_s, queue);
      const [reply, code] = data.names.replies[attempts.reply[a]], said = { attempt: ++number, reply: `reply.${reply}`, code };
      if (attempts.handed[a] > attempts.activated[a]) wait(attempts.activated[a], "active");
      if (attempts.held[a]) lines.push({ at_s: attempts.ended[a], key: "kept_back", ...said });
      else {
        if (attempts.queries[a] > 0) lines.push({ at_s: attempts.handed[a], key: "asks", queries: attempts.queries[a], attempt: number });
        const host = attempts.host[a] < 0 ? data.names.providers[letters.provider[letter]] : data.names.hosts[attempts.host[a]];
        const heard_s = attempts.reply[a] ? attempts.ended[a] : Math.min(attempts.ended[a], letters.delivered[letter] || Infinity);
        lines.push({ at_s: heard_s, key: "answer", host, ...said });
      }
      [queue, since_s] = ["deferred", attempts.ended[a]];
    }
    const outcome = data.names.outcomes[letters.outcome[letter]];
    if (!Number.isNaN(letters.ended[letter])) lines.push({ at_s: letters.ended[letter], key: `outcome.${outcome}` });
    else if (Number.isNaN(letters.delivered[letter])) wait(since_s, queue);
    for (let r = 0; r < readings.letter.length; r++) {
      if (readings.letter[r] !== letter) continue;
      lines.push({ at_s: readings.fetched[r], key: `reader.${data.names.readers[readings.reader[r]]}` });
      if (!Number.isNaN(readings.opened[r])) lines.push({ at_s: readings.opened[r], key: "opened" });
    }
    return lines.filter((line) => line.at_s <= at_s).sort((one, other) => one.at_s - other.at_s);
  }

  /** Give the last ways that ended at a place by a moment, the latest first. */
  function lastAt(run, spot, at_s, most = 6) {
    const { ways, data, letters } = run, found = [];
    const column = data.map.spots[spot].column;
    for (let way = 0; way < ways.count && ways.from_s[way] <= at_s; way++) {
      if (ways.kind[way] === POSTED || ways.letter[way] >= letters.moving || ways.to_s[way] > at_s) continue;
      const road = data.map.roads[ways.road[way]];
      const here = column === "senders" ? road.from === spot && ways.kind[way] === DRIVING : road.to === spot;
      if (here) found.push(way);
    }
    return found.sort((one, other) => ways.to_s[other] - ways.to_s[one] || other - one).slice(0, most);
  }

  const numbers = new Intl.NumberFormat("en");
  const number = (value) => (typeof value === "number" ? numbers.format(value) : value);

  const two = (number) => String(number).padStart(2, "0");

  /** Give the time of day of a moment, with the date where it is another day, as finely as is wanted. */
  function clockOf(run, at_s, fine = false) {
    const { day, clock_s } = run.data, milliseconds = Math.floor((clock_s + at_s) * 1000 + 1e-6);
    const date = new Date(Date.UTC(day[0], day[1] - 1, day[2]) + milliseconds);
    const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
    const digits = fine ? `.${String(date.getUTCMilliseconds()).padStart(3, "0")}` : "";
    const other = milliseconds >= 86400000 ? `${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())} ` : "";
    return other + time + digits;
  }

  /** Say how long something lasts, in a language. */
  function lastingOf(seconds, lang) {
    const units = lang === "ja" ? ["日", "時間", "分", "秒", "ミリ秒"] : [" d", " h", " min", " s", " ms"];
    const short = (value) => String(Number(value.toPrecision(value < 1000 ? 3 : 4)));
    if (seconds < 1) return short(seconds * 1000) + units[4];
    if (seconds < 60) return short(seconds) + units[3];
    if (seconds < 3600) return short(seconds / 60) + units[2];
    return seconds < 86400 ? short(seconds / 3600) + units[1] : short(seconds / 86400) + units[0];
  }

  // ---- 2. The picture ---------------------------------------------------------------------------------------------

  const SVG = "http://www.w3.org/2000/svg";
  const BLUE = "#0072b2", ORANGE = "#e69f00", VERMILION = "#d55e00", SKY = "#56b4e9", GREEN = "#009e73", CLOSED = "#5c5c5c", INK = "#222222";
  const QUEUE_LOOKS = [[GREEN, "12 3"], [SKY, "2 3"], [BLUE, ""], [VERMILION, "7 3"]]; // colour and pattern of QUEUES
  const ABOVE = 60, BELOW = 22; // of the columns
  const OPEN_STILL = ["slow", "losing", "denying_users"]; // trouble under which letters go through
  const GLYPHS = {
    down: "×", crash: "!", out_of_memory: "!", silent: "…", slow: "*", refusing: "×", hanging: "…", greets_421: "421", greets_554: "554",
    losing: "*", servfail: "?", nxdomain: "?", disk_full: "452", disk_full_final: "552", denying_users: "550", suspended: "||",
  };

  /** Make an element of a drawing. */
  function drawn(parent, name, attributes, words) {
    const made = parent.ownerDocument.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (words !== undefined) made.textContent = words;
    parent.append(made);
    return made;
  }

  /** Draw a letter for each look once; copying it is quick. Each look has a shape of its own, not a colour alone. */
  function spritesOf(document, scale, post) {
    const sprites = {};
    for (const look of ["letter", "van", "waits", "later", "never", "asks"]) {
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = Math.ceil(30 * scale);
      const pen = canvas.getContext("2d");
      pen.scale(scale, scale);
      pen.translate(15, 13);
      if (look === "asks") {
        pen.fillStyle = INK;
        pen.font = "bold 17px sans-serif";
        pen.textAlign = "center";
        pen.strokeStyle = "#fff";
        pen.lineWidth = 3;
        pen.strokeText("?", 0, 6);
        pen.fillText("?", 0, 6);
      } else paintLetter(pen, look, post && look !== "letter");
      sprites[look] = canvas;
    }
    return sprites;
  }

  function paintLetter(pen, look, with_van) {
    const colour = { letter: BLUE, van: BLUE, waits: CLOSED, later: ORANGE, never: VERMILION }[look];
    if (with_van) {
      pen.fillStyle = colour;
      pen.strokeStyle = "#fff";
      pen.lineWidth = 1;
      pen.beginPath();
      pen.rect(-11, 5, 17, 5);
      pen.rect(6, 1, 6, 9);
      pen.fill();
      pen.fillStyle = INK;
      for (const x of [-6, 7]) {
        pen.beginPath();
        pen.arc(x, 11, 2.6, 0, 7);
        pen.fill();
        pen.stroke();
      }
    }
    pen.fillStyle = "#fff";
    pen.strokeStyle = colour;
    pen.lineWidth = 2;
    pen.beginPath();
    pen.rect(-9, -7, 16, 11);
    pen.fill();
    pen.stroke();
    pen.beginPath();
    if (look === "never") pen.moveTo(-6, -5), pen.lineTo(4, 2), pen.moveTo(4, -5), pen.lineTo(-6, 2);
    else if (look === "later" || look === "waits") pen.arc(-1, -1.5, 4, 0, 7), pen.moveTo(-1, -4), pen.lineTo(-1, -1.5), pen.lineTo(1.5, -1.5);
    else pen.moveTo(-9, -7), pen.lineTo(-1, -1), pen.lineTo(7, -7);
    pen.stroke();
  }

  /** Draw what stays: columns, roads, places; give the parts that change. */
  function drawTown(svg, run) {
    const { map } = run.data, top = map.top - ABOVE, height = map.bottom - map.top + ABOVE + BELOW;
    svg.setAttribute("viewBox", `0 ${top} ${map.width} ${height}`);
    const town = { headings: [], spots: [], roads: [], more: [], top, height };
    for (const [name, x, left_out] of map.columns) {
      const half = map.column_width / 2;
      drawn(svg, "rect", { x: x - half, y: map.top - 4, width: 2 * half, height: map.bottom - map.top + 22, rx: 12, fill: "#f2f4f7" });
      town.headings.push([drawn(svg, "text", { x, y: map.top - 18, class: "column" }), name]);
      if (left_out) town.more.push(drawn(svg, "text", { x, y: map.bottom - 2 }, `+ ${left_out}`));
    }
    for (const road of map.roads) {
      const [from, to] = [map.spots[road.from], map.spots[road.to]];
      const x0 = from.x + from.radius, x3 = to.x - to.radius, bend = (x3 - x0) * 0.45;
      const d = `M${x0} ${from.y}C${x0 + bend} ${from.y} ${x3 - bend} ${to.y} ${x3} ${to.y}`;
      const line = drawn(svg, "path", { d, fill: "none", stroke: BLUE, "stroke-opacity": 0.28, "stroke-width": Math.max(road.width, 2) });
      if (road.asks) line.setAttribute("stroke-dasharray", "4 3");
      town.roads.push({ line, id: `${from.id}>${to.id}`, middle: [(x0 + x3) / 2, (from.y + to.y) / 2] });
    }
    map.spots.forEach((spot, index) => town.spots.push(drawSpot(svg, run, spot, index)));
    town.weather = drawn(svg, "g", {});
    return town;
  }

  function drawSpot(svg, run, spot, index) {
    const { x, y, radius } = spot, group = drawn(svg, "g", { class: "spot", role: "button", tabindex: 0, "data-spot": index, "aria-pressed": false });
    const clip = drawn(drawn(group, "clipPath", { id: `inside-${index}` }), "circle", { cx: x, cy: y, r: radius });
    drawn(group, "circle", { class: "ring", cx: x, cy: y, r: radius + 7 });
    drawn(group, "circle", { cx: x, cy: y, r: radius + 3, fill: "#fff" });
    const level = drawn(group, "rect", { x: x - radius, width: 2 * radius, y, height: 0, fill: BLUE, "fill-opacity": 0.75, "clip-path": `url(#${clip.parentNode.id})` });
    const outline = drawn(group, "circle", { cx: x, cy: y, r: radius, fill: "none", stroke: BLUE, "stroke-width": 2.2 });
    const arm = radius * 0.55;
    const cross = drawn(group, "path", { d: `M${x - arm} ${y - arm}L${x + arm} ${y + arm}M${x + arm} ${y - arm}L${x - arm} ${y + arm}`, stroke: CLOSED, "stroke-width": 4, visibility: "hidden" });
    const above = drawn(group, "text", { x, y: y - radius - 8 });
    const name = drawn(group, "text", { x, y: y + radius + 19 });
    const bars = spot.column !== "senders" ? [] : QUEUES.map((queue, place) => {
      const left = x - radius - 66 + place * 15;
      drawn(group, "rect", { x: left, y: y - 34, width: 12, height: 60, fill: "#fff", stroke: QUEUE_LOOKS[place][0], "stroke-width": 1.5 });
      drawn(group, "text", { x: left + 6, y: y + 40, class: "small" }, "SIAD"[place]);
      return drawn(group, "rect", { x: left, y: y + 26, width: 12, height: 0, fill: QUEUE_LOOKS[place][0] });
    });
    return { group, level, outline, cross, above, name, bars };
  }

  /** Set a text or an attribute only where it changes: that is what takes a browser long. */
  const put = (element, words) => { if (element.textContent !== words) element.textContent = words; };
  const set = (element, name, value) => { if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value); };

  /** Draw what changes of the places: how full they are, and the weather over them. */
  function drawPlaces(town, run, picture, say) {
    const { data } = run, { names } = data;
    const struck = new Map(), closed_roads = new Map();
    for (const index of picture.incidents) {
      const one = data.incidents[index];
      for (const id of one.spots) struck.set(id, one.kind);
      for (const id of one.roads) closed_roads.set(id, one.kind);
    }
    data.map.spots.forEach((spot, index) => {
      const parts = town.spots[index], name = spot.id.slice(spot.id.indexOf(".") + 1);
      let share = 0, words = "";
      if (spot.column === "senders") {
        const lengths = picture.queues[name], most = run.peaks.queues[name];
        const waiting = lengths.reduce((sum, length) => sum + length, 0);
        words = say("waiting", { count: number(waiting) });
        lengths.forEach((length, place) => {
          const high = length ? Math.max(1.5, (60 * length) / most) : 0;
          set(parts.bars[place], "height", high.toFixed(1));
          set(parts.bars[place], "y", (spot.y + 26 - high).toFixed(1));
        });
        share = Math.min(1, waiting / most);
      } else if (spot.column === "hosts") {
        const place = names.hosts.indexOf(name);
        [share, words] = [picture.hosts[place] / run.peaks.hosts[place], say("under_way", { count: number(picture.hosts[place]) })];
      } else if (spot.column === "mailboxes") {
        const place = names.providers.indexOf(name);
        [share, words] = [picture.arrived[place] / run.peaks.arrived[place], say("arrived", { count: number(picture.arrived[place]) })];
      } else if (spot.column === "readers") {
        const place = names.readers.indexOf(name), all = data.fetched[name];
        [share, words] = [picture.fetched[place] / Math.max(1, all[all.length - 1]), say("fetched", { count: number(picture.fetched[place]) })];
      }
      const kind = struck.get(spot.id), is_shut = kind && !OPEN_STILL.includes(kind);
      const colour = !kind ? BLUE : is_shut ? CLOSED : ORANGE, high = 2 * spot.radius * share;
      put(parts.above, words);
      set(parts.level, "height", high.toFixed(1));
      set(parts.level, "y", (spot.y + spot.radius - high).toFixed(1));
      set(parts.level, "fill", colour);
      set(parts.outline, "stroke", colour);
      set(parts.cross, "visibility", is_shut ? "visible" : "hidden");
    });
    for (const road of town.roads) set(road.line, "stroke", closed_roads.has(road.id) ? CLOSED : BLUE);
    const key = picture.incidents.join();
    if (town.shown === key) return;
    town.shown = key;
    town.weather.replaceChildren();
    for (const [id, kind] of struck) {
      const index = run.spots.get(id);
      if (index !== undefined) drawCloud(town.weather, data.map.spots[index].x + data.map.spots[index].radius + 16, data.map.spots[index].y - data.map.spots[index].radius + 2, kind);
    }
    for (const road of town.roads) if (closed_roads.has(road.id)) drawCloud(town.weather, ...road.middle, closed_roads.get(road.id));
  }

  function drawCloud(parent, x, y, kind) {
    const cloud = drawn(parent, "g", { class: "cloud", transform: `translate(${x} ${y})` });
    drawn(cloud, "path", { d: "M-17 11a9 9 0 0 1 0-18a11 11 0 0 1 20-6a10 10 0 0 1 16 8a8.500 8.500 0 0 1-1 16z" });
    drawn(cloud, "text", { x: 1, y: 7 }, GLYPHS[kind] ?? "!");
  }

  /** Draw the curves under the scrubber: queues, how late letters are that arrive, trouble, deadline. */
  function drawCurves(svg, run) {
    const { data } = run, width = 1000, height = 96, low = 92, high = 16;
    const x = (at_s) => ((at_s / data.end_s) * width).toFixed(1);
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("preserveAspectRatio", "none");
    svg.replaceChildren();
    for (const one of data.incidents) if (one.kind !== "suspended") {
      drawn(svg, "rect", { x: x(one.from_s), width: Math.max(1, x(one.to_s) - x(one.from_s)), y: 0, height, fill: "#c4c7cc" });
    }
    const line = (points, colour, dashes) => {
      const d = points.map(([at_s, y], index) => `${index ? "L" : "M"}${x(at_s)} ${y.toFixed(1)}`).join("");
      drawn(svg, "path", { d, fill: "none", stroke: colour, "stroke-width": 2, "stroke-dasharray": dashes, "vector-effect": "non-scaling-stroke" });
    };
    const most = Math.max(1, ...run.peaks.waiting.map((lengths) => Math.max(...lengths)));
    QUEUE_LOOKS.forEach(([colour, dashes], place) =>
      line(run.data.pace.map((at_s, i) => [at_s, low - ((low - high) * run.peaks.waiting[i][place]) / most]), colour, dashes));
    const known = data.delays.flatMap(([, median, p90]) => [median, p90]).filter((value) => value > 0);
    const [least, longest] = known.length ? [Math.min(...known), Math.max(...known, Math.min(...known) * 10)] : [1, 10];
    const of = (value) => low - ((low - high) * Math.log(value / least)) / Math.log(longest / least);
    const half = data.end_s / data.delays.length / 2;
    [[1, INK, "1 4"], [2, INK, "8 3 1 3"]].forEach(([column, colour, dashes]) =>
      line(data.delays.filter((row) => row[column] > 0).flatMap((row) => [-half, half].map((aside) => [row[0] + aside, of(row[column])])), colour, dashes));
    if (data.deadline_s !== null && data.deadline_s <= data.end_s) {
      drawn(svg, "path", { d: `M${x(data.deadline_s)} 0V${height}`, stroke: INK, "stroke-width": 1.5, "stroke-dasharray": "4 3", "vector-effect": "non-scaling-stroke" });
    }
    const now = drawn(svg, "path", { stroke: VERMILION, "stroke-width": 3, "vector-effect": "non-scaling-stroke" });
    return { now: (at_s) => set(now, "d", `M${x(at_s)} 0V${height}`), longest, least };
  }

  // ---- 3. What a person can do ------------------------------------------------------------------------------------

  const SPEEDS = [
    { own: true, times: 0.5, key: "pace_half" }, { own: true, times: 1, key: "pace" }, { own: true, times: 2, key: "pace_double" },
    ...[1, 10, 60, 600, 3600, 36000].map((times) => ({ own: false, times, key: times === 1 ? "real" : "times" })),
  ];
  const WORDS_MS = 100; // words and levels change so often while it plays
  const STEP_S = 2; // where nothing shall move by itself, playing goes on event by event, each so long

  /** Fill the page and let it be played. */
  function start(window) {
    const { document } = window, at = (id) => document.getElementById(id);
    const run = unpack(JSON.parse(at("data").textContent)), { data } = run;
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
    const state = { at_s: 0, playing: false, speed: 1, lang: data.lang, words: data.words_first, followed: -1, spot: -1, event: -1 };
    const town = drawTown(at("town"), run), curves = drawCurves(at("curves"), run);
    let seen = timing(run, SPEEDS[state.speed]), sprites = {}, scale = 0, box = null, last = null, waited_s = 0, drawn_ms = 0;

    const filled = (words, fields) => words.replace(/\{(\w+)\}/g, (place, name) => fields[name] ?? place);
    const button = (key, fields = {}) => filled(data.words.buttons[state.lang][key], fields);
    const say = (key, fields = {}) => filled(data.words[state.words][state.lang][key] ?? key, fields);
    const clock = (at_s) => clockOf(run, at_s, speedAt(run, SPEEDS[state.speed], at_s) < 3);
    const eventWords = (index) => data.events[index][2][state.words][state.lang];

    /** Draw the moment that it is; while it plays, letters move in each picture, words and levels less often. */
    function draw(in_passing = false) {
      const picture = pictureAt(run, seen, state.at_s, state.followed);
      drawLetters(picture);
      if (in_passing) return;
      drawPlaces(town, run, picture, say);
      curves.now(state.at_s);
      put(at("clock"), clock(state.at_s));
      const moment = at("moment");
      moment.value = state.at_s;
      set(moment, "aria-valuetext", clock(state.at_s));
      put(at("speed-now"), button("speed_now", { time: lastingOf(speedAt(run, SPEEDS[state.speed], state.at_s), state.lang) }));
      const key = [picture.incidents.join(), state.words, state.lang].join("|");
      if (state.weather !== key) {
        state.weather = key;
        put(at("weather"), `${say("weather")}${state.lang === "ja" ? "：" : ": "}${picture.incidents.map(weatherOf).join(state.lang === "ja" ? "、" : "; ") || say("fine")}`);
      }
      if (picture.event !== state.event) mark(picture.event);
      if (!at("panel").hidden) tell(picture);
    }

    function weatherOf(index) {
      const { kind, where } = data.incidents[index], word = say(kind === "suspended" ? "connection.suspended" : `fault.${kind}`);
      return state.lang === "ja" ? `${where}「${word}」` : `${where}, ${word}`;
    }

    function drawLetters(picture) {
      const canvas = at("letters"), dots = Math.min(window.devicePixelRatio || 1, 2);
      box ??= at("town").getBoundingClientRect();
      const wanted = (box.width / data.map.width) * dots;
      const look = `${wanted}|${state.words}`;
      if (scale !== look) {
        scale = look;
        canvas.width = Math.round(box.width * dots);
        canvas.height = Math.round(box.height * dots);
        canvas.style.height = `${box.height}px`;
        sprites = spritesOf(document, Math.max(wanted, 0.75 * dots), state.words === "post");
      }
      const pen = canvas.getContext("2d");
      pen.clearRect(0, 0, canvas.width, canvas.height);
      let here = null;
      const covered = new Set(); // thousands of letters that are dropped in at one instant are one on top of the other
      for (const mover of picture.movers) {
        const sprite = sprites[mover.look], x = mover.x * wanted, y = (mover.y - town.top) * wanted;
        const key = (Math.round(x) * 8192 + Math.round(y)) * 128 + mover.look.charCodeAt(0);
        if (!covered.has(key)) pen.drawImage(sprite, x - sprite.width / 2, y - sprite.height / 2);
        covered.add(key);
        if (mover.letter === state.followed) here = [x, y];
      }
      if (state.followed < 0) return;
      const spot = here ?? placeOf(state.followed).map((value, axis) => (value - axis * town.top) * wanted);
      pen.strokeStyle = VERMILION;
      pen.lineWidth = 4 * dots;
      pen.beginPath();
      pen.arc(spot[0], spot[1], 20 * dots, 0, 7);
      pen.stroke();
    }

    /** Give the place where a letter rests that is on no road. */
    function placeOf(letter) {
      const { letters } = run, { names } = data, provider = names.providers[letters.provider[letter]];
      const there = letters.ended[letter] <= state.at_s && !Number.isNaN(letters.delivered[letter]);
      const id = there ? `mailboxes.${provider}` : `senders.${names.senders[letters.sender[letter]]}`;
      const spot = data.map.spots[run.spots.get(id)] ?? data.map.spots[0];
      return [spot.x, spot.y];
    }

    /** Mark the last event, and say it where the reader went there. */
    function mark(event) {
      state.event = event;
      const list = at("events");
      for (const line of list.querySelectorAll("[aria-current]")) line.removeAttribute("aria-current");
      const line = list.children[event]?.firstChild;
      if (line) {
        line.setAttribute("aria-current", "step");
        list.scrollTop = line.parentNode.offsetTop - list.offsetTop - 60;
      }
    }

    /** Tell of the letter that is followed, or of the place that is looked at. */
    function tell(picture) {
      const lines = state.spot >= 0 ? tellPlace(picture) : tellLetter();
      const listed = lines.length ? lines : [button("none_yet")], key = listed.join("\n");
      if (at("panel-lines").dataset.shown === key) return;
      at("panel-lines").dataset.shown = key;
      at("panel-lines").replaceChildren(...listed.map((line) => {
        const item = document.createElement("li");
        item.textContent = line;
        return item;
      }));
    }

    function tellLetter() {
      put(at("panel-name"), `${say("letter")} ${nameOf(run, state.followed)}`);
      put(at("panel-about"), "");
      put(at("panel-heading"), "");
      at("panel-now").replaceChildren();
      return linesOf(run, state.followed, state.at_s).map(({ at_s, key, attempt, reply, ...rest }) => {
        const before = attempt ? `${button("attempt", { attempt })}${state.lang === "ja" ? "：" : ": "}` : "";
        return `${clockOf(run, at_s, true)} ${before}${say(key, { ...rest, reply: reply ? say(reply) : "" })}`;
      });
    }

    function tellPlace(picture) {
      const spot = data.map.spots[state.spot], name = spot.id.slice(spot.id.indexOf(".") + 1), { ways } = run;
      put(at("panel-name"), nameOfSpot(spot));
      put(at("panel-about"), data.stations[spot.column][state.lang]);
      const headings = { senders: "answers", hosts: "answers", resolvers: "questions", mailboxes: "arrivals", readers: "arrivals" };
      put(at("panel-heading"), button(headings[spot.column]));
      let now = [];
      if (spot.column === "senders") now = QUEUES.map((queue, place) => [say(`queue.${queue}`), picture.queues[name][place]]);
      if (spot.column === "hosts") {
        const host = data.names.hosts.indexOf(name);
        now = [[say("under_way", { count: "" }).replace(/[:：\s]+$/, ""), picture.hosts[host]]];
        for (const [reply, counts] of Object.entries(data.answers[host])) now.push([say(`reply.${reply}`), counted(run, counts, state.at_s)]);
      }
      if (spot.column === "mailboxes" || spot.column === "readers") now = [[town.spots[state.spot].above.textContent, ""]];
      const rows = now.flatMap(([what, count]) => [["dt", what], ["dd", number(count)]]);
      const key = rows.join();
      if (at("panel-now").dataset.shown !== key) {
        at("panel-now").dataset.shown = key;
        at("panel-now").replaceChildren(...rows.map(([tag, words]) => Object.assign(document.createElement(tag), { textContent: words })));
      }
      return lastAt(run, state.spot, state.at_s).map((way) => {
        const letter = nameOf(run, ways.letter[way]), time = clockOf(run, ways.to_s[way], true), attempt = ways.attempt[way];
        if (ways.kind[way] !== DRIVING) return `${time} ${letter}`;
        const [reply, code] = data.names.replies[run.attempts.reply[attempt]];
        return `${time} ${letter}${state.lang === "ja" ? "：" : ": "}${say(`reply.${reply}`)} (${code})`;
      });
    }

    const nameOfSpot = (spot) => (spot.column === "readers" ? say(`reader.${spot.name}`) : spot.name);

    /** Write all words in the language and the vocabulary of the moment. */
    function writeWords() {
      const { lang } = state;
      document.documentElement.lang = lang;
      document.title = data.title[lang];
      put(at("title"), data.title[lang]);
      put(at("question"), data.question ? data.question[lang] : "");
      for (const id of ["to-start", "back", "next", "close"]) put(at(id), button(id.replace("-", "_")));
      put(at("play"), button(state.playing ? "pause" : "play"));
      const named = { "speed-name": "speed", "follow-name": "follow", "follow-id-name": "follow_id", "events-name": "events",
        "events-hint": "events_hint", keys: "keys", extended: "extended", "no-mail": "no_mail" };
      for (const [id, key] of Object.entries(named)) put(at(id), button(key));
      put(at("legend"), say("legend"));
      put(at("caption"), data.caption[lang]);
      const labels = { moment: "moment", town: "map", curves: "curves", "choose-words": "words", "choose-language": "language" };
      for (const [id, key] of Object.entries(labels)) at(id).setAttribute("aria-label", button(key));
      for (const choice of document.querySelectorAll("[data-words]")) {
        put(choice, button(`words_${choice.dataset.words}`));
        choice.setAttribute("aria-pressed", choice.dataset.words === state.words);
      }
      for (const choice of document.querySelectorAll("[data-lang]")) choice.setAttribute("aria-pressed", choice.dataset.lang === lang);
      for (const [heading, name] of town.headings) put(heading, say(name));
      data.map.spots.forEach((spot, index) => {
        put(town.spots[index].name, fitted(town.spots[index].name, nameOfSpot(spot)));
        town.spots[index].group.setAttribute("aria-label", `${say(spot.column)}: ${nameOfSpot(spot)}`);
      });
      at("speed").replaceChildren(...SPEEDS.map(({ key, times }, index) => new window.Option(button(key, { count: number(times) }), index)));
      at("speed").value = state.speed;
      writeFollowing();
      at("events").replaceChildren(...data.events.map((event, index) => eventLine(event[0], index)));
      writeKey();
      state.event = -2;
      delete at("panel-lines").dataset.shown;
      draw();
    }

    /** Shorten words that are wider than a column. */
    function fitted(element, words) {
      const room = data.map.column_width - 6;
      element.textContent = words;
      for (let keep = words.length; keep > 3; keep--) {
        if (keep < words.length) element.textContent = `${words.slice(0, Math.ceil(keep / 2))}…${words.slice(-Math.floor(keep / 2))}`;
        if (element.getComputedTextLength() <= room) break;
      }
      return element.textContent;
    }

    function writeFollowing() {
      const choices = [[-1, button("follow_nobody")]];
      for (const [key, letter] of Object.entries(data.named)) choices.push([letter, button(`follow_${key}`, { letter: nameOf(run, letter) })]);
      for (let i = run.letters.moving; i < run.letters.count; i++) if (!Object.values(data.named).includes(i)) choices.push([i, nameOf(run, i)]);
      if (state.followed >= 0 && !choices.some(([letter]) => letter === state.followed)) choices.push([state.followed, nameOf(run, state.followed)]);
      at("follow").replaceChildren(...choices.map(([letter, words]) => new window.Option(words, letter)));
      at("follow").value = state.followed;
    }

    function eventLine(at_s, index) {
      const item = document.createElement("li"), line = document.createElement("button"), time = document.createElement("time");
      line.type = "button";
      time.textContent = clockOf(run, at_s);
      line.append(time, eventWords(index));
      line.addEventListener("click", () => goTo(at_s, index));
      item.append(line);
      return item;
    }

    function writeKey() {
      const one = (words, colour, dashes) => {
        const span = document.createElement("span"), line = drawn(span, "svg", { viewBox: "0 0 34 10", "aria-hidden": true });
        drawn(line, "path", { d: "M0 5H34", stroke: colour, "stroke-width": 3, "stroke-dasharray": dashes });
        span.append(` ${words}`);
        return span;
      };
      const span = `${lastingOf(curves.least, state.lang)} – ${lastingOf(curves.longest, state.lang)}`;
      at("key").replaceChildren(
        ...QUEUES.map((queue, place) => one(`${say(`queue.${queue}`)} (≤ ${number(Math.max(...run.peaks.waiting.map((lengths) => lengths[place])))})`, ...QUEUE_LOOKS[place])),
        one(`${button("curve_median")} (${span})`, INK, "1 4"), one(button("curve_p90"), INK, "8 3 1 3"),
        ...(data.deadline_s === null ? [] : [one(button("deadline"), INK, "4 3")]));
    }

    function goTo(at_s, event) {
      state.at_s = Math.min(Math.max(at_s, 0), data.end_s);
      draw();
      if (event !== undefined && data.events[event]) put(at("said"), `${clockOf(run, data.events[event][0])} ${eventWords(event)}`);
    }

    function step(direction) {
      play(false);
      const at_s = eventFrom(run, state.at_s, direction);
      goTo(at_s, run.event_s.indexOf(at_s) < 0 ? undefined : lastUpTo(run.event_s, at_s));
    }

    function play(wanted) {
      if (state.playing === wanted) return;
      if (wanted && state.at_s >= data.end_s) state.at_s = 0;
      state.playing = wanted;
      last = null;
      waited_s = 0;
      put(at("play"), button(wanted ? "pause" : "play"));
      draw();
      if (wanted) window.requestAnimationFrame(frame);
    }

    /** Go on by the time since the last frame; where nothing shall move by itself, from event to event. */
    function frame(now_ms) {
      if (!state.playing) return;
      const passed_s = last === null ? 0 : Math.min((now_ms - last) / 1000, 0.25);
      last = now_ms;
      if (calm.matches) {
        waited_s += passed_s;
        if (waited_s >= STEP_S) {
          waited_s = 0;
          const at_s = eventFrom(run, state.at_s, 1);
          goTo(at_s, lastUpTo(run.event_s, at_s));
        }
      } else {
        const speed = SPEEDS[state.speed];
        state.at_s = momentOf(run, speed, lookedAt(run, speed, state.at_s) + passed_s);
        const in_passing = now_ms - drawn_ms < WORDS_MS && state.at_s < data.end_s;
        if (!in_passing) drawn_ms = now_ms;
        draw(in_passing);
      }
      if (state.at_s >= data.end_s) play(false);
      else window.requestAnimationFrame(frame);
    }

    function choose(changes) {
      Object.assign(state, changes);
      if ("speed" in changes) {
        state.speed = Math.min(Math.max(state.speed, 0), SPEEDS.length - 1);
        seen = timing(run, SPEEDS[state.speed]);
        at("speed").value = state.speed;
        draw();
      } else writeWords();
    }

    /** Look at a place, or follow a letter, or neither. */
    function look({ spot = -1, letter = state.followed }) {
      const parts = state.spot >= 0 ? town.spots[state.spot] : null;
      if (parts) parts.group.setAttribute("aria-pressed", false);
      state.spot = spot;
      state.followed = letter;
      if (spot >= 0) town.spots[spot].group.setAttribute("aria-pressed", true);
      const told = spot >= 0 || letter >= 0;
      at("panel").hidden = !told;
      at("stage").classList.toggle("told", told);
      writeFollowing();
      draw();
    }

    at("moment").max = data.end_s;
    at("moment").step = data.end_s / 2000;
    at("moment").addEventListener("input", (event) => goTo(Number(event.target.value)));
    at("play").addEventListener("click", () => play(!state.playing));
    at("next").addEventListener("click", () => step(1));
    at("back").addEventListener("click", () => step(-1));
    at("to-start").addEventListener("click", () => goTo(0));
    at("close").addEventListener("click", () => look({ letter: -1 }));
    at("speed").addEventListener("change", (event) => choose({ speed: Number(event.target.value) }));
    at("follow").addEventListener("change", (event) => look({ letter: Number(event.target.value) }));
    at("following").addEventListener("submit", (event) => event.preventDefault());
    at("follow-id").addEventListener("change", (event) => {
      const name = event.target.value.trim(), letter = name ? letterCalled(run, name) : -1;
      put(at("follow-unknown"), name && letter < 0 ? button("follow_unknown", { letter: name }) : "");
      if (letter >= 0) look({ letter });
    });
    for (const choice of document.querySelectorAll("[data-words]")) choice.addEventListener("click", () => choose({ words: choice.dataset.words }));
    for (const choice of document.querySelectorAll("[data-lang]")) choice.addEventListener("click", () => choose({ lang: choice.dataset.lang }));
    town.spots.forEach(({ group }, spot) => {
      const toggle = () => look({ spot: state.spot === spot ? -1 : spot });
      group.addEventListener("click", toggle);
      group.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        event.stopPropagation();
        toggle();
      });
    });
    document.addEventListener("keydown", (event) => {
      const own = event.target.closest("input, select, button");
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (own && (own.matches("input, select") || event.key === " " || event.key === "Enter") && event.key !== "Escape") return;
      const keys = {
        " ": () => play(!state.playing), ArrowRight: () => step(1), ArrowLeft: () => step(-1),
        "+": () => choose({ speed: state.speed + 1 }), "-": () => choose({ speed: state.speed - 1 }),
        w: () => choose({ words: state.words === "mail" ? "post" : "mail" }), l: () => choose({ lang: state.lang === "en" ? "ja" : "en" }),
        Escape: () => look({ letter: -1 }),
      };
      const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!act) return;
      event.preventDefault();
      act();
    });
    new window.ResizeObserver(() => {
      box = null;
      draw();
    }).observe(at("map"));
    writeWords();
  }

  return {
    start, unpack, timing, pictureAt, eventFrom, linesOf, lastAt, lookedAt, momentOf, speedAt, clockOf, lastingOf,
    letterCalled, nameOf, pointOf, lastUpTo, counted, SPEEDS, POSTED, ASKING, DRIVING, FILING, FETCHING, TAKEN, LATER, NEVER,
  };
})();

if (typeof module === "object") module.exports = Replay;
else Replay.start(window);
