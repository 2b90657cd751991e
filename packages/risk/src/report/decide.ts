import type { AccountId, Health, Portfolio } from '@plimsoll/model'
import { ScenarioError } from '../errors.js'
import { compile } from '../program/compile.js'
import type { CompileOptions } from '../program/compileWith.js'
import { accountFails, accountHealth } from '../program/evaluate.js'
import type { Program } from '../program/program.js'
import type { Scenario } from '../program/scenario.js'
import { indexModules, venueStates } from '../program/venueState.js'
import { numeraireOf } from '../valuation/numeraire.js'
import { worldToday, worldUnder } from '../valuation/world.js'
import { checkPortfolioScenario } from '../whatIf/checkScenario.js'
import { movedMultipliers, shockPortfolio } from '../whatIf/shockPortfolio.js'
import { shockVolatility } from '../whatIf/volatility.js'
import type { Exact } from './evaluateExact.js'
import { evaluateExact } from './evaluateExact.js'

/** What an account's rule says under some prices. */
export type Verdict = { readonly health: Health; readonly liquidatable: boolean | null }

/** Below this distance from 1 a float never decides, whatever bound a module claims. */
const LEAST_BOUND = 1e-12

/**
 * Health and verdict of one row: by floats away from the threshold, exactly within the account's
 * error bound of it.
 *
 * @param exact evaluates the account exactly under the same prices
 */
export function decide(
  program: Program,
  row: number,
  multipliers: Float64Array,
  exact: () => Exact,
): Verdict {
  const account = program.accounts[row]
  if (account === undefined || account.compiled === null) {
    return unknown(account?.error?.shortMessage ?? 'The program does not hold the account.')
  }
  const value = accountHealth(program, row, multipliers, 0)
  if (Number.isNaN(value)) return unknown('The scenario gives no number for its health.')
  if (Math.abs(value - 1) <= Math.max(account.compiled.errorBound, LEAST_BOUND)) {
    const { evaluation, error } = exact()
    if (error !== null) return unknown(error.shortMessage)
    return { health: evaluation.health, liquidatable: evaluation.liquidatable }
  }
  const health: Health =
    value === Infinity
      ? { value: null, reason: 'no-requirement', message: 'Nothing requires margin.' }
      : { value }
  return { health, liquidatable: accountFails(program, row, multipliers) }
}

function unknown(message: string): Verdict {
  return { health: { value: null, reason: 'unknown', message }, liquidatable: null }
}

/**
 * Whether an account would be liquidatable under a scenario, decided exactly where floats could err:
 * within the account's error bound of health 1 its module evaluates the moved marks in integers.
 *
 * @example
 * decideLiquidatable(portfolio, account.id, { factors: { 'spot:ETH': -0.2 } }, { modules, at })
 *
 * @returns null when it cannot be known.
 * @throws ScenarioError when the scenario does not fit the portfolio, or does not hold the account.
 */
export function decideLiquidatable(
  portfolio: Portfolio,
  account: AccountId,
  scenario: Scenario,
  options: CompileOptions,
): boolean | null {
  checkPortfolioScenario(portfolio, scenario)
  const today = worldToday(portfolio, options.at, numeraireOf(portfolio))
  const program = shockVolatility(compile(portfolio, options), today, scenario)
  const row = program.accounts.findIndex(({ id }) => id === account)
  if (row < 0) {
    throw new ScenarioError(
      `The portfolio holds no account "${account}". Pass the id of one of its accounts.`,
    )
  }
  const moved = shockPortfolio(portfolio, today, worldUnder(today, scenario))
  const exact = () => exactIn(moved, options)(account)
  return decide(program, row, movedMultipliers(program, moved), exact).liquidatable
}

/** Evaluates accounts of a portfolio exactly, by id. */
export function exactIn(
  portfolio: Portfolio,
  { modules, at }: CompileOptions,
): (id: AccountId) => Exact {
  const moduleOf = indexModules(modules)
  const stateOf = venueStates(portfolio, at)
  const accounts = new Map(portfolio.accounts.map((account) => [account.id, account]))
  return (id) => {
    const account = accounts.get(id)
    if (account !== undefined) return evaluateExact(account, moduleOf, stateOf)
    const message = `The portfolio holds no account "${id}". Pass the id of one of its accounts.`
    return { evaluation: null, error: new ScenarioError(message) }
  }
}
