import type { AccountId, Health, Portfolio } from '@plimsoll/model'
import { byId } from '../order.js'
import { compile } from '../program/compile.js'
import type { CompileOptions } from '../program/compileWith.js'
import type { Program } from '../program/program.js'
import type { Scenario } from '../program/scenario.js'
import type { Verdict } from '../report/decide.js'
import { decide, exactIn } from '../report/decide.js'
import type { AssessOptions } from '../report/options.js'
import { resolveOptions } from '../report/options.js'
import { accountQuality, portfolioQuality } from '../report/quality.js'
import { countedOnce } from '../valuation/lookThrough.js'
import { numeraireOf } from '../valuation/numeraire.js'
import type { Totals } from '../valuation/totals.js'
import { accountTotals } from '../valuation/totals.js'
import { worldToday, worldUnder } from '../valuation/world.js'
import { checkPortfolioScenario } from './checkScenario.js'
import { movedMultipliers, shockPortfolio } from './shockPortfolio.js'
import { shockVolatility } from './volatility.js'

/** One account before and after a scenario. */
export type WhatIfAccount = {
  readonly account: AccountId
  readonly label: string
  readonly healthBefore: Health
  readonly health: Health
  /** The venue's verdict; null where it is not known. */
  readonly liquidatableBefore: boolean | null
  readonly liquidatable: boolean | null
  /** In the numeraire; null where a leg cannot be priced. */
  readonly equityBefore: number | null
  readonly equity: number | null
}

/** A portfolio before and after a scenario. */
export type WhatIf = {
  readonly scenario: Scenario
  readonly numeraire: string
  /** Sorted by id. */
  readonly accounts: readonly WhatIfAccount[]
  /** In the numeraire, each equity counted once; null where anything is unread or cannot be priced. */
  readonly equityBefore: number | null
  readonly equity: number | null
}

/**
 * What a joint move of prices does to every account at once: health and verdict by the venues' own
 * rules, equity by full reprice (options by Black-76 with forward and implied volatility moved).
 * Nothing is liquidated and nothing has an impact: this is the state right after the move.
 *
 * Beside factors of prices a scenario may name `iv:<SYMBOL>`, which moves the implied volatilities of
 * all options on that underlying.
 *
 * @example
 * whatIf(portfolio, { factors: { 'spot:ETH': -0.2, 'iv:ETH': 0.3 } }, { modules, nowMs })
 *
 * @throws ScenarioError when a shock is not a number of at least −1 or names nothing in the portfolio.
 * @throws CompileError when two modules claim one rule.
 */
export function whatIf(portfolio: Portfolio, scenario: Scenario, options: AssessOptions): WhatIf {
  const resolved = resolveOptions(options)
  checkPortfolioScenario(portfolio, scenario)
  const at = Math.floor(resolved.nowMs / 1000)
  const compileOptions = { modules: resolved.modules, at }
  const today = worldToday(portfolio, at, numeraireOf(portfolio))
  const world = worldUnder(today, scenario)
  const calm = compile(portfolio, compileOptions)
  const moved = shockVolatility(calm, today, scenario)
  const shocked = shockPortfolio(portfolio, today, world)
  const before = judgeAll(portfolio, calm, movedMultipliers(calm, portfolio), compileOptions)
  const after = judgeAll(shocked, moved, movedMultipliers(moved, shocked), compileOptions)

  const sorted = [...portfolio.accounts].sort(byId)
  const accounts = sorted.map((account, row): WhatIfAccount => {
    const held = accountTotals(account, today, today)
    const then = accountTotals(account, today, world)
    const quality = accountQuality(account, portfolio, held, resolved)
    const blocking = quality.find(({ severity }) => severity === 'unknown')
    const verdict = (judged: readonly Verdict[]) =>
      blocking === undefined
        ? (judged[row] ?? unknownVerdict('The account is not in the program.'))
        : unknownVerdict(blocking.message)
    const verdictBefore = verdict(before)
    const verdictAfter = verdict(after)
    return {
      account: account.id,
      label: account.label,
      healthBefore: verdictBefore.health,
      health: verdictAfter.health,
      liquidatableBefore: verdictBefore.liquidatable,
      liquidatable: verdictAfter.liquidatable,
      equityBefore: held.known ? held.equity : null,
      equity: equityAfter(held, then),
    }
  })
  const isRead = !portfolioQuality(portfolio, resolved).some(
    ({ severity }) => severity === 'unknown',
  )
  const counted = countedOnce(portfolio)
  const owned = sorted.filter(counted.account)
  const held = owned.map((account) => accountTotals(account, today, today, counted))
  const then = owned.map((account) => accountTotals(account, today, world, counted))
  return {
    scenario,
    numeraire: today.numeraire,
    accounts,
    equityBefore: isRead ? sum(held.map(({ known, equity }) => (known ? equity : null))) : null,
    equity: isRead
      ? sum(then.map((totals, index) => equityAfter(held[index] ?? totals, totals)))
      : null,
  }
}

/** Health and verdict of every account of a portfolio, by row. */
function judgeAll(
  portfolio: Portfolio,
  program: Program,
  multipliers: Float64Array,
  options: CompileOptions,
): readonly Verdict[] {
  const exact = exactIn(portfolio, options)
  return program.accounts.map(({ id }, row) => decide(program, row, multipliers, () => exact(id)))
}

/** Null when the move leaves a leg without a price that it had. */
function equityAfter(held: Totals, then: Totals): number | null {
  return then.known && then.unpriced.length === held.unpriced.length ? then.equity : null
}

function sum(values: readonly (number | null)[]): number | null {
  return values.reduce(
    (total, value) => (total === null || value === null ? null : total + value),
    0,
  )
}

function unknownVerdict(message: string): Verdict {
  return { health: { value: null, reason: 'unknown', message }, liquidatable: null }
}
