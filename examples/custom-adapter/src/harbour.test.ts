import { createClient, readPortfolio } from '@plimsoll/client'
import type { MarginAccount, Portfolio, VenueState } from '@plimsoll/model'
import { OperationError } from '@plimsoll/model'
import fc from 'fast-check'
import { http } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { harbour } from './index.js'
import type { LocalHarbour } from './localHarbour.js'
import { startLocalHarbour } from './localHarbour.js'
import { harbourModule, healthE18 } from './margin.js'
import { DEBT_PRICE_E8, HARBOUR_CHAIN } from './market.js'

const ALICE = `0x${'a1'.repeat(20)}` as const
const EMPTY = `0x${'e0'.repeat(20)}` as const

let local: LocalHarbour
beforeAll(async () => {
  local = await startLocalHarbour()
})
afterAll(() => local.stop())

const read = (owners: readonly string[], indexerUrl = local.indexerUrl) =>
  readPortfolio(
    createClient({
      chains: [{ id: HARBOUR_CHAIN, transport: http(local.anvil.rpcUrl) }],
      adapters: [harbour],
      hosts: { harbour: { indexer: indexerUrl } },
      http: { retries: 0 },
    }),
    { owners },
  )
const stateOf = (portfolio: Portfolio, account: MarginAccount): VenueState => ({
  account,
  marks: new Map(portfolio.marks.map((mark) => [mark.id, mark])),
  assets: new Map(portfolio.assets.map((asset) => [asset.id, asset])),
  shared: new Map(),
  at: 0,
})

describe('harbour', () => {
  it('computes the health of the contract to the last unit, in 100 random states', async () => {
    const position = fc.record({
      collateral: fc.bigInt({ min: 1n, max: 10n ** 26n }),
      debt: fc.bigInt({ min: 1n, max: 10n ** 15n }),
      priceE8: fc.bigInt({ min: 1n, max: 10n ** 14n }),
      thresholdBps: fc.integer({ min: 1, max: 10_000 }),
    })
    await fc.assert(
      fc.asyncProperty(position, async ({ collateral, debt, priceE8, thresholdBps }) => {
        await local.setMarket({ priceE8, thresholdBps, status: 'ACTIVE' })
        await local.setPosition(ALICE, { collateral, debt })
        const portfolio = await read([ALICE])
        const [account] = portfolio.accounts
        expect(account?.reconciliation.status).toBe('reconciled')
        expect(account?.reconciliation.checks[0]?.reported.raw).toBe(
          healthE18({
            collateral,
            debt,
            priceE8,
            debtPriceE8: DEBT_PRICE_E8,
            thresholdBps: BigInt(thresholdBps),
          }),
        )
      }),
      { numRuns: 100 },
    )
  }, 60_000)

  it('says at which price the venue liquidates, as the contract does', async () => {
    await local.setPosition(ALICE, { collateral: 10n ** 18n, debt: 1_600_000_000n })
    for (const [priceE8, liquidatable] of [
      [200_000_000_000n, false],
      [199_999_999_999n, true],
    ] as const) {
      await local.setMarket({ priceE8, thresholdBps: 8_000, status: 'ACTIVE' })
      const portfolio = await read([ALICE])
      const [account] = portfolio.accounts
      const evaluation =
        account === undefined ? undefined : harbourModule.evaluate(stateOf(portfolio, account))
      expect(evaluation?.liquidatable).toBe(liquidatable)
    }
  })

  it('tells an owner without a position from one that cannot be read', async () => {
    await local.setMarket({ priceE8: 200_000_000_000n, thresholdBps: 8_000, status: 'ACTIVE' })
    const portfolio = await read([ALICE, EMPTY])
    expect(portfolio.existence.map(({ state }) => state)).toEqual(['has', 'none'])
    expect(portfolio.failures).toEqual([])
  })

  it('gives no account without the parameters of the market, and says so', async () => {
    const portfolio = await read([ALICE], 'http://127.0.0.1:9/graphql')
    expect(portfolio.accounts).toEqual([])
    expect(portfolio.existence[0]?.state).toBe('has')
    expect(portfolio.failures).toMatchObject([{ adapter: 'harbour', error: 'ConnectionError' }])
  })

  it('warns when the market is frozen', async () => {
    await local.setMarket({ priceE8: 200_000_000_000n, thresholdBps: 8_000, status: 'FROZEN' })
    const portfolio = await read([ALICE])
    expect(portfolio.accounts[0]?.flags.map(({ code }) => code)).toEqual(['market-frozen'])
  })

  it('has no operation yet, and says what to do', async () => {
    const portfolio = await read([ALICE])
    const [account] = portfolio.accounts
    if (account === undefined) throw new RangeError('no account')
    const operation = {
      kind: 'repay',
      account: account.id,
      asset: account.legs[1]?.asset ?? account.legs[0]?.asset,
      amount: 1n,
    } as const
    expect(() => {
      if (operation.asset !== undefined) {
        harbourModule.apply(stateOf(portfolio, account), { ...operation, asset: operation.asset })
      }
    }).toThrow(OperationError)
  })
})
