import type { Leg, Mark, MarkId, Portfolio } from '@plimsoll/model'
import { toNumber } from '@plimsoll/model'
import { byId } from '../order.js'
import { mayBeLiability } from '../valuation/legs.js'
import type { World } from '../valuation/world.js'
import { priceOf } from '../valuation/world.js'

/** What legs are priced by: a mark, or the lowest of several. */
export type PriceSources = {
  /** All marks of the portfolio, sorted by id. */
  readonly marks: readonly MarkId[]
  /** Of each mark: at compile, and now. */
  readonly base: Float64Array
  readonly current: Float64Array
  /** Marks of source s are those from `start[s]` to `start[s + 1]` of `mark`. */
  readonly start: Uint32Array
  readonly mark: Uint32Array
  /** Of each source now, in the numeraire. */
  readonly price: Float64Array
}

/** Gathers sources while legs are placed; each distinct list of marks is one source. */
export type SourceBuilder = {
  /** Source of a leg that is no option; null where nothing prices it. */
  readonly ofLeg: (leg: Exclude<Leg, { kind: 'option' }>) => number | null
  /** Source of one mark; null where it has no price in the numeraire. */
  readonly ofMark: (mark: MarkId | null) => number | null
  readonly build: () => PriceSources
}

/** An empty list of sources over the marks of a portfolio. */
export function sourceBuilder(portfolio: Portfolio, world: World): SourceBuilder {
  const sorted = [...portfolio.marks].sort(byId)
  const place = new Map(sorted.map(({ id }, index) => [id, index]))
  const sources = new Map<string, readonly number[]>()
  const sourceOf = (ids: readonly MarkId[]): number => {
    const key = ids.join(' ')
    const known = [...sources.keys()].indexOf(key)
    if (known >= 0) return known
    sources.set(
      key,
      ids.map((id) => place.get(id) ?? 0),
    )
    return sources.size - 1
  }
  const isPriced = (mark: Mark) => mark.numeraire === world.numeraire
  const ofMark = (mark: MarkId | null) =>
    mark === null || priceOf(world, mark) === null ? null : sourceOf([mark])
  return {
    ofMark,
    ofLeg: (leg) => {
      if (leg.mark !== null) return ofMark(leg.mark)
      if (mayBeLiability(leg)) return null
      const candidates = sorted.filter((mark) => mark.asset === leg.asset && isPriced(mark))
      return candidates.length === 0 ? null : sourceOf(candidates.map(({ id }) => id))
    },
    build: () => {
      const lists = [...sources.values()]
      const base = Float64Array.from(sorted, ({ mid }) => toNumber(mid))
      const start = [0]
      for (const list of lists) start.push((start.at(-1) ?? 0) + list.length)
      const built = {
        marks: sorted.map(({ id }) => id),
        base,
        current: base.slice(),
        start: Uint32Array.from(start),
        mark: Uint32Array.from(lists.flat()),
        price: new Float64Array(lists.length),
      }
      priceSources(built)
      return built
    },
  }
}

/** Writes the price of every source from the current marks. */
export function priceSources({ current, start, mark, price }: PriceSources): void {
  for (let source = 0; source < price.length; source++) {
    let least = Infinity
    const end = start[source + 1] ?? 0
    for (let at = start[source] ?? 0; at < end; at++) {
      least = Math.min(least, current[mark[at] ?? 0] ?? NaN)
    }
    price[source] = least
  }
}
