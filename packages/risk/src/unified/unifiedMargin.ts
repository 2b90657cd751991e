import type { AccountId, MarketState, Portfolio, QualityFlag } from '@plimsoll/model'
import { resolveOptions } from '../report/options.js'
import { accountQuality, portfolioQuality, sortFlags } from '../report/quality.js'
import { countedOnce } from '../valuation/lookThrough.js'
import { numeraireOf } from '../valuation/numeraire.js'
import { accountTotals } from '../valuation/totals.js'
import type { World } from '../valuation/world.js'
import { worldToday } from '../valuation/world.js'
import { booksOfHoldings } from './books.js'
import type { Calibration } from './calibration.js'
import { calibrationOf } from './calibration.js'
import { checkMarket } from './checkMarket.js'
import { riskWeighted } from './collateral.js'
import { flagsOf } from './flags.js'
import type { Holding } from './holdings.js'
import { holdingsOf } from './holdings.js'
import type { UnifiedParameters } from './parameters.js'
import { parametersOf } from './parameters.js'
import { requirementOf } from './requirement.js'
import type { UnifiedMargin, UnifiedNetting, UnifiedRequirement } from './result.js'

/** Options of {@link unifiedMargin}; parameters that are left out have the documented defaults. */
export type UnifiedOptions = Partial<UnifiedParameters> & {
  /** Unix milliseconds: for times to expiry, and for the age of the market state. */
  readonly nowMs: number
  /** What the venues ask separately, in the numeraire: `requirement.siloed` of a report. */
  readonly siloedByVenues?: number | null
}

/**
 * What one cross-margin venue would ask for the whole portfolio, in the numeraire; no venue grants it.
 *
 * maintenance = spot + peg + addOn and initial = initialFactor·(spot + peg) + addOn, where
 * - spot = √(Σᵢⱼ cᵢⱼ·Lᵢ·Lⱼ), Lᵢ the worst loss of everything that moves with spot factor i on its grid of
 *   spot × volatility, options repriced in full (Black-76), collateral and debt among it; the grid
 *   reaches multiplier·σ·√horizon, σ with stress and floor; c the stressed correlation;
 * - peg = Σ over pegs of what their tabled break costs, apart from diffusion and without credit from it:
 *   pegs broke together, and in falling markets;
 * - addOn = Σ over underlyings of liquidity and concentration, where a depth is given.
 *
 * Without add-ons it is homogeneous in size. A leg on several spot factors is stressed with each alone.
 * Contributions add up to the maintenance margin. An expired market state, a leg of unknown risk that
 * may be owed, and anything unread, stale or unreconciled make the margins null.
 *
 * @example
 * const { maintenance, netting } = unifiedMargin(portfolio, DEFAULT_MARKET_STATE, { nowMs })
 *
 * @throws UnifiedMarginError when a parameter or a number of the market state is out of its range.
 * @throws ScenarioError when `nowMs` is negative or not finite.
 */
export function unifiedMargin(
  portfolio: Portfolio,
  market: MarketState,
  options: UnifiedOptions,
): UnifiedMargin {
  const { nowMs, siloedByVenues = null, ...given } = options
  const inputs = unifiedInputs(portfolio, market, nowMs, given)
  const { parameters, calibration, world, holdings, placed, unplaced } = inputs
  const parts = requirementOf(booksOfHoldings(placed), calibration, market.depths, parameters)
  const flags = flagsOf(market, nowMs, parts, calibration, unplaced)
  const quality = qualityOf(portfolio, world, nowMs)
  const isKnown = [...flags, ...quality].every(({ severity }) => severity !== 'unknown')
  const equity = equityOf(holdings)
  const maintenance = isKnown ? parts.maintenance : null
  return {
    numeraire: world.numeraire,
    nowMs,
    equity,
    maintenance,
    initial: isKnown ? parts.initial : null,
    excess: equity === null || maintenance === null ? null : equity - maintenance,
    parts,
    netting: nettingOf(placed, parts, calibration, parameters),
    venues:
      siloedByVenues === null
        ? null
        : {
            siloed: siloedByVenues,
            notGranted: maintenance === null ? null : siloedByVenues - maintenance,
          },
    collateral: riskWeighted(holdings, calibration, market.depths),
    unplaced: unplaced.map(({ leg, problem }) => ({ leg, message: problem ?? '' })),
    flags,
    quality,
  }
}

/** What the margin of a portfolio is made from. */
export type UnifiedInputs = {
  readonly parameters: UnifiedParameters
  readonly calibration: Calibration
  readonly world: World
  readonly holdings: readonly Holding[]
  /** Those whose risk is known, and the others. */
  readonly placed: readonly Holding[]
  readonly unplaced: readonly Holding[]
}

/** The holdings of a portfolio today, and what the market state says of their factors. */
export function unifiedInputs(
  portfolio: Portfolio,
  market: MarketState,
  nowMs: number,
  given: Partial<UnifiedParameters>,
): UnifiedInputs {
  const parameters = parametersOf(given)
  checkMarket(market)
  const world = worldToday(portfolio, nowMs / 1000, numeraireOf(portfolio))
  const holdings = holdingsOf(portfolio.accounts, world, countedOnce(portfolio))
  return {
    parameters,
    calibration: calibrationOf(market, parameters, nowMs),
    world,
    holdings,
    placed: holdings.filter(({ problem }) => problem === null),
    unplaced: holdings.filter(({ problem }) => problem !== null),
  }
}

/** What a report says of the reading: unread, stale and unreconciled things. */
function qualityOf(portfolio: Portfolio, world: World, nowMs: number): readonly QualityFlag[] {
  const options = resolveOptions({ modules: [], nowMs })
  return sortFlags([
    ...portfolioQuality(portfolio, options),
    ...portfolio.accounts.flatMap((account) =>
      accountQuality(account, portfolio, accountTotals(account, world, world), options),
    ),
  ])
}

/** What cannot be placed and is not owed counts for nothing. */
function equityOf(holdings: readonly Holding[]): number | null {
  let equity = 0
  for (const { worth, problem, isLiability } of holdings) {
    if (worth === null && isLiability) return null
    if (problem === null || isLiability) equity += worth ?? 0
  }
  return equity
}

function nettingOf(
  holdings: readonly Holding[],
  { spot, peg }: UnifiedRequirement,
  calibration: Calibration,
  parameters: UnifiedParameters,
): UnifiedNetting {
  const accounts = new Map<AccountId, Holding[]>()
  for (const holding of holdings) {
    const own = accounts.get(holding.account)
    if (own === undefined) accounts.set(holding.account, [holding])
    else own.push(holding)
  }
  const byAccount = [...accounts].map(([account, own]) => {
    const alone = requirementOf(booksOfHoldings(own), calibration, [], parameters)
    return { account, alone: alone.maintenance }
  })
  const siloed = byAccount.reduce((sum, { alone }) => sum + alone, 0)
  const netted = spot + peg
  return {
    siloed,
    netted,
    notGranted: siloed - netted,
    capitalEfficiency: siloed > 0 ? netted / siloed : null,
    byAccount,
  }
}
