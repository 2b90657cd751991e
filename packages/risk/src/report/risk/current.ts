import type { FactorId, MarketState, NetDelta, PortfolioRisk, Provenance } from '@plimsoll/model'
import { asOfMs } from '@plimsoll/model'
import type { FactorModel } from '../../calibrate/factorModel.js'
import { factorModel } from '../../calibrate/factorModel.js'
import { equityGrid } from '../../scenarios/grid.js'
import type { UnifiedMargin } from '../../unified/result.js'
import { unifiedMargin } from '../../unified/unifiedMargin.js'
import { collateralReport } from './collateral.js'
import type { RiskInputs } from './inputs.js'
import type { Directions } from './nearest.js'
import { unifiedReport } from './unified.js'

/** The parts of a risk that are quick enough for every block or tick. */
export type CurrentRisk = {
  readonly parts: Pick<PortfolioRisk, 'market' | 'unified' | 'grid' | 'collateral' | 'dataAgeMs'>
  readonly unified: UnifiedMargin
  /** Of all spot factors that the portfolio is exposed to. */
  readonly model: FactorModel
}

/** Unified margin, the grid of spot × volatility and haircuts under a market state. */
export function currentRisk(inputs: RiskInputs, market: MarketState): CurrentRisk {
  const { portfolio, program, netDeltas, nowMs, siloed } = inputs
  const model = directedModel(market, spotFactors(netDeltas), directionsOf(netDeltas))
  const unified = unifiedMargin(portfolio, market, { nowMs, siloedByVenues: siloed })
  return {
    unified,
    model,
    parts: {
      market: {
        source: market.source,
        asOfMs: market.asOfMs,
        expiresAtMs: market.expiresAtMs,
        oldest: oldest(model.provenance),
      },
      unified: unifiedReport(unified),
      grid: equityGrid(portfolio, { market, nowMs }),
      collateral: collateralReport(portfolio, program, unified.collateral),
      dataAgeMs: portfolio.accounts.reduce(
        (age, account) => Math.max(age, nowMs - asOfMs(account.asOf)),
        0,
      ),
    },
  }
}

/** Which way each factor costs the portfolio. */
export function directionsOf(netDeltas: readonly NetDelta[]): Directions {
  return new Map(netDeltas.map(({ factor, net }) => [factor, net < 0 ? -1 : 1]))
}

/** The factors' covariance; pairs that nobody measured are correlated 1 against the portfolio. */
export function directedModel(
  market: MarketState,
  factors: readonly FactorId[],
  directions: Directions,
): FactorModel {
  return factorModel(market, factors, {
    directions: factors.map((factor) => directions.get(factor) ?? 1),
  })
}

/** Equity in times of the expected shortfall; null where either is unknown. */
export function nettedBuffer(
  equity: number | null,
  tail: PortfolioRisk['tail'],
): PortfolioRisk['nettedBuffer'] {
  const shortfall = tail?.expectedShortfall.loss ?? 0
  return equity === null || !(shortfall > 0) ? null : equity / shortfall
}

function spotFactors(netDeltas: readonly NetDelta[]): readonly FactorId[] {
  return netDeltas
    .map(({ factor }) => factor)
    .filter((factor) => factor.startsWith('spot:'))
    .sort()
}

function oldest(provenance: readonly Provenance[]): Provenance | null {
  return provenance.reduce<Provenance | null>(
    (least, row) => (least === null || row.asOfMs < least.asOfMs ? row : least),
    null,
  )
}
