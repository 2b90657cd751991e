import {
  adjustedExposure,
  concentrationMultiplier,
  concentrationRisk,
  type DepthCurve,
  flooredVolatility,
  liquidationIncentiveFactor,
  liquidatorTolerance,
  liquidityHaircut,
  scaleHaircut,
  volatilityHaircut,
} from '@plimsoll/risk/haircut'
import { inverseNormalCdf } from '@plimsoll/risk/pricing'
import { marketScore } from '@plimsoll/risk/score'
import { studentTQuantile } from '@plimsoll/risk/tail'
import type { TruthModel } from '@plimsoll/testkit'
import * as z from 'zod'
import { reverseModels } from './risk-reverse.js'

const isRisk = (kind: string) => kind.startsWith('risk')
const begins =
  (text: string): TruthModel['covers'] =>
  ({ kind }, { model }) =>
    isRisk(kind) && model?.startsWith(text) === true
const input = <T extends z.ZodRawShape>(shape: T) => z.object({ input: z.object(shape) })
const number = z.number()

const volatilityInput = input({
  nu: z.union([number, z.literal('normal')]),
  level: number,
  ewma: number,
  stress: number,
  long_run: number,
  tau_days: number,
})

/** Volatility haircuts, with the quantile of unit variance and the floored volatility. */
export const volatilityHaircutModel: TruthModel = {
  name: 'volatility-haircut',
  covers: begins('volatility haircut'),
  run: (_file, truthCase) => {
    const { nu, level, ewma, stress, long_run, tau_days } = volatilityInput.parse(truthCase).input
    const sigma = flooredVolatility({ raw: ewma, stressed: stress, longRun: long_run })
    const quantile =
      nu === 'normal'
        ? inverseNormalCdf(level)
        : studentTQuantile(level, nu) * Math.sqrt((nu - 2) / nu)
    const haircut = volatilityHaircut({ quantile, dailyVolatility: sigma, holdingDays: tau_days })
    return { sigma, q_unitvar: quantile, haircut }
  },
}

const pair = z.tuple([number, number])
const depthInput = z.object({
  input: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('constant-product'), Q: number, x: number }),
    z.object({ kind: z.literal('linear'), Q: number, D: number }),
    z.object({ kind: z.literal('levels'), Q: number, p0: number, levels: z.array(pair) }),
    z.object({ kind: z.literal('points'), Q: number, p0: number, points: z.array(pair) }),
  ]),
})

function curveOf(given: z.infer<typeof depthInput>['input']): DepthCurve {
  switch (given.kind) {
    case 'constant-product':
      return { kind: given.kind, reserve: given.x }
    case 'linear':
      return { kind: given.kind, depth: given.D }
    case 'levels': {
      const levels = given.levels.map(([price, quantity]) => ({ price, quantity }))
      return { kind: given.kind, mid: given.p0, levels }
    }
    case 'points': {
      const points = given.points.map(([quantity, price]) => ({ price, quantity }))
      return { kind: given.kind, mid: given.p0, points }
    }
  }
}

/** Liquidity haircuts from four kinds of depth curve. */
export const liquidityHaircutModel: TruthModel = {
  name: 'liquidity-haircut',
  covers: begins('liquidity haircut'),
  run: (_file, truthCase) => {
    const given = depthInput.parse(truthCase).input
    return { haircut: liquidityHaircut(curveOf(given), given.Q).haircut }
  },
}

const SCALING = /^H10=([\d.]+),NR=(\d+),TM=(\d+)$/
const keyed = z.object({ expect: z.record(z.string(), number) })

/** Haircuts of the supervisory table at other holding periods: the inputs are the keys. */
export const holdingPeriodModel: TruthModel = {
  name: 'holding-period',
  covers: begins('H=H10*sqrt'),
  run: (_file, truthCase) =>
    Object.fromEntries(
      Object.keys(keyed.parse(truthCase).expect).map((key) => {
        const [, haircut, revaluationDays, minimumDays] = (SCALING.exec(key) ?? []).map(Number)
        const period = { tableDays: 10, minimumDays: minimumDays ?? NaN }
        const table = { haircut: haircut ?? NaN, revaluationDays: revaluationDays ?? NaN }
        return [key, scaleHaircut({ ...period, ...table })]
      }),
    ),
}

const exposureInput = input({ E: number, C: number, He: number, Hc: number, Hfx: number })

/** Exposure after haircuts, E*. */
export const adjustedExposureModel: TruthModel = {
  name: 'adjusted-exposure',
  covers: begins('E*='),
  run: (_file, truthCase) => {
    const { E, C, He, Hc, Hfx } = exposureInput.parse(truthCase).input
    const secured = { exposure: E, collateral: C, exposureHaircut: He }
    return {
      E_star: adjustedExposure({ ...secured, collateralHaircut: Hc, currencyHaircut: Hfx }),
    }
  },
}

const concentrationInput = input({ Q: number, ADV: number, k: number })

/** Concentration multipliers against the traded volume. */
export const concentrationModel: TruthModel = {
  name: 'concentration',
  covers: begins('concentration multiplier'),
  run: (_file, truthCase) => {
    const { Q, ADV, k } = concentrationInput.parse(truthCase).input
    const position = { quantity: Q, averageDailyVolume: ADV, fraction: k }
    return { multiplier: concentrationMultiplier(position) }
  },
}

const sensitivityInput = input({ s: z.array(number), T: number })

/** Concentration risk factors of net sensitivities. */
export const concentrationRiskModel: TruthModel = {
  name: 'concentration-risk',
  covers: begins('concentration risk CR'),
  run: (_file, truthCase) => {
    const { s, T } = sensitivityInput.parse(truthCase).input
    return { CR: concentrationRisk(s, T) }
  },
}

const toleranceInput = z.object({
  input: z.union([
    z.object({ LT: number, LB: number, slippage: number }),
    z.object({ LLTV: number, slippage: number }),
  ]),
})

/** What liquidators tolerate, with a given bonus or one that follows from the threshold. */
export const toleranceModel: TruthModel = {
  name: 'liquidator-tolerance',
  covers: begins('liquidator tolerance'),
  run: (_file, truthCase) => {
    const given = toleranceInput.parse(truthCase).input
    const { slippage } = given
    if ('LT' in given) {
      const terms = { threshold: given.LT, bonus: given.LB, slippage }
      return { tolerance_max: liquidatorTolerance(terms) }
    }
    const threshold = given.LLTV
    const factor = liquidationIncentiveFactor({ threshold, cursor: 0.3, maximum: 1.15 })
    return {
      LIF: factor,
      tolerance_max: liquidatorTolerance({ threshold, bonus: factor - 1, slippage }),
    }
  },
}

const scoreInput = input({ PL: number })

/** Market scores of probabilities. */
export const marketScoreModel: TruthModel = {
  name: 'market-score',
  covers: begins('score H='),
  run: (_file, truthCase) => ({ H: marketScore(scoreInput.parse(truthCase).input.PL) }),
}

/** The models of haircuts, scores and reverse stress of `risk.json` and `risk-random.json`. */
export const models: readonly TruthModel[] = [
  volatilityHaircutModel,
  liquidityHaircutModel,
  holdingPeriodModel,
  adjustedExposureModel,
  concentrationModel,
  concentrationRiskModel,
  toleranceModel,
  marketScoreModel,
  ...reverseModels,
]
