import type { Words } from '../words.js'
import { RAY } from './arithmetic.js'
import type { ReserveState } from './state.js'

/** A reserve as accounts share it. */
export type SharedReserve = {
  /** Asset id of the token. */
  readonly asset: string
  /** Id of the mark with the oracle's own price of the asset. */
  readonly mark: string
  /** The 15 words of the pool's `getReserveData`: the layout is the same in every revision. */
  readonly data: Words
  readonly gracePeriodUntil: number
  readonly hasVariableDebt: boolean
}

/** Where in `data` what an action changes stands. */
export const DATA = {
  liquidityIndex: 1,
  variableBorrowIndex: 3,
  lastUpdate: 6,
  isolationModeTotalDebt: 14,
} as const

/** More than any listed token has; 10^77 still fits a word. */
const MOST_DECIMALS = 77

const decoded = new WeakMap<SharedReserve, ReserveState | null>()

/** Decodes a reserve; null when a word is out of the range that pools keep to. */
export function decodeReserve(shared: SharedReserve): ReserveState | null {
  let state = decoded.get(shared)
  if (state === undefined) {
    state = decode(shared)
    decoded.set(shared, state)
  }
  return state
}

function decode({ data, gracePeriodUntil, hasVariableDebt }: SharedReserve): ReserveState | null {
  const [configuration = 0n, ...words] = data
  const word = (position: number): bigint => words[position - 1] ?? 0n
  const bits = (position: number, width: number): bigint =>
    BigInt.asUintN(width, configuration >> BigInt(position))
  const bit = (position: number): boolean => bits(position, 1) === 1n
  const state = {
    id: Number(word(7)),
    decimals: Number(bits(48, 8)),
    ltv: bits(0, 16),
    liquidationThreshold: bits(16, 16),
    liquidationBonus: bits(32, 16),
    liquidationProtocolFee: bits(152, 16),
    active: bit(56),
    frozen: bit(57),
    paused: bit(60),
    borrowingEnabled: bit(58),
    siloedBorrowing: bit(62),
    borrowableInIsolation: bit(61),
    debtCeiling: bits(212, 40),
    isolationModeTotalDebt: word(DATA.isolationModeTotalDebt),
    eModeCategory: Number(bits(168, 8)),
    liquidityIndex: word(DATA.liquidityIndex),
    liquidityRate: word(2),
    variableBorrowIndex: word(DATA.variableBorrowIndex),
    variableBorrowRate: word(4),
    lastUpdate: Number(word(DATA.lastUpdate)),
    gracePeriodUntil,
    hasVariableDebt,
  }
  const isPlausible =
    state.liquidityIndex >= RAY &&
    state.variableBorrowIndex >= RAY &&
    words.slice(0, 4).every((number) => number >> 128n === 0n) &&
    state.lastUpdate > 0 &&
    state.lastUpdate < 2 ** 40 &&
    state.decimals <= MOST_DECIMALS &&
    state.id < 128
  return isPlausible ? state : null
}
