import type { FactorHistory, FactorId, MarginAccount, MarketState } from '@plimsoll/model'
import { MARKET_OBSERVATIONS_FORMAT } from '@plimsoll/model'
import { calibrateMarket } from '@plimsoll/risk/calibrate'
import { counterRandom } from '@plimsoll/risk/random'
import { assessRisk } from '@plimsoll/risk/score'
import { expect, it } from 'vitest'
import { MODULES } from './toyModules.js'
import {
  account,
  BTC,
  cash,
  collateral,
  debt,
  ETH,
  NOW_MS,
  PRICES,
  perp,
  portfolioOf,
} from './toyWorld.js'
import { MARKET } from './unifiedWorld.js'

const isDeep = process.env.PLIMSOLL_DEEP === '1'
const JUDGED = isDeep ? 400 : 10
const TRAINING = isDeep ? 2_000 : 100
const PATHS = isDeep ? 2_000 : 300

/**
 * The world: daily GARCH(1,1) on ether and bitcoin whose daily shocks are Student-t, with jumps that
 * strike both. Within a day the price walks from hour to hour, so that a fall that recovers still
 * liquidates. The score is told none of this: it sees 500 daily closes.
 */
const GENERATOR = {
  historyDays: 500,
  burnInDays: 100,
  /** Long-run daily standard deviation without jumps. */
  daily: [0.035, 0.028],
  reaction: 0.09,
  persistence: 0.88,
  degreesOfFreedom: 5,
  correlation: 0.75,
  /** Jumps a day; their log size in ether, and bitcoin's share of it. */
  jumpsADay: 0.03,
  jumpMean: -0.04,
  jumpDeviation: 0.05,
  jumpShare: 0.8,
} as const
const HORIZONS = [1, 3, 7] as const
const HOURS = 24
const LONGEST = 7
const DRAWS = 2
const BANDS = 10

/** Log prices of ether and bitcoin: at past closes, and after every hour that then comes. */
type World = {
  readonly closes: readonly (readonly [number, number])[]
  readonly hours: readonly (readonly [number, number])[]
}

function worldOf(seed: number, world: number): World {
  const { historyDays, burnInDays, correlation, degreesOfFreedom: ν } = GENERATOR
  const random = counterRandom(seed)
  const longRun = GENERATOR.daily.map((deviation) => deviation * deviation)
  const variance = [...longRun]
  const rest = Math.sqrt(1 - correlation * correlation)
  const chance = new Float64Array(2)
  const closes: [number, number][] = [[0, 0]]
  const hours: [number, number][] = []
  let now: [number, number] = [0, 0]
  const past = burnInDays + historyDays
  for (let day = 0; day < past + LONGEST; day++) {
    // A past day is one step, a day to come is twenty-four.
    const steps = day < past ? 1 : HOURS
    const normals = new Float64Array(ν + 1 + 2 * steps)
    random.normals(world, 2 * day, normals)
    random.uniforms(world, 2 * day + 1, chance)
    const square = normals.slice(0, ν).reduce((sum, z) => sum + z * z, 0)
    const scale = Math.sqrt((ν - 2) / square / steps)
    const jumpAt =
      (chance[0] ?? 1) < GENERATOR.jumpsADay ? Math.floor((chance[1] ?? 0) * steps) : -1
    const jump = GENERATOR.jumpMean + GENERATOR.jumpDeviation * (normals[ν] ?? 0)
    const opened = now
    for (let step = 0; step < steps; step++) {
      const first = normals[ν + 1 + 2 * step] ?? 0
      const second = correlation * first + rest * (normals[ν + 2 + 2 * step] ?? 0)
      const struck = step === jumpAt ? jump : 0
      now = [
        now[0] + scale * Math.sqrt(variance[0] ?? 0) * first + struck,
        now[1] + scale * Math.sqrt(variance[1] ?? 0) * second + GENERATOR.jumpShare * struck,
      ]
      if (day >= past) hours.push(now)
    }
    if (day < past) closes.push(now)
    for (const [asset, level] of longRun.entries()) {
      const move = (now[asset] ?? 0) - (opened[asset] ?? 0)
      variance[asset] =
        (1 - GENERATOR.reaction - GENERATOR.persistence) * level +
        GENERATOR.reaction * move * move +
        GENERATOR.persistence * (variance[asset] ?? 0)
    }
  }
  return { closes: closes.slice(burnInDays), hours }
}

/** An account with its health as a function of the relative prices of ether and bitcoin. */
type Case = {
  readonly kind: string
  readonly horizonDays: number
  readonly account: MarginAccount
  readonly healthAt: (eth: number, btc: number) => number
}

const THRESHOLDS = {
  averaged: false,
  thresholds: { 'collateral-weth': 8000, 'collateral-wbtc': 7500 },
}
const TIERS = { tiers: { 'perp-ethIndex': [[0, 500]] } }
const price = (name: keyof typeof PRICES) => Number(PRICES[name])
const lend = (id: string, legs: MarginAccount['legs']) =>
  account(id, 'toy-lending', legs, THRESHOLDS)

/** Accounts that are liquidated after an adverse log move of `buffer`, ten ether in size. */
const KINDS: {
  readonly [kind: string]: (id: string, buffer: number) => Omit<Case, 'kind' | 'horizonDays'>
} = {
  'loan on ether': (id, buffer) => ({
    account: lend(id, [
      collateral('weth', '10'),
      debt('usdc', (0.8 * 10 * price('weth') * Math.exp(-buffer)).toFixed(9)),
    ]),
    healthAt: (eth) => eth * Math.exp(buffer),
  }),
  'loan on both': (id, buffer) => ({
    account: lend(id, [
      collateral('weth', '5'),
      collateral('wbtc', '0.2'),
      debt('usdc', ((0.8 * 10_000 + 0.75 * 12_000) * Math.exp(-buffer)).toFixed(9)),
    ]),
    healthAt: (eth, btc) => ((8000 * eth + 9000 * btc) / 17_000) * Math.exp(buffer),
  }),
  'ether against bitcoin': (id, buffer) => ({
    account: lend(id, [
      collateral('weth', '10'),
      debt('wbtc', ((16_000 / price('wbtc')) * Math.exp(-buffer)).toFixed(15)),
    ]),
    healthAt: (eth, btc) => (eth / btc) * Math.exp(buffer),
  }),
  'short ether': (id, buffer) => {
    const notional = 10 * price('ethIndex')
    const held = 1.05 * notional * Math.exp(buffer)
    return {
      account: account(id, 'toy-perps', [perp('ethIndex', '-10'), cash(held.toFixed(9))], TIERS),
      healthAt: (eth) => (held - notional * eth) / (0.05 * notional * eth),
    }
  },
}

/** Owners choose their buffers without looking at the market: 1 to 20 %. */
function casesOf(seed: number, world: number): readonly Case[] {
  const random = counterRandom(seed)
  const buffers = new Float64Array(Object.keys(KINDS).length * HORIZONS.length * DRAWS)
  random.uniforms(world, 0, buffers)
  return Object.entries(KINDS).flatMap(([kind, make], row) =>
    HORIZONS.flatMap((horizonDays, column) =>
      Array.from({ length: DRAWS }, (_, draw): Case => {
        const place = (row * HORIZONS.length + column) * DRAWS + draw
        const id = `toy/1/${String(place).padStart(2, '0')}`
        return { kind, horizonDays, ...make(id, 0.01 + 0.19 * (buffers[place] ?? 0)) }
      }),
    ),
  )
}

function isLiquidated({ healthAt, horizonDays }: Case, { closes, hours }: World): boolean {
  const [eth, btc] = closes.at(-1) ?? [NaN, NaN]
  return hours
    .slice(0, horizonDays * HOURS)
    .some((hour) => healthAt(Math.exp(hour[0] - eth), Math.exp(hour[1] - btc)) < 1)
}

/** What the calibration makes of the past closes, scaled to end at the prices of today. */
function marketOf({ closes }: World): MarketState {
  const last = closes.at(-1) ?? [NaN, NaN]
  const history = (factor: FactorId, asset: 0 | 1, today: number): FactorHistory => ({
    factor,
    intervalMs: 86_400_000,
    toMs: NOW_MS - 3_600_000,
    prices: closes.map((close) => today * Math.exp(close[asset] - last[asset])),
    provenance: { source: 'a generator', asOfMs: NOW_MS - 3_600_000, observed: null },
  })
  const histories = [history(ETH, 0, price('weth')), history(BTC, 1, price('wbtc'))]
  return calibrateMarket(
    {
      format: MARKET_OBSERVATIONS_FORMAT,
      asOfMs: NOW_MS,
      histories,
      depths: [],
      surfaces: [],
      fundings: [],
      failures: [],
    },
    { nowMs: NOW_MS, base: MARKET },
  ).market
}

/** Probabilities by account: the estimate, and what the score says at the worse end of its interval. */
function forecastsOf(cases: readonly Case[], world: World, seed: number) {
  const { risk, accounts } = assessRisk(portfolioOf(cases.map((entry) => entry.account)), {
    modules: MODULES,
    nowMs: NOW_MS,
    market: marketOf(world),
    horizonDays: Object.fromEntries(cases.map((entry) => [entry.account.id, entry.horizonDays])),
    seed,
    paths: PATHS,
    scenarios: 100,
  })
  return cases.map((entry) => {
    const found = risk?.health.byAccount.find(({ account: id }) => id === entry.account.id)
    const health = accounts.find(({ account: id }) => id === entry.account.id)?.health.value
    // The account of the generator and that of the engine are one.
    expect(Math.abs((health ?? NaN) / entry.healthAt(1, 1) - 1)).toBeLessThan(1e-6)
    const { estimate = NaN, upper = NaN } = found?.probability ?? {}
    return { estimate, score: Math.max(1e-4, upper) }
  })
}

/** How often accounts of a group and band of health were liquidated in the training worlds. */
function bandForecaster(groupOf: (entry: Case) => string, seed: number) {
  const seen = new Map<string, { health: number; hit: boolean }[]>()
  for (let index = 0; index < TRAINING; index++) {
    const world = worldOf(seed, index)
    for (const entry of casesOf(seed + 1, index)) {
      const group = seen.get(groupOf(entry)) ?? []
      group.push({ health: entry.healthAt(1, 1), hit: isLiquidated(entry, world) })
      seen.set(groupOf(entry), group)
    }
  }
  const tables = new Map(
    [...seen].map(([group, rows]) => {
      rows.sort((a, b) => a.health - b.health)
      const bands = Array.from({ length: BANDS }, (_, band) =>
        rows.slice((band * rows.length) / BANDS, ((band + 1) * rows.length) / BANDS),
      )
      const table = bands.map((band) => ({
        upTo: band.at(-1)?.health ?? Infinity,
        frequency: band.filter(({ hit }) => hit).length / band.length,
      }))
      return [group, table] as const
    }),
  )
  return (entry: Case): number => {
    const table = tables.get(groupOf(entry)) ?? []
    const health = entry.healthAt(1, 1)
    return (table.find(({ upTo }) => health <= upTo) ?? table.at(-1))?.frequency ?? NaN
  }
}

/** Squared errors of two forecasts, summed over the accounts of one world. */
type Errors = { readonly world: number; readonly ours: number; readonly theirs: number }

/** 1 − ΣBrier ÷ ΣBrier of the rival, with its standard error over whole worlds. */
function skillOf(rows: readonly Errors[]): { readonly skill: number; readonly error: number } {
  const byWorld = new Map<number, { ours: number; theirs: number }>()
  for (const { world, ours, theirs } of rows) {
    const sum = byWorld.get(world) ?? { ours: 0, theirs: 0 }
    byWorld.set(world, { ours: sum.ours + ours, theirs: sum.theirs + theirs })
  }
  const worlds = [...byWorld.values()]
  const total = worlds.reduce((sum, { theirs }) => sum + theirs, 0)
  const skill = 1 - worlds.reduce((sum, { ours }) => sum + ours, 0) / total
  const spread = worlds.reduce(
    (sum, { ours, theirs }) => sum + (theirs - ours - skill * theirs) ** 2,
    0,
  )
  const correction = worlds.length / (worlds.length - 1)
  return { skill, error: Math.sqrt(spread * correction) / total }
}

// The rivals know the health and how often accounts in its band were liquidated in 2,000 other worlds
// of the same generator, by horizon, and the second also by the kind of account: no user can know as
// much. The score knows 500 closes. Worlds are independent, accounts within one are not: errors are counted over worlds.
it(`the probability tells more than the health on ${JUDGED} worlds that it does not know`, () => {
  const rivals = {
    'bands of health': bandForecaster(({ horizonDays }) => String(horizonDays), 100),
    'bands by kind': bandForecaster(({ horizonDays, kind }) => `${kind} ${horizonDays}`, 100),
  }
  const judged = Array.from({ length: JUDGED }, (_, index) => {
    const world = worldOf(200, index)
    const cases = casesOf(201, index)
    const forecasts = forecastsOf(cases, world, index)
    return cases.map((entry, place) => ({
      index,
      entry,
      hit: isLiquidated(entry, world) ? 1 : 0,
      forecast: forecasts[place] ?? { estimate: NaN, score: NaN },
    }))
  }).flat()
  const lines: string[] = []
  const skills = new Map<string, { skill: number; error: number }>()
  for (const [rival, forecastOf] of Object.entries(rivals)) {
    for (const by of ['estimate', 'score'] as const) {
      const of = (rows: typeof judged) =>
        skillOf(
          rows.map(({ index, entry, hit, forecast }) => ({
            world: index,
            ours: (forecast[by] - hit) ** 2,
            theirs: (forecastOf(entry) - hit) ** 2,
          })),
        )
      const print = (label: string, { skill, error }: ReturnType<typeof of>) =>
        lines.push(
          `${by} against ${rival}, ${label}: skill ${skill.toFixed(4)} ± ${error.toFixed(4)}`,
        )
      const whole = of(judged)
      skills.set(`${by} ${rival}`, whole)
      print('all', whole)
      for (const days of HORIZONS) {
        print(`${days} d`, of(judged.filter(({ entry }) => entry.horizonDays === days)))
      }
      for (const kind of Object.keys(KINDS)) {
        print(kind, of(judged.filter(({ entry }) => entry.kind === kind)))
      }
    }
  }
  for (const days of HORIZONS) {
    const rows = judged.filter(({ entry }) => entry.horizonDays === days)
    const mean = (of: (row: (typeof rows)[number]) => number) =>
      (rows.reduce((sum, row) => sum + of(row), 0) / rows.length).toFixed(4)
    lines.push(
      `${days} d: ${mean(({ forecast }) => forecast.estimate)} predicted, ${mean(({ hit }) => hit)} seen`,
    )
  }
  process.stdout.write(`${lines.join('\n')}\n`)
  for (const [name, { skill, error }] of skills) {
    expect(Number.isFinite(skill), name).toBe(true)
    // Of the score against bands by kind the sign alone: it speaks at the worse end, on purpose.
    const least = name === 'score bands by kind' ? 0 : 2 * error
    if (isDeep) expect(skill, name).toBeGreaterThan(least)
  }
}, 1_200_000)
