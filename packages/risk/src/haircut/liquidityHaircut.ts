import type { DepthCurve } from './depthCurve.js'
import { saleOf } from './depthCurve.js'

/** Haircut of one size. */
export type LiquidityHaircut = {
  /** Size sold, in units of the asset. */
  readonly quantity: number
  /** What selling it at once loses against the mid, as a fraction. */
  readonly haircut: number
  /** Part of the size for which the curve shows no price: it is counted as lost. */
  readonly unfilled: number
}

/**
 * Haircut for selling a quantity at once, h(Q) = 1 − ∫₀^Q p(q) dq / (p₀·Q), as a fraction in [0, 1]
 * that never falls with the size. What the curve does not show is lost; a bid above the mid is no gain.
 *
 * @example
 * liquidityHaircut({ kind: 'constant-product', reserve: 6841 }, 774.84).haircut // 0.10174058278535264
 *
 * @throws HaircutError when the quantity is not positive, or the curve is not finite or rises.
 */
export function liquidityHaircut(curve: DepthCurve, quantity: number): LiquidityHaircut {
  const { fraction, unfilled } = saleOf(curve, quantity)
  return { quantity, haircut: Math.min(1, Math.max(0, 1 - fraction)), unfilled }
}

/**
 * Haircuts of several sizes: one number says nothing of how fast a market thins out.
 *
 * @example
 * liquidityHaircuts({ kind: 'linear', depth: 100 }, [10, 50]).map(({ haircut }) => haircut) // [0.05, 0.25]
 *
 * @throws HaircutError as {@link liquidityHaircut}.
 */
export function liquidityHaircuts(
  curve: DepthCurve,
  quantities: readonly number[],
): readonly LiquidityHaircut[] {
  return quantities.map((quantity) => liquidityHaircut(curve, quantity))
}
