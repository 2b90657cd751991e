import type { FactorId } from '@plimsoll/model'
import type { MarginSystem } from '@plimsoll/risk/compare'
import { MarginSystemError, scenarioSystem } from '@plimsoll/risk/compare'
import type { StressParameters } from './scenario-margin.js'
import { stressTest } from './scenario-margin.js'

/**
 * Portfolio margin (PMRM_2) of BTC and ETH on the v2 mainnet, as its configuration stood in 2026-11;
 * skew scenarios and static discounts, which no published document states, are left out.
 */
export const DERIVE_V2_PARAMETERS: StressParameters = {
  scenarios: [
    ...[1.18, 1.135, 1.09, 1.045, 1, 0.955, 0.91, 0.865, 0.82].flatMap((spot) =>
      (spot === 1.18 || spot === 0.82 ? [0.5] : [0.5, 0, -0.3]).map(
        (volatility) => ({ spot, volatility, skew: 'none', weight: 1, extended: false }) as const,
      ),
    ),
    ...(
      [
        [0.34, 0.21],
        [0.67, 0.42],
        [1.5, 0.2772],
        [2, 0.1386],
        [3, 0.0693],
        [4, 0.0462],
        [5, 0.03465],
        [6, 0.02772],
      ] as const
    ).map(
      ([spot, weight]) =>
        ({ spot, volatility: 0.5, skew: 'none', weight, extended: false }) as const,
    ),
  ],
  volatilityShock: {
    shortPower: 0.3,
    longPower: 0.13,
    floorDays: 1,
    upFloor: { value: 0.4, of: 'shocked' },
  },
  skewShock: null,
  forward: { up: 1.045, down: 0.955, rate: 0.5, ratePerYear: 2 },
  factors: { maintenance: 0.8, initial: 1 },
  depeg: { threshold: 0, factor: 0 },
  confidence: { threshold: 0, margin: 0 },
  static: {
    both: { perp: 0.03, base: 0, nakedShort: 0.003 },
    initial: { perp: 0.01, base: 0, nakedShort: 0.002 },
    apply: 'added',
  },
  discounted: true,
  gainDiscount: { base: 1, rateMultiplier: 0, rateAdd: 0 },
  lossDiscount: null,
}

const LISTED: readonly string[] = ['spot:BTC', 'spot:ETH']

/** Options of {@link deriveSystem}. */
export type DeriveSystemOptions = {
  /** By underlying; null where the venue does not list it. Default: BTC and ETH of the v2 mainnet. */
  readonly parameters?: (underlying: FactorId) => StressParameters | null
}

/**
 * Derive's portfolio margin as a system to compare with: each underlying in an account of its own, all
 * in good standing (prices trusted, settlement asset at its peg, options undiscounted).
 *
 * @example
 * compareMargin(portfolio, { systems: [deriveSystem()], nowMs })
 */
export function deriveSystem({
  parameters = (underlying) => (LISTED.includes(underlying) ? DERIVE_V2_PARAMETERS : null),
}: DeriveSystemOptions = {}): MarginSystem {
  return scenarioSystem({
    id: 'derive',
    name: 'Derive PMRM_2',
    fidelity: { grade: 'modelled' },
    source: 'v2 mainnet configuration, read 2026-11; the formula meets 27 published portfolios',
    notModelled: ['skew scenarios', 'static discounts', 'oracle confidence'],
    normalCdf: 'exact',
    across: 'worst',
    factors: DERIVE_V2_PARAMETERS.factors,
    rules: ({ underlying, spot }) => {
      const found = parameters(underlying)
      if (found === null) return null
      const price = { price: spot, confidence: 1, mark: -1 }
      const [book] = stressTest(
        {
          underlying,
          cash: [],
          stable: { price: 1, mark: -1 },
          spot: price,
          perp: null,
          collateral: [],
          expiries: [],
        },
        found,
      ).books
      if (book === undefined) throw new MarginSystemError(`Derive has no book for ${underlying}.`)
      const { factors } = found
      if (factors.maintenance !== DERIVE_V2_PARAMETERS.factors.maintenance) {
        throw new MarginSystemError(
          `The parameters of ${underlying} have a maintenance factor of ${factors.maintenance}. Compare it in a system of its own.`,
        )
      }
      return {
        book,
        perpMoveLimit: null,
        discounts: () => ({ discount: 1, gain: 1, loss: 1 }),
        against: 'model',
      }
    },
  })
}
