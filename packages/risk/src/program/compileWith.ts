import type { Asset, FactorId, Mark, MarkId, Portfolio, VenueModule } from '@plimsoll/model'
import { toNumber } from '@plimsoll/model'
import { CompileError } from '../errors.js'
import { byId } from '../order.js'
import { flattenTests } from './flatten.js'
import type { Kernels } from './kernels.js'
import type { Program, ProgramAccount } from './program.js'
import { validateCompiled } from './validate.js'
import { attempt, indexModules, venueStates } from './venueState.js'

export type CompileOptions = {
  /** Modules of the adapters in use; each interprets one rule. */
  readonly modules: readonly VenueModule[]
  /** Unix seconds to which interest accrues. */
  readonly at: number
}

/** Options of {@link compileWith}. */
export type CompileWithOptions = CompileOptions & {
  /** Kernels that the modules compile to, beside those of loans and perps. Default: none. */
  readonly kernels?: Kernels
}

/**
 * Compiles every account of a portfolio to flat arrays. An account whose rule is unknown, whose
 * state does not fit its module or that was flagged `unknown` keeps its row, with the error, and
 * evaluates to NaN; so does one whose module compiles to a kernel that was not given.
 *
 * @example
 * const program = compile(portfolio, { modules, at: 1_790_000_000 })
 * evaluateHealth(program, { factors: { 'spot:ETH': -0.2 } })
 *
 * @throws CompileError when two modules claim one rule or `at` is not a time.
 */
export function compileWith(
  portfolio: Portfolio,
  { modules, at, kernels = {} }: CompileWithOptions,
): Program {
  if (!Number.isFinite(at) || at < 0) {
    throw new CompileError(`Cannot judge at ${at}. Pass unix seconds, for example 1790000000.`)
  }
  const moduleOf = indexModules(modules)
  const stateOf = venueStates(portfolio, at)
  const known = new Map(portfolio.marks.map((mark) => [mark.id, mark]))
  const results = [...portfolio.accounts].sort(byId).map((account) => ({
    id: account.id,
    result: attempt(account, () => {
      const compiled = moduleOf(account).compile(stateOf(account))
      validateCompiled(compiled, kernels)
      for (const mark of compiled.marks) {
        if (!known.has(mark)) throw missingMark(mark, account.id)
      }
      return compiled
    }),
  }))
  const used = new Set(
    results.flatMap(({ result }) => (result.error === null ? result.value.marks : [])),
  )
  const marks = [...portfolio.marks].filter(({ id }) => used.has(id)).sort(byId)
  const markIndex = new Map(marks.map(({ id }, index) => [id, index]))
  const accounts = results.map(({ id, result }): ProgramAccount => {
    if (result.error !== null) {
      return { id, compiled: null, error: result.error, marks: new Uint32Array(0) }
    }
    const indices = result.value.marks.map((mark) => markIndex.get(mark) ?? marks.length)
    return { id, compiled: result.value, error: null, marks: Uint32Array.from(indices) }
  })
  return {
    accounts,
    marks: marks.map(({ id, asset, feed, mid }) => ({ id, asset, feed, price: toNumber(mid) })),
    ...flattenExposures(marks, new Map(portfolio.assets.map((asset) => [asset.id, asset]))),
    tests: flattenTests(accounts, marks.length, kernels),
  }
}

type Exposures = Pick<
  Program,
  'factors' | 'exposureStart' | 'exposureFactor' | 'exposureElasticity'
>

function flattenExposures(marks: readonly Mark[], assets: ReadonlyMap<string, Asset>): Exposures {
  const exposures = marks.map(({ id, asset }) => {
    const found = assets.get(asset)
    if (found === undefined) {
      throw new CompileError(
        `Mark "${id}" prices asset "${asset}", which the portfolio does not hold. Check it with checkReferences, or read it again.`,
      )
    }
    return found.exposures
  })
  const factors: readonly FactorId[] = [
    ...new Set(exposures.flatMap((list) => list.map(({ factor }) => factor))),
  ].sort()
  const factorIndex = new Map(factors.map((factor, index) => [factor, index]))
  const start = [0]
  const factor: number[] = []
  const elasticity: number[] = []
  for (const list of exposures) {
    const sorted = [...list].sort((a, b) => (a.factor < b.factor ? -1 : 1))
    for (const exposure of sorted) {
      factor.push(factorIndex.get(exposure.factor) ?? 0)
      elasticity.push(exposure.elasticity)
    }
    start.push(factor.length)
  }
  return {
    factors,
    exposureStart: Uint32Array.from(start),
    exposureFactor: Uint32Array.from(factor),
    exposureElasticity: Float64Array.from(elasticity),
  }
}

function missingMark(mark: MarkId, account: string): CompileError {
  return new CompileError(
    `Account "${account}" is compiled over mark "${mark}", which the portfolio does not hold. Its adapter must yield the mark; until then its health is unknown.`,
  )
}
