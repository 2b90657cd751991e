import type { MarketObservations } from '@plimsoll/model'
import { factorId, InvalidIdError, serializeMarketObservations } from '@plimsoll/model'
import fc from 'fast-check'
import type { Address } from 'viem'
import { describe, expect, it } from 'vitest'
import { createClient } from './createClient.js'
import { createReplayClient } from './createReplayClient.js'
import { AdapterError, ChainError, MarketQueryError, ReplayError } from './errors.js'
import { finishReplay } from './finishReplay.js'
import type { MarketResult } from './marketAdapter.js'
import { readMarket } from './readMarket.js'
import { readPortfolio } from './readPortfolio.js'
import { parseRecording, serializeRecording } from './recording.js'
import { recordReads } from './recordReads.js'
import type { AnyAdapter } from './source.js'
import type { FakeNode } from './testing/fakeNode.js'
import { fakeNode } from './testing/fakeNode.js'
import { DAY_MS, etherHistory, NOTHING, toyFeed, toyTicker } from './testing/toyMarket.js'
import { ALICE, toyVault, vaultContract, word } from './testing/toys.js'

const VAULT: Address = '0x1111111111111111111111111111111111111111'
const FEED: Address = '0x2222222222222222222222222222222222222222'
const REVERTS: Address = '0x3333333333333333333333333333333333333333'
/** The timestamp of the fake node's blocks, 2023-11-14T22:13:20Z. */
const BLOCK_MS = 1_700_000_000_000
const NOW_MS = BLOCK_MS + 5000
const factors = ['spot:ETH', 'funding:ETH', 'iv:ETH', 'peg:USDC/USD']
const feed = toyFeed({ id: 'feed', address: FEED })
const vault = toyVault({ id: 'vault', address: VAULT, chains: [1] })

const nodeOf = (): FakeNode =>
  fakeNode({
    chain: 1,
    contracts: {
      [VAULT]: vaultContract({ [ALICE]: 5n }),
      [FEED]: () => word(4000n),
      [REVERTS]: () => ({ revert: '0x' }),
    },
  })

function clientOf(
  adapters: readonly AnyAdapter[],
  answer: () => Response = () => Response.json({ closes: [4000, 4100], toMs: BLOCK_MS - DAY_MS }),
  node = nodeOf(),
) {
  return createClient({
    chains: [{ id: 1, transport: node.transport }],
    adapters,
    http: { retries: 0, fetch: async () => answer() },
    clock: { now: () => NOW_MS, sleep: () => new Promise(() => {}) },
  })
}

/** What a source that says this is made of: rows, and classes of failures. */
async function said(result: Partial<MarketResult>): Promise<MarketObservations> {
  const source = toyFeed({
    id: 'feed',
    address: FEED,
    say: () => ({ ...NOTHING, ...result }),
  })
  return readMarket(clientOf([source]), { factors })
}

describe('readMarket', () => {
  it('reads every source, and says which row is whose', async () => {
    const observations = await readMarket(clientOf([vault, feed, toyTicker()]), { factors })
    expect(observations).toEqual({
      format: 'plimsoll-market-observations/1',
      asOfMs: NOW_MS,
      histories: [
        etherHistory([4000, 4000], BLOCK_MS),
        etherHistory([4000, 4100], BLOCK_MS - DAY_MS),
      ],
      depths: [],
      surfaces: [],
      fundings: [],
      failures: [],
    })
  })

  it('asks sources of one chain together: one eth_call a round', async () => {
    const node = nodeOf()
    const others = [feed, toyFeed({ id: 'other', address: FEED })]
    await readMarket(clientOf([vault, ...others], undefined, node), { factors })
    expect(node.count('eth_call')).toBe(1)
  })

  it('passes on what is asked, four years back and daily unless said', async () => {
    const paths: string[] = []
    const client = createClient({
      chains: [],
      adapters: [toyTicker()],
      http: {
        retries: 0,
        fetch: async (input) => {
          paths.push(new URL(new Request(input).url).search)
          return new Response('{}')
        },
      },
      clock: { now: () => NOW_MS, sleep: () => new Promise(() => {}) },
    })
    await readMarket(client, { factors })
    await readMarket(client, { factors, fromMs: 5, intervalMs: 60_000 })
    expect(paths).toEqual([
      `?from=${NOW_MS - 1461 * DAY_MS}&every=${DAY_MS}`,
      '?from=5&every=60000',
    ])
  })

  it('makes a failure of a source that fails, and keeps what the others say', async () => {
    const broken = toyFeed({ id: 'broken', address: REVERTS })
    const elsewhere = toyFeed({ id: 'elsewhere', address: FEED, chains: [10] })
    const client = clientOf([broken, feed, elsewhere, toyTicker()], () => new Response('<html>'))
    const { histories, failures } = await readMarket(client, { factors })
    expect(histories).toHaveLength(1)
    expect(failures).toMatchObject([
      { adapter: 'elsewhere', chain: null, what: null, error: 'ChainError' },
      { adapter: 'broken', chain: 1, what: null, error: 'CallRevertedError' },
      { adapter: 'toy-ticker', chain: null, what: 'spot:ETH', error: 'NotJsonError' },
    ])
  })

  it('does not read the past with a source that has none', async () => {
    const pastless = toyFeed({ id: 'pastless', address: FEED, history: 'none' })
    const { histories, failures } = await readMarket(clientOf([pastless, feed]), {
      factors,
      blockNumbers: { 1: 5n },
    })
    expect(histories).toHaveLength(1)
    expect(failures).toMatchObject([{ adapter: 'pastless', error: 'AdapterError' }])
  })

  const ether = etherHistory([4000, 4100], BLOCK_MS)
  const { provenance } = ether
  const funding = { factor: factorId('funding:ETH'), venue: 'toy', rate: 0.1, provenance }
  it.each<readonly [string, Partial<MarketResult>, string]>([
    [
      'about a factor that was not asked',
      { histories: [{ ...ether, factor: factorId('spot:BTC') }] },
      'AdapterError',
    ],
    ['of a price of 0', { histories: [etherHistory([4000, 0], BLOCK_MS)] }, 'AdapterError'],
    ['after the pinned block', { histories: [etherHistory([1, 1], BLOCK_MS + 1)] }, 'AdapterError'],
    ['whose date is no number', { histories: [etherHistory([1, 1], NaN)] }, 'AdapterError'],
    ['twice for one factor', { histories: [ether, ether] }, 'AdapterError'],
    ['twice for one venue', { fundings: [funding, funding] }, 'AdapterError'],
    ['in another shape', { depths: [{ ...ether }] as never }, 'AdapterError'],
    ['with a nameless gap', { gaps: [{ what: '', error: 'X', message: 'x' }] }, 'AdapterError'],
    ['nothing that is a list', { surfaces: undefined as never }, 'AdapterError'],
  ])('uses nothing of a source that answers %s', async (_what, result, error) => {
    const good = { histories: [ether], fundings: [{ ...funding, venue: 'other' }] }
    const { histories, depths, fundings, failures } = await said({ ...good, ...result })
    expect([histories, depths, fundings]).toEqual([[], [], []])
    expect(failures).toMatchObject([{ adapter: 'feed', chain: 1, what: null, error }])
  })

  it('bears a clock that is a little behind, and no date of the far future', async () => {
    const at = async (toMs: number) =>
      readMarket(
        clientOf([toyTicker()], () => Response.json({ closes: [1, 2], toMs })),
        { factors },
      )
    const ahead = await at(NOW_MS + 60_000)
    expect(ahead.failures).toEqual([])
    expect(ahead.asOfMs).toBe(NOW_MS + 60_000)
    expect((await at(NOW_MS + 600_000)).failures).toMatchObject([{ error: 'AdapterError' }])
  })

  it('never throws and never invents a row, whatever a venue answers', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), fc.string()), async (text) => {
        const client = clientOf([toyTicker()], () => new Response(text))
        const { histories, failures } = await readMarket(client, { factors })
        expect([histories.length, failures.length]).toEqual([0, 1])
      }),
      { numRuns: 100 },
    )
  })

  it('says what is wrong with a question', async () => {
    const client = clientOf([feed])
    const ask = (asked: readonly string[], more: object = {}) =>
      readMarket(client, { factors: asked, ...more })
    await expect(ask([])).rejects.toThrow(InvalidIdError)
    await expect(ask(['rate:USD'])).rejects.toThrow(/do not quote "rate:USD"/)
    await expect(ask(['spot:'])).rejects.toThrow(InvalidIdError)
    await expect(ask(factors, { intervalMs: 0 })).rejects.toThrow(MarketQueryError)
    await expect(ask(factors, { fromMs: 0.5 })).rejects.toThrow(MarketQueryError)
    await expect(ask(factors, { blockNumbers: { 10: 1n } })).rejects.toThrow(ChainError)
    await expect(readMarket(clientOf([vault]), { factors })).rejects.toThrow(AdapterError)
    const signal = AbortSignal.abort(new MarketQueryError('stop'))
    await expect(ask(factors, { signal })).rejects.toThrow('stop')
  })
})

describe('a client of adapters and sources', () => {
  it('keeps them apart, and their ids unique over both', () => {
    const client = clientOf([vault, feed])
    expect(client.adapters).toEqual([vault])
    expect(client.markets).toEqual([feed])
    expect(() => clientOf([vault, { ...feed, id: 'vault' }])).toThrow(/share|have the id/)
    const hosts = { 'toy-ticker': { nowhere: 'https://a.test' } }
    expect(() => createClient({ chains: [], adapters: [toyTicker()], hosts })).toThrow(/no host/)
  })
})

describe('a recording of a read of the market', () => {
  const adapters = [vault, feed, toyFeed({ id: 'broken', address: REVERTS }), toyTicker()]

  async function recorded() {
    const recorder = recordReads(clientOf(adapters))
    await readPortfolio(recorder.client, { owners: [ALICE] })
    const observations = await readMarket(recorder.client, { factors })
    return { recording: recorder.recording(), text: serializeMarketObservations(observations) }
  }

  it('replays to the byte, in its place among other reads', async () => {
    const { recording, text } = await recorded()
    const again = parseRecording(serializeRecording(recording))
    expect(again).toEqual(recording)
    const client = createReplayClient(again, { adapters })
    await readPortfolio(client, { owners: [ALICE] })
    expect(serializeMarketObservations(await readMarket(client, { factors }))).toBe(text)
    finishReplay(client)
  })

  it('answers no other question, and no read of owners', async () => {
    const { recording } = await recorded()
    const client = () => createReplayClient(recording, { adapters })
    await expect(readMarket(client(), { factors })).rejects.toThrow(ReplayError)
    const next = client()
    await readPortfolio(next, { owners: [ALICE] })
    const other = readMarket(next, { factors: ['spot:BTC'] })
    await expect(other).rejects.toThrow(/other market data/)
  })

  it('fails strictly on a source that was not recorded, or that is not asked', async () => {
    const { recording } = await recorded()
    const [, market] = recording.reads
    if (market === undefined) throw new ReplayError('The market was not recorded.')
    const replay = (used: readonly AnyAdapter[]) =>
      readMarket(createReplayClient({ ...recording, reads: [market] }, { adapters: used }), {
        factors,
      })
    await expect(replay(adapters.slice(0, 3))).rejects.toThrow(/were not asked for/)
    const more = [...adapters, toyFeed({ id: 'more', address: FEED })]
    await expect(replay(more)).rejects.toThrow(/not in the recording/)
  })

  it('leaves no trace in the recording of a read of owners', async () => {
    const { recording } = await recorded()
    const [owners, market] = recording.reads
    expect(owners).not.toHaveProperty('market')
    expect(market).toMatchObject({
      owners: [],
      market: { factors, fromMs: null, intervalMs: DAY_MS },
    })
  })
})
