import type { FactorHistory, Provenance } from '@plimsoll/model'
import { factorId } from '@plimsoll/model'
import type { Address } from 'viem'
import { parseAbi } from 'viem'
import * as z from 'zod/mini'
import { failureMessage } from '../failureMessage.js'
import type { MarketAdapter, MarketContext, MarketResult, MarketRounds } from '../marketAdapter.js'
import { defineMarketAdapter } from '../marketAdapter.js'
import type { HttpRequest } from '../requests.js'
import { ask, contractCall, decodeBy } from '../requests.js'

export const DAY_MS = 86_400_000
const ETH = factorId('spot:ETH')
const FEED = parseAbi(['function latestAnswer() view returns (int256)'])

/** A source that says nothing, for tests that add what it says. */
export const NOTHING: MarketResult = {
  histories: [],
  depths: [],
  surfaces: [],
  fundings: [],
  gaps: [],
}

/** Closes of ether up to `toMs`. */
export function etherHistory(prices: readonly number[], toMs: number): FactorHistory {
  const provenance: Provenance = {
    source: 'toy',
    asOfMs: toMs,
    observed: { fromMs: toMs - (prices.length - 1) * DAY_MS, toMs },
  }
  return { factor: ETH, intervalMs: DAY_MS, toMs, prices, provenance }
}

/** A source on chain: the latest answer of a feed as two closes. */
export function toyFeed(options: {
  readonly id: string
  readonly address: Address
  readonly chains?: readonly number[]
  readonly history?: MarketAdapter['history']
  /** What is said of the answer; two closes of it at the pinned block unless given. */
  readonly say?: (price: number, context: MarketContext) => MarketResult
}): MarketAdapter {
  const { id, address, chains = [1], history = 'block' } = options
  const say =
    options.say ??
    ((price: number, { block }: MarketContext) => ({
      ...NOTHING,
      histories: [etherHistory([price, price], (block?.timestamp ?? 0) * 1000)],
    }))
  return defineMarketAdapter({
    id,
    name: id,
    kind: 'market',
    chains,
    hosts: {},
    history,
    provides: 'two closes of ether',
    *read(context: MarketContext): MarketRounds {
      const call = contractCall({ address, abi: FEED, functionName: 'latestAnswer' })
      const [answer] = yield* ask([call])
      if (!answer.ok) throw answer.error
      return { ...say(Number(answer.value), context), memory: { known: true } }
    },
  })
}

const closes = z.object({ closes: z.array(z.number()), toMs: z.number() })

/** A source over HTTP; what it could not read is a gap. */
export function toyTicker(request: Partial<HttpRequest<z.infer<typeof closes>>> = {}) {
  const id = 'toy-ticker'
  return defineMarketAdapter({
    id,
    name: id,
    kind: 'market',
    chains: [],
    hosts: { api: { url: 'https://ticker.test', budget: null, browser: 'cors' } },
    history: 'none',
    provides: 'closes of ether',
    *read({ query }: MarketContext): MarketRounds {
      const [answer] = yield* ask([
        {
          kind: 'http' as const,
          host: 'api',
          method: 'GET' as const,
          path: `/closes?from=${query.fromMs}&every=${query.intervalMs}`,
          decode: decodeBy(closes, 'closes'),
          ...request,
        },
      ])
      if (answer.ok) {
        return { ...NOTHING, histories: [etherHistory(answer.value.closes, answer.value.toMs)] }
      }
      const { error } = answer
      return {
        ...NOTHING,
        gaps: [{ what: 'spot:ETH', error: error.name, message: failureMessage(error) }],
      }
    },
  })
}
