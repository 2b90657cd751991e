import type { MarketContext } from '@plimsoll/client'
import type { Native } from '@plimsoll/model'
import * as z from 'zod/mini'

/** Closes of the past, which no later block changes: by feed, then by instant (Unix seconds). */
export type RememberedCloses = ReadonlyMap<string, ReadonlyMap<number, number>>

/** Closes younger than this, seconds, are read again: their block may yet be replaced. */
const SETTLED_AFTER = 3600

const FORMAT = 'chainlink-closes/1'
const price = z.number().check(z.gt(0))
const schema = z.object({
  format: z.literal(FORMAT),
  feeds: z.record(z.string(), z.array(z.tuple([z.int().check(z.minimum(0)), price]))),
})

/** What an earlier read found; nothing where it is of another form. */
export function recall(memory: MarketContext['memory']): RememberedCloses {
  const found = z.safeParse(schema, memory)
  if (!found.success) return new Map()
  return new Map(
    Object.entries(found.data.feeds).map(([address, closes]) => [address, new Map(closes)]),
  )
}

/** What the next read need not ask again. @param now Unix seconds of the block */
export function remember(closes: RememberedCloses, now: number): Native {
  const feeds = [...closes].map(
    ([address, row]) => [address, [...row].filter(([at]) => now - at >= SETTLED_AFTER)] as const,
  )
  return { format: FORMAT, feeds: Object.fromEntries(feeds) }
}
