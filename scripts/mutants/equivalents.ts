import { DERIVE_EQUIVALENTS } from './derive-equivalents.js'
import type { Rounding } from './sites.js'

/** A mutant that changes no result, and why. */
export type Equivalent = {
  readonly file: string
  /** The line, as `describeSite` prints it. */
  readonly code: string
  readonly to: Rounding
  readonly proof: string
}

/** Mutants that need no test. An entry that a test kills after all is reported as stale. */
const ARITHMETIC = 'adapters/src/lending/aave-v3/arithmetic.ts'
const VERDICT = 'adapters/src/lending/aave-v3/verdict.ts'
const MORPHO_RATE = 'adapters/src/lending/morpho-blue/rate.ts'

export const EQUIVALENTS: readonly Equivalent[] = [
  {
    file: MORPHO_RATE,
    code: 'const error = mulDivTrunc(utilization - TARGET_UTILIZATION, WAD, room)',
    to: 'mulDivCeiling',
    proof:
      'above the target the division is exact, since 1e17 divides 1e18; below it the product is negative: up and toward zero are the same',
  },
  {
    file: MORPHO_RATE,
    code: 'return mulDivDown(mulDivTrunc(slope, error, WAD) + WAD, rateAtTarget, WAD) #2',
    to: 'mulDivCeiling',
    proof:
      'above the target the slope is a multiple of 1e18; below it the product is negative: up and toward zero are the same',
  },
  ...(['mulDivUp', 'mulDivHalfUp'] as const).flatMap((to) => [
    {
      file: ARITHMETIC,
      code: 'mulDivDown(seconds * (seconds - 1n), squared, 2n) +',
      to,
      proof: 'of two consecutive integers one is even: the division by 2 is exact',
    },
    {
      file: ARITHMETIC,
      code: 'mulDivDown(seconds * (seconds - 1n) * lessTwo, cubed, 6n)',
      to,
      proof:
        'for seconds above 2 three consecutive integers are divisible by 6; else the last factor is 0: the division is exact',
    },
  ]),
  {
    file: VERDICT,
    code: 'return mulDivHalfUp(debt.debt, mustKeepHalf ? HALF : BPS, BPS)',
    to: 'mulDivUp',
    proof:
      'the quotient is the debt or half of it: its fraction is 0 or a half, which both round up',
  },
  {
    file: VERDICT,
    code: 'const half = mulDivHalfUp(totalDebtBase, HALF, BPS)',
    to: 'mulDivUp',
    proof: 'the quotient is half of the debt: its fraction is 0 or a half, which both round up',
  },
  ...DERIVE_EQUIVALENTS,
]
