import {
  type MorphoBlueOptions,
  morphoBlue,
  morphoBlueModule,
} from '@plimsoll/adapters/lending/morpho-blue'
import { createClient, readPortfolio } from '@plimsoll/client'
import type { Portfolio } from '@plimsoll/model'
import { custom, type Hex } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LocalWorld, openLoans } from '../../morpho-blue/localWorld.js'
import { listOf, type PositionServer, servePositions } from '../../morpho-blue/positionServer.js'
import { nodeRequest, transact } from '../aave-v3/transact.js'

describe('reading Morpho Blue', () => {
  let world: LocalWorld
  let server: PositionServer
  let status = 200
  beforeAll(async () => {
    world = await openLoans()
    const { owners, markets, deployment } = world
    server = await servePositions(listOf(owners, markets, deployment.chain), () => status)
  })
  afterAll(async () => {
    await server?.stop()
    await world?.anvil.stop()
  })

  /** A client of the local node that counts its calls. */
  function reader(options: MorphoBlueOptions = {}): {
    readonly calls: () => number
    readonly read: () => Promise<Portfolio>
  } {
    let calls = 0
    const transport = custom({
      request: async ({ method, params }: { method: string; params?: readonly unknown[] }) => {
        if (method === 'eth_call') calls += 1
        return nodeRequest(world.anvil.client, method, ...(params ?? []))
      },
    })
    const client = createClient({
      chains: [{ id: world.deployment.chain, transport }],
      adapters: [morphoBlue({ deployments: [world.deployment], ...options })],
      hosts: options.discovery === 'markets' ? {} : { 'morpho-blue': { api: server.url } },
      http: { retries: 0 },
    })
    return { calls: () => calls, read: () => readPortfolio(client, { owners: world.owners }) }
  }

  const stateOf = ({ existence }: Portfolio): readonly string[] =>
    existence.map(({ state }) => state)

  it('gives one account for each position, with the rate model met, and says who has none', async () => {
    status = 200
    const portfolio = await reader().read()
    expect(portfolio.failures).toEqual([])
    expect(stateOf(portfolio)).toEqual(['has', 'has', 'none'])
    const { accounts } = portfolio
    expect(
      accounts.map(({ label, legs }) => [label, ...legs.map(({ id }) => id.split(':')[0])]),
    ).toEqual([
      ['Local WETH/USDC 86 %', 'collateral', 'debt'],
      ['Local wstETH/USDC 77 %', 'collateral', 'debt'],
      ['Local WETH/USDC 86 %', 'collateral', 'debt'],
      ['Local wstETH/USDC 77 %', 'supply'],
    ])
    expect(accounts.map(({ reconciliation }) => reconciliation.status)).toEqual([
      'reconciled',
      'not-reported',
      'reconciled',
      'not-reported',
    ])
    expect(accounts.map(({ fidelity }) => fidelity.grade)).toEqual([
      'exact',
      'modelled',
      'exact',
      'modelled',
    ])
  })

  it('prices collateral so that its mark over the loan asset’s is the oracle’s answer', async () => {
    const { marks } = await reader().read()
    const [loan, collateral] = marks
    expect(collateral?.numeraire).toBe('USD')
    expect((collateral?.mid.raw ?? 0n) / (loan?.mid.raw ?? 1n)).toBe(3_000n * 10n ** 24n)
    expect((collateral?.mid.raw ?? 0n) % (loan?.mid.raw ?? 1n)).toBe(0n)
  })

  it('refreshes with one call, and does not ask the interface again within ten minutes', async () => {
    const { calls, read } = reader()
    await read()
    const [before, queries] = [calls(), server.queries.length]
    const again = await read()
    expect([calls() - before, server.queries.length - queries]).toEqual([1, 0])
    expect(again.accounts).toHaveLength(4)
  })

  it('takes one more call when a market whose rate model is not known changed since', async () => {
    const { calls, read } = reader()
    await read()
    const { venue, lender, markets, anvil } = world
    const args = [markets[1].params, 1_000_000n, 0n, lender, '0x']
    await world.prepare(1)
    await transact(anvil.client, lender, venue.morpho, venue.abi, 'supply', args)
    const before = calls()
    const changed = await read()
    expect([calls() - before, changed.failures]).toEqual([2, []])
    await read()
    expect(calls() - before).toBe(3)
  })

  it('without the interface looks at known markets, and says that the rest is unknown', async () => {
    status = 503
    const [first] = world.markets
    const portfolio = await reader({ markets: [first.id] }).read()
    expect(stateOf(portfolio)).toEqual(['has', 'has', 'unknown'])
    expect(portfolio.accounts).toHaveLength(2)
    expect(portfolio.failures).toHaveLength(1)
    expect(portfolio.failures[0]?.message).toContain('1 known markets were looked at')
    const blind = await reader().read()
    expect(stateOf(blind)).toEqual(['unknown', 'unknown', 'unknown'])
    status = 200
  })

  it('asks nobody when the markets are named, and "none" then means none of these', async () => {
    const queries = server.queries.length
    const [, second] = world.markets
    const portfolio = await reader({ discovery: 'markets', markets: [second.id] }).read()
    expect(stateOf(portfolio)).toEqual(['has', 'has', 'none'])
    expect(portfolio.accounts).toHaveLength(2)
    expect(server.queries.length).toBe(queries)
  })

  it('fails for a market that the contract does not know', async () => {
    const wrong: Hex = `0x${'12'.repeat(32)}`
    const portfolio = await reader({ discovery: 'markets', markets: [wrong] }).read()
    expect(stateOf(portfolio)).toEqual(['unknown', 'unknown', 'unknown'])
    expect(portfolio.failures[0]?.message).toContain('knows no market')
  })

  it('counts in the loan asset where nothing prices it in dollars, with the same health', async () => {
    const dollars = await reader().read()
    const own = await reader({ deployments: [{ ...world.deployment, dollarPrices: null }] }).read()
    const usdc = own.accounts[0]?.legs.find(({ kind }) => kind === 'debt')?.asset
    expect(own.accounts[0]?.rule.numeraire).toBe(usdc)
    expect(own.accounts[0]?.flags.map(({ code }) => code)).toEqual(['no-dollar-price'])
    const health = (portfolio: Portfolio) =>
      portfolio.accounts.map((account) => {
        const judged = morphoBlueModule.evaluate({
          account,
          marks: new Map(portfolio.marks.map((mark) => [mark.id, mark])),
          assets: new Map(),
          shared: new Map(account.rule.shared.map((key) => [key, portfolio.shared[key] ?? null])),
          at: account.asOf.kind === 'block' ? account.asOf.timestamp : 0,
        })
        return judged.exact.healthFactor?.raw
      })
    expect(health(own)).toEqual(health(dollars))
  })

  it('reports an owner’s account whose loan asset lost its dollar price as a failure', async () => {
    await world.venue.answer(world.dollarOracle, 'getAssetPrice(address)', 0n)
    const portfolio = await reader().read()
    expect(portfolio.accounts).toHaveLength(4)
    expect(portfolio.failures.map(({ error }) => error)).toEqual(Array(4).fill('MarkError'))
    await world.venue.answer(world.dollarOracle, 'getAssetPrice(address)', 99_990_000n)
  })
})
