import {
  type CompoundV3Market,
  compoundV3,
  compoundV3Module,
} from '@plimsoll/adapters/lending/compound-v3'
import { accountValue } from '@plimsoll/adapters/lending/compound-v3/exact'
import { createClient, readPortfolio } from '@plimsoll/client'
import type { MarginAccount, Portfolio, VenueState } from '@plimsoll/model'
import { custom } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeRequest } from '../contracts/aave-v3/transact.js'
import { type LocalWorld, openMarkets } from './localWorld.js'

describe('reading Compound v3', () => {
  let world: LocalWorld
  beforeAll(async () => {
    world = await openMarkets()
  })
  afterAll(async () => {
    await world?.anvil.stop()
  })

  /** A client of the local node that counts its calls. */
  function reader(markets: readonly CompoundV3Market[] = world.markets): {
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
      chains: [{ id: world.markets[0].chain, transport }],
      adapters: [compoundV3({ markets })],
    })
    return { calls: () => calls, read: () => readPortfolio(client, { owners: world.owners }) }
  }

  const stateOf = ({ existence }: Portfolio): readonly string[] =>
    existence.map(({ state }) => state)

  const venueOf = (portfolio: Portfolio, account: MarginAccount): VenueState => ({
    account,
    marks: new Map(portfolio.marks.map((mark) => [mark.id, mark])),
    assets: new Map(),
    shared: new Map(account.rule.shared.map((key) => [key, portfolio.shared[key] ?? null])),
    at: account.asOf.kind === 'block' ? account.asOf.timestamp : 0,
  })

  it('gives one account for each owner and market, reconciled to the unit, and says who has none', async () => {
    const portfolio = await reader().read()
    expect(portfolio.failures).toEqual([])
    expect(stateOf(portfolio)).toEqual(['has', 'has', 'none'])
    expect(
      portfolio.accounts.map(({ label, legs }) => [
        label,
        ...legs.map(({ id }) => id.split(':')[0]),
      ]),
    ).toEqual([
      ['Compound v3 Local first', 'collateral', 'collateral', 'debt'],
      ['Compound v3 Local first', 'collateral', 'supply'],
      ['Compound v3 Local second', 'collateral', 'debt'],
      ['Compound v3 Local second', 'collateral', 'supply'],
    ])
    for (const { reconciliation } of portfolio.accounts) {
      expect(reconciliation.status).toBe('reconciled')
    }
  })

  it('judges as the call does, and flags the view that does not accrue', async () => {
    const portfolio = await reader().read()
    const [safe, , overdue] = portfolio.accounts.map((account) =>
      compoundV3Module.evaluate(venueOf(portfolio, account)),
    )
    expect(safe).toMatchObject({ liquidatable: false, flags: [] })
    expect(overdue).toMatchObject({ liquidatable: true, flags: [{ code: 'stale-view' }] })
    const [first, second] = world.states.map((state) => accountValue(state))
    expect(safe?.exact.liquidity?.raw).toBe(first?.liquidity)
    expect(overdue?.exact.storedLiquidity?.raw).toBe(second?.storedLiquidity)
  })

  it('refreshes with one call', async () => {
    const { calls, read } = reader()
    await read()
    const before = calls()
    const again = await read()
    expect(calls() - before).toBe(1)
    expect(again.accounts).toHaveLength(4)
  })

  it('counts in the base token where nothing prices it in dollars, with the same health', async () => {
    const [first, second] = world.markets
    const dollars = await reader().read()
    const own = await reader([first, { ...second, dollarPrices: null }]).read()
    const [, , account] = own.accounts
    expect(account?.rule.numeraire).toBe(account?.legs.find(({ kind }) => kind === 'debt')?.asset)
    expect(account?.flags.map(({ code }) => code)).toEqual(['no-dollar-price'])
    const health = (portfolio: Portfolio) =>
      portfolio.accounts.map((each) => compoundV3Module.evaluate(venueOf(portfolio, each)).health)
    expect(health(own)).toEqual(health(dollars))
  })

  it('finds out anew what an owner is in when it has changed, and prices nothing by guess', async () => {
    const { read } = reader()
    await read()
    const [first] = world.markets
    const [, lender] = world.owners
    const { market, collateral } = world.states[0]
    const of = BigInt(lender)
    const held = BigInt(world.tokenOf(first, 1))
    const principal = market.totalSupply / 10n
    await world.answer(first, 'userBasic(address)', [of], [principal, 0n, 0n, 2n, 0n])
    const amount = collateral[1]?.balance ?? 0n
    await world.answer(first, 'userCollateral(address,address)', [of, held], [amount, 0n])
    const changed = await read()
    expect(changed.failures).toEqual([])
    const own = changed.accounts.find(({ owner }) => owner === changed.owners[1])
    expect(own?.legs.map(({ asset }) => asset.split(':').at(-1))).toEqual([
      world.tokenOf(first, 1),
      world.tokenOf(first),
    ])
    await world.answer(first, 'userBasic(address)', [of], [principal, 0n, 0n, 1n, 0n])
  })

  it('is unknown where a price, a total or an account is not to be believed', async () => {
    const [first] = world.markets
    const [borrower, , nobody] = world.owners
    const { principal, market } = world.states[0]
    const tooMuch = -market.totalBorrow - 1n
    await world.answer(first, 'userBasic(address)', [BigInt(borrower)], [tooMuch, 0n, 0n, 3n, 0n])
    const larger = await reader([first]).read()
    expect(larger.failures.map(({ message }) => message).join()).toContain('larger than the market')
    expect(stateOf(larger)).toEqual(['unknown', 'has', 'none'])
    await world.answer(first, 'userBasic(address)', [BigInt(borrower)], [principal, 0n, 0n, 3n, 0n])
    await world.answer(first, 'userBasic(address)', [BigInt(nobody)], [0n, 0n, 0n, 1n << 9n, 0n])
    const strange = await reader([first]).read()
    expect(stateOf(strange)).toEqual(['unknown', 'unknown', 'unknown'])
    await world.answer(first, 'userBasic(address)', [BigInt(nobody)], [0n, 0n, 0n, 0n, 0n])
  })
})
