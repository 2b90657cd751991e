import { compareLeaves, describeValue, type TruthLeaf } from './compare.js'
import type { TruthCase, TruthFile } from './envelope.js'
import type { TruthModel } from './model.js'

/** A truth file with the name under which it is reported. */
export type NamedTruthFile = { readonly name: string; readonly file: TruthFile }

/** What became of one case under one model. */
export type TruthResult = {
  readonly file: string
  readonly id: string
  /** The model's name; null for a case that no model covers. */
  readonly model: string | null
  /** `error`: the model threw; `uncovered`: no model claims the case, or it expects nothing. */
  readonly status: 'pass' | 'miss' | 'error' | 'uncovered'
  readonly leaves: readonly TruthLeaf[]
  /** Why there are no leaves; null otherwise. */
  readonly reason: string | null
}

/** The outcome of a run. */
export type TruthReport = {
  readonly results: readonly TruthResult[]
  readonly passed: number
  /** Misses and errors. */
  readonly missed: number
  readonly uncovered: number
  /** True when something ran, nothing missed, and every case is covered or was allowed not to be. */
  readonly ok: boolean
}

/** Options of {@link runTruth}. */
export type RunTruthOptions = {
  /** List uncovered cases instead of failing on them. Default: false. */
  readonly allowUncovered?: boolean
}

async function runCase(
  { name, file }: NamedTruthFile,
  truthCase: TruthCase,
  model: TruthModel,
): Promise<TruthResult> {
  const base = { file: name, id: truthCase.id, model: model.name }
  try {
    const got = await model.run(file, truthCase)
    const leaves = compareLeaves(truthCase.expect, got, (path) => ({
      stated: truthCase.tolerance ?? file.tolerance,
      derived: model.tolerance?.(file, truthCase, path),
    }))
    const status = leaves.every((leaf) => leaf.ok) ? 'pass' : 'miss'
    return { ...base, status, leaves, reason: null }
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : describeValue(error)
    return { ...base, status: 'error', leaves: [], reason }
  }
}

/**
 * Runs every case of `files` under every model that covers it and compares the answers with what
 * the cases expect. Residuals are exact; integers must be equal.
 *
 * @example
 * ```ts
 * const report = await runTruth([{ name: 'mine.json', file: parseTruthFile(text, 'mine.json') }], models)
 * if (!report.ok) process.exitCode = 1
 * ```
 */
export async function runTruth(
  files: readonly NamedTruthFile[],
  models: readonly TruthModel[],
  options: RunTruthOptions = {},
): Promise<TruthReport> {
  const results: TruthResult[] = []
  for (const named of files) {
    for (const truthCase of named.file.cases) {
      const uncovered = (reason: string): TruthResult => ({
        file: named.name,
        id: truthCase.id,
        model: null,
        status: 'uncovered',
        leaves: [],
        reason,
      })
      if (truthCase.expect === undefined) {
        results.push(uncovered('the case has no `expect`'))
        continue
      }
      const covering = models.filter((model) => model.covers(named.file, truthCase))
      if (covering.length === 0) results.push(uncovered('no model covers the case'))
      for (const model of covering) results.push(await runCase(named, truthCase, model))
    }
  }
  const count = (...statuses: readonly TruthResult['status'][]): number =>
    results.filter((result) => statuses.includes(result.status)).length
  const [passed, missed, uncovered] = [count('pass'), count('miss', 'error'), count('uncovered')]
  const isCovered = uncovered === 0 ? passed > 0 : options.allowUncovered === true
  return { results, passed, missed, uncovered, ok: missed === 0 && isCovered }
}
