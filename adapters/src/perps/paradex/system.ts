import type { FactorId } from '@plimsoll/model'
import type { MarginSystem } from '@plimsoll/risk/compare'
import { MarginSystemError, scenarioSystem, undiscounted } from '@plimsoll/risk/compare'
import type { PortfolioParameters } from './margin-portfolio.js'
import { portfolioTest } from './margin-portfolio.js'

/** BTC, from `system/margin-config` of 2026-04-22. */
export const PARADEX_BTC_2026: PortfolioParameters = {
  hedgedFactor: 0.01,
  unhedgedFactor: 0.02,
  maintenanceFactor: 0.5,
  volatility: { shortPower: 0.3, longPower: 0.13, floorDays: 1, minimumUp: 0.4 },
  scenarios: [
    ...[0.16, 0.12, 0.08, 0.04, 0, -0.04, -0.08, -0.12, -0.16].flatMap((spot) =>
      (Math.abs(spot) === 0.16 ? [0.4] : [0.4, -0.22]).map((volatility) => ({
        spot,
        volatility,
        weight: 1,
      })),
    ),
    ...(
      [
        [-0.66, 0.18],
        [-0.33, 0.36],
        [0.5, 0.24],
        [1, 0.12],
        [2, 0.06],
        [3, 0.04],
        [4, 0.03],
        [5, 0.024],
      ] as const
    ).map(([spot, weight]) => ({ spot, volatility: 0.4, weight })),
  ],
}

/** Options of {@link paradexSystem}. */
export type ParadexSystemOptions = {
  /** By underlying; null where the venue has no portfolio margin for it. Default: BTC of 2026-04-22. */
  readonly parameters?: (underlying: FactorId) => PortfolioParameters | null
}

/**
 * Paradex's portfolio margin as a system to compare with: each underlying on its own, without resting
 * orders, funding and fees.
 *
 * @example
 * compareMargin(portfolio, { systems: [paradexSystem()], nowMs })
 */
export function paradexSystem({
  parameters = (underlying) => (underlying === 'spot:BTC' ? PARADEX_BTC_2026 : null),
}: ParadexSystemOptions = {}): MarginSystem {
  return scenarioSystem({
    id: 'paradex',
    name: 'Paradex PM',
    fidelity: { grade: 'modelled' },
    source: "the venue's configuration of 2026-04-22; the formula meets 71 portfolios",
    notModelled: ['funding and fee provisions'],
    normalCdf: 'abramowitz-stegun-7.1.26',
    across: 'worst',
    factors: { maintenance: PARADEX_BTC_2026.maintenanceFactor, initial: 1 },
    rules: ({ underlying, spot }) => {
      const found = parameters(underlying)
      if (found === null) return null
      const [book] = portfolioTest(
        { markets: new Map(), positions: [], orders: [], balances: [] },
        { spot, perpMark: spot, fundingRate: 0, interestRate: 0 },
        found,
        { name: underlying, at: 0, cash: [], spotMark: -1, perpMark: -1, tokenMark: () => -1 },
      ).books
      if (book === undefined) throw new MarginSystemError(`Paradex has no book for ${underlying}.`)
      return { book, perpMoveLimit: null, discounts: undiscounted, against: 'quote' }
    },
  })
}
