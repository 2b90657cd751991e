import type { MarketGap } from '@plimsoll/client'
import type { FactorHistory, PlimsollError } from '@plimsoll/model'
import { toNumber } from '@plimsoll/model'
import { MarketDataInvalidError, MarketDataMissingError, MarketDataStaleError } from '../errors.js'
import { gapOf } from '../result.js'
import type { ChainlinkFeed } from './feeds.js'
import type { Close } from './search.js'

/** A close as the row of a history has it, or why there is none. */
export type PricedClose =
  | { readonly kind: 'price'; readonly price: number }
  | Exclude<Close, { readonly kind: 'price' }>

/** A close in units instead of the feed's decimals. */
export const pricedClose = (close: Close, decimals: number): PricedClose =>
  close.kind === 'price'
    ? { kind: 'price', price: toNumber({ raw: close.answer, decimals }) }
    : close

const timeOf = (at: number): string => new Date(at * 1000).toISOString()

/** What broke the row at an instant; null where there is a close, or the feed had not begun. */
function flawOf(
  { description }: ChainlinkFeed,
  at: number,
  close: PricedClose,
  maxAge: number,
): PlimsollError | null {
  switch (close.kind) {
    case 'price':
    case 'before':
      return null
    case 'stale':
      return new MarketDataStaleError(
        `The price of "${description}" in force at ${timeOf(at)} was ${close.age} s old, beyond the ${maxAge} s that it may be. The history is cut there; a longer heartbeat of the feed keeps it whole.`,
      )
    case 'no-price':
      return new MarketDataInvalidError(
        `The answer of "${description}" in force at ${timeOf(at)} is not above 0. The history is cut there.`,
      )
  }
}

/**
 * The newest closes of a feed without a gap between them. What breaks the row is a gap: older closes are
 * left out, since a history has one interval throughout. A feed that began later than asked has a shorter
 * row, and no gap.
 *
 * @param instants Unix seconds, rising, `intervalMs` apart
 * @returns the row, null where fewer than two closes are left
 */
export function historyOf(
  feed: ChainlinkFeed,
  instants: readonly number[],
  closes: ReadonlyMap<number, PricedClose>,
  limits: { readonly intervalMs: number; readonly maxAge: number },
): { readonly history: FactorHistory | null; readonly gaps: readonly MarketGap[] } {
  const { factor, chain, address } = feed
  const gaps: MarketGap[] = []
  const prices: number[] = []
  let last = 0
  for (const at of [...instants].reverse()) {
    const close = closes.get(at) ?? { kind: 'before' }
    if (close.kind === 'price') {
      if (prices.length === 0) last = at
      prices.push(close.price)
      continue
    }
    const flaw = flawOf(feed, at, close, limits.maxAge)
    const isFirst = gaps.length === 0 || prices.length > 0
    if (flaw !== null && isFirst) gaps.push(gapOf(factor, flaw))
    if (prices.length > 0) break
  }
  if (prices.length < 2) {
    const missing = new MarketDataMissingError(
      `"${feed.description}" has fewer than two closes since ${timeOf(instants[0] ?? 0)}. Ask from earlier, or another source.`,
    )
    return { history: null, gaps: [...gaps, gapOf(factor, missing)] }
  }
  prices.reverse()
  const toMs = last * 1000
  return {
    history: {
      factor,
      intervalMs: limits.intervalMs,
      toMs,
      prices,
      provenance: {
        source: `Chainlink "${feed.description}" on chain ${chain}, ${address}: answers in force at the close`,
        asOfMs: toMs,
        observed: { fromMs: toMs - (prices.length - 1) * limits.intervalMs, toMs },
      },
    },
    gaps,
  }
}
