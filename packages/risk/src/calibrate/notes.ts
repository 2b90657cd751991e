import type { FactorId } from '@plimsoll/model'

/** Something that a reader of a calibration should know. */
export type CalibrationNote = {
  /**
   * Of a row that was not used: `future`, `stale`, `interval`, `too-short`, `frozen`. `short-span`: used,
   * but nowhere below the base. `several-sources`: which one counts. `no-history`: stays as in the base.
   * `not-aligned`: closes at another hour than the others', correlations as in the base. `shrinkage`: of
   * the correlations. `moved`: how far they were from being correlations. `peg-broke`: stress widened.
   */
  readonly code:
    | 'future'
    | 'stale'
    | 'interval'
    | 'too-short'
    | 'frozen'
    | 'short-span'
    | 'several-sources'
    | 'no-history'
    | 'not-aligned'
    | 'shrinkage'
    | 'moved'
    | 'peg-broke'
  readonly factors: readonly FactorId[]
  /** Of `shrinkage` its intensity, of `moved` the distance; else null. */
  readonly value: number | null
  readonly message: string
}

export type Noter = (
  code: CalibrationNote['code'],
  factors: readonly FactorId[],
  message: string,
  value?: number,
) => void

/** ISO date of an instant. */
export function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
