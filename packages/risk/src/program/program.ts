import type {
  AccountId,
  AssetId,
  CompiledAccount,
  FactorId,
  MarkId,
  PlimsollError,
  ScenarioTest,
  StandardTest,
} from '@plimsoll/model'

import type { Kernels } from './kernels.js'

/** How a test is evaluated: what its terms mean. */
export const OPCODE = {
  threshold: 0,
  averagedThreshold: 1,
  maintenance: 2,
  borrowMaintenance: 3,
  standard: 4,
  scenario: 5,
} as const

/** An account fails when any, or when all, of its tests fail; or it cannot be known whether. */
export const COMBINE = { any: 0, all: 1, unknown: 2 } as const

/** One account of a program; its index there is its row in every result. */
export type ProgramAccount = {
  readonly id: AccountId
  /** What its module compiled; null when its health cannot be known. */
  readonly compiled: CompiledAccount | null
  /** Why its health cannot be known; null when it can. */
  readonly error: PlimsollError | null
  /** Program mark of each mark of `compiled`. */
  readonly marks: Uint32Array
}

/** One mark that can be moved. */
export type ProgramMark = {
  readonly id: MarkId
  readonly asset: AssetId
  /** Kind of feed: `index`, `forward`, … */
  readonly feed: string
  /** Today's price in the numeraire. */
  readonly price: number
}

/**
 * Every account of a portfolio as flat arrays: exact integers stop here. Results are rows in the
 * order of `accounts`, which is sorted by id, so that the order of a portfolio never matters.
 */
export type Program = {
  /** Sorted by id. */
  readonly accounts: readonly ProgramAccount[]
  /** Sorted by id. A vector of multipliers has one entry a mark and a last one, 1, for constants. */
  readonly marks: readonly ProgramMark[]
  /** Sorted. */
  readonly factors: readonly FactorId[]
  /** Exposures of mark m are the entries from `exposureStart[m]` to `exposureStart[m + 1]`. */
  readonly exposureStart: Uint32Array
  readonly exposureFactor: Uint32Array
  readonly exposureElasticity: Float64Array
  readonly tests: FlatTests
}

/** All tests of all accounts, struct of arrays. */
export type FlatTests = {
  /** Tests of account a are those from `accountStart[a]` to `accountStart[a + 1]`. */
  readonly accountStart: Uint32Array
  /** How the tests of account a make its verdict: one of `COMBINE`. */
  readonly combine: Uint8Array
  readonly opcode: Uint8Array
  /** 1 where a test fails below, 0 where it fails at or below. */
  readonly strict: Uint8Array
  /** Terms of test t: the first side from `range[2t]`, the second from `range[2t + 1]`, to `range[2t + 2]`. */
  readonly range: Uint32Array
  readonly termMark: Uint32Array
  /** value × weight. */
  readonly termWeighted: Float64Array
  readonly termValue: Float64Array
  /** Weight; for averaged tests, in steps. */
  readonly termWeight: Float64Array
  /** Averaged: the step. Maintenance: the fixed requirement. */
  readonly constant: Float64Array
  /** Borrow: the limit. */
  readonly limit: Float64Array
  /** Positions of test t are those from `positionStart[t]` to `positionStart[t + 1]`. */
  readonly positionStart: Uint32Array
  readonly positionMark: Uint32Array
  readonly positionValue: Float64Array
  readonly tierStart: Uint32Array
  readonly tierFrom: Float64Array
  readonly tierRate: Float64Array
  readonly tierDeduction: Float64Array
  /** Standard tests, over program marks; null for the others. */
  readonly standard: readonly (StandardTest | null)[]
  /** Scenario tests, over program marks; null for the others. */
  readonly scenario: readonly (ScenarioTest | null)[]
  /** What evaluates them. */
  readonly kernels: Kernels
}
