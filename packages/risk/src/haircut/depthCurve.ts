import { checkNotNegative, checkPositive } from './checks.js'
import { HaircutError } from './errors.js'

/** One price of a book and what is bid there. */
export type BookLevel = { readonly price: number; readonly quantity: number }

/** Marginal price after a quantity has been sold. */
export type DepthPoint = { readonly quantity: number; readonly price: number }

/**
 * What selling fetches, as far as it is known. Prices in the numeraire, quantities in units of the
 * asset sold, `mid` the price against which the loss is counted.
 *
 * - `levels`: the bids of a book, best first;
 * - `points`: marginal prices at several quantities, linear in between, the first at quantity 0;
 * - `constant-product`: a pool that holds `reserve` of the asset sold, without fee;
 * - `linear`: a marginal price that falls on a straight line and reaches 0 at `depth`.
 */
export type DepthCurve =
  | { readonly kind: 'levels'; readonly mid: number; readonly levels: readonly BookLevel[] }
  | { readonly kind: 'points'; readonly mid: number; readonly points: readonly DepthPoint[] }
  | { readonly kind: 'constant-product'; readonly reserve: number }
  | { readonly kind: 'linear'; readonly depth: number }

/** A sale of one size into a depth curve. */
export type Sale = {
  readonly quantity: number
  /** What is fetched, as a fraction of quantity × mid. */
  readonly fraction: number
  /** Quantity for which the curve shows no price; it fetches nothing. */
  readonly unfilled: number
}

/**
 * What a sale fetches. Nothing is invented beyond the last known price: the rest fetches nothing.
 *
 * @throws HaircutError when the quantity is not positive, or the curve is empty, not finite, or rises.
 */
export function saleOf(curve: DepthCurve, quantity: number): Sale {
  checkPositive('quantity to sell', quantity)
  switch (curve.kind) {
    case 'constant-product':
      checkPositive('reserve of the pool', curve.reserve)
      return { quantity, fraction: curve.reserve / (curve.reserve + quantity), unfilled: 0 }
    case 'linear': {
      checkPositive('depth', curve.depth)
      const filled = Math.min(quantity, curve.depth)
      const fraction = (filled / quantity) * (1 - filled / (2 * curve.depth))
      return { quantity, fraction, unfilled: quantity - filled }
    }
    case 'levels':
      checkPositive('mid price', curve.mid)
      return intoLevels(curve.levels, curve.mid, quantity)
    case 'points':
      checkPositive('mid price', curve.mid)
      return intoPoints(curve.points, curve.mid, quantity)
  }
}

function intoLevels(levels: readonly BookLevel[], mid: number, quantity: number): Sale {
  let rest = quantity
  let proceeds = 0
  let last = Infinity
  for (const level of levels) {
    checkNotNegative('price of a level', level.price)
    checkNotNegative('quantity of a level', level.quantity)
    checkFalling(level.price, last)
    last = level.price
    const sold = Math.min(rest, level.quantity)
    proceeds += sold * level.price
    rest -= sold
  }
  return { quantity, fraction: proceeds / (mid * quantity), unfilled: rest }
}

function intoPoints(points: readonly DepthPoint[], mid: number, quantity: number): Sale {
  const first = points[0]
  if (first?.quantity !== 0) {
    throw new HaircutError(
      `The depth curve begins at the quantity ${first?.quantity}. Give its first point at 0, with the price of the first unit.`,
    )
  }
  let previous = first
  let proceeds = 0
  checkNotNegative('price of a point', first.price)
  for (const point of points.slice(1)) {
    checkNotNegative('price of a point', point.price)
    checkPositive('quantity between two points', point.quantity - previous.quantity)
    checkFalling(point.price, previous.price)
    const width = point.quantity - previous.quantity
    const sold = Math.min(Math.max(0, quantity - previous.quantity), width)
    const end = previous.price + (point.price - previous.price) * (sold / width)
    proceeds += (sold * (previous.price + end)) / 2
    previous = point
  }
  const unfilled = Math.max(0, quantity - previous.quantity)
  return { quantity, fraction: proceeds / (mid * quantity), unfilled }
}

function checkFalling(price: number, before: number): void {
  if (price <= before) return
  throw new HaircutError(
    `A price of the depth curve rises from ${before} to ${price}. Give bids best first, or marginal prices by rising quantity.`,
  )
}
