import { MalformedCallAnswerError } from '@plimsoll/client'
import type { Address } from 'viem'
import { RAY } from './arithmetic.js'
import { addressOf, type Words } from './calls.js'
import type { ReserveState } from './state.js'

/** What a pool says of a reserve, and the tokens that stand for it. */
export type ReserveReading = {
  readonly state: Omit<ReserveState, 'gracePeriodUntil' | 'hasVariableDebt'>
  readonly aToken: Address
  readonly stableDebtToken: Address
  readonly variableDebtToken: Address
}

/** More than any listed token has; 10^77 still fits a word. */
const MOST_DECIMALS = 77

/**
 * Decodes `getReserveData`: the layout is the same in every revision.
 *
 * @param timestamp of the block, Unix seconds
 * @throws MalformedCallAnswerError when a word is out of the range that pools keep to.
 */
export function decodeReserve(words: Words, asset: Address, timestamp: number): ReserveReading {
  const at = (position: number): bigint => words[position] ?? 0n
  const configuration = at(0)
  const bits = (position: bigint, width: bigint): bigint =>
    (configuration >> position) & ((1n << width) - 1n)
  const bit = (position: bigint): boolean => bits(position, 1n) === 1n
  const state = {
    id: Number(at(7)),
    decimals: Number(bits(48n, 8n)),
    ltv: bits(0n, 16n),
    liquidationThreshold: bits(16n, 16n),
    liquidationBonus: bits(32n, 16n),
    liquidationProtocolFee: bits(152n, 16n),
    active: bit(56n),
    frozen: bit(57n),
    paused: bit(60n),
    borrowingEnabled: bit(58n),
    siloedBorrowing: bit(62n),
    borrowableInIsolation: bit(61n),
    debtCeiling: bits(212n, 40n),
    isolationModeTotalDebt: at(14),
    eModeCategory: Number(bits(168n, 8n)),
    liquidityIndex: at(1),
    liquidityRate: at(2),
    variableBorrowIndex: at(3),
    variableBorrowRate: at(4),
    lastUpdate: Number(at(6)),
  }
  const isPlausible =
    state.liquidityIndex >= RAY &&
    state.variableBorrowIndex >= RAY &&
    words.slice(1, 5).every((word) => word >> 128n === 0n) &&
    state.lastUpdate > 0 &&
    state.lastUpdate <= timestamp &&
    state.decimals <= MOST_DECIMALS &&
    state.id < 128
  if (!isPlausible) {
    throw new MalformedCallAnswerError(
      `The pool's data of reserve ${asset} is out of range (indexes ${state.liquidityIndex} and ${state.variableBorrowIndex}, updated ${state.lastUpdate}). Check that the address is listed in this pool and that the node is synced.`,
    )
  }
  return {
    state,
    aToken: addressOf(at(8)),
    stableDebtToken: addressOf(at(9)),
    variableDebtToken: addressOf(at(10)),
  }
}
