import type { ScenarioTest, StandardTest } from '@plimsoll/model'
import type { Checks } from './checks.js'

/** A kernel that reprices options: what the flat arrays of a program cannot hold. */
export type Kernel<Test> = {
  /** Fails on a number that is not finite, or a mark that is not there. */
  readonly check: (test: Test, checks: Checks) => void
  /** The test over other marks, its legs in canonical order. */
  readonly place: (test: Test, place: (mark: number) => number) => Test
  /** Writes [resource, requirement] under multiplied marks. */
  readonly evaluate: (test: Test, multipliers: Float64Array, out: Float64Array) => void
}

/** Kernels that a program may use beside those of loans and perps; what is left out is not bundled. */
export type Kernels = {
  readonly standard?: Kernel<StandardTest>
  readonly scenario?: Kernel<ScenarioTest>
}
