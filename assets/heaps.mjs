// Lets pebbles fall until they lie still, once, and writes where they came to rest: facilitator/web/heaps.json.
// No page ever runs physics; the same count always gives the same heap.
//
//   npm install --prefix SOMEWHERE matter-js@0.20.0
//   NODE_PATH=SOMEWHERE/node_modules node assets/heaps.mjs
//
// A stone is [shape, x, y, angle, size, mark, shade]. Heaps measure in stone sizes, ground at y = 0, up is negative.
// The jar measures in its own drawing, 460 wide and 640 high. Marks: 0 plain, 1 specks, 2 vein, 3 band.
import { createRequire } from 'node:module'
import { writeFileSync } from 'node:fs'

const Matter = createRequire(import.meta.url)('matter-js') // require listens to NODE_PATH, import does not
const { Engine, Bodies, Body, Composite, Vertices } = Matter
const POINTS = 16
Matter.Common.logLevel = 0 // a slightly hollow outline falls as its hull, which is what we want
const PX = 43 // the engine likes bodies of tens of pixels
const TICK = 1000 / 60
const MARKS = [0, 1, 2, 1, 0, 3]

const round = (n, digits) => Number(n.toFixed(digits))

function dice(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** A squashed circle with slow waves, lying around its own middle. */
function outline(seed) {
  const roll = dice(seed * 7919)
  const [two, three] = [roll() * 2 * Math.PI, roll() * 2 * Math.PI]
  const [low, high] = [0.03 + roll() * 0.03, 0.025 + roll() * 0.035]
  const [flat, blunt] = [0.66 + roll() * 0.2, 2.2 + roll() * 0.5]
  const points = Array.from({ length: POINTS }, (_, i) => {
    const t = (i / POINTS) * 2 * Math.PI
    const [c, s] = [Math.cos(t), Math.sin(t)]
    const square = (Math.abs(c) ** blunt + Math.abs(s) ** blunt) ** (-1 / blunt)
    const wave = 1 + low * Math.cos(2 * t + two) + high * Math.cos(3 * t + three) + 0.012 * Math.cos(5 * t + two)
    return { x: c * square * wave, y: s * square * wave * flat }
  })
  const middle = Vertices.centre(Vertices.hull(points.map((p) => ({ ...p }))))
  return points.map((p) => ({ x: round(p.x - middle.x, 4), y: round(p.y - middle.y, 4) }))
}
const SHAPES = [3, 5, 11, 14, 18, 23, 29, 31].map(outline)

function body(stone, scale, options) {
  const made = Bodies.fromVertices(0, 0, [SHAPES[stone.shape].map((p) => ({ x: p.x * stone.size * scale, y: p.y * stone.size * scale }))], {
    restitution: 0, density: 0.004, slop: 0.02, friction: 0.7, frictionStatic: 1.5, ...options,
  })
  Body.setPosition(made, { x: stone.x * scale, y: stone.y * scale })
  Body.setAngle(made, stone.angle)
  return made
}

function world(...things) {
  const engine = Engine.create({ positionIterations: 12, velocityIterations: 10 })
  Composite.add(engine.world, things)
  return engine
}
const ground = () => Bodies.rectangle(0, 200, 6000, 400, { isStatic: true, friction: 5, frictionStatic: 4 })

const ring = (stone) => {
  const [c, s] = [Math.cos(stone.angle) * stone.size, Math.sin(stone.angle) * stone.size]
  return SHAPES[stone.shape].map((p) => ({ x: stone.x + p.x * c - p.y * s, y: stone.y + p.x * s + p.y * c }))
}
const height = (stones) => -Math.min(...stones.flatMap(ring).map((p) => p.y))
const reach = (stones) => { const xs = stones.flatMap(ring).map((p) => p.x); return [Math.min(...xs), Math.max(...xs)] }
const gap = (a, b) => { let least = Infinity; for (const p of ring(a)) for (const q of ring(b)) least = Math.min(least, Math.hypot(p.x - q.x, p.y - q.y)); return least }

/** How much of the heap is stone and not air, seen as one shape. */
function fullness(stones) {
  const area = (points) => Vertices.area(points.map((p) => ({ ...p })), false)
  return stones.reduce((sum, stone) => sum + area(ring(stone)), 0) / area(Vertices.hull(stones.flatMap(ring)))
}

/** One stone falls on stones that already lie still. Nothing when it does not come to rest in time. */
function fall(stone, engine, from) {
  const falling = body({ ...stone, y: -from - 1.4 }, PX)
  Composite.add(engine.world, falling)
  let calm = 0
  for (let tick = 0; tick < 200 && calm < 10; tick++) {
    Engine.update(engine, TICK)
    calm = falling.speed < 0.04 && falling.angularSpeed < 0.002 ? calm + 1 : 0
  }
  Composite.remove(engine.world, falling)
  return calm < 10 ? null : { ...stone, x: falling.position.x / PX, y: falling.position.y / PX, angle: falling.angle }
}

/** Everything may move at once: does the heap stand by itself? Gives the heap as it then lies. */
function wake(stones, ticks = 240) {
  const bodies = stones.map((stone) => body(stone, PX, { friction: 5, frictionStatic: 8 }))
  const engine = world(ground(), ...bodies)
  for (let tick = 0; tick < ticks; tick++) Engine.update(engine, TICK)
  return stones.map((stone, i) => ({ ...stone, x: bodies[i].position.x / PX, y: bodies[i].position.y / PX, angle: bodies[i].angle }))
}

function thrown(roll, half, tilt, vary) {
  return {
    shape: Math.floor(roll() * SHAPES.length), size: 1 - vary + roll() * 2 * vary, angle: (roll() - 0.5) * tilt, x: (roll() * 2 - 1) * half, y: 0,
    mark: MARKS[Math.floor(roll() * MARKS.length)], shade: Math.floor(roll() * 5),
  }
}

/** How badly a stone lies: above the dome, outside the base, on its side, or with air beside it. */
function blame(stone, lying, half, tall) {
  const top = height([stone])
  const [left, right] = reach([stone])
  const dome = tall * (1 - (stone.x / (half * 1.12)) ** 2)
  const outside = Math.max(0, right - half, -half - left)
  const nearest = lying.map((other) => gap(stone, other)).sort((a, b) => a - b)
  const air = (nearest[0] ?? 0) + 0.35 * Math.min(1.5, nearest[1] ?? 0)
  return top - dome + outside * 9 + air * 1.1 + Math.abs(Math.sin(stone.angle)) * 0.55
}

/** The best of many falls. */
function add(lying, roll, half, tall, falls, vary) {
  const engine = world(ground(), ...lying.map((stone) => body(stone, PX, { isStatic: true })))
  const from = lying.length ? height(lying) : 0
  let best = null
  let least = Infinity
  for (let i = 0; i < falls || !best; i++) {
    const rested = fall(thrown(roll, half * 0.9, 1, vary), engine, from)
    const bad = rested ? blame(rested, lying, half, tall) : Infinity
    if (bad < least) [best, least] = [rested, bad]
  }
  return best
}

const middled = (stones) => { const [left, right] = reach(stones); return stones.map((s) => ({ ...s, x: s.x - (left + right) / 2 })) }

/** Heaps of one choice, half as wide as 1.12 root n so that area follows the count, each with how badly it lies. */
function heaps(count, tries) {
  const half = Math.max(count === 1 ? 1.05 : 2.02, 1.12 * Math.sqrt(count))
  const tall = 1.45 * Math.sqrt(count)
  return Array.from({ length: tries }, (_, seed) => {
    const roll = dice(count * 1009 + seed * 37)
    let stones = []
    while (stones.length < count) stones = [...stones, add(stones, roll, half, tall, 30, 0.14)]
    const woken = middled(wake(stones))
    const moved = Math.max(...woken.map((s, i) => Math.hypot(s.x - stones[i].x, s.y - stones[i].y)))
    const [left, right] = reach(woken)
    const peak = woken.reduce((a, b) => (a.y < b.y ? a : b))
    const upright = woken.reduce((sum, s) => sum + Math.abs(Math.sin(s.angle)), 0) / count
    const size = Math.abs(height(woken) - tall) + Math.abs((right - left) / 2 - half)
    const lean = Math.abs(peak.x) / Math.sqrt(count)
    return { stones: woken, high: round(height(woken), 2), bad: size * 1.5 + moved * 0.4 + lean * 0.6 + upright - fullness(woken) * 7 }
  })
}

/** One heap for every count, the fairest set of all in which a larger count is never lower. */
function table(most, tries) {
  let ends = [{ high: 0, bad: 0, chain: [] }]
  for (let count = 1; count <= most; count++) {
    const next = heaps(count, tries).flatMap((one) => {
      const under = ends.filter((end) => end.high + 0.02 <= one.high).sort((a, b) => a.bad - b.bad)[0]
      return under ? [{ high: one.high, bad: under.bad + one.bad, chain: [...under.chain, one.stones] }] : []
    })
    if (!next.length) throw new Error(`no heap of ${count} is high enough`)
    ends = next
  }
  return ends.sort((a, b) => a.bad - b.bad)[0].chain
}

/** The lobby, low and wide: stones lie where they fell, so the first n are a heap of their own. */
function lobby(most) {
  const roll = dice(12)
  let stones = []
  while (stones.length < most) {
    const n = stones.length + 1
    stones = [...stones, add(stones, roll, Math.max(1.05, 1.7 * Math.sqrt(n)), 0.9 * Math.sqrt(n), 60, 0.16)]
  }
  return stones
}

const STONE = 33

/** The jar fills once; each level is how it lay when that many were in. */
function jar(levels) {
  const roll = dice(6)
  const glass = { isStatic: true, friction: 0.3 }
  const walls = [[230, 642, 600, 80, 0], [26, 300, 60, 1100, 0], [434, 300, 60, 1100, 0], [62, 596, 60, 40, 0.8], [398, 596, 60, 40, -0.8],
    [36, 132, 120, 60, -0.9], [424, 132, 120, 60, 0.9]]
  const engine = world(...walls.map(([x, y, w, h, angle]) => Bodies.rectangle(x, y, w, h, { ...glass, angle })))
  const stones = []
  const bodies = []
  return levels.map((count) => {
    while (stones.length < count) {
      const stone = { ...thrown(roll, 1, 0.9, 0.2), x: 150 + roll() * 160, y: -80 }
      stones.push(stone)
      bodies.push(body({ ...stone, size: stone.size * STONE }, 1, { friction: 0.5 }))
      Composite.add(engine.world, bodies.at(-1))
      for (let tick = 0; tick < 45; tick++) Engine.update(engine, TICK)
    }
    for (let tick = 0; tick < 400; tick++) Engine.update(engine, TICK)
    return stones.map((s, i) => ({ ...s, size: s.size * STONE, x: bodies[i].position.x, y: bodies[i].position.y, angle: bodies[i].angle }))
  })
}

// A body may come from the hull of its outline; Matter turns about the middle of mass, as our outlines do.
const row = (digits) => (s) => [s.shape, round(s.x, digits), round(s.y, digits), round(s.angle, 3), round(s.size, digits), s.mark, s.shade]
const chosen = table(15, 60)
chosen.forEach((stones, i) => {
  if (i && height(stones) < height(chosen[i - 1])) throw new Error(`heap ${i + 1} is lower than heap ${i}`)
  const [left, right] = reach(stones)
  console.log(`${i + 1} stones: half ${((right - left) / 2).toFixed(2)}, high ${height(stones).toFixed(2)}`)
})
const lines = (list) => `[\n    ${list.map((one) => JSON.stringify(one)).join(',\n    ')}\n  ]`
const JAR = [0, 6, 15, 25, 34, 42]
writeFileSync(new URL('../facilitator/web/heaps.json', import.meta.url), `{
  "outlines": ${lines(SHAPES.map((points) => points.map((p) => [round(p.x, 3), round(p.y, 3)])))},
  "heaps": ${lines(chosen.map((stones) => stones.map(row(2))))},
  "lobby": ${lines(lobby(24).map(row(2)))},
  "jar": ${lines(jar(JAR).map((stones) => stones.map(row(1))))}
}
`)
