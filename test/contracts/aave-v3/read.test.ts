import { AAVE_V3_MARKETS, aaveV3 } from '@plimsoll/adapters/lending/aave-v3'
import {
  aaveV3WithOperations as aaveV3Module,
  encode,
} from '@plimsoll/adapters/lending/aave-v3/actions'
import { type Client, createClient, readPortfolio } from '@plimsoll/client'
import {
  type Asset,
  erc20,
  type MarginAccount,
  type Mark,
  type Native,
  type Operation,
  type Portfolio,
  type SharedKey,
  type VenueState,
} from '@plimsoll/model'
import type { LocalAaveV3 } from '@plimsoll/testkit/venues'
import { type Address, custom, type Hex } from 'viem'
import { getBlock } from 'viem/actions'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LocalPool, startLocalPool } from './local-pool.js'
import { nextBlockAt, nodeRequest, sendCall, transact } from './transact.js'

const WHALE_SUPPLY = 10n ** 24n

describe.each([1, 10] as const)('aaveV3 adapter, pool revision %i', (revision) => {
  let local: LocalPool
  let venue: LocalAaveV3
  let client: Client
  let ethCalls = 0
  let answerBytes = 0
  beforeAll(async () => {
    local = await startLocalPool(revision)
    venue = local.venue
    for (const symbol of local.symbols) {
      const asset = venue.assets[symbol]?.address
      await transact(local.anvil.client, local.liquidator, venue.pool, venue.poolAbi, 'supply', [
        asset,
        WHALE_SUPPLY,
        local.liquidator,
        0,
      ])
    }
    const counting = custom({
      request: async (request: { method: string; params: unknown }) => {
        const answer = await local.anvil.client.request(request as never)
        if (request.method === 'eth_call') {
          ethCalls += 1
          answerBytes = ((answer as Hex).length - 2) / 2
        }
        return answer
      },
    })
    client = createClient({
      chains: [{ id: 31_337, transport: counting }],
      adapters: [
        aaveV3({
          markets: [
            { chain: 31_337, name: 'Local Aave', pool: venue.pool, provider: venue.provider },
          ],
          reserves: 'all',
          eModes: [1],
        }),
      ],
    })
  })
  afterAll(() => local?.anvil.stop())

  const read = (...owners: readonly Address[]): Promise<Portfolio> =>
    readPortfolio(client, { owners })
  const token = (symbol: string): Operation extends { asset: infer Id } ? Id : never =>
    erc20(31_337, venue.assets[symbol]?.address ?? '') as never
  const accountOf = (portfolio: Portfolio): MarginAccount => {
    const [account] = portfolio.accounts
    if (account === undefined) throw new RangeError(JSON.stringify(portfolio.failures))
    return account
  }

  it('says that an owner without positions has none', async () => {
    const portfolio = await read(local.user)
    expect(portfolio.accounts).toEqual([])
    expect(portfolio.failures).toEqual([])
    expect(portfolio.existence).toMatchObject([{ state: 'none', adapter: 'aave-v3' }])
  })

  it('reads the account and meets getUserAccountData without a residual', async () => {
    for (const [functionName, args] of [
      ['supply', [venue.assets.AAA?.address, 10n ** 21n, local.user, 0]],
      ['supply', [venue.assets.BBB?.address, 3n * 10n ** 20n, local.user, 0]],
      ['borrow', [venue.assets.CCC?.address, 123_456_789_012_345_678n, 2n, 0, local.user]],
    ] as const) {
      await transact(local.anvil.client, local.user, venue.pool, venue.poolAbi, functionName, args)
    }
    await mineAfter(local, 1_000_000)
    const portfolio = await read(local.user)
    expect(portfolio.failures).toEqual([])
    const account = accountOf(portfolio)
    expect(account.reconciliation).toMatchObject({ status: 'reconciled' })
    expect(account.reconciliation.checks.map(({ residual }) => residual)).toEqual([
      0, 0, 0, 0, 0, 0,
    ])
    expect(account.legs.map(({ id }) => id.split(':')[0])).toEqual(['supply', 'supply', 'debt'])
    expect(account.fidelity).toEqual({ grade: 'exact' })
  })

  it('refreshes with exactly one eth_call', async () => {
    await read(local.user)
    await mineAfter(local, 100)
    ethCalls = 0
    const portfolio = await read(local.user)
    expect(portfolio.accounts).toHaveLength(1)
    expect(ethCalls).toBe(1)
    expect(answerBytes).toBeLessThan(12_000)
  })

  it('follows a new position with one more round', async () => {
    await transact(local.anvil.client, local.user, venue.pool, venue.poolAbi, 'supply', [
      venue.assets.DDD?.address,
      10n ** 19n,
      local.user,
      0,
    ])
    ethCalls = 0
    const account = accountOf(await read(local.user))
    expect(ethCalls).toBe(2)
    expect(account.legs).toHaveLength(4)
    expect(account.reconciliation.status).toBe('reconciled')
  })

  it('keeps two owners of one read apart', async () => {
    const portfolio = await read(local.user, local.liquidator)
    expect(portfolio.accounts.map(({ owner }) => owner)).toEqual(
      [local.user, local.liquidator].map((owner) => `eip155:_:${owner.toLowerCase()}`),
    )
    for (const { reconciliation } of portfolio.accounts) {
      expect(reconciliation.status).toBe('reconciled')
    }
  })

  it('applies every operation exactly as its encoded calls do on chain', async () => {
    const steps: readonly ((id: MarginAccount['id']) => Operation)[] = [
      (account) => ({ kind: 'supply', account, asset: token('AAA'), amount: 777_777_777_777n }),
      (account) => ({ kind: 'borrow', account, asset: token('AAA'), amount: 10n ** 19n + 1n }),
      (account) => ({ kind: 'repay', account, asset: token('CCC'), amount: 23_456_789n }),
      (account) => ({ kind: 'withdraw', account, asset: token('BBB'), amount: 10n ** 18n + 3n }),
      (account) => ({ kind: 'repay', account, asset: token('CCC'), amount: 'max' }),
      (account) => ({ kind: 'withdraw', account, asset: token('DDD'), amount: 'max' }),
      (account) => ({ kind: 'withdraw', account, asset: token('BBB'), amount: 'max' }),
      (account) => ({ kind: 'set-mode', account, mode: 'emode', value: '1' }),
      (account) => ({ kind: 'borrow', account, asset: token('AAA'), amount: 8n * 10n ** 20n }),
      (account) => ({ kind: 'supply', account, asset: token('EEE'), amount: 10n ** 21n }),
      (account) => ({ kind: 'repay', account, asset: token('AAA'), amount: 7n * 10n ** 20n }),
      (account) => ({ kind: 'set-mode', account, mode: 'emode', value: '0' }),
    ]
    for (const step of steps) {
      const before = await read(local.user)
      const account = accountOf(before)
      const operation = step(account.id)
      const [last, ...earlier] = [...encode(account, operation, 10n ** 30n)].reverse()
      for (const call of earlier.reverse()) await sendCall(local.anvil.client, local.user, call)
      if (last === undefined) throw new RangeError('no call')
      const { timestamp } = await getBlock(local.anvil.client)
      const at = Number(timestamp) + 86_400
      await nextBlockAt(local.anvil.client, at)
      const expected = aaveV3Module.apply(stateOf(before, account, at), operation)
      await sendCall(local.anvil.client, local.user, last)
      const after = await read(local.user)
      const real = accountOf(after)
      const label = `${operation.kind} ${'asset' in operation ? operation.asset : operation.value}`
      expect(real.reconciliation.status, label).toBe('reconciled')
      expect(real.legs, label).toEqual(expected.account.legs)
      expect(real.rule.modes, label).toEqual(expected.account.rule.modes)
      const exact = aaveV3Module.evaluate(stateOf(after, real, at)).exact
      expect(exact, label).toEqual(aaveV3Module.evaluate(expected).exact)
    }
  })
})

describe('AAVE_V3_MARKETS', () => {
  it('names each pool once, in lower case', () => {
    const pools = AAVE_V3_MARKETS.map(({ chain, pool }) => `${chain} ${pool}`)
    expect(new Set(pools).size).toBe(pools.length)
    for (const { pool, provider } of AAVE_V3_MARKETS) {
      expect([pool, provider]).toEqual([pool.toLowerCase(), provider.toLowerCase()])
    }
  })
})

function stateOf(portfolio: Portfolio, account: MarginAccount, at: number): VenueState {
  return {
    account,
    marks: new Map(portfolio.marks.map((mark: Mark) => [mark.id, mark])),
    assets: new Map(portfolio.assets.map((asset: Asset) => [asset.id, asset])),
    shared: new Map(Object.entries(portfolio.shared) as [SharedKey, Native][]),
    at,
  }
}

async function mineAfter({ anvil }: LocalPool, seconds: number): Promise<void> {
  const { timestamp } = await getBlock(anvil.client)
  await nextBlockAt(anvil.client, Number(timestamp) + seconds)
  await nodeRequest(anvil.client, 'evm_mine')
}
