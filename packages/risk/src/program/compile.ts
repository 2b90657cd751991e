import type { Portfolio } from '@plimsoll/model'
import { KERNELS } from '../kernels/index.js'
import type { CompileOptions } from './compileWith.js'
import { compileWith } from './compileWith.js'
import type { Program } from './program.js'

/**
 * Compiles every account of a portfolio to flat arrays, with every kernel at hand. An account whose
 * rule is unknown, whose state does not fit its module or that was flagged `unknown` keeps its row,
 * with the error, and evaluates to NaN.
 *
 * @example
 * const program = compile(portfolio, { modules, at: 1_790_000_000 })
 * evaluateHealth(program, { factors: { 'spot:ETH': -0.2 } })
 *
 * @throws CompileError when two modules claim one rule or `at` is not a time.
 */
export function compile(portfolio: Portfolio, options: CompileOptions): Program {
  return compileWith(portfolio, { ...options, kernels: KERNELS })
}
