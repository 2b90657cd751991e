import { type ChainlinkFeed, chainlink } from '@plimsoll/adapters/markets/chainlink'
import {
  CallRevertedError,
  ConnectionError,
  createClient,
  type Request,
  readMarket,
} from '@plimsoll/client'
import { factorId } from '@plimsoll/model'
import { createClient as createNodeClient, http, numberToHex } from 'viem'
import { getBlock } from 'viem/actions'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { play } from '../../markets/play.js'
import { stateWith } from '../../markets/state.js'
import { nodeRequest } from '../aave-v3/transact.js'
import { type LocalAggregator, type LocalFeed, startFeed } from './local-feed.js'

const DAY = 86_400
const HOUR = 3600
const BEGIN = 20_600 * DAY + 5 * HOUR
const HEARTBEAT = 36 * HOUR

/** A reproducible sequence of numbers from 0 to 1. */
function sequence(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}

/**
 * Lets oracles answer at odd times until an instant; a tenth of the rounds they abandon.
 *
 * @returns when it ended
 */
async function live(aggregator: LocalAggregator, from: number, to: number, next: () => number) {
  let at = from
  while (at < to) {
    const answer = 200_000_000_000n + BigInt(Math.floor(next() * 1e10))
    const isAbandoned = next() < 0.1
    if (isAbandoned) await aggregator.abandon(at, answer)
    else await aggregator.answer(at, answer)
    at += 700 + Math.floor(next() * 9 * HOUR)
  }
  return at
}

describe("closes from Chainlink's own contracts", () => {
  let feed: LocalFeed
  let now: number
  let block: { readonly number: bigint; readonly hash: `0x${string}`; readonly timestamp: number }

  beforeAll(async () => {
    feed = await startFeed(BEGIN, 'ETH / USD')
    const next = sequence(7)
    const [first] = feed.aggregators
    if (first === undefined) throw new TypeError('No aggregator.')
    // It lives, pauses for five days, and lives on.
    let at = await live(first, BEGIN + HOUR, BEGIN + 6 * DAY, next)
    at = await live(first, at + 5 * DAY, at + 23 * DAY, next)
    // The next one abandons its first round, which then is not there at all, and has begun before it is used.
    const second = await feed.prepare()
    await second.abandon(at, 1n)
    at = await live(second, at + 2 * HOUR, at + 2 * DAY, next)
    await feed.pass(second)
    at = await live(second, at + HOUR, at + 22 * DAY, next)
    now = at + 3 * DAY
    await nodeRequest(feed.anvil.client, 'evm_setNextBlockTimestamp', now)
    await nodeRequest(feed.anvil.client, 'anvil_mine', numberToHex(1))
    const { number, hash, timestamp } = await getBlock(feed.anvil.client)
    block = { number, hash, timestamp: Number(timestamp) }
  })
  afterAll(() => feed?.anvil.stop())

  const row = (changes: Partial<ChainlinkFeed> = {}): ChainlinkFeed => ({
    chain: 1,
    address: feed.proxy,
    factor: factorId('spot:ETH'),
    description: 'ETH / USD',
    heartbeatSeconds: HEARTBEAT,
    ...changes,
  })

  /** Answers calls by the node, as the client would. */
  async function respond(request: Request): Promise<unknown> {
    const client = createNodeClient({
      transport: http(feed.anvil.rpcUrl, { batch: true, retryCount: 0 }),
    })
    if (request.kind !== 'call') throw new ConnectionError('A call was expected.')
    try {
      return await nodeRequest(
        client as never,
        'eth_call',
        { to: request.to, data: request.data },
        'latest',
      )
    } catch (cause) {
      throw new CallRevertedError('It reverted.', { cause })
    }
  }

  const read = (days: number, feeds: readonly ChainlinkFeed[], memory?: never) =>
    play(
      chainlink({ feeds }),
      {
        factors: feeds.map(({ factor }) => factor),
        fromMs: (now - days * DAY) * 1000,
        nowMs: now * 1000,
        block: { kind: 'block', chain: 1, ...block },
        memory,
      },
      respond,
    )

  /** The answer in force at a close: the newest aggregator's, the older one's where it had not begun. */
  function inForce(at: number): number {
    for (const { given } of [...feed.aggregators].reverse()) {
      const answered = given.filter((each) => each.at <= at).at(-1)
      if (answered !== undefined && at - answered.at <= 2 * HEARTBEAT) {
        return Number(answered.answer) / 1e8
      }
    }
    return Number.NaN
  }

  it('are the answers in force, over two aggregators and rounds that timed out', async () => {
    const { result, rounds } = await read(40, [row()])
    expect(result.gaps).toEqual([])
    const [history] = result.histories
    expect(history?.prices).toHaveLength(40)
    const toSeconds = Math.floor(now / DAY) * DAY
    expect(history?.toMs).toBe(toSeconds * 1000)
    const expected = history?.prices.map((_, index) => inForce(toSeconds - (39 - index) * DAY))
    expect(history?.prices).toEqual(expected)
    expect(rounds.length).toBeLessThanOrEqual(6)
    expect(stateWith(result, now * 1000).histories).toHaveLength(1)
  })

  it('are the same through the client, first and when they are remembered', async () => {
    const { id } = feed.anvil.chain
    const here = row({ chain: id })
    const client = createClient({
      chains: [{ id, transport: http(feed.anvil.rpcUrl) }],
      adapters: [chainlink({ feeds: [here] })],
      clock: { now: () => now * 1000, sleep: () => new Promise(() => {}) },
    })
    const query = { factors: ['spot:ETH'], fromMs: (now - 40 * DAY) * 1000 }
    const { histories, failures } = await readMarket(client, query)
    expect(failures).toEqual([])
    const { result } = await read(40, [row()])
    expect(histories.map(({ prices }) => prices)).toEqual(
      result.histories.map(({ prices }) => prices),
    )
    expect((await readMarket(client, query)).histories).toEqual(histories)
  })

  it('are cut where the feed had paused, and say so', async () => {
    const { result } = await read(54, [row()])
    const [history] = result.histories
    expect(history?.prices.length).toBeGreaterThan(42)
    expect(history?.prices.length).toBeLessThan(50)
    const fromMs = history?.provenance.observed?.fromMs ?? 0
    expect(history?.prices[0]).toBe(inForce(fromMs / 1000))
    expect(inForce(fromMs / 1000 - DAY)).toBeNaN()
    expect(result.gaps).toMatchObject([{ what: 'spot:ETH', error: 'MarketDataStaleError' }])
  })

  it('are cut where answers are older than the heartbeat allows', async () => {
    const { result } = await read(40, [row({ heartbeatSeconds: HOUR })])
    expect(result.gaps[0]).toMatchObject({ what: 'spot:ETH', error: 'MarketDataStaleError' })
    const rows = result.histories.map(({ prices }) => prices.length)
    expect(Math.max(0, ...rows)).toBeLessThan(10)
  })

  it('begin with the feed, which is no gap', async () => {
    const early = { ...row(), heartbeatSeconds: 100 * DAY }
    const { result } = await read(80, [early])
    const [history] = result.histories
    expect(history?.provenance.observed?.fromMs).toBe((BEGIN - 5 * HOUR + DAY) * 1000)
    expect(result.gaps).toEqual([])
  })

  it('are remembered: the next read asks for new closes alone', async () => {
    const first = await read(40, [row()])
    const again = await read(40, [row()], first.result.memory as never)
    expect(again.result.histories).toEqual(first.result.histories)
    expect(again.rounds.map((requests) => requests.length)).toEqual([3])
    const longer = await read(42, [row()], first.result.memory as never)
    expect(longer.result.histories[0]?.prices.slice(-40)).toEqual(first.result.histories[0]?.prices)
    const calls = longer.rounds.reduce((sum, requests) => sum + requests.length, 0)
    expect(calls).toBeLessThan(150)
  })

  it('are none of a contract that is another feed, or no feed', async () => {
    const [aggregator] = feed.aggregators
    const other = { ...row(), description: 'BTC / USD' }
    const noFeed = row({
      factor: factorId('spot:BTC'),
      address: '0x0000000000000000000000000000000000000001',
    })
    const plain = row({
      factor: factorId('spot:SOL'),
      address: aggregator?.address ?? feed.proxy,
    })
    const { result } = await read(20, [other, noFeed, plain])
    expect(result.histories.map(({ factor }) => factor)).toEqual([])
    expect(result.gaps.map(({ what, error }) => `${what} ${error}`)).toEqual([
      'spot:ETH MarketDataInvalidError',
      'spot:BTC MalformedCallAnswerError',
      expect.stringContaining('spot:SOL'),
      'spot:SOL MarketDataMissingError',
    ])
  })

  it('are unknown when a call fails otherwise than by a revert', async () => {
    let calls = 0
    const { result } = await play(
      chainlink({ feeds: [row()] }),
      {
        factors: ['spot:ETH'],
        fromMs: (now - 30 * DAY) * 1000,
        nowMs: now * 1000,
        block: { kind: 'block', chain: 1, ...block },
      },
      (request) => {
        calls += 1
        if (calls === 60) throw new ConnectionError('The node is away.')
        return respond(request)
      },
    )
    expect(result.histories).toEqual([])
    expect(result.gaps).toMatchObject([{ what: 'spot:ETH', error: 'ConnectionError' }])
  })
})
