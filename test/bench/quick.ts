import { evaluateMultipliers, unifiedMargin } from '@plimsoll/risk'
import { liveMargin } from '@plimsoll/risk/live'
import { NOW_MS } from '../risk/toyWorld.js'
import { MARKET } from '../risk/unifiedWorld.js'
import { HUNDRED_POSITIONS, MODULES } from './livePortfolio.js'

const legs = HUNDRED_POSITIONS.accounts.reduce((n, a) => n + a.legs.length, 0)
console.log('legs', legs)
const t = (name: string, n: number, f: () => void) => {
  for (let i = 0; i < n; i++) f()
  let best = Infinity
  for (let r = 0; r < 15; r++) {
    const s = performance.now()
    for (let i = 0; i < n; i++) f()
    best = Math.min(best, (performance.now() - s) / n)
  }
  console.log(name, best.toFixed(4), 'ms')
}
t('unifiedMargin', 5, () => unifiedMargin(HUNDRED_POSITIONS, MARKET, { nowMs: NOW_MS }))
t('compile', 5, () => liveMargin(HUNDRED_POSITIONS, MARKET, { modules: MODULES, nowMs: NOW_MS }))
const live = liveMargin(HUNDRED_POSITIONS, MARKET, { modules: MODULES, nowMs: NOW_MS })
console.log(live.unknown, live.requirement(), live.healths)
const a = Float64Array.from(live.prices),
  b = a.map((p, i) => (live.marks[i]!.includes('usdc') ? p : p * 1.001))
let flip = false
const eth = a.slice()
for (const [i, m] of live.marks.entries())
  if (/weth|wsteth|ethIndex/.test(m)) eth[i] = a[i]! * 1.001
t('tick all', 50, () => {
  flip = !flip
  live.tick(flip ? b : a, NOW_MS)
})
t('tick eth', 50, () => {
  flip = !flip
  live.tick(flip ? eth : a, NOW_MS)
})
t('all', 50, () => {
  flip = !flip
  live.tick(flip ? b : a, NOW_MS)
  live.requirement()
  live.sensitivities()
})
const before = process.memoryUsage().heapUsed
for (let i = 0; i < 1000; i++) {
  flip = !flip
  live.tick(flip ? b : a, NOW_MS)
}
console.log('bytes per tick', (process.memoryUsage().heapUsed - before) / 1000)

import { compile } from '@plimsoll/risk'
import { compileLive } from '../../packages/risk/src/live/compileLive.js'
import { gridOfBook, requoteBook } from '../../packages/risk/src/live/liveBook.js'
import { evaluateRow } from '../../packages/risk/src/program/evaluate.js'

const program = compile(HUNDRED_POSITIONS, { modules: MODULES, at: NOW_MS / 1000 })
const mult = new Float64Array(program.marks.length + 1).fill(1)
const out = new Float64Array(program.accounts.length)
for (const [row, { id }] of program.accounts.entries())
  t(id, 500, () => evaluateRow(program, row, mult, out))
const lp = compileLive(HUNDRED_POSITIONS, MARKET, {
  modules: MODULES,
  nowMs: NOW_MS,
  spots: [...live.spots],
  given: {},
})
for (const b of lp.books) {
  t('grid ' + b.factor, 200, () => gridOfBook(b))
  t('requote ' + b.factor, 200, () => requoteBook(b, lp.sources.price, lp.legs.worth))
}
