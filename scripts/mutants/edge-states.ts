import type { MarginState, Position } from '@plimsoll/adapters/lending/aave-v3/exact'
import type { Random } from '../../test/contracts/aave-v3/random-state.js'

const RAY = 10n ** 27n
const YEAR = 31_536_000n

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
export function small(random: Random, state: MarginState): MarginState {
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

/** Rates at which a rounding inside the compound factor, divided away otherwise, shows. */
export function withEdgeRates(random: Random, state: MarginState): MarginState {
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
export function huge(random: Random, state: MarginState): MarginState {
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
export function healthEdge(random: Random, state: MarginState): MarginState {
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
export function units(random: Random, state: MarginState): MarginState {
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
export function nearDust(random: Random, state: MarginState, collaterals: number): MarginState {
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
export function unitPair(random: Random, state: MarginState): MarginState {
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
export function shareOfThree(random: Random, state: MarginState): MarginState {
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
export function isolated(random: Random, state: MarginState): MarginState {
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
