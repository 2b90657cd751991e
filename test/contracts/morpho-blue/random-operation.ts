import {
  borrow,
  type LiquidationCall,
  type MarginState,
  positionValue,
  repay,
  supply,
  supplyCollateral,
  withdraw,
  withdrawCollateral,
} from '@plimsoll/adapters/lending/morpho-blue/exact'
import type { Address } from 'viem'
import type { Random } from '../aave-v3/random-state.js'

/** A call of the position's owner, and what is said of it. */
export type RandomOperation = {
  readonly name:
    | 'supplyCollateral'
    | 'withdrawCollateral'
    | 'borrow'
    | 'repay'
    | 'supply'
    | 'withdraw'
  readonly assets: bigint
  readonly shares: bigint
  /** After the market's parameters. */
  readonly args: (user: Address) => readonly unknown[]
  readonly apply: () => MarginState
}

/** A random operation on a position, by assets or by shares, about half of which the contract lets through. */
export function randomOperation(random: Random, drawn: MarginState): RandomOperation {
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
  if (name === 'supplyCollateral' || name === 'withdrawCollateral') {
    const isSupply = name === 'supplyCollateral'
    const assets = amount(isSupply ? 10n ** 27n : drawn.collateral / 4n)
    return {
      name,
      assets,
      shares: 0n,
      args: (user) => [assets, user, isSupply ? '0x' : user],
      apply: () => (isSupply ? supplyCollateral : withdrawCollateral)(drawn, assets),
    }
  }
  const own = random.chance(0.5)
    ? { assets: 0n, shares: amount(usualShares(name, drawn)) }
    : { assets: amount(usualAssets(name, drawn)), shares: 0n }
  const isPaidIn = name === 'repay' || name === 'supply'
  return {
    name,
    ...own,
    args: (user) => [own.assets, own.shares, user, isPaidIn ? '0x' : user],
    apply: () =>
      ({ borrow, repay, supply, withdraw })[name](
        drawn,
        own.shares > 0n ? { shares: own.shares } : { assets: own.assets },
      ),
  }
}

type LoanOperation = 'borrow' | 'repay' | 'supply' | 'withdraw'

function usualAssets(name: LoanOperation, drawn: MarginState): bigint {
  const { maxBorrow, borrowed, supplied } = positionValue(drawn)
  const room = maxBorrow > borrowed ? (maxBorrow - borrowed) / 2n : 1n
  return { borrow: room, repay: borrowed, supply: 10n ** 24n, withdraw: supplied }[name]
}

function usualShares(
  name: LoanOperation,
  { market, borrowShares, supplyShares }: MarginState,
): bigint {
  const some = market.totalBorrowShares / 8n
  return { borrow: some, repay: borrowShares, supply: 10n ** 30n, withdraw: supplyShares }[name]
}

/** A random call of a liquidator, who may ask for too much. */
export function randomLiquidation(
  random: Random,
  { collateral, borrowShares }: MarginState,
): LiquidationCall {
  const all = random.chance(0.3)
  const amount = (most: bigint): bigint =>
    all || most < 1n ? most : random.chance(0.2) ? 1n : random.magnitude(1n, most + 1n)
  return random.chance(0.5)
    ? { seizedAssets: amount(collateral), repaidShares: 0n }
    : { seizedAssets: 0n, repaidShares: amount(borrowShares) }
}
