import {
  boundaryPrice,
  liquidationCall,
  type MarginState,
  type Position,
  withPrice,
} from '@plimsoll/adapters/lending/aave-v3/exact'
import { OperationError } from '@plimsoll/model'
import type { LocalPool } from '../../test/contracts/aave-v3/local-pool.js'
import { randomLiquidation } from '../../test/contracts/aave-v3/random-liquidation.js'
import {
  borrowOperation,
  type RandomOperation,
  randomOperation,
  repayOperation,
} from '../../test/contracts/aave-v3/random-operation.js'
import { type Random, randomState } from '../../test/contracts/aave-v3/random-state.js'
import { type Candidate, inUse, rowsOf } from './rows.js'

const RAY = 10n ** 27n
const YEAR = 31_536_000n
const SYMBOLS = ['AAA', 'BBB', 'CCC', 'DDD', 'EEE'] as const

/** Draws one candidate. */
export type Draw = (random: Random, local: LocalPool) => Candidate | null

/** Kinds of candidates: any, and those at the edges that any random state would miss. */
export const DRAWS: { readonly [kind: string]: Draw } = {
  account: (random, local) => ofState('account', inUse(draw(random, local))),
  smallAccount: (random, local) => ofState('account', small(random, draw(random, local))),
  edgeRates: (random, local) => ofState('account', withEdgeRates(random, draw(random, local))),
  hugeDebt: (random, local) => ofState('account', huge(random, draw(random, local))),
  healthEdge: (random, local) => ofState('account', healthEdge(random, draw(random, local))),
  boundary: (random, local) => {
    const state = inUse(draw(random, local))
    const priceId = random.pick(SYMBOLS)
    return {
      model: 'boundary',
      state,
      input: { priceId },
      task: { kind: 'boundary', priceId },
    }
  },
  verdict: (random, local) => {
    const state = random.chance(0.5) ? draw(random, local) : small(random, draw(random, local))
    const at = random.chance(0.7) ? atBoundary(random, state) : state
    return at === null ? null : ofState('verdict', inUse(at))
  },
  dustVerdict: (random, local) => ofState('verdict', nearDust(random, draw(random, local), 2)),
  unitPair: (random, local) => ofState('verdict', unitPair(random, draw(random, local))),
  shareVerdict: (random, local) => ofState('verdict', shareOfThree(random, draw(random, local))),
  unitVerdict: (random, local) => ofState('verdict', units(random, draw(random, local))),
  liquidation: (random, local) => {
    const { state, call } = randomLiquidation(random, local)
    return ofLiquidation(state, call)
  },
  liquidationAtBoundary: (random, local) => {
    const { state, call } = randomLiquidation(random, local)
    const at = atBoundary(random, state)
    return at === null ? null : ofLiquidation(at, call)
  },
  liquidationEdge: (random, local) => {
    const { state, call } = randomLiquidation(random, local)
    const at = atBoundary(random, state)
    if (at === null) return null
    const executes = (debtToCover: bigint): boolean =>
      liquidationCall(at, { ...call, debtToCover }).ok
    const debtToCover = edge(executes, 1n, 1n << 100n)
    if (debtToCover === null) return null
    return ofLiquidation(at, { ...call, debtToCover: debtToCover + BigInt(random.integer(0, 1)) })
  },
  dustLiquidation: (random, local) => {
    const state = nearDust(random, draw(random, local), 1)
    const call = {
      collateralAsset: 'AAA',
      debtAsset: 'EEE',
      debtToCover: 'max' as const,
      receiveAToken: random.chance(0.5),
    }
    if (random.chance(0.4)) return ofLiquidation(state, call)
    const executes = (debtToCover: bigint): boolean =>
      liquidationCall(state, { ...call, debtToCover }).ok
    const last = edge(executes, 1n, 1n << 100n)
    if (last === null) return null
    return ofLiquidation(state, { ...call, debtToCover: last + BigInt(random.integer(0, 1)) })
  },
  operation: (random, local) => ofOperation(randomOperation(random, local)),
  isolated: (random, local) => {
    const state = isolated(random, draw(random, local))
    const asset = random.pick(SYMBOLS)
    const owed = state.positions.find((position) => position.asset === asset)?.scaledDebt ?? 0n
    const amount = random.magnitude(1n, owed + 1n)
    return ofOperation(
      random.chance(0.5)
        ? borrowOperation(local, state, asset, amount)
        : repayOperation(local, state, asset, amount),
    )
  },
  borrowLimit: (random, local) => {
    const state = random.chance(0.5) ? draw(random, local) : small(random, draw(random, local))
    const asset = random.pick(SYMBOLS)
    const passes = (amount: bigint): boolean => {
      try {
        borrowOperation(local, state, asset, amount).apply()
        return true
      } catch (error) {
        if (error instanceof OperationError) return false
        throw error
      }
    }
    const limit = edge(passes, 1n, 1n << 100n)
    if (limit === null) return null
    const amount = limit + BigInt(random.integer(0, 1))
    return ofOperation(borrowOperation(local, state, asset, amount))
  },
}

function draw(random: Random, { revision, symbols, now }: LocalPool): MarginState {
  return randomState(random, { revision, assets: symbols, now })
}

function ofState(kind: 'account' | 'verdict', state: MarginState): Candidate {
  return { model: kind, state: inUse(state), input: {}, task: { kind } }
}

function ofLiquidation(
  drawn: MarginState,
  call: ReturnType<typeof randomLiquidation>['call'],
): Candidate {
  const state = inUse(drawn, [call.collateralAsset, call.debtAsset])
  return { model: 'liquidation', state, input: { call }, task: { kind: 'liquidation', call } }
}

function ofOperation(operation: RandomOperation): Candidate {
  const { name, asset, amount, into } = operation
  return {
    model: 'operation',
    state: inUse(operation.state, [asset]),
    input: {
      operation: { name, asset, amount },
      into: into === null ? null : rowsOf(inUse(into, [asset])),
    },
    task: { kind: 'operation', operation },
  }
}

/** What an asset's price holds for has the same price. */
function repriced(state: MarginState): MarginState {
  const prices = new Map(state.positions.map(({ asset, price }) => [asset, price]))
  const positions = state.positions.map((position) => ({
    ...position,
    price: prices.get(position.priceId) ?? position.price,
  }))
  return { ...state, positions }
}

/** Values of a few units: every rounding is then a large part of the result. */
function small(random: Random, state: MarginState): MarginState {
  return repriced({
    ...state,
    positions: state.positions.map((position) => ({
      ...position,
      reserve: { ...position.reserve, decimals: random.pick([0, 2, 6]) },
      scaledSupply: position.scaledSupply > 0n ? random.magnitude(1n, 1_000n) : 0n,
      scaledDebt: position.scaledDebt > 0n ? random.magnitude(1n, 1_000n) : 0n,
      ...(position.priceId === position.asset ? { price: random.magnitude(1n, 5_000n) } : {}),
    })),
  })
}

/** The state with one price at its boundary: health just below 1. */
function atBoundary(random: Random, state: MarginState): MarginState | null {
  const priceId = random.pick(SYMBOLS)
  const found = boundaryPrice(state, priceId)
  return found === null ? null : withPrice(state, priceId, found.price)
}

/** The last amount of a run of amounts for which `test` holds, where one begins at or above `least`. */
function edge(test: (amount: bigint) => boolean, least: bigint, most: bigint): bigint | null {
  let first: bigint | null = null
  for (let amount = least; amount <= most; amount *= 2n) {
    if (test(amount)) first = amount
    else if (first !== null) break
  }
  if (first === null || first * 2n > most) return null
  let [holds, fails] = [first, first * 2n]
  while (fails - holds > 1n) {
    const middle = (holds + fails) / 2n
    if (test(middle)) holds = middle
    else fails = middle
  }
  return holds
}

/** Rates at which a rounding inside the compound factor, divided away otherwise, shows. */
function withEdgeRates(random: Random, state: MarginState): MarginState {
  const positions = state.positions.map((position): Position => {
    const variableBorrowRate = random.chance(0.5) ? squareEdge(random) : cubeEdge(random)
    return { ...position, reserve: { ...position.reserve, variableBorrowRate } }
  })
  return { ...state, positions }
}

/** rate² ÷ ray just below a multiple of year², so that the way it is rounded decides the quotient. */
function squareEdge(random: Random): bigint {
  const multiple = BigInt(random.integer(1_000_000, 900_000_000_000))
  const rate = squareRoot(multiple * YEAR * YEAR * RAY)
  return rate - BigInt(random.integer(0, 3))
}

/** The same for (rate² ÷ year²) × rate and one year. */
function cubeEdge(random: Random): bigint {
  const multiple = BigInt(random.integer(1, 30_000))
  const guess = BigInt(Math.round((Number(multiple) * Math.sqrt(1e27)) ** (2 / 3)))
  const offset = random.chance(0.5) ? RAY / 4n : (RAY * 3n) / 4n
  for (let squared = guess - 12n; squared < guess + 12n; squared += 1n) {
    if (squared <= 0n) continue
    const rate = (multiple * YEAR * RAY - offset) / squared
    if ((rate * rate + RAY / 2n) / RAY / (YEAR * YEAR) === squared) return rate
  }
  return squareEdge(random)
}

/** Debts so large that a unit in the twenty-seventh place of an index shows. */
function huge(random: Random, state: MarginState): MarginState {
  const positions = state.positions.map(
    (position): Position => ({
      ...position,
      price: position.priceId === position.asset ? 1n : position.price,
      scaledDebt: position.borrowing ? random.magnitude(1n << 80n, 1n << 109n) : 0n,
      reserve: {
        ...position.reserve,
        decimals: 0,
        variableBorrowRate: random.magnitude(RAY / 2n, 5n * RAY),
      },
    }),
  )
  return repriced({ ...state, positions })
}

/** One supply, one debt, and a quotient of theirs one below a multiple of 10,000. */
function healthEdge(random: Random, state: MarginState): MarginState {
  const [supply, debt] = state.positions
  if (supply === undefined || debt === undefined) return state
  const threshold = BigInt(random.integer(1_000, 9_000))
  let [value, owed] = [1n, 1n]
  for (let count = 0; count < 100_000; count += 1) {
    value = BigInt(random.integer(1_000, 1_000_000))
    owed = BigInt(random.integer(3, 1_000_000))
    const quotient = (value * threshold * 10n ** 18n) / owed
    if (quotient % 10_000n === 9_999n && (value * threshold * 10n ** 18n) % owed !== 0n) break
  }
  const plain = (position: Position, change: Partial<Position>): Position => ({
    ...position,
    priceId: position.asset,
    price: 1n,
    scaledSupply: 0n,
    scaledDebt: 0n,
    usedAsCollateral: false,
    borrowing: false,
    ...change,
    reserve: {
      ...position.reserve,
      decimals: 0,
      ltv: 0n,
      liquidationThreshold: threshold,
      liquidityIndex: RAY,
      liquidityRate: 0n,
      variableBorrowIndex: RAY,
      variableBorrowRate: 0n,
      debtCeiling: 0n,
    },
  })
  return {
    ...state,
    eMode: null,
    positions: [
      plain(supply, { scaledSupply: value, usedAsCollateral: true }),
      plain(debt, { scaledDebt: owed, borrowing: true }),
    ],
  }
}

/** Positions of a few raw units: half of one, or a share of one, may be nothing. */
function units(random: Random, state: MarginState): MarginState {
  const few = (amount: bigint): bigint => (amount > 0n ? BigInt(random.integer(1, 6)) : 0n)
  const positions = state.positions.map((position) => ({
    ...position,
    scaledSupply: few(position.scaledSupply),
    scaledDebt: few(position.scaledDebt),
  }))
  return { ...state, positions }
}

/** A position by itself: nothing of it unless said, no interest on supply. */
function bare(position: Position, change: Partial<Position>): Position {
  return {
    ...position,
    priceId: position.asset,
    scaledSupply: 0n,
    scaledDebt: 0n,
    usedAsCollateral: false,
    borrowing: false,
    ...change,
    reserve: {
      ...position.reserve,
      active: true,
      paused: false,
      gracePeriodUntil: 0,
      debtCeiling: 0n,
      liquidityIndex: RAY,
      liquidityRate: 0n,
      variableBorrowRate: 0n,
      ...change.reserve,
    },
  }
}

/** Collaterals worth little more than 2,000 each and one debt, health between 0.95 and 1. */
function nearDust(random: Random, state: MarginState, collaterals: number): MarginState {
  const threshold = BigInt(random.integer(8_500, 9_500))
  const decimals = random.pick([6, 8, 18])
  const unit = 10n ** BigInt(decimals)
  let weighted = 0n
  const positions = state.positions.map((position, index): Position => {
    if (index < collaterals) {
      const price = random.magnitude(10n ** 5n, 10n ** 12n)
      const value = BigInt(random.integer(200_000_000_000, 260_000_000_000))
      weighted += value * threshold
      return bare(position, {
        price,
        scaledSupply: (value * unit) / price + 1n,
        usedAsCollateral: true,
        reserve: { ...position.reserve, decimals, liquidationThreshold: threshold, ltv: 0n },
      })
    }
    if (index < 4) return bare(position, {})
    const price = random.magnitude(1n, 10n ** 12n)
    const debt = (weighted * 1_000n) / BigInt(random.integer(955, 998)) / 10_000n
    const { variableBorrowIndex } = position.reserve
    return bare(position, {
      price,
      scaledDebt: (((debt * unit) / price) * RAY) / variableBorrowIndex + 1n,
      borrowing: true,
      reserve: { ...position.reserve, decimals },
    })
  })
  return { ...state, eMode: null, positions }
}

/** Two raw units owed against a few: repaying all of them may round to nothing, one may not. */
function unitPair(random: Random, state: MarginState): MarginState {
  const price = BigInt(random.integer(1, 1_000_000_000))
  const ratio = BigInt(random.integer(2, 30))
  const positions = state.positions.map((position, index): Position => {
    const reserve = { ...position.reserve, decimals: 0, liquidationThreshold: 5_000n }
    if (index === 0) {
      const one = (ratio * position.reserve.liquidationBonus) / 10_000n
      return bare(position, {
        price,
        scaledSupply: one + BigInt(random.integer(0, Number(ratio))),
        usedAsCollateral: true,
        reserve,
      })
    }
    if (index < 4) return bare(position, {})
    return bare(position, {
      price: price * ratio + BigInt(random.integer(0, Number(price))),
      scaledDebt: BigInt(random.integer(1, 3)),
      borrowing: true,
      reserve,
    })
  })
  return { ...state, eMode: null, positions }
}

/** One share owed, worth two units and a part: two of them, but not all, may be repaid. */
function shareOfThree(random: Random, state: MarginState): MarginState {
  const price = BigInt(random.integer(1_000, 1_000_000_000))
  const positions = state.positions.map((position, index): Position => {
    const reserve = { ...position.reserve, decimals: 0, liquidationThreshold: 5_000n }
    if (index === 0) {
      return bare(position, { price, scaledSupply: 1n, usedAsCollateral: true, reserve })
    }
    if (index < 4) return bare(position, {})
    const variableBorrowIndex = 2n * RAY + random.magnitude(RAY / 100n, (RAY * 9n) / 10n)
    return bare(position, {
      price: (price * BigInt(random.integer(670, 990))) / 1_000n,
      scaledDebt: 1n,
      borrowing: true,
      reserve: { ...reserve, variableBorrowIndex },
    })
  })
  return { ...state, eMode: null, positions }
}

/** One collateral under a debt ceiling. */
function isolated(random: Random, state: MarginState): MarginState {
  const positions = state.positions.map(
    (position, index): Position => ({
      ...position,
      usedAsCollateral: index === 0,
      scaledSupply: index === 0 ? random.magnitude(10n ** 20n, 10n ** 27n) : 0n,
      scaledDebt: position.borrowing ? random.magnitude(1n, 10n ** 9n) : 0n,
      reserve: {
        ...position.reserve,
        decimals: random.pick([6, 8]),
        paused: false,
        active: true,
        frozen: false,
        siloedBorrowing: false,
        debtCeiling: index === 0 ? 10n ** 11n : 0n,
        isolationModeTotalDebt: random.magnitude(1n, 10n ** 8n),
      },
    }),
  )
  return { ...state, positions }
}

function squareRoot(square: bigint): bigint {
  let root = BigInt(Math.floor(Math.sqrt(Number(square))))
  for (let step = 0; step < 60; step += 1) root = (root + square / root) / 2n
  return root * root > square ? root - 1n : root
}
