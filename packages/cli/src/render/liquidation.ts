import type { AccountReport, LiquidationPrice } from '@plimsoll/model'
import type { Names } from './names.js'
import { rayName } from './names.js'
import { percent, price } from './numbers.js'

type Side = {
  readonly name: string
  readonly direction: 'below' | 'above'
  readonly price: number | null
  readonly move: number
}

/** Where an account is liquidated, nearest first: `ETH below 2,410 (−19.7 %)`, at most one a side. */
export function liquidationLines(account: AccountReport, names: Names): readonly string[] {
  if (account.liquidatable === true) return ['now']
  const sides = nearestSides(account.liquidationPrices, names)
  if (sides.length > 0) return sides.map(sideText)
  if (account.health.value !== null) return ['no price does it']
  return [account.health.reason === 'unknown' ? 'unknown' : '·']
}

/** The nearest price below and above over all rays, nearest first. */
export function nearestSides(prices: readonly LiquidationPrice[], names: Names): readonly Side[] {
  const sides = prices.flatMap((entry) => sidesOf(entry, names))
  return (['below', 'above'] as const)
    .flatMap((direction) => {
      const [nearest] = sides.filter((side) => side.direction === direction).sort(byDistance)
      return nearest === undefined ? [] : [nearest]
    })
    .sort(byDistance)
}

/** One side in words. */
export function sideText(side: Side): string {
  const { name, direction, move } = side
  return side.price === null
    ? `${name} ${percent(move)}`
    : `${name} ${direction} ${price(side.price)} (${percent(move)})`
}

function sidesOf(entry: LiquidationPrice, names: Names): readonly Side[] {
  const { ray, below, above, moveBelow, moveAbove } = entry
  const name = rayName(ray, names)
  const sides: Side[] = []
  if (moveBelow !== null) sides.push({ name, direction: 'below', price: below, move: moveBelow })
  if (moveAbove !== null) sides.push({ name, direction: 'above', price: above, move: moveAbove })
  return sides
}

/** Nearest first; of two as near, the one with a price. */
function byDistance(a: Side, b: Side): number {
  const difference = Math.abs(a.move) - Math.abs(b.move)
  if (Math.abs(difference) > 1e-9) return difference
  if ((a.price === null) !== (b.price === null)) return a.price === null ? 1 : -1
  return a.name < b.name ? -1 : 1
}
