import {
  borrow,
  type EModeState,
  type MarginState,
  type Position,
  repay,
  setEMode,
  supply,
  withdraw,
} from '@plimsoll/adapters/lending/aave-v3/exact'
import { maxUint256 } from 'viem'
import type { LocalPool, SimulatedCall } from './local-pool.js'
import { type Random, randomState } from './random-state.js'

/** A transaction of the account's owner, and what is said of it. */
export type RandomOperation = {
  readonly name: 'supply' | 'withdraw' | 'borrow' | 'repay' | 'enter e-mode' | 'leave e-mode'
  readonly asset: string
  readonly amount: bigint | 'max'
  readonly state: MarginState
  /** The state in the e-mode that it enters; null for other operations. */
  readonly into: MarginState | null
  /** The category exists even if the account is not in it. */
  readonly category: EModeState | null
  readonly call: SimulatedCall
  readonly apply: () => MarginState
}

/** A random operation on a random account, about half of which the pool lets through. */
export function randomOperation(random: Random, local: LocalPool): RandomOperation {
  const { revision, symbols, now, user, poolCall } = local
  const drawn = healthier(random, randomState(random, { revision, assets: symbols, now }))
  const category = drawn.eMode
  if (category !== null && random.chance(0.3)) {
    const state = outsideEMode(random, drawn)
    return {
      name: 'enter e-mode',
      asset: '',
      amount: 0n,
      state,
      into: drawn,
      category,
      call: poolCall(user, 'setUserEMode', [category.id]),
      apply: () => setEMode(state, drawn),
    }
  }
  // A mode with prices of its own is not left: the assets' own prices are not drawn.
  if (category !== null && category.priceMark === null && random.chance(0.2)) {
    return {
      name: 'leave e-mode',
      asset: '',
      amount: 0n,
      state: drawn,
      into: null,
      category,
      call: poolCall(user, 'setUserEMode', [0]),
      apply: () => setEMode(drawn, { ...drawn, eMode: null }),
    }
  }
  return amountOperation(random, local, drawn)
}

function amountOperation(random: Random, local: LocalPool, state: MarginState): RandomOperation {
  const { user, poolCall, venue } = local
  const name = random.pick(['supply', 'withdraw', 'borrow', 'repay'])
  const position = state.positions[name === 'repay' ? random.integer(3, 4) : random.integer(0, 4)]
  const asset = position?.asset ?? 'AAA'
  const token = venue.assets[asset]?.address
  const held = name === 'repay' ? position?.scaledDebt : position?.scaledSupply
  const usual = name === 'borrow' ? worthOf(random, state, position) : (held ?? 0n) * 2n + 2n
  const some = random.chance(0.1) ? BigInt(random.integer(0, 3)) : random.magnitude(1n, usual + 1n)
  const all = random.chance(0.4) && (name === 'withdraw' || name === 'repay')
  const amount: bigint | 'max' = all ? 'max' : some
  const raw = all ? maxUint256 : some
  const common = { name, asset, amount, state, into: null, category: state.eMode }
  switch (name) {
    case 'supply':
      return {
        ...common,
        call: poolCall(user, 'supply', [token, some, user, 0]),
        apply: () => supply(state, asset, some),
      }
    case 'withdraw':
      return {
        ...common,
        call: poolCall(user, 'withdraw', [token, raw, user]),
        apply: () => withdraw(state, asset, amount),
      }
    case 'borrow':
      return borrowOperation(local, state, asset, some)
    case 'repay':
      return repayOperation(local, state, asset, amount)
  }
}

/** Borrowing a given amount. */
export function borrowOperation(
  { poolCall, user, venue }: LocalPool,
  state: MarginState,
  asset: string,
  amount: bigint,
): RandomOperation {
  const token = venue.assets[asset]?.address
  return {
    name: 'borrow',
    asset,
    amount,
    state,
    into: null,
    category: state.eMode,
    call: poolCall(user, 'borrow', [token, amount, 2n, 0, user]),
    apply: () => borrow(state, asset, amount),
  }
}

/** Repaying a given amount. */
export function repayOperation(
  { poolCall, user, venue }: LocalPool,
  state: MarginState,
  asset: string,
  amount: bigint | 'max',
): RandomOperation {
  const raw = amount === 'max' ? maxUint256 : amount
  return {
    name: 'repay',
    asset,
    amount,
    state,
    into: null,
    category: state.eMode,
    call: poolCall(user, 'repay', [venue.assets[asset]?.address, raw, 2n, user]),
    apply: () => repay(state, asset, amount),
  }
}

/** Lowers the debt, so that more operations pass than on any state. */
function healthier(random: Random, state: MarginState): MarginState {
  const divisor = random.pick([1n, 2n, 5n, 50n])
  const without = random.chance(0.3)
  return {
    ...state,
    positions: state.positions.map((position) =>
      without
        ? { ...position, scaledDebt: 0n, borrowing: false }
        : { ...position, scaledDebt: (position.scaledDebt + divisor - 1n) / divisor },
    ),
  }
}

/** An amount of the asset near what the collateral may cover. */
function worthOf(random: Random, state: MarginState, position: Position | undefined): bigint {
  if (position === undefined) return 1n
  const collateral = state.positions.reduce(
    (sum, { scaledSupply, price, reserve }) =>
      sum + (scaledSupply * price) / 10n ** BigInt(reserve.decimals),
    0n,
  )
  const value = (collateral * BigInt(random.integer(1, 100))) / 100n
  return (value * 10n ** BigInt(position.reserve.decimals)) / position.price + 1n
}

/** The state before the account entered its mode, with the assets' own prices. */
function outsideEMode(random: Random, state: MarginState): MarginState {
  return {
    ...state,
    eMode: null,
    positions: state.positions.map((position) => ({
      ...position,
      priceId: position.asset,
      price:
        position.priceId === position.asset
          ? position.price
          : (position.price * BigInt(random.integer(50, 200))) / 100n + 1n,
    })),
  }
}
