import type { FactorDepth, FactorId } from '@plimsoll/model'
import { malformed } from './malformed.js'
import type { Book, Level } from './questions.js'

/** A book older than this is not today's. */
const STALE_MS = 600_000

/**
 * What can be sold into the bids of a coin: marginal prices by notional at the mid. Each level's price
 * is taken where the level begins, so that nothing between two points is priced above its level. Beyond
 * the fine book goes the coarse one, whose levels may be rounded by a step: each is taken at the price of
 * the next.
 *
 * @throws SchemaError when a book is empty, crossed, out of order, of another coin or old.
 */
export function depthOf(
  factor: FactorId,
  coin: string,
  books: { readonly fine: Book; readonly coarse: Book },
  day: { readonly nowMs: number; readonly dayNtlVlm: number },
): FactorDepth {
  const { fine, coarse } = books
  for (const book of [fine, coarse]) checkBook(book, coin, day.nowMs)
  const [bids, asks] = fine.levels
  const best = bids[0]?.px ?? NaN
  const ask = asks[0]?.px ?? NaN
  if (!(best < ask)) throw malformed(`the book of ${coin} is crossed or has an empty side`)
  const mid = (best + ask) / 2
  const near = staircase(bids, mid)
  const last = near.at(-1) ?? { notional: 0, price: 0 }
  const far = staircase(coarse.levels[0], mid)
  const beyond = far
    .map(({ notional }, index) => ({ notional, price: far[index + 1]?.price ?? 0 }))
    .filter(({ notional, price }) => notional > last.notional && price > 0 && price <= last.price)
  const asOfMs = Math.min(fine.time, coarse.time)
  return {
    factor,
    dailyVolume: day.dayNtlVlm > 0 ? day.dayNtlVlm : null,
    points: [...near, ...beyond],
    provenance: {
      source: `Hyperliquid, bids and day's volume of the ${coin} perp in USDC`,
      asOfMs,
      observed: null,
    },
  }
}

/** Where each level begins, and where the last one ends. */
function staircase(bids: readonly Level[], mid: number): FactorDepth['points'] {
  let notional = 0
  const points = bids.map(({ px, sz }) => {
    const point = { notional, price: px / mid }
    notional += sz * mid
    return point
  })
  const last = points.at(-1)
  return last === undefined ? [] : [...points, { ...last, notional }]
}

function checkBook({ coin, time, levels: [bids, asks] }: Book, asked: string, nowMs: number): void {
  if (coin !== asked) throw malformed(`the book of ${asked} is of ${coin.slice(0, 20)}`)
  if (nowMs - time > STALE_MS) {
    throw malformed(`the book of ${asked} is of ${new Date(time).toISOString()}`)
  }
  const isOrdered = (side: readonly Level[], sign: 1 | -1) =>
    side.every(({ px, sz }, index) => {
      const before = side[index - 1]
      return px > 0 && sz > 0 && (before === undefined || sign * (px - before.px) > 0)
    })
  if (!isOrdered(bids, -1) || !isOrdered(asks, 1)) {
    throw malformed(`the book of ${asked} is out of order`)
  }
}
