import type { TruthCase, TruthFile, TruthTolerance } from './envelope.js'

/**
 * Something that can reproduce cases of truth files: a formula under test.
 *
 * @example
 * ```ts
 * export const doubling: TruthModel = {
 *   name: 'doubling',
 *   covers: (file) => file.kind === 'doubling',
 *   run: (_file, { input }) => ({ output: 2 * Number(input) }),
 * }
 * ```
 */
export type TruthModel = {
  readonly name: string
  /** Whether the model claims this case. A case that no model claims is uncovered. */
  readonly covers: (file: TruthFile, truthCase: TruthCase) => boolean
  /**
   * The model's own answer, in the shape of `expect` (further object keys are ignored). Integers
   * are bigints or strings of digits. A field `x_exact` may be left out: it is then compared with `x`.
   */
  readonly run: (file: TruthFile, truthCase: TruthCase) => unknown
  /**
   * Tolerance of one leaf, where it follows from the inputs (propagated rounding, say); it replaces
   * those of the case and the file, and is printed. The path is like `options.BTC[0].price`.
   */
  readonly tolerance?: (
    file: TruthFile,
    truthCase: TruthCase,
    path: string,
  ) => TruthTolerance | undefined
}
