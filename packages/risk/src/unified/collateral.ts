import type { FactorId, MarketState } from '@plimsoll/model'
import { combinedHaircut } from '../haircut/collateralHaircut.js'
import { liquidityHaircut } from '../haircut/liquidityHaircut.js'
import { exp } from '../pricing/exp.js'
import { power } from '../pricing/power.js'
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
  return holdings.flatMap(({ account, leg, kind, asset, worth, linear, pegs, problem }) => {
    const isHeld = kind === 'collateral' || kind === 'share' || kind === 'cash'
    if (!isHeld || worth === null || !(worth > 0) || problem !== null) return []
    const volatility = combinedHaircut(
      linear.map(
        ({ factor, elasticity }) =>
          1 - exp(-Math.abs(elasticity) * calibration.volatility(factor).range),
      ),
    )
    const peg = combinedHaircut(
      pegs.map(({ factor, elasticity }) => {
        const { down, up } = calibration.peg(factor).stress
        return 1 - (elasticity >= 0 ? power(1 - down, elasticity) : power(1 + up, elasticity))
      }),
    )
    const liquidity = liquidityOf(linear, byFactor)
    const haircut = combinedHaircut([volatility, peg, liquidity ?? 0])
    const weighted = worth * (1 - haircut)
    return { account, leg, asset, value: worth, volatility, peg, liquidity, haircut, weighted }
  })
}

/** The worst of its spot factors; null where no depth is known. */
function liquidityOf(
  linear: Holding['linear'],
  depths: ReadonlyMap<FactorId, MarketState['depths'][number]>,
): number | null {
  const haircuts = linear.flatMap(({ factor, value }) => {
    const points = depths.get(factor)?.points ?? []
    if (points.length === 0) return []
    const curve = {
      kind: 'points',
      mid: 1,
      points: points.map(({ notional, price }) => ({ quantity: notional, price })),
    } as const
    return liquidityHaircut(curve, Math.abs(value)).haircut
  })
  return haircuts.length === 0 ? null : Math.max(...haircuts)
}
