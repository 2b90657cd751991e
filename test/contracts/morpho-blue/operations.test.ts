import {
  borrow,
  type LoanAmount,
  type MarginState,
  positionValue,
  repay,
  supply,
  supplyCollateral,
  withdraw,
  withdrawCollateral,
} from '@plimsoll/adapters/lending/morpho-blue/exact'
import { OperationError } from '@plimsoll/model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Random, seededRandom } from '../aave-v3/random-state.js'
import { type LocalMarket, startLocalMarket } from './local-market.js'
import { randomState } from './random-state.js'
import { leftBy } from './storage.js'

const CASES = process.env.PLIMSOLL_DEEP === '1' ? 1_000 : 100
const SEED = 20_261_131

type Operation = {
  readonly name: string
  readonly args: readonly unknown[]
  readonly apply: () => MarginState
}

describe('operations of Morpho Blue 1.0.0', () => {
  let local: LocalMarket
  beforeAll(async () => {
    local = await startLocalMarket()
  })
  afterAll(() => local?.anvil.stop())

  it(`leave what the executed transactions leave, ${CASES} random ones`, async () => {
    const random = seededRandom(SEED)
    const seen: Record<string, number> = {}
    for (let index = 0; index < CASES; index += 1) {
      const state = randomState(random, local.now)
      const { name, args, apply } = randomOperation(random, local, state)
      const executed = await local.execute(state, local.user, name, [
        local.paramsOf(state),
        ...args,
      ])
      const ours = attempt(apply)
      const label = `state ${index}: ${name} ${args.slice(0, 2).map(String).join(' ')}`
      expect(executed.error === '', `${label} ${executed.error}`).toBe(ours !== null)
      const key = `${name} ${ours === null ? 'refused' : 'executed'}`
      seen[key] = (seen[key] ?? 0) + 1
      if (ours !== null) expect(executed.left, label).toEqual(leftBy(ours))
    }
    console.info(JSON.stringify(seen))
  })
})

function attempt(apply: () => MarginState): MarginState | null {
  try {
    return apply()
  } catch (error) {
    if (error instanceof OperationError) return null
    throw error
  }
}

function randomOperation(random: Random, { user }: LocalMarket, drawn: MarginState): Operation {
  const name = random.pick([
    'supplyCollateral',
    'withdrawCollateral',
    'borrow',
    'repay',
    'supply',
    'withdraw',
  ])
  const amount = (most: bigint): bigint =>
    random.chance(0.05) ? 0n : random.chance(0.2) ? most : random.magnitude(1n, most * 2n + 2n)
  const { market } = drawn
  if (name === 'supplyCollateral') {
    const assets = amount(10n ** 27n)
    return { name, args: [assets, user, '0x'], apply: () => supplyCollateral(drawn, assets) }
  }
  if (name === 'withdrawCollateral') {
    const assets = amount(drawn.collateral / 4n)
    return { name, args: [assets, user, user], apply: () => withdrawCollateral(drawn, assets) }
  }
  const { maxBorrow, borrowed, supplied } = positionValue(drawn)
  const byShares = random.chance(0.5)
  const [assets, shares] = {
    borrow: [
      maxBorrow > borrowed ? (maxBorrow - borrowed) / 2n : 1n,
      market.totalBorrowShares / 8n,
    ],
    repay: [borrowed, drawn.borrowShares],
    supply: [10n ** 24n, 10n ** 30n],
    withdraw: [supplied, drawn.supplyShares],
  }[name]
  const own: LoanAmount = byShares
    ? { shares: amount(shares ?? 0n) }
    : { assets: amount(assets ?? 0n) }
  const pair = 'shares' in own ? [0n, own.shares] : [own.assets, 0n]
  const last = name === 'repay' || name === 'supply' ? '0x' : user
  const apply = { borrow, repay, supply, withdraw }[name]
  return { name, args: [...pair, user, last], apply: () => apply(drawn, own) }
}
