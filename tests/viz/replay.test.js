/* What replay.js promises: a picture is a function of the moment, letters keep to their roads, and nobody is in two
   places. Run by `node --test`, on the data of a page; see test_replay.py. */
"use strict";

const assert = require("node:assert");
const fs = require("node:fs");
const test = require("node:test");

const Replay = require(process.env.REPLAY_SCRIPT);
const run = Replay.unpack(JSON.parse(fs.readFileSync(process.env.REPLAY_DATA, "utf8")));
const { data, ways, letters } = run;
const END = data.end_s;
const MOMENTS = Array.from({ length: 400 }, (_, i) => (END * i) / 399);
const SPEEDS = Replay.SPEEDS;
const OWN = SPEEDS[1];

function named(name) {
  const letter = Replay.letterCalled(run, name);
  assert.ok(letter >= 0);
  return letter;
}

test("a picture depends on the moment alone, not on what was looked at before", () => {
  for (const speed of SPEEDS) {
    const first = MOMENTS.map((at_s) => Replay.pictureAt(run, Replay.timing(run, speed), at_s));
    const seen = Replay.timing(run, speed);
    const again = MOMENTS.slice().reverse().map((at_s) => Replay.pictureAt(run, seen, at_s)).reverse();
    assert.deepStrictEqual(first, again);
  }
});

test("playing to a moment comes to the same picture as going there at once", () => {
  const seen = Replay.timing(run, OWN);
  let at_s = 0;
  for (let frame = 0; frame < 2000; frame++) {
    at_s = Replay.momentOf(run, OWN, Replay.lookedAt(run, OWN, at_s) + 1 / 60);
    if (frame % 250) continue;
    const there = Replay.momentOf(run, OWN, (frame + 1) / 60);
    assert.ok(Math.abs(at_s - there) < 1e-6);
    assert.deepStrictEqual(
      Replay.pictureAt(run, seen, at_s).movers.map((mover) => [mover.way, Math.round(mover.x), mover.look]),
      Replay.pictureAt(run, seen, there).movers.map((mover) => [mover.way, Math.round(mover.x), mover.look]));
  }
});

test("seconds of looking and moments of the run are each other's inverse", () => {
  for (const speed of SPEEDS) {
    let before = -1;
    for (const at_s of MOMENTS) {
      const looked = Replay.lookedAt(run, speed, at_s);
      assert.ok(looked >= before);
      before = looked;
      assert.ok(Math.abs(Replay.momentOf(run, speed, looked) - at_s) < 1e-6, `${at_s}`);
    }
  }
  assert.ok(Math.abs(Replay.lookedAt(run, OWN, END) - 90) < 1e-9);
});

test("a way takes as long as it took, and never less than the eye needs", () => {
  const real = Replay.SPEEDS.find((speed) => !speed.own && speed.times === 1), seen = Replay.timing(run, real);
  let slow = 0;
  for (let way = 0; way < ways.count; way++) {
    assert.ok(seen.to[way] - seen.from[way] > 0.4);
    assert.ok(seen.from[way] >= ways.from_s[way] - 1e-9);
    if (ways.kind[way] === Replay.DRIVING && ways.to_s[way] - ways.from_s[way] > 5) {
      slow++;
      assert.ok(seen.to[way] >= ways.to_s[way] - 1e-9);
    }
  }
  assert.ok(slow > 5);
});

test("no letter is in two places, but for readers who share it", () => {
  const seen = Replay.timing(run, OWN);
  for (const at_s of MOMENTS) {
    const moving = Replay.pictureAt(run, seen, at_s).movers.filter((mover) => ways.kind[mover.way] !== Replay.FETCHING);
    assert.strictEqual(new Set(moving.map((mover) => mover.letter)).size, moving.length);
  }
});

test("letters keep to their roads", () => {
  const seen = Replay.timing(run, OWN);
  let looked = 0;
  for (const at_s of MOMENTS) {
    for (const mover of Replay.pictureAt(run, seen, at_s).movers) {
      if (ways.kind[mover.way] === Replay.POSTED) continue;
      const road = data.map.roads[ways.road[mover.way]], from = data.map.spots[road.from], to = data.map.spots[road.to];
      assert.ok(mover.x >= from.x - 1 && mover.x <= to.x + 1);
      assert.ok(mover.y >= Math.min(from.y, to.y) - 30 && mover.y <= Math.max(from.y, to.y) + 30);
      looked++;
    }
  }
  assert.ok(looked > 200);
});

test("who is put off comes back, who is taken does not, and a van waits at a counter where nobody is", () => {
  const seen = Replay.timing(run, OWN), looks = { [Replay.TAKEN]: new Set(), [Replay.LATER]: new Set(), [Replay.NEVER]: new Set() };
  for (let way = 0; way < ways.count; way++) {
    if (ways.kind[way] !== Replay.DRIVING) continue;
    for (const share of [0.1, 0.5, 0.75, 0.99]) {
      const at_s = Replay.momentOf(run, OWN, seen.from[way] + share * (seen.to[way] - seen.from[way]));
      const mover = Replay.pictureAt(run, seen, at_s).movers.find((one) => one.way === way);
      if (mover) looks[ways.answer[way]].add(mover.look);
    }
  }
  assert.ok(looks[Replay.LATER].has("later") && !looks[Replay.LATER].has("never"));
  assert.ok(looks[Replay.NEVER].has("never") && !looks[Replay.NEVER].has("later"));
  assert.ok(!looks[Replay.TAKEN].has("later") && !looks[Replay.TAKEN].has("never"));
  const real = Replay.timing(run, SPEEDS[3]), shut = Replay.pictureAt(run, real, 75).movers;
  assert.ok(shut.some((mover) => mover.look === "waits"));
});

test("counts rise to those of the tables and queues never hold less than nothing", () => {
  const seen = Replay.timing(run, OWN);
  let before = null;
  for (const at_s of MOMENTS) {
    const picture = Replay.pictureAt(run, seen, at_s);
    for (const lengths of Object.values(picture.queues)) assert.ok(lengths.every((length) => length >= 0));
    if (before) picture.arrived.forEach((count, place) => assert.ok(count >= before.arrived[place]));
    before = picture;
  }
  const there = Array.from(letters.delivered).filter((at_s) => at_s <= END).length;
  assert.strictEqual(before.arrived.reduce((sum, count) => sum + count, 0), there);
});

test("steps go from event to event, there and back", () => {
  const forth = [];
  for (let at_s = 0; at_s < END; forth.push(at_s)) at_s = Replay.eventFrom(run, at_s, 1);
  const times = [...new Set(data.events.map((event) => event[0]))].filter((at_s) => at_s > 0);
  assert.deepStrictEqual(forth, times);
  const back = [];
  for (let at_s = END; at_s > 0; ) {
    at_s = Replay.eventFrom(run, at_s, -1);
    if (at_s > 0) back.push(at_s);
  }
  assert.deepStrictEqual(back.reverse(), times.slice(0, -1));
});

test("weather is there while it lasts, and not before or after", () => {
  const seen = Replay.timing(run, OWN);
  data.incidents.forEach((one, index) => {
    const has = (at_s) => Replay.pictureAt(run, seen, at_s).incidents.includes(index);
    assert.ok(!has(one.from_s - 0.01) && has(one.from_s) && has(one.to_s - 0.01) && !has(one.to_s));
  });
});

test("a letter that is followed tells what it met, and no more than it has met", () => {
  const letter = data.named.slowest, all = Replay.linesOf(run, letter, END);
  const delivered = letters.delivered[letter];
  assert.strictEqual(all[0].key, "handed_in");
  assert.ok(all.some((line) => line.key === "outcome.inbox" && Math.abs(line.at_s - delivered) < 60));
  const half = Replay.linesOf(run, letter, delivered / 2);
  assert.deepStrictEqual(half, all.slice(0, half.length));
  assert.ok(half.length < all.length);
  const returned = Replay.linesOf(run, data.named.bounced, END).filter((line) => line.key === "answer");
  assert.deepStrictEqual(returned.map((line) => [line.reply, line.code]), [["reply.unknown_user", "550 5.1.1"]]);
});

test("the last answers of a place are those that ended there, the latest first", () => {
  const spot = run.spots.get("hosts.office.mx"), ended = Replay.lastAt(run, spot, 600, 100);
  assert.strictEqual(ended.length, 44);
  for (let i = 1; i < ended.length; i++) assert.ok(ways.to_s[ended[i]] <= ways.to_s[ended[i - 1]]);
  assert.deepStrictEqual(Replay.lastAt(run, spot, 600, 6), ended.slice(0, 6));
  assert.deepStrictEqual(Replay.lastAt(run, spot, 0), []);
});

test("letters beyond those that move are shown only when they are followed", () => {
  const few = Replay.unpack({ ...data, letters: { ...data.letters, moving: 10 } }), seen = Replay.timing(few, OWN);
  const followed = 40;
  let met = 0;
  for (const at_s of MOMENTS) {
    assert.ok(Replay.pictureAt(few, seen, at_s).movers.every((mover) => mover.letter < 10));
    const shown = Replay.pictureAt(few, seen, at_s, followed).movers;
    assert.ok(shown.every((mover) => mover.letter < 10 || mover.letter === followed));
    met += shown.filter((mover) => mover.letter === followed).length;
  }
  assert.ok(met > 0);
});

test("a letter is found by its name", () => {
  assert.strictEqual(Replay.nameOf(run, named("notice/7")), "notice/7");
  assert.strictEqual(Replay.letterCalled(run, "notice/61"), -1);
});

test("the clock goes on over midnight and durations are said in both languages", () => {
  assert.strictEqual(Replay.clockOf(run, 0), "23:50:00");
  assert.strictEqual(Replay.clockOf(run, 75.25, true), "23:51:15.250");
  assert.strictEqual(Replay.clockOf(run, 601), "09-02 00:00:01");
  assert.deepStrictEqual([0.0123, 5, 90, 5400, 172800].map((s) => Replay.lastingOf(s, "en")), ["12.3 ms", "5 s", "1.5 min", "1.5 h", "2 d"]);
  assert.strictEqual(Replay.lastingOf(90, "ja"), "1.5分");
});
