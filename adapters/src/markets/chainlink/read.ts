import type { Answer, MarketContext, MarketGap, MarketRounds } from '@plimsoll/client'
import { AdapterError, ask, CallRevertedError } from '@plimsoll/client'
import type { FactorHistory } from '@plimsoll/model'
import { PlimsollError } from '@plimsoll/model'
import { given, type Rounds, together } from '../../together.js'
import { MarketDataInvalidError, MarketDataMissingError } from '../errors.js'
import { gapOf, NOTHING } from '../result.js'
import type { ChainlinkFeed } from './feeds.js'
import type { PricedClose } from './history.js'
import { historyOf, pricedClose } from './history.js'
import { recall, remember } from './memory.js'
import type { Round } from './rounds.js'
import { decimalsCall, descriptionCall, latestCall, roundCall } from './rounds.js'
import type { CloseSearch } from './search.js'
import { searchCloses } from './search.js'

/** An answer may be as old as this many heartbeats: rounds come late when a chain is busy. */
const HEARTBEATS = 2

/** Closes of one feed that one read looks for: more than five years of days. */
const MAX_CLOSES = 2000

/** Rounds of calls that the search of one feed may take. */
const MAX_ROUNDS = 12

/** Most decimals that a feed may have. */
const MAX_DECIMALS = 36

type Reading = {
  readonly history: FactorHistory | null
  readonly gaps: readonly MarketGap[]
  /** What is worth remembering, by instant; null where the feed could not be read. */
  readonly prices: ReadonlyMap<number, number> | null
}

/**
 * Reads the closes of the feeds of one chain that are asked for, all at once: the newest rounds, then
 * the rounds in force at every close, narrowed down together. Closes are at multiples of the interval
 * since 1970, which are the days of UTC.
 *
 * @throws AdapterError when it is read on no chain, or the interval is not whole seconds
 */
export function* readChainlinkCloses(
  { query, block, memory }: MarketContext,
  feeds: readonly ChainlinkFeed[],
): MarketRounds {
  if (block === null) {
    throw new AdapterError(
      'Source "chainlink" was read on no chain. Connect the client to a chain of its feeds.',
    )
  }
  const here = feeds.filter(
    ({ chain, factor }) => chain === block.chain && query.factors.includes(factor),
  )
  if (here.length === 0) return { ...NOTHING, memory: memory ?? null }
  const { instants, missing } = instantsOf(query, block.timestamp)
  const remembered = recall(memory)
  const readings = yield* together(
    here.map((feed) =>
      readFeed(feed, instants, query.intervalMs, remembered.get(feed.address) ?? new Map()),
    ),
  )
  const kept = new Map(remembered)
  for (const [index, { prices }] of readings.entries()) {
    const feed = here[index]
    if (feed !== undefined && prices !== null) kept.set(feed.address, prices)
  }
  return {
    ...NOTHING,
    histories: readings.flatMap(({ history }) => history ?? []),
    gaps: [...missing, ...readings.flatMap(({ gaps }) => gaps)],
    memory: remember(kept, block.timestamp),
  }
}

/** The instants of the closes that are asked for, Unix seconds, rising. @throws AdapterError */
function instantsOf(
  { fromMs, intervalMs }: MarketContext['query'],
  now: number,
): { readonly instants: readonly number[]; readonly missing: readonly MarketGap[] } {
  const interval = intervalMs / 1000
  if (!Number.isInteger(interval) || interval <= 0) {
    throw new AdapterError(
      `Source "chainlink" was asked for closes every ${intervalMs} ms. Ask for whole seconds.`,
    )
  }
  const last = Math.floor(now / interval)
  const count = Math.max(0, last - Math.ceil(fromMs / intervalMs) + 1)
  const used = Math.min(count, MAX_CLOSES)
  const instants = Array.from({ length: used }, (_, index) => (last - used + 1 + index) * interval)
  if (used === count) return { instants, missing: [] }
  const error = new MarketDataMissingError(
    `${count} closes of each feed were asked for and the newest ${used} are read. Ask from later, or for a longer interval.`,
  )
  return { instants, missing: [gapOf('the oldest closes', error)] }
}

/** Whatever is wrong with a feed is a gap and leaves the others alone. */
function* readFeed(
  feed: ChainlinkFeed,
  instants: readonly number[],
  intervalMs: number,
  known: ReadonlyMap<number, number>,
): Rounds<Reading> {
  try {
    const maxAge = HEARTBEATS * feed.heartbeatSeconds
    const closes = yield* readCloses(feed, instants, maxAge, known)
    const { history, gaps } = historyOf(feed, instants, closes, { intervalMs, maxAge })
    const prices = new Map<number, number>()
    for (const [at, close] of closes) if (close.kind === 'price') prices.set(at, close.price)
    return { history, gaps, prices }
  } catch (cause) {
    if (!(cause instanceof PlimsollError)) throw cause
    return { history: null, gaps: [gapOf(feed.factor, cause)], prices: null }
  }
}

/** @throws PlimsollError when the feed is another one, or a call fails otherwise than by a revert */
function* readCloses(
  feed: ChainlinkFeed,
  instants: readonly number[],
  maxAge: number,
  known: ReadonlyMap<number, number>,
): Rounds<ReadonlyMap<number, PricedClose>> {
  const { address } = feed
  const heads = yield* ask([decimalsCall(address), descriptionCall(address), latestCall(address)])
  const decimals = given(heads[0])
  requireFeed(feed, decimals, given(heads[1]))
  const missing = instants.filter((at) => !known.has(at))
  const search = searchCloses(given(heads[2]), missing, maxAge)
  yield* runSearch(feed, search)
  const closes = new Map<number, PricedClose>()
  for (const at of instants) {
    const price = known.get(at)
    const close = search.closes.get(at)
    if (price !== undefined) closes.set(at, { kind: 'price', price })
    else if (close !== undefined) closes.set(at, pricedClose(close, decimals))
  }
  return closes
}

/** @throws MarketDataInvalidError */
function requireFeed(
  { address, chain, description }: ChainlinkFeed,
  decimals: number,
  answered: string,
): void {
  const isNamed = answered.toUpperCase() === description.toUpperCase()
  if (isNamed && decimals <= MAX_DECIMALS) return
  throw new MarketDataInvalidError(
    `The feed ${address} on chain ${chain} calls itself "${answered.slice(0, 60)}" with ${decimals} decimals, not "${description}". Correct the address or the description.`,
  )
}

/** Asks until nothing is wanted. @throws PlimsollError when a call fails otherwise than by a revert */
function* runSearch({ address }: ChainlinkFeed, search: CloseSearch): Rounds<void> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const places = search.wanted()
    if (places.length === 0) return
    const answers: readonly Answer<Round | null>[] = yield* ask(
      places.map((place) => roundCall(address, place)),
    )
    for (const [index, place] of places.entries()) search.learn(place, roundIn(answers[index]))
  }
  throw new MarketDataInvalidError(
    `The rounds of the feed ${address} could not be searched in ${MAX_ROUNDS} rounds of calls: too few of them are there, or they do not rise in time. Check the address and the node; until then its closes are unknown.`,
  )
}

/** Aggregators revert for rounds that they do not have. @throws PlimsollError for any other failure */
function roundIn(answer: Answer<Round | null> | undefined): Round | null {
  if (answer?.ok === false && answer.error instanceof CallRevertedError) return null
  return given(answer)
}
