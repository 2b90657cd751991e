import type { FactorId, MarketState } from '@plimsoll/model'
import { combinedHaircut } from '../haircut/collateralHaircut.js'
import type { DepthCurve } from '../haircut/depthCurve.js'
import { liquidityHaircut } from '../haircut/liquidityHaircut.js'
import { exp } from '../pricing/exp.js'
import { power } from '../pricing/power.js'
import { curveOf } from './addOns.js'
import type { Calibration } from './calibration.js'
import type { Holding } from './holdings.js'
import type { RiskWeightedCollateral } from './result.js'

/**
 * Collateral, shares and cash above 0, each alone: 1 − Π(1 − hᵢ) of the fall of its spot factors by
 * their range (a rise where it moves against them), of its broken pegs, and of selling it at once where
 * the depth of its spot factor is given.
 */
export function riskWeighted(
  holdings: readonly Holding[],
  calibration: Calibration,
  depths: MarketState['depths'],
): readonly RiskWeightedCollateral[] {
  const byFactor = new Map<FactorId, MarketState['depths'][number]>(
    depths.map((depth) => [depth.factor, depth]),
  )
  return holdings.flatMap((holding) => {
    const { account, leg, asset, worth, linear } = holding
    if (!isWeighted(holding) || worth === null) return []
    const { volatility, peg } = marketHaircuts(holding, calibration)
    const liquidity = liquidityOf(depthCurves(linear, byFactor), worth)
    const haircut = combinedHaircut([volatility, peg, liquidity ?? 0])
    const weighted = worth * (1 - haircut)
    return { account, leg, asset, value: worth, volatility, peg, liquidity, haircut, weighted }
  })
}

/** Collateral, shares and cash above 0 whose risk is known. */
export function isWeighted({ kind, worth, problem }: Holding): boolean {
  const isHeld = kind === 'collateral' || kind === 'share' || kind === 'cash'
  return isHeld && worth !== null && worth > 0 && problem === null
}

/** Haircuts of moves of its spot factors by their range, and of its broken pegs. */
export function marketHaircuts(
  { linear, pegs }: Pick<Holding, 'linear' | 'pegs'>,
  calibration: Calibration,
): Pick<RiskWeightedCollateral, 'volatility' | 'peg'> {
  return {
    volatility: combinedHaircut(
      linear.map(
        ({ factor, elasticity }) =>
          1 - exp(-Math.abs(elasticity) * calibration.volatility(factor).range),
      ),
    ),
    peg: combinedHaircut(
      pegs.map(({ factor, elasticity }) => {
        const { down, up } = calibration.peg(factor).stress
        return 1 - (elasticity >= 0 ? power(1 - down, elasticity) : power(1 + up, elasticity))
      }),
    ),
  }
}

/** Depths of the spot factors of a holding, where they are known. */
export function depthCurves(
  linear: Holding['linear'],
  depths: ReadonlyMap<FactorId, MarketState['depths'][number]>,
): readonly DepthCurve[] {
  return linear.flatMap(({ factor }) => {
    const points = depths.get(factor)?.points ?? []
    return points.length === 0 ? [] : [curveOf(points)]
  })
}

/** The worst of its spot factors; null where no depth is known. */
export function liquidityOf(curves: readonly DepthCurve[], worth: number): number | null {
  let most: number | null = null
  for (const curve of curves) {
    most = Math.max(most ?? 0, liquidityHaircut(curve, Math.abs(worth)).haircut)
  }
  return most
}
