import { ChainError } from '@plimsoll/client'
import type { Portfolio, RiskReport } from '@plimsoll/model'
import { QueryClient, QueryObserver } from '@tanstack/query-core'
import { createConfig, http } from '@wagmi/core'
import { HttpResponse, http as onHttp } from 'msw'
import { setupServer } from 'msw/node'
import { defineChain } from 'viem'
import { afterAll, beforeAll, describe, expect, expectTypeOf, it, vi } from 'vitest'
import type { FakeNode } from '../../client/src/testing/fakeNode.js'
import { fakeNode } from '../../client/src/testing/fakeNode.js'
import { manualClock } from '../../client/src/testing/manualClock.js'
import { ALICE, BOB, toyVault, vaultContract } from '../../client/src/testing/toys.js'
import {
  getPlimsollClient,
  getPortfolio,
  getPortfolioQueryKey,
  getPortfolioQueryOptions,
  getRiskReport,
  getRiskReportQueryKey,
  getRiskReportQueryOptions,
  watchPortfolio,
  watchRiskReport,
} from './index.js'

const VAULT = '0x1111111111111111111111111111111111111111'
const vault = toyVault({ id: 'vault', address: VAULT, chains: [1, 10] })

const PATIENT = { timeout: 20_000 } as const
const clock = manualClock(0x6553f100 * 1000)
const nodes = new Map<number, FakeNode>()
const server = setupServer(
  onHttp.post('https://node.test/:chain', async ({ request, params }) => {
    const {
      id,
      method,
      params: parameters,
    } = (await request.json()) as {
      id: number
      method: string
      params?: unknown[]
    }
    const result = nodes.get(Number(params.chain))?.answer(method, parameters ?? [])
    return HttpResponse.json({ jsonrpc: '2.0', id, result })
  }),
)

const chainOf = <const Id extends number>(id: Id) =>
  defineChain({
    id,
    name: `Chain ${id}`,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [`https://node.test/${id}`] } },
  })

function freshConfig(block: () => bigint = () => 100n) {
  for (const chain of [1, 10]) {
    const contracts = { [VAULT]: vaultContract({ [ALICE]: BigInt(chain) }) }
    const timestamp = () => Math.floor(clock.now() / 1000)
    nodes.set(chain, fakeNode({ chain, contracts, blockNumber: block, timestamp }))
  }
  return createConfig({
    chains: [chainOf(1), chainOf(10)],
    transports: { 1: http(), 10: http() },
    storage: null,
  })
}

const ethCalls = () => [...nodes.values()].map((node) => node.count('eth_call'))

beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterAll(() => server.close())

describe('getPortfolio', () => {
  it('reads through all chains of the config, and a refresh is one eth_call a chain', async () => {
    const config = freshConfig()
    const portfolio = await getPortfolio(config, { owners: [ALICE], adapters: [vault] })
    expect(portfolio.accounts.map(({ id }) => id)).toEqual([
      `vault/1/eip155:_:${ALICE}`,
      `vault/10/eip155:_:${ALICE}`,
    ])
    expect(ethCalls()).toEqual([2, 2])
    await getPortfolio(config, { owners: [ALICE], adapters: [vault] })
    expect(ethCalls()).toEqual([3, 3])
  })

  it('reads the chains that are named alone', async () => {
    const config = freshConfig()
    const portfolio = await getPortfolio(config, {
      owners: [ALICE],
      adapters: [vault],
      chainIds: [10],
    })
    expect(portfolio.existence.map(({ chain }) => chain)).toEqual([10])
    expect(ethCalls()).toEqual([0, 2])
  })

  it('refuses a chain that the config has not', async () => {
    const config = createConfig({ chains: [chainOf(1)], transports: { 1: http() }, storage: null })
    const chainIds = [10] as number[] as 1[]
    const reading = getPortfolio(config, { owners: [ALICE], adapters: [vault], chainIds })
    await expect(reading).rejects.toThrow(ChainError)
  })

  it('knows the chains of the config by type', () => {
    const config = freshConfig()
    type Chains = NonNullable<Parameters<typeof getPortfolio<typeof config>>[1]['chainIds']>
    expectTypeOf<Chains>().toEqualTypeOf<readonly (1 | 10)[]>()
    expectTypeOf(getPortfolio).returns.resolves.toEqualTypeOf<Portfolio>()
  })
})

describe('getPlimsollClient', () => {
  it('is the same for the same config, adapters and options, also when written anew', () => {
    const config = freshConfig()
    const first = getPlimsollClient(config, { adapters: [vault], limits: { rounds: 4 } })
    expect(getPlimsollClient(config, { adapters: [vault], limits: { rounds: 4 } })).toBe(first)
    expect(getPlimsollClient(config, { adapters: [vault], limits: { rounds: 5 } })).not.toBe(first)
    expect(getPlimsollClient(config, { adapters: [vault], chainIds: [1] })).not.toBe(first)
    expect(getPlimsollClient(freshConfig(), { adapters: [vault], limits: { rounds: 4 } })).not.toBe(
      first,
    )
  })
})

describe('getPortfolioQueryOptions', () => {
  it('runs in a QueryClient, caches by key and refetches', async () => {
    const config = freshConfig()
    const queries = new QueryClient()
    const options = getPortfolioQueryOptions(config, {
      owners: [ALICE],
      adapters: [vault],
      query: { staleTime: 60_000 },
    })
    const portfolio = await queries.fetchQuery(options)
    expectTypeOf(portfolio).toEqualTypeOf<Portfolio>()
    expect(portfolio.accounts).toHaveLength(2)
    await queries.fetchQuery(options)
    expect(ethCalls()).toEqual([2, 2])
    await queries.invalidateQueries({ queryKey: options.queryKey })
    await queries.fetchQuery(options)
    expect(ethCalls()).toEqual([3, 3])
    expect(queries.getQueryData(options.queryKey)).toEqual(portfolio)
    queries.clear()
  })

  it('selects from what was read', async () => {
    const config = freshConfig()
    const queries = new QueryClient()
    const observer = new QueryObserver(queries, {
      ...getPortfolioQueryOptions(config, { owners: [ALICE], adapters: [vault] }),
      select: (portfolio: Portfolio) => portfolio.accounts.length,
    })
    const seen = await new Promise<number | undefined>((resolve) => {
      const stop = observer.subscribe(({ data, isSuccess }) => {
        if (!isSuccess) return
        resolve(data)
        stop()
      })
    })
    expect(seen).toBe(2)
    queries.clear()
  })

  it('is disabled without owners, and when the caller says so', () => {
    const config = freshConfig()
    const enabled = (owners: readonly string[] | undefined, query = {}) =>
      getPortfolioQueryOptions(config, { owners, adapters: [vault], query }).enabled
    expect(enabled(undefined)).toBe(false)
    expect(enabled([])).toBe(false)
    expect(enabled([ALICE])).toBe(true)
    expect(enabled([ALICE], { enabled: false })).toBe(false)
  })

  it('is a typed error when it is run without owners', async () => {
    const { queryFn } = getPortfolioQueryOptions(freshConfig(), { adapters: [vault] })
    await expect(queryFn({ signal: new AbortController().signal })).rejects.toThrow(/No owner/)
  })

  it('stops reading when the query is cancelled', async () => {
    const { queryFn } = getPortfolioQueryOptions(freshConfig(), {
      owners: [ALICE],
      adapters: [vault],
    })
    const controller = new AbortController()
    controller.abort(new ChainError('cancelled'))
    await expect(queryFn({ signal: controller.signal })).rejects.toThrow('cancelled')
  })
})

describe('getPortfolioQueryKey', () => {
  const key = (options: Partial<Parameters<typeof getPortfolioQueryKey>[0]>) =>
    JSON.stringify(getPortfolioQueryKey({ adapters: [vault], owners: [ALICE], ...options }))

  it('holds only values that JSON can carry, also with block numbers', () => {
    const options = { adapters: [vault], owners: [ALICE], blockNumbers: { 1: 7n } }
    const value = getPortfolioQueryKey(options)
    expect(JSON.parse(JSON.stringify(value))).toEqual(value)
  })

  it('tells different reads apart, and knows an address however it is written', () => {
    const keys = [
      key({}),
      key({ owners: [BOB] }),
      key({ adapters: [] }),
      key({ chainIds: [1] }),
      key({ blockNumbers: { 1: 7n } }),
      key({ scopeKey: 'other' }),
    ]
    expect(new Set(keys).size).toBe(keys.length)
    expect(key({ owners: [`0x${ALICE.slice(2).toUpperCase()}`] })).toBe(key({}))
  })
})

describe('getRiskReport', () => {
  it('assesses what it read with the rules of the adapters', async () => {
    const config = freshConfig()
    const report = await getRiskReport(config, {
      owners: [ALICE],
      adapters: [vault],
      assess: { nowMs: 0x6553f100 * 1000 },
    })
    expectTypeOf(report).toEqualTypeOf<RiskReport>()
    expect(report.nowMs).toBe(0x6553f100 * 1000)
    expect(report.accounts.map(({ venue }) => venue)).toEqual(['vault', 'vault'])
    // No module interprets the toy's rule: its health is unknown, not good.
    expect(report.health.value).toBeNull()
    expect(ethCalls()).toEqual([2, 2])
  })

  it('has query options of its own', async () => {
    const config = freshConfig()
    const queries = new QueryClient()
    const options = getRiskReportQueryOptions(config, { owners: [ALICE], adapters: [vault] })
    const report = await queries.fetchQuery(options)
    expectTypeOf(report).toEqualTypeOf<RiskReport>()
    expect(report.owners).toEqual([`eip155:_:${ALICE}`])
    expect(options.queryKey).toEqual(getRiskReportQueryKey({ owners: [ALICE], adapters: [vault] }))
    expect(options.queryKey).not.toEqual(
      getPortfolioQueryKey({ owners: [ALICE], adapters: [vault] }),
    )
    expect(getRiskReportQueryOptions(config, { adapters: [vault] }).enabled).toBe(false)
    queries.clear()
  })
})

describe('watchPortfolio', () => {
  it('reads through the config at once and with every block, until it is ended', async () => {
    let block = 100n
    const config = freshConfig(() => block)
    const told: number[] = []
    const unwatch = watchPortfolio(config, {
      owners: [ALICE],
      adapters: [vault],
      clock,
      pollingIntervalMs: 1000,
      onPortfolio: ({ accounts }) => void told.push(accounts.length),
      onStale: ({ error }) => expect.fail(error.message),
    })
    await vi.waitFor(() => expect(told).toEqual([2]), PATIENT)
    expect(ethCalls()).toEqual([2, 2])
    block += 1n
    await clock.advance(1000)
    await vi.waitFor(() => expect(told).toEqual([2, 2]), PATIENT)
    expect(ethCalls()).toEqual([3, 3])
    unwatch()
    block += 1n
    await clock.advance(10_000)
    expect([told.length, ethCalls()]).toEqual([2, [3, 3]])
    expect(clock.sleeping()).toBe(0)
  })

  it('refuses at once a chain that the config has not, and an owner that is none', () => {
    const callbacks = { onPortfolio: () => {}, onStale: () => {} }
    const config = freshConfig()
    const watch = (owners: readonly string[], chainIds?: 1[]) => () =>
      watchPortfolio(config, {
        owners,
        adapters: [vault],
        ...(chainIds === undefined ? {} : { chainIds }),
        ...callbacks,
      })
    expect(watch(['0x12'])).toThrow(/0x12/)
    expect(watch([ALICE], [5] as number[] as 1[])).toThrow(ChainError)
  })
})

describe('watchRiskReport', () => {
  it('assesses every portfolio at the instant of the clock', async () => {
    const config = freshConfig()
    const reports: RiskReport[] = []
    const unwatch = watchRiskReport(config, {
      owners: [ALICE],
      adapters: [vault],
      clock,
      onReport: (report) => void reports.push(report),
      onStale: ({ error }) => expect.fail(error.message),
    })
    await vi.waitFor(() => expect(reports).toHaveLength(1), PATIENT)
    unwatch()
    const [report] = reports
    expect(report?.nowMs).toBe(clock.now())
    expect(report?.accounts.map(({ venue }) => venue)).toEqual(['vault', 'vault'])
    expect(report?.risk).toBeNull()
  })
})
