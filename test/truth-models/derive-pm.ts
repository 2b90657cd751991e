import type {
  StaticRates,
  StressedCollateral,
  StressedExpiry,
  StressedPortfolio,
  StressParameters,
} from '@plimsoll/adapters/options/derive/stress'
import {
  PERPETUAL_STRESS,
  stressTest,
  worstScenario,
} from '@plimsoll/adapters/options/derive/stress'
import type { StressScenario } from '@plimsoll/model'
import type { ScenarioResult } from '@plimsoll/risk'
import { evaluateScenarioTest } from '@plimsoll/risk'
import type { TruthModel } from '@plimsoll/testkit'
import * as z from 'zod'

const SECONDS_PER_YEAR = 365 * 86_400
const SETTLEMENT_WINDOW = 1800

const number = z.number()
const volatility = z.enum(['up', 'none', 'down', 'linear', 'abs'])
/** No mark: nothing is moved here. */
const FIXED = -1

const commonCase = z.object({
  params: z.string(),
  /** Price, confidence. */
  spot: z.tuple([number, number]),
  stable: number,
  cash: number,
  /** Size, price, confidence, unrealised profit, unsettled funding. */
  perp: z.tuple([number, number, number, number, number]),
})
type CommonCase = z.infer<typeof commonCase>

/** Portfolio of a case without its options and collateral. */
function common({
  spot,
  stable,
  cash,
  perp,
}: CommonCase): Omit<StressedPortfolio, 'expiries' | 'collateral'> {
  const [size, price, confidence, unrealized, funding] = perp
  return {
    underlying: 'underlying',
    cash: size === 0 ? [cash] : [cash, unrealized + funding - size * price],
    stable: { price: stable, mark: FIXED },
    spot: { price: spot[0], confidence: spot[1], mark: FIXED },
    perp: size === 0 ? null : { leg: 'perp', size, price, confidence, mark: FIXED },
  }
}

const scenario = (
  spot: number,
  direction: z.infer<typeof volatility>,
  weight: number,
  shocks: { readonly up: number; readonly down: number },
): StressScenario => ({
  spot,
  volatility: direction === 'up' ? shocks.up : direction === 'down' ? -shocks.down : 0,
  skew: direction === 'linear' ? 'linear' : direction === 'abs' ? 'absolute' : 'none',
  weight,
  extended: false,
})

const NO_RATES: StaticRates = { perp: 0, base: 0, nakedShort: 0 }

// ── derive-pmrm2.json: PMRM_2, the venue's published test portfolios ──

const secondSet = z.object({
  scenarios: z.array(z.tuple([number, volatility, number])),
  skew: z.tuple([number, number, number, number, number, number, number, number]),
  vol: z.tuple([number, number, number, number, number, number]),
  margin: z.tuple([number, number, number, number, number, number, number, number]),
  basis: z.tuple([number, number, number, number]),
  other: z.tuple([number, number, number, number, number, number, number, number]),
})

const secondCase = commonCase.extend({
  /** Name, amount, price, confidence, risk cancelling, initial and maintenance haircut. */
  collateral: z.array(z.tuple([z.string(), number, number, number, z.boolean(), number, number])),
  /** Seconds to expiry, strike, right, size, volatility. */
  options: z.array(z.tuple([number, number, z.enum(['C', 'P']), number, number])),
  /** Seconds to expiry, forward, its confidence, rate, its confidence, volatility confidence, SVI. */
  feeds: z.array(z.tuple([number, number, number, number, number, number, z.array(number)])),
})

function secondParameters(set: z.infer<typeof secondSet>): StressParameters {
  const [up, least, down, shortPower, longPower, floorDays] = set.vol
  const [maintenance, initial, shortMultiplier, longMultiplier, shortAdd, longAdd, long, short] =
    set.margin
  const [spotUp, spotDown, rate, ratePerYear] = set.basis
  const [pegThreshold, pegFactor, confidenceThreshold, confidenceMargin] = set.other
  const [, , , , perp, perpInitial, option, optionInitial] = set.other
  const [linearCap, linearPerRoot, absoluteCap, absolutePerRoot] = set.skew
  const [, , , , minimumWidth, widthScale, width, widthPerRoot] = set.skew
  return {
    scenarios: set.scenarios.map(([spot, direction, weight]) =>
      scenario(spot, direction, weight, { up, down }),
    ),
    volatilityShock: {
      shortPower,
      longPower,
      floorDays,
      upFloor: { value: least, of: 'shocked' },
    },
    skewShock: {
      linear: { cap: linearCap, capPerRoot: linearPerRoot },
      absolute: { cap: absoluteCap, capPerRoot: absolutePerRoot },
      minimumWidth,
      widthScale,
      width,
      widthPerRoot,
    },
    forward: { up: spotUp, down: spotDown, rate, ratePerYear },
    factors: { maintenance, initial },
    depeg: { threshold: pegThreshold, factor: pegFactor },
    confidence: { threshold: confidenceThreshold, margin: confidenceMargin },
    static: {
      apply: 'added',
      both: { perp, base: 0, nakedShort: option },
      initial: { perp: perpInitial, base: 0, nakedShort: optionInitial },
    },
    discounted: true,
    gainDiscount: { base: long, rateMultiplier: longMultiplier, rateAdd: longAdd },
    lossDiscount: { base: short, rateMultiplier: shortMultiplier, rateAdd: shortAdd },
  }
}

function secondPortfolio(held: z.infer<typeof secondCase>): StressedPortfolio {
  const times = [...new Set(held.options.map(([seconds]) => seconds))]
  return {
    ...common(held),
    collateral: held.collateral.map(
      ([leg, amount, price, confidence, riskCancelling, initialHaircut, maintenanceHaircut]) =>
        ({
          leg,
          amount,
          price,
          confidence,
          riskCancelling,
          initialHaircut,
          maintenanceHaircut,
          mark: FIXED,
        }) satisfies StressedCollateral,
    ),
    expiries: times.map((seconds): StressedExpiry => {
      const [, whole = NaN, confidence = NaN, rate = NaN, rateConfidence = NaN, surface = NaN] =
        held.feeds.find(([time]) => time === seconds) ?? []
      // Inside the settlement window the elapsed part of the forward is the realised average.
      const share = Math.min(1, seconds / SETTLEMENT_WINDOW)
      return {
        years: seconds / SECONDS_PER_YEAR,
        forward: { price: whole * share, confidence, mark: FIXED },
        forwardFixed: whole * (1 - share),
        rate,
        rateConfidence,
        volatilityConfidence: surface,
        options: held.options.flatMap(([time, strike, right, size, implied], index) =>
          time === seconds
            ? [
                {
                  leg: `option ${index}`,
                  right: right === 'C' ? ('call' as const) : ('put' as const),
                  size,
                  strike,
                  volatility: implied,
                },
              ]
            : [],
        ),
      }
    }),
  }
}

function amountOf({ maintenance }: ScenarioResult, contingency: string): number {
  return maintenance.contingencies.find(({ name }) => name === contingency)?.amount ?? NaN
}

/** What kind of scenario is the worst; the published cases call it tail where none loses. */
function worstClass(scenarios: readonly StressScenario[], index: number): string {
  const found = scenarios[index]
  if (found === undefined) return 'tail'
  if (found.skew !== 'none') return 'skew'
  return index < REGULAR_SCENARIOS ? 'regular' : 'tail'
}
/** Of every published parameter set: the scenarios before the tails. */
const REGULAR_SCENARIOS = 23

/** A published PMRM_2 portfolio in full; undefined where its parameters are not in the file. */
export function secondResult(paramSets: unknown, truthCase: unknown): ScenarioResult | undefined {
  const found = secondTest(paramSets, truthCase)
  return found && evaluateScenarioTest(stressTest(found.portfolio, found.parameters))
}

function secondTest(paramSets: unknown, truthCase: unknown) {
  const held = secondCase.parse(truthCase)
  const set = z.record(z.string(), secondSet).parse(paramSets)[held.params]
  if (set === undefined) return undefined
  return { held, parameters: secondParameters(set), portfolio: secondPortfolio(held) }
}

const secondManager: TruthModel = {
  name: 'derive portfolio margin, PMRM_2',
  covers: ({ kind }, { model }) => kind === 'derive-pmrm2' && model === 'PMRM_2',
  run: ({ paramSets }, truthCase) => {
    const found = secondTest(paramSets, truthCase)
    if (found === undefined) return undefined
    const { held, parameters, portfolio } = found
    const result = evaluateScenarioTest(stressTest(portfolio, parameters))
    return {
      IM: result.initial.excess,
      MM: result.maintenance.excess,
      // The published number counts cash twice: the contract's mark-to-market holds it already.
      MtM: result.resource + held.cash,
      forwardContingency: -amountOf(result, 'forward'),
      worstClass: worstClass(parameters.scenarios, worstScenario(result.maintenance)),
    }
  },
  // A difference of option prices: exact to the last digits of those, not of itself.
  tolerance: ({ paramSets }, truthCase, path) => {
    const found = path === 'forwardContingency' ? secondTest(paramSets, truthCase) : undefined
    if (found === undefined) return undefined
    const gross = found.portfolio.expiries
      .flatMap(({ forward, options }) => options.map(({ size }) => Math.abs(size) * forward.price))
      .reduce((a, b) => a + b, 0)
    return { relative: 1e-12, absolute: 1e-15 * gross }
  },
}

// ── derive-pmrm1.json: PMRM, the venue's published test portfolios ──

const firstSet = z.object({
  spotShocks: z.array(number),
  volDirs: z.array(volatility),
  basis: z.tuple([number, number, number, number]),
  other: z.object({
    pegT: number,
    pegF: number,
    confT: number,
    confM: number,
    base: number,
    perp: number,
    option: number,
  }),
  imFactor: number,
  staticDiscount: number,
  rateMult: number,
  rateAdd: number,
  volUp: number,
  volDown: number,
  shortPower: number,
  longPower: number,
  dteFloorDays: number,
})

const firstCase = commonCase.extend({
  base: number,
  /** Seconds to expiry, strike, right, size, volatility, its confidence. */
  options: z.array(z.tuple([number, number, z.enum(['C', 'P']), number, number, number])),
  /** Of each option: seconds to expiry, fixed and variable part of the forward, its confidence, rate. */
  feeds: z.array(z.tuple([number, number, number, number, number, number])),
})

function firstParameters(set: z.infer<typeof firstSet>): StressParameters {
  const [up, down, rate, ratePerYear] = set.basis
  const { other } = set
  return {
    scenarios: set.spotShocks.flatMap((spot) =>
      set.volDirs.map((direction) =>
        scenario(spot, direction, 1, { up: set.volUp, down: set.volDown }),
      ),
    ),
    volatilityShock: {
      shortPower: set.shortPower,
      longPower: set.longPower,
      floorDays: set.dteFloorDays,
      upFloor: null,
    },
    skewShock: null,
    forward: { up, down, rate, ratePerYear },
    factors: { maintenance: 1, initial: set.imFactor },
    depeg: { threshold: other.pegT, factor: other.pegF },
    confidence: { threshold: other.confT, margin: other.confM },
    static: {
      apply: 'scaled',
      both: { perp: other.perp, base: other.base, nakedShort: other.option },
      initial: NO_RATES,
    },
    discounted: false,
    gainDiscount: {
      base: set.staticDiscount,
      rateMultiplier: set.rateMult,
      rateAdd: set.rateAdd,
    },
    lossDiscount: null,
  }
}

const firstManager: TruthModel = {
  name: 'derive portfolio margin, PMRM',
  covers: ({ kind }, { model }) => kind === 'derive-pmrm1' && model === 'PMRM',
  run: ({ paramSets }, truthCase) => {
    const held = firstCase.parse(truthCase)
    const set = z.record(z.string(), firstSet).parse(paramSets)[held.params]
    if (set === undefined) return undefined
    const listed = held.options.map((option, index) => ({
      option,
      feed: held.feeds[index] ?? ([NaN, NaN, NaN, NaN, NaN, NaN] as const),
      leg: `option ${index}`,
    }))
    const [spot, confidence] = held.spot
    const portfolio: StressedPortfolio = {
      ...common(held),
      collateral:
        held.base === 0
          ? []
          : [
              {
                leg: 'base',
                amount: held.base,
                price: spot,
                confidence,
                mark: FIXED,
                riskCancelling: true,
                initialHaircut: 0,
                maintenanceHaircut: 0,
              },
            ],
      expiries: [...new Set(held.options.map(([seconds]) => seconds))].map((seconds) => {
        const own = listed.filter(({ option }) => option[0] === seconds)
        const [, fixed = NaN, variable = NaN, forwardConfidence = NaN, rate = NaN, sure = NaN] =
          own[0]?.feed ?? []
        return {
          years: seconds / SECONDS_PER_YEAR,
          forward: { price: variable, confidence: forwardConfidence, mark: FIXED },
          forwardFixed: fixed,
          rate,
          rateConfidence: sure,
          volatilityConfidence: Math.min(...own.map(({ option }) => option[5])),
          options: own.map(({ leg, option: [, strike, right, size, implied] }) => ({
            leg,
            right: right === 'C' ? 'call' : 'put',
            size,
            strike,
            volatility: implied,
          })),
        } satisfies StressedExpiry
      }),
    }
    const result = evaluateScenarioTest(stressTest(portfolio, firstParameters(set)))
    return {
      IM: result.initial.excess,
      MM: result.maintenance.excess,
      MtM: result.resource,
    }
  },
}

// ── derive-v3-pm2.json: a recorded account of the V3 venue, one perp ──

const decimal = z.string().transform(Number)
const recordedCase = z.object({
  index: decimal,
  perpMark: decimal,
  perpAmount: decimal,
  cashUSDC: decimal,
  perpMarkValue: decimal,
})

/** How far the venue's numbers are from its own formula at the prices that it prints, USD. */
const RECORDED: { readonly [path: string]: number } = { IM: 5e-8, MM: 1.5e-9, value: 1e-12 }

const perpetualManager: TruthModel = {
  name: 'derive portfolio margin of V3, perps alone',
  covers: ({ kind }, { model }) => kind === 'derive-v3-pm2' && model === 'PM2 (v3 API)',
  run: (_file, truthCase) => {
    const { index, perpMark, perpAmount, cashUSDC, perpMarkValue } = recordedCase.parse(truthCase)
    const portfolio: StressedPortfolio = {
      underlying: 'ETH',
      cash: [cashUSDC, perpMarkValue - perpAmount * perpMark],
      stable: { price: 1, mark: FIXED },
      spot: { price: index, confidence: 1, mark: FIXED },
      perp: { leg: 'perp', size: perpAmount, price: perpMark, confidence: 1, mark: FIXED },
      collateral: [],
      expiries: [],
    }
    const result = evaluateScenarioTest(stressTest(portfolio, PERPETUAL_STRESS))
    return {
      IM: result.initial.excess.toFixed(12),
      MM: result.maintenance.excess.toFixed(12),
      value: result.resource.toFixed(12),
    }
  },
  tolerance: (_file, _case, path) => ({ absolute: RECORDED[path] ?? 0 }),
}

/** Derive: portfolio margin of both generations, and what is known of the third. */
export const models: readonly TruthModel[] = [secondManager, firstManager, perpetualManager]
