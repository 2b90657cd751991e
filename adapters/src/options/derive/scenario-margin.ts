import type {
  ScenarioBook,
  ScenarioCollateral,
  ScenarioContingency,
  ScenarioExpiry,
  ScenarioTest,
  SkewShock,
  StressScenario,
  VolatilityShock,
} from '@plimsoll/model'
import type { MarginResult } from '@plimsoll/risk'
import { exp } from '@plimsoll/risk/pricing'

/** What a price is and how far its oracle may be trusted (0 to 1). */
export type Quoted = { readonly price: number; readonly confidence: number; readonly mark: number }

/** Options of one expiry in a portfolio-margin account. */
export type StressedExpiry = {
  /** Years of 365 days. */
  readonly years: number
  /** Part of the forward that moves, and its mark. */
  readonly forward: Quoted
  /** Part that the settlement average has already fixed. */
  readonly forwardFixed: number
  /** Interest rate to the expiry, as a fraction a year. */
  readonly rate: number
  readonly rateConfidence: number
  /** Least confidence over the volatilities of the strikes held. */
  readonly volatilityConfidence: number
  readonly options: readonly {
    readonly leg: string
    readonly right: 'call' | 'put'
    readonly size: number
    readonly strike: number
    readonly volatility: number
  }[]
}

/** Collateral of a portfolio-margin account; haircuts as fractions, the initial one in addition. */
export type StressedCollateral = Quoted & {
  readonly leg: string
  readonly amount: number
  /** Whether it moves with spot in the scenarios, against the positions. */
  readonly riskCancelling: boolean
  readonly initialHaircut: number
  readonly maintenanceHaircut: number
}

/** A portfolio-margin account on one underlying; money in USD. */
export type StressedPortfolio = {
  readonly underlying: string
  /** Cash, and by −size × price what the perp was paid with. */
  readonly cash: readonly number[]
  /** The settlement asset. */
  readonly stable: { readonly price: number; readonly mark: number }
  readonly spot: Quoted
  readonly perp: (Quoted & { readonly leg: string; readonly size: number }) | null
  readonly collateral: readonly StressedCollateral[]
  readonly expiries: readonly StressedExpiry[]
}

/** Static discount of an expiry: base·exp(∓T·(rate·multiplier + add)). */
export type StaticDiscount = {
  readonly base: number
  readonly rateMultiplier: number
  readonly rateAdd: number
}

/** Parameters of one account, as the venue's contract or interface gives them for it. */
export type StressParameters = {
  readonly scenarios: readonly StressScenario[]
  readonly volatilityShock: VolatilityShock
  readonly skewShock: SkewShock | null
  /** Basis charge: multipliers of spot; share of an expiry's loss there, and more for each year. */
  readonly forward: {
    readonly up: number
    readonly down: number
    readonly rate: number
    readonly ratePerYear: number
  }
  readonly factors: ScenarioTest['factors']
  readonly depeg: { readonly threshold: number; readonly factor: number }
  /** Below the threshold, (1 − confidence)·margin of an amount × spot is added to initial margin. */
  readonly confidence: { readonly threshold: number; readonly margin: number }
  /** Fractions of spot, of both margins and in addition of initial margin. */
  readonly static: {
    readonly both: StaticRates
    readonly initial: StaticRates
    readonly apply: 'scaled' | 'added'
  }
  /** Whether option prices are discounted at the rate feed. */
  readonly discounted: boolean
  readonly gainDiscount: StaticDiscount
  /** Null: a negative value is not discounted. */
  readonly lossDiscount: StaticDiscount | null
}

export type StaticRates = {
  readonly perp: number
  readonly base: number
  readonly nakedShort: number
}

/**
 * A portfolio-margin account as a scenario test.
 *
 * PMRM, PMRM_2 and PMRM_2_1 of derivexyz/v2-core 7736900, which differ in their parameters only: what
 * is discounted, which charges compete with the scenarios, which come before the factor.
 */
export function stressTest(
  portfolio: StressedPortfolio,
  parameters: StressParameters,
): ScenarioTest {
  const { spot, stable, perp, collateral } = portfolio
  const { margin, threshold } = parameters.confidence
  const charge = (confidence: number) => (confidence < threshold ? (1 - confidence) * margin : 0)
  const held = (entry: StressedCollateral): ScenarioCollateral => ({
    leg: entry.leg,
    value: { mark: entry.mark, value: entry.amount * entry.price },
    maintenanceHaircut: entry.maintenanceHaircut,
    initialHaircut: entry.initialHaircut + charge(Math.min(entry.confidence, spot.confidence)),
  })
  const confidence =
    (perp === null ? 0 : Math.abs(perp.size) * charge(Math.min(spot.confidence, perp.confidence))) +
    portfolio.expiries
      .map(
        (expiry) =>
          charge(
            Math.min(
              spot.confidence,
              expiry.forward.confidence,
              expiry.rateConfidence,
              expiry.volatilityConfidence,
            ),
          ) * expiry.options.reduce((sum, { size }) => sum + Math.abs(size), 0),
      )
      .reduce((a, b) => a + b, 0)
  const contingencies: readonly ScenarioContingency[] = [
    { kind: 'forward', margin: 'both', apply: 'competes', ...parameters.forward },
    {
      kind: 'static',
      name: 'static',
      margin: 'both',
      apply: parameters.static.apply,
      ...parameters.static.both,
    },
    {
      kind: 'static',
      name: 'static-initial',
      margin: 'initial',
      apply: parameters.static.apply,
      ...parameters.static.initial,
    },
    {
      kind: 'fixed',
      name: 'confidence',
      margin: 'initial',
      apply: 'added',
      amount: { mark: spot.mark, value: confidence * spot.price },
    },
  ]
  const book: ScenarioBook = {
    name: portfolio.underlying,
    payoff: 'linear',
    unit: { mark: -1, value: 1 },
    spot: spot.price,
    spotMark: spot.mark,
    scenarios: parameters.scenarios,
    volatilityShock: parameters.volatilityShock,
    skewShock: parameters.skewShock,
    optionDelta: 'forward',
    expiries: portfolio.expiries.map((expiry) => stressedExpiry(expiry, parameters)),
    perps:
      perp === null
        ? []
        : [
            {
              leg: perp.leg,
              size: perp.size,
              price: perp.price,
              mark: perp.mark,
              delta: null,
              limitPrice: null,
              moveLimit: null,
            },
          ],
    collateral: collateral.filter(({ riskCancelling }) => riskCancelling).map(held),
    gainOffset: { share: 1, maximum: null },
    tailDampener: 0,
    contingencies,
  }
  return {
    kernel: 'scenario',
    strict: true,
    normalCdf: 'exact',
    cash: portfolio.cash.map((value) => ({ mark: -1, value })),
    stable: { mark: stable.mark, value: stable.price },
    collateral: collateral.filter(({ riskCancelling }) => !riskCancelling).map(held),
    books: [book],
    across: 'scenario',
    factors: parameters.factors,
    depeg: parameters.depeg,
  }
}

function stressedExpiry(expiry: StressedExpiry, parameters: StressParameters): ScenarioExpiry {
  const { years, forward, forwardFixed } = expiry
  const rate = Math.max(0, expiry.rate)
  const discount = parameters.discounted ? exp(-years * rate) : 1
  const growth = ({ rateMultiplier, rateAdd }: StaticDiscount) =>
    exp(-years * (rate * rateMultiplier + rateAdd))
  const { gainDiscount, lossDiscount } = parameters
  return {
    years,
    forward: forward.price,
    forwardMark: forward.mark,
    forwardFixed,
    discount,
    gainFactor: gainDiscount.base * growth(gainDiscount),
    lossFactor:
      lossDiscount === null ? 1 : Math.min(1 / discount, lossDiscount.base / growth(lossDiscount)),
    profitScale: 1,
    options: expiry.options.map(({ leg, right, size, strike, volatility }) => ({
      leg,
      right,
      size,
      strike,
      impliedVolatility: volatility,
      price: null,
      delta: null,
      limitPrice: null,
    })),
    futures: [],
  }
}

/** The venue counts in 18 decimals: what is less than one of them is nothing. */
const UNIT = 1e-18

/**
 * The venue's index of the worst scenario: the first of the least P&L below minus the basis charge;
 * the number of scenarios when there is none, because the basis charge is worse or nothing loses.
 */
export function worstScenario({ scenarios, contingencies }: MarginResult): number {
  let least = -contingencies
    .filter(({ apply }) => apply === 'competes')
    .reduce((sum, { amount }) => sum + amount, 0)
  let worst = scenarios.length
  for (const [index, profit] of scenarios.entries()) {
    if (profit >= least || profit > -UNIT) continue
    least = profit
    worst = index
  }
  return worst
}
