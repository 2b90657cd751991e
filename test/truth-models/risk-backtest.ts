import {
  acerbiSzekelyTests,
  christoffersenTests,
  kupiecTest,
  nonRejectionRegion,
  shortfallCriticalValue,
  studentTMultipliers,
  trafficLight,
} from '@plimsoll/risk/tail'
import type { TruthModel } from '@plimsoll/testkit'
import * as z from 'zod'

const row = z.array(z.number())
const begins =
  (text: string): TruthModel['covers'] =>
  ({ kind }, { model }) =>
    kind === 'risk' && model?.startsWith(text) === true

const hitSeries = z.object({
  cases: z.array(
    z.object({
      n: z.number(),
      alpha: z.number(),
      hits_at: z.union([row, z.string()]),
    }),
  ),
})

/** Hits at 1-based places: a list, or `15,30,...,495` in equal steps. */
function hitsOf(n: number, places: readonly number[] | string): readonly boolean[] {
  const isHit =
    typeof places === 'string'
      ? (
          (first, second, last) => (at: number) =>
            at >= first && at <= last && (at - first) % (second - first) === 0
        )(
          ...z
            .tuple([z.number(), z.number(), z.number()])
            .parse(places.match(/\d+/g)?.slice(0, 3).map(Number)),
        )
      : (at: number) => places.includes(at)
  return Array.from({ length: n }, (_, index) => isHit(index + 1))
}

const coverageModel: TruthModel = {
  name: 'coverage-tests',
  covers: begins('POF'),
  run: (_file, { input }) =>
    hitSeries.parse(input).cases.map(({ n, alpha, hits_at }) => {
      const hits = hitsOf(n, hits_at)
      const { unconditional, independence, conditional } = christoffersenTests(hits, 1 - alpha)
      const kupiec = kupiecTest(hits.filter(Boolean).length, n, 1 - alpha)
      return {
        LRuc: kupiec.statistic,
        p: unconditional.pValue,
        LRind: independence.statistic,
        LRcc: conditional.statistic,
        pcc: conditional.pValue,
      }
    }),
}

const regionModel: TruthModel = {
  name: 'non-rejection-region',
  covers: begins('non-rejection region'),
  run: (_file, { input, expect }) => {
    const { T } = z.object({ T: row }).parse(input)
    const rates = Object.keys(z.record(z.string(), z.unknown()).parse(expect))
    return Object.fromEntries(
      rates.map((rate) => [
        rate,
        T.map((n) => {
          const { least, most } = nonRejectionRegion(n, 1 - Number(rate), 0.95)
          return [least, most]
        }),
      ]),
    )
  },
}

const light = (hits: number) => trafficLight(hits, 250, 0.99)
const hitsUpTo = (most: number) => Array.from({ length: most + 1 }, (_, hits) => hits)
/** The first and last of 0…250 hits in a zone. */
const zoneRange = (zone: string) => {
  const inside = hitsUpTo(250).filter((hits) => light(hits).zone === zone)
  return { first: inside[0], last: inside.at(-1) }
}
/** The plus factor that all hits of a range share. */
const sharedFactor = (first: number, last: number) => {
  const factors = hitsUpTo(last)
    .slice(first)
    .map((hits) => light(hits).plusFactor)
  return new Set(factors).size === 1 ? factors[0] : factors
}

const trafficLightTableModel: TruthModel = {
  name: 'traffic-light-table',
  covers: ({ kind }, { id }) => kind === 'risk' && id === 'basel-traffic-light',
  run: () => {
    const [green, yellow, red] = ['green', 'yellow', 'red'].map(zoneRange)
    return {
      cumulative: Object.fromEntries(hitsUpTo(10).map((hits) => [hits, light(hits).cumulative])),
      zones: {
        green: `${green?.first}-${green?.last}`,
        yellow: `${yellow?.first}-${yellow?.last}`,
        red: red?.last === 250 ? `>=${red.first}` : red,
      },
      plus_factor: {
        ...Object.fromEntries([5, 6, 7, 8, 9].map((hits) => [hits, light(hits).plusFactor])),
        '0-4': sharedFactor(0, 4),
        '10+': sharedFactor(10, 250),
      },
    }
  },
}

const trafficLightModel: TruthModel = {
  name: 'traffic-light',
  covers: ({ kind }, { id, model }) =>
    kind === 'risk' && id !== 'basel-traffic-light' && model?.startsWith('Basel zones') === true,
  run: (_file, { input }) => {
    const { zone, cumulative, plusFactor } = light(z.object({ hits: z.number() }).parse(input).hits)
    return { zone, cumulative, plus_factor: plusFactor }
  },
}

const shortfallInputs = z.object({
  returns: row,
  VaR: z.number(),
  ES: z.number(),
  alpha: z.number(),
})

const shortfallTestsModel: TruthModel = {
  name: 'shortfall-tests',
  covers: begins('Z1, Z2 arithmetic'),
  run: (_file, { input }) => {
    const { returns, VaR, ES, alpha } = shortfallInputs.parse(input)
    const constant = (value: number) => new Float64Array(returns.length).fill(value)
    const record = {
      realised: Float64Array.from(returns),
      valueAtRisk: constant(VaR),
      expectedShortfall: constant(ES),
    }
    const { z1, z2, hits } = acerbiSzekelyTests(record, 1 - alpha)
    return { Z1: z1, Z2: z2, hits }
  },
}

/** Of the simulation: with 60,000 runs six lie beyond its 0.01 % value. */
const RUNS = 60_000
/** Means of a Poisson count that leave 6 at four deviations of a normal on either side. */
const [FEWEST, MOST] = [0.46, 21.3]

const criticalValues = new Map<string, number>()
/** Once for each law and significance: the tolerances ask again. */
function criticalAt(degreesOfFreedom: number, significance: number): number {
  const key = `${degreesOfFreedom} ${significance}`
  const design = { observations: 250, level: 0.975, degreesOfFreedom, significance }
  const value = criticalValues.get(key) ?? shortfallCriticalValue(design)
  criticalValues.set(key, value)
  return value
}
const degreesOf = (law: string) => (law === 'normal' ? Infinity : Number(law.slice(1)))

const criticalValuesModel: TruthModel = {
  name: 'shortfall-critical-values',
  covers: begins('Z2 critical values'),
  run: (_file, { expect }) =>
    Object.fromEntries(
      Object.keys(z.record(z.string(), z.unknown()).parse(expect)).map((law) => {
        const degrees = degreesOf(law)
        const { valueAtRisk, expectedShortfall } = studentTMultipliers(0.975, degrees)
        return [
          law,
          {
            VaR: valueAtRisk,
            ES: expectedShortfall,
            // Of Z₂ when the forecasts are right.
            mean: 0,
            crit5: criticalAt(degrees, 0.05),
            crit1: criticalAt(degrees, 0.01),
            crit001: criticalAt(degrees, 1e-4),
          },
        ]
      }),
    ),
  tolerance: (_file, _case, path) => {
    const [law, measure] = path.split('.')
    if (law === undefined) return undefined
    if (measure === 'VaR' || measure === 'ES') return { relative: 1e-12 }
    if (measure !== 'crit001') return undefined
    const centre = criticalAt(degreesOf(law), 1e-4)
    const ends = [FEWEST, MOST].map((mean) => criticalAt(degreesOf(law), mean / RUNS))
    return { absolute: Math.max(...ends.map((end) => Math.abs(end - centre))) }
  },
}

/** Backtests of value at risk and expected shortfall. */
export const backtestModels: readonly TruthModel[] = [
  coverageModel,
  regionModel,
  trafficLightTableModel,
  trafficLightModel,
  shortfallTestsModel,
  criticalValuesModel,
]
