import {
  borrow,
  type EModeState,
  liquidationCall,
  type MarginState,
  type Position,
  repay,
  setEMode,
  supply,
  withdraw,
} from '@plimsoll/adapters/lending/aave-v3'
import { OperationError } from '@plimsoll/model'
import { type Address, encodeFunctionData, hexToBigInt, maxUint256, parseAbi } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LocalPool, type SimulatedCall, startLocalPool } from './local-pool.js'
import { type Random, randomState, seededRandom } from './random-state.js'

const CASES = process.env['PLIMSOLL_DEEP'] === '1' ? 1_000 : 100
const SEED = 20_261_124
const TOKEN = parseAbi(['function scaledBalanceOf(address user) view returns (uint256)'])

type Reserve = {
  readonly liquidityIndex: bigint
  readonly variableBorrowIndex: bigint
  readonly lastUpdateTimestamp: number
  readonly isolationModeTotalDebt: bigint
}

/** What a transaction leaves in the pool, as far as the account's arithmetic reads it. */
type Left = {
  readonly configuration: bigint
  readonly eMode: bigint
  readonly positions: readonly (readonly (bigint | number)[])[]
}

describe.each([1, 10] as const)('what a transaction leaves, pool revision %i', (revision) => {
  let local: LocalPool
  beforeAll(async () => {
    local = await startLocalPool(revision)
  })
  afterAll(() => local?.anvil.stop())

  const address = (symbol: string): Address => local.venue.assets[symbol]?.address ?? '0x'

  /** Runs a transaction on a state; null with the error when it reverts. */
  const run = async (
    state: MarginState,
    call: SimulatedCall,
    category?: EModeState | null,
  ): Promise<{ error: string; left: Left | null; deficits: readonly bigint[] }> => {
    const { user, poolCall } = local
    const view = (to: Address): SimulatedCall => ({
      from: user,
      to,
      data: encodeFunctionData({ abi: TOKEN, functionName: 'scaledBalanceOf', args: [user] }),
    })
    const assets = local.symbols.map((symbol) => local.venue.assets[symbol])
    const calls = [
      call,
      poolCall(user, 'getUserConfiguration', [user]),
      poolCall(user, 'getUserEMode', [user]),
      ...assets.flatMap((asset) => [
        poolCall(user, 'getReserveData', [asset?.address]),
        view(asset?.aToken ?? '0x'),
        view(asset?.variableDebtToken ?? '0x'),
        ...(revision === 10 ? [poolCall(user, 'getReserveDeficit', [asset?.address])] : []),
      ]),
    ]
    const answers = await local.simulate(state, calls, category)
    const [result, configuration, eMode, ...rest] = answers
    if (result?.ok !== true) {
      return { error: result?.error ?? 'no answer', left: null, deficits: [] }
    }
    const width = revision === 10 ? 4 : 3
    const positions = assets.map((_, index) => {
      const [data, scaledSupply, scaledDebt] = rest.slice(index * width)
      const reserve = local.decode('getReserveData', data?.data ?? '0x') as Reserve
      return [
        hexToBigInt(scaledSupply?.data ?? '0x'),
        hexToBigInt(scaledDebt?.data ?? '0x'),
        reserve.liquidityIndex,
        reserve.variableBorrowIndex,
        reserve.lastUpdateTimestamp,
        reserve.isolationModeTotalDebt,
      ]
    })
    return {
      error: '',
      left: {
        configuration: hexToBigInt(configuration?.data ?? '0x'),
        eMode: hexToBigInt(eMode?.data ?? '0x'),
        positions,
      },
      deficits: assets.map((_, index) =>
        revision === 10 ? hexToBigInt(rest[index * width + 3]?.data ?? '0x') : 0n,
      ),
    }
  }

  const leftBy = (state: MarginState): Left => ({
    configuration: state.positions.reduce(
      (word, { reserve, borrowing, usedAsCollateral }) =>
        word |
        ((borrowing ? 1n : 0n) << BigInt(2 * reserve.id)) |
        ((usedAsCollateral ? 1n : 0n) << BigInt(2 * reserve.id + 1)),
      0n,
    ),
    eMode: BigInt(state.eMode?.id ?? 0),
    positions: state.positions.map(({ scaledSupply, scaledDebt, reserve }) => [
      scaledSupply,
      scaledDebt,
      reserve.liquidityIndex,
      reserve.variableBorrowIndex,
      reserve.lastUpdate,
      reserve.isolationModeTotalDebt,
    ]),
  })

  it(`is what an operation says, on ${CASES} random operations from seed ${SEED}`, async () => {
    const random = seededRandom(SEED + revision)
    const seen: { [outcome: string]: number } = {}
    for (let index = 0; index < CASES; index += 1) {
      const drawn = healthier(
        random,
        randomState(random, { revision, assets: local.symbols, now: local.now }),
      )
      const enters = drawn.eMode !== null && random.chance(0.3)
      const state = enters ? outsideEMode(random, drawn) : drawn
      const { name, call, apply } = enters
        ? enterEMode(local, state, drawn)
        : randomOperation(random, state, local, address)
      const { error, left } = await run(state, call, drawn.eMode)
      const label = `case ${index}: ${name} ${error}`
      seen[`${name} ${error === '' ? 'succeeds' : 'reverts'}`] =
        (seen[`${name} ${error === '' ? 'succeeds' : 'reverts'}`] ?? 0) + 1
      if (left === null) expect(apply, label).toThrow(OperationError)
      else expect(leftBy(apply()), label).toEqual(left)
    }
    console.info(`revision ${revision}: ${JSON.stringify(seen)}`)
  })

  it(`is what liquidationCall says, on ${CASES} random liquidations`, async () => {
    const random = seededRandom(SEED + 1_000 + revision)
    const seen = { executed: 0, refused: 0, withDeficit: 0 }
    while (seen.executed < CASES) {
      const state = randomState(random, { revision, assets: local.symbols, now: local.now })
      const collateral = random.pick(['AAA', 'BBB', 'CCC'])
      const debt = random.pick(['DDD', 'EEE', 'EEE'])
      const owed = state.positions.find(({ asset }) => asset === debt)?.scaledDebt ?? 0n
      const debtToCover = random.chance(0.6) ? 'max' : random.magnitude(1n, owed + 2n)
      const receiveAToken = random.chance(0.5)
      const outcome = liquidationCall(state, {
        collateralAsset: collateral,
        debtAsset: debt,
        debtToCover,
        receiveAToken,
      })
      if (!outcome.ok && outcome.reason === 'health is not below 1') continue
      const { error, left, deficits } = await run(
        state,
        local.poolCall(local.liquidator, 'liquidationCall', [
          address(collateral),
          address(debt),
          local.user,
          debtToCover === 'max' ? maxUint256 : debtToCover,
          receiveAToken,
        ]),
      )
      const label = `${collateral} for ${debt}: ${outcome.ok ? 'executes' : outcome.reason}; ${error}`
      expect(outcome.ok, label).toBe(left !== null)
      if (!outcome.ok) {
        seen.refused += 1
        continue
      }
      seen.executed += 1
      expect(leftBy(outcome.after), label).toEqual(left)
      expect(local.symbols.map((symbol) => outcome.deficit[symbol] ?? 0n)).toEqual(deficits)
      if (deficits.some((deficit) => deficit > 0n)) seen.withDeficit += 1
    }
    console.info(`revision ${revision}: ${JSON.stringify(seen)}`)
  })
})

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

function randomOperation(
  random: Random,
  state: MarginState,
  local: LocalPool,
  address: (symbol: string) => Address,
): Operation {
  const { user, poolCall } = local
  const canLeave = state.eMode !== null && state.eMode.priceMark === null
  if (canLeave && random.chance(0.2)) return leaveEMode(local, state)
  const name = random.pick(['supply', 'withdraw', 'borrow', 'repay'])
  const position: Position | undefined =
    state.positions[name === 'repay' ? random.integer(3, 4) : random.integer(0, 4)]
  const asset = position?.asset ?? 'AAA'
  const token = address(asset)
  const held = name === 'repay' ? position?.scaledDebt : position?.scaledSupply
  const usual = name === 'borrow' ? worthOf(random, state, position) : (held ?? 0n) * 2n + 2n
  const some = random.chance(0.1) ? BigInt(random.integer(0, 3)) : random.magnitude(1n, usual + 1n)
  const all = random.chance(0.4)
  const amount = all ? 'max' : some
  const raw = all ? maxUint256 : some
  switch (name) {
    case 'supply':
      return {
        name,
        call: poolCall(user, 'supply', [token, some, user, 0]),
        apply: () => supply(state, asset, some),
      }
    case 'withdraw':
      return {
        name,
        call: poolCall(user, 'withdraw', [token, raw, user]),
        apply: () => withdraw(state, asset, amount),
      }
    case 'borrow':
      return {
        name,
        call: poolCall(user, 'borrow', [token, some, 2n, 0, user]),
        apply: () => borrow(state, asset, some),
      }
    default:
      return {
        name,
        call: poolCall(user, 'repay', [token, raw, 2n, user]),
        apply: () => repay(state, asset, amount),
      }
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

type Operation = {
  readonly name: string
  readonly call: SimulatedCall
  readonly apply: () => MarginState
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

function enterEMode(
  { poolCall, user }: LocalPool,
  state: MarginState,
  inside: MarginState,
): Operation {
  return {
    name: 'enter e-mode',
    call: poolCall(user, 'setUserEMode', [inside.eMode?.id]),
    apply: () => setEMode(state, inside),
  }
}

/** Leaves a mode that has no prices of its own. */
function leaveEMode({ poolCall, user }: LocalPool, state: MarginState): Operation {
  return {
    name: 'leave e-mode',
    call: poolCall(user, 'setUserEMode', [0]),
    apply: () => setEMode(state, { ...state, eMode: null }),
  }
}
