import { getEventListeners } from 'node:events'
import type { PlimsollError, Portfolio } from '@plimsoll/model'
import { InvalidIdError } from '@plimsoll/model'
import fc from 'fast-check'
import type { Address } from 'viem'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Adapter } from './adapter.js'
import { createClient } from './createClient.js'
import { createReplayClient } from './createReplayClient.js'
import { AdapterError, ChainError, ReplayError, StaleError, WatchError } from './errors.js'
import type { StalePortfolio } from './freshness.js'
import { RECORDING_FORMAT } from './recording.js'
import type { FakeNode, NodeRequest } from './testing/fakeNode.js'
import { fakeNode, RpcFault } from './testing/fakeNode.js'
import type { ManualClock } from './testing/manualClock.js'
import { manualClock } from './testing/manualClock.js'
import { ALICE, toyExchange, toyVault, vaultContract } from './testing/toys.js'
import type { WatchPortfolioParameters } from './watchPortfolio.js'
import { watchPortfolio } from './watchPortfolio.js'

const VAULT: Address = `0x${'1'.repeat(40)}`
const START_MS = 1_800_000_000_000
const BLOCK_MS = 12_000
const INTERVAL_MS = 4_000
const LIMIT_MS = 60_000
const PATIENT = { timeout: 20_000 } as const

/** A chain of the test whose blocks come when the test says so. */
type Chain = {
  readonly node: FakeNode
  /** A block of this instant. */
  readonly mine: () => void
  /** What the node does with requests before it answers them. */
  intercept: ((request: NodeRequest) => unknown) | undefined
}

function chainOf(id: number, clock: ManualClock): Chain {
  const times = [clock.now()]
  const chain: Chain = {
    mine: () => void times.push(clock.now()),
    intercept: undefined,
    node: fakeNode({
      chain: id,
      contracts: { [VAULT]: vaultContract({ [ALICE]: BigInt(id) }) },
      blockNumber: () => BigInt(times.length),
      timestamp: (number) => Math.floor((times[Number(number) - 1] ?? 0) / 1000),
      intercept: (request) => chain.intercept?.(request),
    }),
  }
  return chain
}

type Told =
  | { readonly kind: 'portfolio'; readonly portfolio: Portfolio }
  | ({ readonly kind: 'stale' } & StalePortfolio)
  | { readonly kind: 'error'; readonly error: PlimsollError }

type Setting = {
  readonly clock: ManualClock
  readonly chain: Chain
  readonly told: Told[]
  readonly kinds: () => readonly string[]
  readonly unwatch: () => void
  /** eth_calls so far. */
  readonly calls: () => number
}

const endings: (() => void)[] = []
afterEach(() => {
  for (const end of endings.splice(0)) end()
})

function watching(
  more: Partial<WatchPortfolioParameters> = {},
  adapters: readonly Adapter[] = [toyVault({ id: 'vault', address: VAULT, chains: [1] })],
  answer: () => Response | Promise<Response> = () => new Response('{"equity":7}'),
): Setting {
  const clock = manualClock(START_MS)
  const chain = chainOf(1, clock)
  const told: Told[] = []
  const client = createClient({
    chains: [{ id: 1, transport: chain.node.transport }],
    adapters,
    clock,
    limits: { nodeTimeoutMs: 10 * LIMIT_MS },
    http: { fetch: async () => answer(), retries: 0, timeoutMs: 10 * LIMIT_MS },
  })
  const unwatch = watchPortfolio(client, {
    owners: [ALICE],
    onPortfolio: (portfolio) => void told.push({ kind: 'portfolio', portfolio }),
    onStale: (stale) => void told.push({ kind: 'stale', ...stale }),
    onError: (error) => void told.push({ kind: 'error', error }),
    pollingIntervalMs: INTERVAL_MS,
    stalenessLimitMs: LIMIT_MS,
    ...more,
  })
  endings.push(unwatch)
  return {
    clock,
    chain,
    told,
    kinds: () => told.map(({ kind }) => kind),
    unwatch,
    calls: () => chain.node.count('eth_call'),
  }
}

const blockOf = (told: Told | undefined) => {
  if (told?.kind !== 'portfolio') return null
  const [at] = told.portfolio.accounts.map(({ asOf }) => asOf)
  return at?.kind === 'block' ? at.number : null
}

/** The first read also loads code, which takes turns of its own. */
async function begun(setting: Setting): Promise<Setting> {
  await vi.waitFor(() => expect(setting.told).not.toEqual([]), PATIENT)
  await setting.clock.settle()
  return setting
}

describe('watchPortfolio', () => {
  it('reads at once, then once for each new block, each in one round', async () => {
    const setting = await begun(watching())
    const { clock, chain, told, kinds, calls } = setting
    expect(kinds()).toEqual(['portfolio'])
    expect(calls()).toBe(2)
    await clock.advance(2 * INTERVAL_MS)
    expect([kinds(), calls()]).toEqual([['portfolio'], 2])
    chain.mine()
    await clock.advance(INTERVAL_MS)
    expect([told.map(blockOf), calls()]).toEqual([[1n, 2n], 3])
  })

  it('never reads twice at once, and reads the blocks that came during a read together', async () => {
    const { clock, chain, told } = await begun(watching())
    const answered = chain.node.requests.length
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    chain.intercept = ({ method, params }) => {
      if (method !== 'eth_call') return undefined
      return held.then(() => {
        chain.intercept = undefined
        return chain.node.answer(method, params)
      })
    }
    chain.mine()
    await clock.advance(INTERVAL_MS)
    for (let block = 0; block < 3; block++) {
      chain.mine()
      await clock.advance(BLOCK_MS)
    }
    // The held read asked once, and nobody looked for blocks meanwhile.
    const methods = chain.node.requests.slice(answered).map(({ method }) => method)
    expect(methods).toEqual(['eth_blockNumber', 'eth_getBlockByNumber', 'eth_call'])
    release()
    await clock.settle()
    expect(told.map(blockOf)).toEqual([1n, 2n])
    await clock.advance(INTERVAL_MS)
    expect(told.map(blockOf)).toEqual([1n, 2n, 5n])
  })

  it('reads a venue without chains each interval', async () => {
    const { clock, kinds, chain } = await begun(watching({}, [toyExchange()]))
    await clock.advance(3 * INTERVAL_MS)
    expect(kinds()).toEqual(Array(4).fill('portfolio'))
    expect(chain.node.requests).toEqual([])
  })

  it('reads chains and venues together, in one read an interval', async () => {
    const vault = toyVault({ id: 'vault', address: VAULT, chains: [1] })
    const { clock, chain, told, calls } = await begun(watching({}, [vault, toyExchange()]))
    chain.mine()
    await clock.advance(INTERVAL_MS)
    expect(told.map(blockOf)).toEqual([1n, 2n])
    expect(calls()).toBe(3)
  })

  it('tells that a chain stands still, once, and that it goes on', async () => {
    const { clock, chain, told, kinds } = await begun(watching())
    await clock.advance(LIMIT_MS - 1)
    expect(kinds()).toEqual(['portfolio'])
    await clock.advance(1)
    expect(kinds()).toEqual(['portfolio', 'stale'])
    const [first, stale] = told
    if (stale?.kind !== 'stale' || first?.kind !== 'portfolio') expect.fail('Not stale.')
    expect(stale.error).toBeInstanceOf(StaleError)
    expect(stale.error.message).toMatch(/^Chain 1 has shown no block after 1,/)
    expect(stale.sinceMs).toBe(START_MS)
    expect(stale.portfolio).toBe(first.portfolio)
    await clock.advance(5 * LIMIT_MS)
    expect(kinds()).toEqual(['portfolio', 'stale'])
    chain.mine()
    await clock.advance(INTERVAL_MS)
    expect(kinds()).toEqual(['portfolio', 'stale', 'portfolio'])
  })

  it('never tells as current what a node that is behind gave, not even first', async () => {
    const { clock, chain, told, kinds } = watching()
    await clock.advance(LIMIT_MS)
    await vi.waitFor(() => expect(told).not.toEqual([]), PATIENT)
    await clock.settle()
    expect(kinds()).not.toContain('portfolio')
    const stale = told.at(-1)
    expect(stale?.kind === 'stale' && stale.portfolio?.accounts).toHaveLength(1)
    chain.mine()
    await clock.advance(INTERVAL_MS)
    expect(kinds().at(-1)).toBe('portfolio')
  })

  it('tells while a venue is read that a chain stands still, for each portfolio', async () => {
    const vault = toyVault({ id: 'vault', address: VAULT, chains: [1] })
    const { clock, kinds } = await begun(watching({}, [vault, toyExchange()]))
    await clock.advance(LIMIT_MS + INTERVAL_MS)
    const after = kinds().slice(kinds().indexOf('stale'))
    expect(after.length).toBeGreaterThan(1)
    expect(new Set(after)).toEqual(new Set(['stale']))
  })

  it('tells that a read takes too long, and what came of it', async () => {
    let release = () => {}
    const slow = new Promise<void>((resolve) => {
      release = resolve
    })
    let count = 0
    const { clock, told, kinds } = await begun(
      watching({}, [toyExchange()], async () => {
        count += 1
        if (count === 2) await slow
        return new Response('{"equity":7}')
      }),
    )
    await clock.advance(INTERVAL_MS + LIMIT_MS)
    expect(kinds()).toEqual(['portfolio', 'stale'])
    const stale = told[1]
    expect(stale?.kind === 'stale' && stale.error).toBeInstanceOf(StaleError)
    expect(stale?.kind === 'stale' && stale.sinceMs).toBe(START_MS)
    release()
    await clock.settle()
    expect(kinds()).toEqual(['portfolio', 'stale', 'portfolio'])
    await clock.advance(INTERVAL_MS)
    expect(count).toBe(3)
  })

  describe('when a node fails', () => {
    const down = () => {
      throw new RpcFault(-32000, 'down for maintenance')
    }

    it('reports it typed, tells at once that all is stale, and then what is unread', async () => {
      const { clock, chain, told, kinds } = await begun(watching())
      chain.intercept = down
      await clock.advance(INTERVAL_MS)
      expect(kinds()).toEqual(['portfolio', 'error', 'stale', 'portfolio'])
      const [, error, stale, unread] = told
      expect(error?.kind === 'error' && error.error.name).toBe('ConnectionError')
      expect(stale?.kind === 'stale' && stale.sinceMs).toBe(START_MS)
      if (unread?.kind !== 'portfolio') expect.fail('Nothing was read.')
      expect(unread.portfolio.accounts).toEqual([])
      expect(unread.portfolio.existence.map(({ state }) => state)).toEqual(['unknown'])
      expect(
        JSON.stringify(told, (_, value) => (typeof value === 'bigint' ? '' : value)),
      ).not.toContain('secret-key')
    })

    it('takes an answer that is no block number for none', async () => {
      const { clock, chain, told, kinds } = await begun(watching())
      chain.intercept = ({ method }) => (method === 'eth_blockNumber' ? 'soon' : undefined)
      await clock.advance(INTERVAL_MS)
      expect(kinds()).toEqual(['portfolio', 'error', 'stale', 'portfolio'])
      const [, error] = told
      expect(error?.kind === 'error' && error.error.name).toBe('MalformedCallAnswerError')
    })

    it('tries again at growing distances, and goes back to its pace when the node is back', async () => {
      const { clock, chain, told, kinds } = await begun(watching())
      chain.intercept = down
      const tries = async (ms: number) => {
        const before = chain.node.count('eth_getBlockByNumber')
        await clock.advance(ms)
        return chain.node.count('eth_getBlockByNumber') - before
      }
      await clock.advance(INTERVAL_MS)
      for (const seconds of [4, 8, 16, 32, 32]) {
        expect(await tries(1000 * seconds - 1)).toBe(0)
        expect(await tries(1)).toBe(1)
      }
      expect(kinds().slice(4)).toEqual(Array(5).fill('portfolio'))
      chain.intercept = undefined
      await clock.advance(28_000)
      chain.mine()
      await clock.advance(INTERVAL_MS)
      const last = told.at(-1)
      expect(last?.kind === 'portfolio' && last.portfolio.failures).toEqual([])
      chain.mine()
      await clock.advance(INTERVAL_MS)
      expect(blockOf(told.at(-1))).toBe(3n)
    })

    it('keeps the pace of what still answers', async () => {
      const vault = toyVault({ id: 'vault', address: VAULT, chains: [1] })
      let isDown = false
      const { clock, chain, told } = await begun(
        watching({}, [vault, toyExchange()], () =>
          isDown ? new Response('', { status: 500 }) : new Response('{"equity":7}'),
        ),
      )
      isDown = true
      await clock.advance(INTERVAL_MS)
      for (let block = 0; block < 5; block++) {
        chain.mine()
        await clock.advance(INTERVAL_MS)
      }
      const unread = told.filter((one) => one.kind === 'portfolio').slice(2)
      expect(unread.map(blockOf)).toEqual([2n, 3n, 4n, 5n, 6n])
      expect(new Set(unread.map((one) => one.portfolio.failures.length))).toEqual(new Set([1]))
    })
  })

  it('never shows as current what was last confirmed longer ago than the limit', async () => {
    const step = fc.record({
      ms: fc.integer({ min: 1, max: 90_000 }),
      mines: fc.boolean(),
      works: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        const { clock, chain, told, unwatch } = await begun(watching())
        for (const { ms, mines, works } of steps) {
          chain.intercept = works
            ? undefined
            : () => {
                throw new RpcFault(-32000, 'down')
              }
          if (mines) chain.mine()
          await clock.advance(ms)
          const last = told.filter(({ kind }) => kind !== 'error').at(-1)
          if (last?.kind !== 'portfolio' || last.portfolio.failures.length > 0) continue
          const [account] = last.portfolio.accounts
          if (account?.asOf.kind !== 'block') expect.fail('No account was read.')
          expect(clock.now() - account.asOf.timestamp * 1000).toBeLessThan(LIMIT_MS + 1000)
        }
        unwatch()
        await clock.settle()
        expect(clock.sleeping()).toBe(0)
      }),
      { numRuns: 25 },
    )
  })

  describe('when it is ended', () => {
    it('asks and tells nothing more, and leaves nothing behind', async () => {
      const controller = new AbortController()
      const { clock, chain, told, unwatch } = await begun(watching({ signal: controller.signal }))
      const asked = chain.node.requests.length
      expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1)
      unwatch()
      unwatch()
      chain.mine()
      await clock.advance(5 * LIMIT_MS)
      expect([told.length, chain.node.requests.length]).toEqual([1, asked])
      expect(clock.sleeping()).toBe(0)
      expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
    })

    it('ends by the signal, or never begins when that has aborted before', async () => {
      const controller = new AbortController()
      const running = await begun(watching({ signal: controller.signal }))
      controller.abort()
      running.chain.mine()
      await running.clock.advance(LIMIT_MS)
      expect(running.kinds()).toEqual(['portfolio'])
      expect(running.clock.sleeping()).toBe(0)
      const late = watching({ signal: controller.signal })
      await late.clock.advance(LIMIT_MS)
      expect([late.told, late.chain.node.requests]).toEqual([[], []])
    })

    it('tells nothing of a read that was under way', async () => {
      let release = () => {}
      const slow = new Promise<void>((resolve) => {
        release = resolve
      })
      const { clock, told, unwatch } = watching({}, [toyExchange()], async () => {
        await slow
        return new Response('{"equity":7}')
      })
      await clock.settle()
      unwatch()
      release()
      await clock.advance(LIMIT_MS)
      expect(told).toEqual([])
      expect(clock.sleeping()).toBe(0)
    })

    it('can be ended from within a callback', async () => {
      const seen: string[] = []
      let end = () => {}
      const setting = watching({
        onPortfolio: () => {
          seen.push('portfolio')
          end()
        },
        onStale: () => void seen.push('stale'),
      })
      end = setting.unwatch
      await vi.waitFor(() => expect(seen).toEqual(['portfolio']), PATIENT)
      setting.chain.mine()
      await setting.clock.advance(5 * LIMIT_MS)
      expect(seen).toEqual(['portfolio'])
      expect(setting.clock.sleeping()).toBe(0)
    })
  })

  it('goes on after a callback that throws, whose error surfaces', async () => {
    const surfaced: unknown[] = []
    const queue = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation((task) => {
      try {
        task()
      } catch (error) {
        surfaced.push(error)
      }
    })
    let count = 0
    const { clock, chain } = watching({
      onPortfolio: () => {
        count += 1
        throw new RangeError('a defect of the consumer')
      },
    })
    await vi.waitFor(() => expect(count).toBe(1), PATIENT)
    await clock.settle()
    chain.mine()
    await clock.advance(INTERVAL_MS)
    queue.mockRestore()
    expect(count).toBe(2)
    expect(surfaced).toEqual([
      new RangeError('a defect of the consumer'),
      new RangeError('a defect of the consumer'),
    ])
  })

  it('refuses at once what can never be watched', () => {
    const clock = manualClock(START_MS)
    const client = createClient({
      chains: [{ id: 1, transport: chainOf(1, clock).node.transport }],
      adapters: [toyVault({ id: 'vault', address: VAULT, chains: [1] })],
      clock,
    })
    const callbacks = { onPortfolio: () => {}, onStale: () => {} }
    const watch = (more: Partial<WatchPortfolioParameters>) => () =>
      watchPortfolio(client, { owners: [ALICE], ...callbacks, ...more })
    expect(watch({ owners: [] })).toThrow(InvalidIdError)
    expect(watch({ owners: ['0x12'] })).toThrow(InvalidIdError)
    expect(watch({ owners: [`eip155:5:${ALICE}`] })).toThrow(ChainError)
    expect(watch({ owners: ['venue:none:1'] })).toThrow(AdapterError)
    for (const ms of [0, -1, Number.NaN, Infinity]) {
      expect(watch({ pollingIntervalMs: ms })).toThrow(WatchError)
      expect(watch({ stalenessLimitMs: ms })).toThrow(WatchError)
    }
    expect(watch({ stalenessLimitMs: INTERVAL_MS })).toThrow(/Raise it/)
    const replay = createReplayClient({ format: RECORDING_FORMAT, reads: [] }, { adapters: [] })
    expect(() => watchPortfolio(replay, { owners: [ALICE], ...callbacks })).toThrow(ReplayError)
    expect(clock.sleeping()).toBe(0)
  })
})
