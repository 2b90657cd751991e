import type {
  EModeState,
  MarginState,
  Position,
  ReserveState,
} from '@plimsoll/adapters/lending/aave-v3/exact'

/** A seeded source of numbers (mulberry32), so that a failing state can be made again. */
export type Random = {
  readonly fraction: () => number
  readonly integer: (least: number, most: number) => number
  readonly chance: (probability: number) => boolean
  readonly pick: <const Item>(items: readonly [Item, ...Item[]]) => Item
  /** A whole number of uniformly distributed length between `least` and `most`. */
  readonly magnitude: (least: bigint, most: bigint) => bigint
}

export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const integer = (least: number, most: number): number =>
    least + Math.floor(fraction() * (most - least + 1))
  const bits = (): bigint => BigInt(Math.floor(fraction() * 2 ** 32))
  return {
    fraction,
    integer,
    chance: (probability) => fraction() < probability,
    pick: (items) => items[integer(0, items.length - 1)] ?? items[0],
    magnitude: (least, most) => {
      const ratio = Math.log2(Number(most)) - Math.log2(Number(least))
      const exponent = Math.log2(Number(least)) + fraction() * ratio
      const whole = Math.floor(exponent)
      const mantissa = ((1n << 64n) + ((bits() << 32n) | bits())) as bigint
      const value = whole >= 64 ? mantissa << BigInt(whole - 64) : mantissa >> BigInt(64 - whole)
      return value < least ? least : value > most ? most : value
    },
  }
}

/** Which rules of a revision the random states may use. */
export type Shape = {
  readonly revision: number
  readonly assets: readonly string[]
  /** Unix seconds of the node's latest block. */
  readonly now: number
}

const RAY = 10n ** 27n
const DAY = 86_400

/**
 * A whole random account: tiny and huge amounts, odd decimals, LTV and threshold 0, frozen, paused
 * and inactive reserves, e-mode on and off, up to 400 days of interest.
 */
export function randomState(random: Random, shape: Shape): MarginState {
  const at = random.chance(0.15) ? shape.now : shape.now + random.integer(1, 400 * DAY)
  const eMode = random.chance(0.5) ? randomEMode(random, shape) : null
  const collateralTarget = random.magnitude(1n, 10n ** 15n)
  const debtTarget = (collateralTarget * BigInt(random.integer(1, 130))) / 100n + 1n
  const collaterals = random.integer(1, 3)
  const debts = random.integer(1, 2)
  // Debt ceilings count in cents: the pool's arithmetic needs at least two decimals then.
  const isolation = random.chance(0.1)
  const positions = shape.assets.map((asset, id): Position => {
    const isCollateral = id < collaterals || random.chance(0.08)
    const isDebt = id >= shape.assets.length - debts || random.chance(0.08)
    const reserve = randomReserve(random, shape, id, isDebt, isolation)
    const price = random.chance(0.2) ? random.magnitude(1n, 100n) : random.magnitude(1n, 10n ** 14n)
    const amount = (value: bigint): bigint => {
      const raw = (value * 10n ** BigInt(reserve.decimals)) / price
      const scaled = (raw * RAY) / reserve.liquidityIndex
      return scaled < 1n ? BigInt(random.integer(1, 5)) : scaled > 1n << 90n ? 1n << 90n : scaled
    }
    const share = (value: bigint, parts: number): bigint =>
      (value * BigInt(random.integer(10, 100))) / BigInt(100 * parts) + 1n
    return {
      asset,
      priceId: asset,
      price,
      reserve,
      scaledSupply: isCollateral ? amount(share(collateralTarget, collaterals)) : 0n,
      scaledDebt: isDebt ? amount(share(debtTarget, debts)) : 0n,
      stableDebt: 0n,
      usedAsCollateral: isCollateral && random.chance(0.95),
      borrowing: isDebt,
    }
  })
  return {
    pool: { revision: shape.revision, baseUnit: 10n ** 8n, sentinel: null },
    eMode,
    positions: pricedByEMode(eMode, positions),
    at,
  }
}

function randomEMode(random: Random, shape: Shape): EModeState {
  const liquidationThreshold = BigInt(random.integer(5_000, 9_800))
  const byCategory = shape.revision <= 4
  const bitmap = (): bigint => BigInt(random.integer(0, 2 ** shape.assets.length - 1))
  const collateralBitmap = byCategory ? 0n : bitmap()
  return {
    id: 1,
    ltv: BigInt(random.integer(1, Number(liquidationThreshold))),
    liquidationThreshold,
    liquidationBonus: BigInt(random.integer(10_001, 10_500)),
    collateralBitmap,
    borrowableBitmap: byCategory ? 0n : bitmap(),
    ltvZeroBitmap: shape.revision >= 10 ? collateralBitmap & bitmap() : 0n,
    isolated: false,
    // The price of the last listed asset then stands for every asset of the category.
    priceMark: byCategory && random.chance(0.3) ? (shape.assets.at(-1) ?? null) : null,
  }
}

/** Up to 3.1 a category may have its own price source. */
function pricedByEMode(
  eMode: EModeState | null,
  positions: readonly Position[],
): readonly Position[] {
  const source = positions.find(({ asset }) => asset === eMode?.priceMark)
  if (source === undefined || eMode === null) return positions
  return positions.map((position) => {
    // Whoever uses the mode can only owe assets of it.
    const eModeCategory = position.borrowing ? eMode.id : position.reserve.eModeCategory
    return eModeCategory === eMode.id
      ? {
          ...position,
          reserve: { ...position.reserve, eModeCategory },
          priceId: source.priceId,
          price: source.price,
        }
      : position
  })
}

function randomReserve(
  random: Random,
  shape: Shape,
  id: number,
  owed: boolean,
  isolation: boolean,
): ReserveState {
  const liquidationThreshold = random.chance(0.06) ? 0 : random.integer(1, 9_500)
  const index = (): bigint => (random.chance(0.15) ? RAY : RAY + random.magnitude(1n, 2n * RAY))
  const rate = (): bigint => (random.chance(0.1) ? 0n : random.magnitude(1n, RAY))
  return {
    id,
    decimals: random.pick(isolation ? [2, 6, 8, 18, 27] : [0, 2, 6, 8, 18, 27]),
    ltv: random.chance(0.1) ? 0n : BigInt(random.integer(0, liquidationThreshold)),
    liquidationThreshold: BigInt(liquidationThreshold),
    liquidationBonus: liquidationThreshold === 0 ? 0n : BigInt(random.integer(10_001, 12_000)),
    liquidationProtocolFee: random.chance(0.2) ? 0n : BigInt(random.integer(1, 10_000)),
    active: !random.chance(0.01),
    frozen: random.chance(0.05),
    paused: random.chance(0.02),
    borrowingEnabled: random.chance(0.9),
    siloedBorrowing: random.chance(0.05),
    borrowableInIsolation: random.chance(0.5),
    debtCeiling: isolation && random.chance(0.5) ? random.magnitude(1n, 10n ** 9n) : 0n,
    isolationModeTotalDebt: random.chance(0.5) ? 0n : random.magnitude(1n, 10n ** 6n),
    eModeCategory: shape.revision <= 4 && random.chance(0.6) ? 1 : 0,
    liquidityIndex: index(),
    liquidityRate: rate(),
    variableBorrowIndex: index(),
    variableBorrowRate: rate(),
    lastUpdate: shape.now - random.integer(0, 30 * DAY),
    gracePeriodUntil:
      shape.revision >= 4 && random.chance(0.03) ? shape.now + random.integer(1, 100 * DAY) : 0,
    hasVariableDebt: owed || random.chance(0.8),
  }
}
