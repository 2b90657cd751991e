import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Portfolio } from '@plimsoll/model'
import { toNumber } from '@plimsoll/model'
import type { ScenarioSet } from '@plimsoll/risk/scenarios'
import type { PathSimulation } from '@plimsoll/risk/score'
import { lending } from '../risk/toyModules.js'
import { BTC, ETH, NOW, NOW_MS, PRICES } from '../risk/toyWorld.js'
import { MARKET } from '../risk/unifiedWorld.js'
import { HELD_PRICES, heldMark, heldPortfolio, movedReserves, summarise } from './aaveAccount.js'
import {
  calibrate,
  grid,
  live,
  random,
  risk,
  scenarios,
  score,
  sweep,
  tail,
  unified,
} from './builtRisk.js'
import { compileC } from './compiler.js'
import { GRID, gridBook } from './gridBook.js'
import { leastTimes, SLACK, say, timed } from './interleave.js'
import { startLineProcess } from './lineProcess.js'
import { HUNDRED_POSITIONS, MODULES } from './livePortfolio.js'
import { textbookGrid } from './textbook.js'

/** One bar: what was measured, and the most that it may be. */
type Bar = { readonly name: string; readonly measured: number; readonly most: number }

const OPTIONS = 50
/** A textbook valuation on the machine on which 2 ms and 0.2 ms were asked for, in ms. */
const TEXTBOOK_MS = 112e-6

/** The live margin of a hundred positions, and two sets of prices that a tick may alternate between. */
export function hundredLive(portfolio: Portfolio = HUNDRED_POSITIONS) {
  const margin = live.liveMargin(portfolio, MARKET, { modules: MODULES, nowMs: NOW_MS })
  const before = Float64Array.from(margin.prices)
  const after = before.map((price, index) =>
    margin.marks[index]?.endsWith('usdc') === true ? price : price * 1.001,
  )
  let isAfter = false
  const tick = () => {
    isAfter = !isAfter
    margin.tick(isAfter ? after : before, NOW_MS)
  }
  return { margin, tick }
}

/**
 * Report, grid and native healths of 100 positions, and a tick of all prices, against the grid of their
 * options alone by a textbook kernel: 2 ms and 0.2 ms as shares of it on the machine of reference.
 */
async function liveBars(rounds: number): Promise<readonly Bar[]> {
  const { margin, tick } = hundredLive()
  const { book, volatilities } = gridBook(OPTIONS)
  const cells = GRID.columns * GRID.spots.length
  const out = new Float64Array(cells)
  const least = await leastTimes(rounds, {
    report: timed(20, () => {
      for (let count = 0; count < 20; count++) {
        tick()
        margin.requirement()
        margin.sensitivities()
      }
    }),
    tick: timed(20, () => {
      for (let count = 0; count < 20; count++) tick()
    }),
    compile: timed(1, () => {
      live.liveMargin(HUNDRED_POSITIONS, MARKET, { modules: MODULES, nowMs: NOW_MS })
    }),
    unified: timed(1, () => {
      unified.unifiedMargin(HUNDRED_POSITIONS, MARKET, { nowMs: NOW_MS })
    }),
    textbook: timed(4, () => {
      for (let count = 0; count < 4; count++) textbookGrid(book, volatilities, GRID.spots, out)
    }),
  })
  const ms = (time: number) => (time / 1e6).toFixed(3)
  const grid = OPTIONS * cells * TEXTBOOK_MS
  say(
    `live margin, 100 positions: all numbers ${ms(least.report)} ms, a tick of every price ${ms(least.tick)} ms; ratio to the textbook's grid (${ms(least.textbook)} ms) ${(least.report / least.textbook).toFixed(2)} and ${(least.tick / least.textbook).toFixed(3)}`,
  )
  say(`live margin: compile ${ms(least.compile)} ms; unifiedMargin ${ms(least.unified)} ms`)
  return [
    { name: 'all numbers', measured: least.report / least.textbook, most: 2 / grid },
    { name: 'a tick', measured: least.tick / least.textbook, most: 0.2 / grid },
  ]
}

const PRICE_SCENARIOS = 1000

/** The account with nine positions under scenarios of price, by evaluateScenarios. */
export function nineUnderScenarios() {
  const program = risk.compile(heldPortfolio(), { modules: [lending], at: NOW })
  const stride = program.marks.length + 1
  const place = HELD_PRICES.map((_, at) => program.marks.findIndex(({ id }) => id === heldMark(at)))
  const scenarios = Array.from({ length: PRICE_SCENARIOS }, (_, scenario) =>
    HELD_PRICES.map((price, at) =>
      Math.round(price * (0.6 + (((scenario * 9 + at) * 7919) % 1000) / 1250)),
    ),
  )
  const multipliers = new Float64Array(PRICE_SCENARIOS * stride).fill(1)
  for (const [scenario, prices] of scenarios.entries()) {
    for (const [at, price] of prices.entries()) {
      multipliers[scenario * stride + (place[at] ?? 0)] = price / (HELD_PRICES[at] ?? NaN)
    }
  }
  const out = new Float64Array(PRICE_SCENARIOS)
  return { scenarios, out, run: () => risk.evaluateScenarios(program, 0, multipliers, out) }
}

/** Largest relative difference of a health factor from that of `formatUserSummary`. */
export function healthDifference(scenarios: number): number {
  const nine = nineUnderScenarios()
  nine.run()
  return nine.scenarios.slice(0, scenarios).reduce((worst, prices, scenario) => {
    const peer = summarise(movedReserves(prices))
    return Math.max(worst, Math.abs((nine.out[scenario] ?? NaN) / peer - 1))
  }, 0)
}

/** Health under 1,000 price scenarios against `formatUserSummary` of sixty reserves, a scenario. */
async function healthBars(rounds: number): Promise<readonly Bar[]> {
  const nine = nineUnderScenarios()
  const reserves = movedReserves(HELD_PRICES)
  const repeats = 20
  const least = await leastTimes(rounds, {
    compiled: timed(repeats * PRICE_SCENARIOS, () => {
      for (let count = 0; count < repeats; count++) nine.run()
    }),
    peer: timed(1, () => {
      summarise(reserves)
    }),
  })
  const ratio = least.peer / least.compiled
  say(
    `native health: ${least.compiled.toFixed(1)} ns a price scenario, @aave/math-utils formatUserSummary ${(least.peer / 1e6).toFixed(2)} ms; ratio ${ratio.toFixed(0)}`,
  )
  return [{ name: '100,000 × ours ÷ peer', measured: 1e5 / ratio, most: 1 }]
}

const SCENARIOS = 10_000

/** The options of the hundred positions as a book of their own. */
function bookOfOptions() {
  const legs = HUNDRED_POSITIONS.accounts.flatMap((each) =>
    each.legs.flatMap((leg) => (leg.kind === 'option' ? [leg] : [])),
  )
  const book = grid.emptyOptionBook(legs.length)
  for (const [option, { right, size, strike, expiry }] of legs.entries()) {
    book.call[option] = right === 'call' ? 1 : 0
    book.size[option] = toNumber(size)
    book.strike[option] = toNumber(strike)
    book.forward[option] = Number(PRICES.ethIndex)
    book.years[option] = (expiry - NOW) / (365 * 86_400)
  }
  const volatilities = Float64Array.from(legs, (leg) => leg.impliedVolatility ?? NaN)
  return { book, volatilities }
}

/** Moves of two spot factors, the same on every run. */
function scenarioSet(): ScenarioSet {
  const factors = [BTC, ETH]
  const numbers = random.counterRandom(7)
  const moves = new Float64Array(SCENARIOS * factors.length)
  numbers.normals(0, 0, moves)
  return {
    kind: 'monte-carlo',
    label: 'bench',
    source: 'bench',
    horizonDays: 1,
    factors,
    count: SCENARIOS,
    moves: moves.map((move) => Math.exp(0.04 * move) - 1),
    weights: new Float64Array(SCENARIOS).fill(1 / SCENARIOS),
    names: null,
  }
}

/**
 * VaR and ES by full reprice in 10,000 scenarios, against its valuations alone: the same options at the
 * same moves, in the same order, by the kernel of the stress grids.
 */
async function repriceBars(rounds: number): Promise<readonly Bar[]> {
  const options = { market: MARKET, nowMs: NOW_MS, closingCost: null }
  const spots = scenarioSet()
  const { book, volatilities } = bookOfOptions()
  const moves = spots.moves.filter((_, at) => at % spots.factors.length === 1)
  const shocks = grid.stressGrid(
    Array.from(moves, (move) => 1 + move),
    1,
  )
  const out = new Float64Array(SCENARIOS)
  const least = await leastTimes(rounds, {
    spots: timed(1, () => {
      scenarios.tailReport(HUNDRED_POSITIONS, spots, options)
    }),
    kernel: timed(OPTIONS * SCENARIOS, () => grid.gridProfits(book, volatilities, shocks, out)),
  })
  const valuations = SCENARIOS * OPTIONS * least.kernel
  say(
    `VaR and ES by full reprice, ${SCENARIOS} scenarios × 100 positions: ${(least.spots / 1e6).toFixed(2)} ms; ${OPTIONS * SCENARIOS} valuations × ${least.kernel.toFixed(1)} ns are ${(valuations / 1e6).toFixed(2)} ms; ratio ${(least.spots / valuations).toFixed(2)}`,
  )
  return [{ name: 'full reprice', measured: least.spots / valuations, most: 1.5 }]
}

const STEPS_PER_DAY = 12

/** Paths of the loans and perps among the hundred positions, every step looked at but in a ball of `distance`. */
export function pathsOf(
  paths: number,
  { horizonDays, distance }: { readonly horizonDays: number; readonly distance: number },
) {
  const program = risk.compile(HUNDRED_POSITIONS, { modules: MODULES, at: NOW })
  const simulation: PathSimulation = {
    program,
    model: calibrate.factorModel(MARKET, [BTC, ETH]),
    accounts: program.accounts.flatMap(({ id }, row) =>
      /lending|perps/.test(id) ? [{ row, horizonDays, distance }] : [],
    ),
    seed: 1,
    stepsPerDay: STEPS_PER_DAY,
    degreesOfFreedom: 4,
    sampling: distance > 0 ? 'importance' : 'plain',
  }
  return {
    accounts: simulation.accounts.length,
    steps: paths * horizonDays * STEPS_PER_DAY,
    run: () => score.simulatePaths(simulation, 0, paths),
  }
}

/** What the paths of a score take, in a line of its own; there is no bar. */
export function sayPaths(): void {
  const day = { horizonDays: 1, distance: 0 }
  pathsOf(2_000, day).run()
  const { run, steps, accounts } = pathsOf(40_000, day)
  const start = performance.now()
  run()
  const ms = performance.now() - start
  say(
    `path score: ${accounts} accounts, 40,000 paths of ${STEPS_PER_DAY} steps, every step looked at: ${ms.toFixed(0)} ms, ${((ms * 1e6) / steps).toFixed(0)} ns a step`,
  )
}

const FACTORS = 20
const TAIL_LEVEL = 0.975
const TAIL = 250

/** Folded exposures and moves by the formulas of `limitArrays.c` and `fold.py`. */
export function foldedBook() {
  const moves = Float64Array.from(
    { length: SCENARIOS * FACTORS },
    (_, at) => 0.1 * (((at * 7919) % 100_003) / 100_003 - 0.5),
  )
  const exposures = Float64Array.from(
    { length: FACTORS },
    (_, factor) => 1000 * (((factor * 13) % 29) - 14),
  )
  const losses = new Float64Array(SCENARIOS)
  const scratch = new Float64Array(SCENARIOS)
  return {
    fold: () => live.foldedLosses(exposures, moves, losses),
    shortfall: () =>
      tail.historicalTail(live.foldedLosses(exposures, moves, losses), TAIL_LEVEL, scratch)
        .expectedShortfall,
  }
}

/** numpy where there is one, else C: by the same formulas, on one thread. */
function foldPeer(): { name: string; command: string; args: string[]; folder?: string } | string {
  const shape = [SCENARIOS, FACTORS, TAIL].map(String)
  const found = spawnSync('python3', ['-c', 'import numpy; print(numpy.__version__)'], {
    encoding: 'utf8',
  })
  if (found.status === 0) {
    const script = fileURLToPath(new URL('fold.py', import.meta.url))
    const name = `numpy ${found.stdout.trim()}`
    return { name, command: 'env', args: ['OPENBLAS_NUM_THREADS=1', 'python3', script, ...shape] }
  }
  const compiled = compileC('limitArrays.c')
  if ('unavailable' in compiled) return `no numpy, and ${compiled.unavailable}`
  const { program, folder } = compiled
  return { name: 'C (no numpy here)', command: program, args: ['fold', ...shape], folder }
}

/** VaR and ES of folded exposures, 10,000 scenarios × 20 factors, against numpy or C. */
async function foldBars(rounds: number): Promise<readonly Bar[]> {
  const peer = foldPeer()
  if (typeof peer === 'string') {
    say(`VaR and ES folded: not compared: ${peer}`)
    return []
  }
  const { name, command, args, folder } = peer
  const { shortfall } = foldedBook()
  const process = startLineProcess(command, args)
  const repeats = 10
  const least = await leastTimes(rounds, {
    ours: timed(repeats, () => {
      for (let count = 0; count < repeats; count++) shortfall()
    }),
    peer: process.round,
  })
  const [expected = NaN] = await process.end(1)
  if (folder !== undefined) rmSync(folder, { recursive: true })
  say(
    `VaR and ES folded, ${SCENARIOS} × ${FACTORS}: ${(least.ours / 1e6).toFixed(3)} ms, ${name} ${(least.peer / 1e6).toFixed(3)} ms; ratio ${(least.ours / least.peer).toFixed(2)}`,
  )
  return [
    { name: 'fold', measured: least.ours / least.peer, most: 4 },
    { name: 'difference of the shortfall', measured: off(shortfall(), expected), most: 1e-12 },
  ]
}

const off = (found: number, expected: number): number => Math.abs(found / expected - 1)

const ACCOUNTS = 1_000_000
const LEGS = 5
const ASSETS = 60

function hash(seed: number): number {
  let x = Math.imul(seed, 2_654_435_761)
  x ^= x >>> 15
  x = Math.imul(x, 2_246_822_519)
  return (x ^ (x >>> 13)) >>> 0
}

/** The population of `limitArrays.c`: collateral and debts in no order that a processor could foresee. */
export function population(accounts: number) {
  const offsets = new Uint32Array(accounts + 1)
  const assets = new Uint16Array(accounts * LEGS)
  const weights = new Float64Array(accounts * LEGS)
  for (let account = 0; account < accounts; account++) {
    offsets[account + 1] = (account + 1) * LEGS
    const held = 1 + (hash(account ^ 0xabcdef) % (LEGS - 1))
    for (let leg = 0; leg < LEGS; leg++) {
      const at = account * LEGS + leg
      assets[at] = hash(at) % ASSETS
      weights[at] = (0.5 + (hash(at + 0x9e37) % 1000) / 1000) * (leg < held ? 1 : -1)
    }
  }
  const prices = Float64Array.from({ length: ASSETS }, (_, asset) => 1 + asset)
  const out = new Float64Array(accounts)
  return { out, run: () => sweep.sweepHealths({ offsets, assets, weights }, prices, out) }
}

/** 1,000,000 accounts × 5 legs, all healths written, against C. */
async function sweepBars(rounds: number): Promise<readonly Bar[]> {
  const compiled = compileC('limitArrays.c')
  if ('unavailable' in compiled) {
    say(`sweep of ${ACCOUNTS} accounts: not compared with C: ${compiled.unavailable}`)
    return []
  }
  const { out, run } = population(ACCOUNTS)
  const process = startLineProcess(compiled.program, [
    'sweep',
    ...[ACCOUNTS, LEGS, ASSETS].map(String),
  ])
  const least = await leastTimes(rounds, { ours: timed(1, run), c: process.round })
  const [expected = NaN] = await process.end(1)
  rmSync(compiled.folder, { recursive: true })
  say(
    `sweep of ${ACCOUNTS} accounts × ${LEGS} legs: ${(least.ours / 1e6).toFixed(2)} ms, C ${(least.c / 1e6).toFixed(2)} ms; ratio ${(least.ours / least.c).toFixed(2)}`,
  )
  const sum = out.reduce((total, health) => total + health, 0)
  return [
    { name: 'sweep', measured: least.ours / least.c, most: 2.5 },
    { name: 'difference of the sum of healths', measured: off(sum, expected), most: 1e-12 },
  ]
}

/** Every bar, by what is measured; the rounds are those of a bench. */
export const BARS: readonly {
  readonly of: string
  readonly rounds: number
  readonly bars: (rounds: number) => Promise<readonly Bar[]>
}[] = [
  { of: 'a live margin of 100 positions', rounds: 81, bars: liveBars },
  { of: 'native health under price scenarios', rounds: 41, bars: healthBars },
  { of: 'a full reprice', rounds: 121, bars: repriceBars },
  { of: 'folded losses', rounds: 81, bars: foldBars },
  { of: 'a sweep of a million accounts', rounds: 41, bars: sweepBars },
]

/** Attempts on a machine that does something else besides: what is fast once is fast. */
const ATTEMPTS = 5

/** Bars that are not met with the slack of a busy machine, in words. */
export async function missedBars(
  bars: (rounds: number) => Promise<readonly Bar[]>,
  rounds: number,
): Promise<readonly string[]> {
  let missed: readonly string[] = []
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    missed = (await bars(rounds)).flatMap(({ name, measured, most }) =>
      measured <= most * SLACK ? [] : [`${name}: ${measured}, at most ${most}`],
    )
    if (missed.length === 0) return missed
  }
  return missed
}
