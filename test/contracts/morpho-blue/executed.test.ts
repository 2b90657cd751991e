import { morphoBlue } from '@plimsoll/adapters/lending/morpho-blue'
import { encode, morphoBlueWithOperations } from '@plimsoll/adapters/lending/morpho-blue/actions'
import { createClient, readPortfolio } from '@plimsoll/client'
import type { MarginAccount, Operation, Portfolio, VenueState } from '@plimsoll/model'
import { encodeFunctionData, http } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LocalWorld, openLoans } from '../../morpho-blue/localWorld.js'
import { sendCall } from '../aave-v3/transact.js'

const WAD = 10n ** 18n
const USDC = 10n ** 6n
type AmountOperation = Exclude<Operation, { kind: 'set-mode' }>
type Row = readonly [
  owner: 0 | 1,
  market: 0 | 1,
  kind: AmountOperation['kind'],
  side: 'loan' | 'collateral',
  amount: bigint | 'max',
]

/** In order: each on what the one before it left. */
const ROWS: readonly Row[] = [
  [0, 0, 'supply', 'collateral', WAD],
  [0, 0, 'borrow', 'loan', 1_500n * USDC],
  [0, 0, 'repay', 'loan', 333_333_333n],
  [0, 0, 'withdraw', 'collateral', WAD / 3n],
  [0, 1, 'repay', 'loan', 'max'],
  [0, 1, 'withdraw', 'collateral', 'max'],
  [1, 1, 'supply', 'loan', 777_777_777n],
  [1, 1, 'withdraw', 'loan', 1_234_567n],
  [1, 1, 'withdraw', 'loan', 'max'],
]

describe('operations, encoded and executed', () => {
  let world: LocalWorld
  beforeAll(async () => {
    world = await openLoans()
  })
  afterAll(() => world?.anvil.stop())

  const read = (): Promise<Portfolio> => {
    const { deployment, markets, owners } = world
    const adapter = morphoBlue({
      deployments: [deployment],
      discovery: 'markets',
      markets: markets.map(({ id }) => id),
    })
    const chains = [{ id: deployment.chain, transport: http(world.anvil.rpcUrl) }]
    return readPortfolio(createClient({ chains, adapters: [adapter] }), { owners })
  }

  const accountOf = (
    { accounts }: Portfolio,
    owner: number,
    market: number,
  ): MarginAccount | null =>
    accounts.find(
      ({ id }) =>
        id.endsWith(world.owners[owner]?.toLowerCase() ?? '') &&
        id.includes(world.markets[market]?.id ?? ''),
    ) ?? null

  const stateOf = (portfolio: Portfolio, account: MarginAccount, at: number): VenueState => ({
    account,
    marks: new Map(portfolio.marks.map((mark) => [mark.id, mark])),
    assets: new Map(),
    shared: new Map(account.rule.shared.map((key) => [key, portfolio.shared[key] ?? null])),
    at,
  })

  /** Legs, and the market without its rate: the local rate model stores nothing. */
  const left = (account: MarginAccount | null, shared: unknown): unknown => ({
    legs: account?.legs ?? [],
    market: shared === null ? null : { ...Object(shared), rate: null },
  })

  it('leave what `apply` says, to the unit', async () => {
    for (const [owner, market, kind, side, amount] of ROWS) {
      const label = `${kind} ${side} ${amount}`
      const before = await read()
      const account = accountOf(before, owner, market)
      const tokens = world.markets[market].params
      const token = side === 'loan' ? tokens.loanToken : tokens.collateralToken
      if (account === null) throw new RangeError(`${label}: no account`)
      const asset = before.assets.find(({ id }) => id.endsWith(token.toLowerCase()))
      if (asset === undefined) throw new RangeError(`${label}: no asset`)
      const operation: AmountOperation = { kind, account: account.id, asset: asset.id, amount }
      const calls = encode(account, operation, 10n ** 12n)
      for (const approval of calls.slice(0, -1)) {
        await sendCall(world.anvil.client, world.owners[owner], approval)
      }
      const at = await world.prepare(3_600)
      const call = calls.at(-1)
      if (call === undefined) throw new RangeError(`${label}: no call`)
      const receipt = await sendCall(world.anvil.client, world.owners[owner], call)
      expect(receipt.status, label).toBe('0x1')
      const applied = morphoBlueWithOperations.apply(stateOf(before, account, at), operation)
      const after = await read()
      const key = account.rule.shared[0] ?? ('' as never)
      const found = accountOf(after, owner, market)
      expect(left(found, found === null ? null : after.shared[key]), label).toEqual(
        left(applied.account, found === null ? null : applied.shared.get(key)),
      )
    }
  })

  it('liquidate as the real call does, and write off what is left', async () => {
    const { venue, markets, owners, lender, anvil } = world
    const [first] = markets
    await venue.answer(first.params.oracle, 'price()', 1_500n * 10n ** 24n)
    await world.pass(1)
    const before = await read()
    const account = accountOf(before, 0, 0)
    if (account === null) throw new RangeError('no account')
    const at = await world.prepare(60)
    const [collateral, debt] = account.legs
    const outcome = morphoBlueWithOperations.liquidate?.(stateOf(before, account, at), {
      debt: debt?.id ?? '',
      collateral: collateral?.id ?? '',
      repay: 'max',
    })
    const data = encodeFunctionData({
      abi: venue.abi,
      functionName: 'liquidate',
      args: [first.params, owners[0], outcome?.seized, 0n, '0x'],
    })
    const receipt = await sendCall(anvil.client, lender, { to: venue.morpho, data })
    expect(receipt.status).toBe('0x1')
    expect(Object.keys(outcome?.badDebt ?? {})).toEqual([debt?.id])
    expect(outcome?.after.account.legs).toEqual([])
    const after = await read()
    expect(accountOf(after, 0, 0)).toBe(null)
    const key = account.rule.shared[0] ?? ('' as never)
    expect(left(null, after.shared[key])).toEqual(left(null, outcome?.after.shared.get(key)))
  })

  it('refuses what the contract would, and operations of others', async () => {
    const portfolio = await read()
    const account = accountOf(portfolio, 1, 0)
    if (account === null) throw new RangeError('no account')
    const asset = account.legs[1]?.asset ?? ('' as never)
    const at = account.asOf.kind === 'block' ? account.asOf.timestamp : 0
    const state = stateOf(portfolio, account, at)
    const operation = { kind: 'borrow', account: account.id, asset, amount: 10n ** 12n } as const
    expect(() => morphoBlueWithOperations.apply(state, operation)).toThrow('may be owed')
    expect(() =>
      morphoBlueWithOperations.apply(state, { ...operation, asset: 'eip155:1/slip44:60' as never }),
    ).toThrow('it lends')
    expect(() => encode(account, { ...operation, account: 'other' as never })).toThrow('other')
    expect(() => encode(account, { ...operation, kind: 'repay', amount: 'max' })).toThrow(
      'allowance',
    )
    expect(() => morphoBlueWithOperations.apply(state, { ...operation, amount: 'max' })).toThrow(
      'no meaning',
    )
  })
})
