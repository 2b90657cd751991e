import type { Portfolio } from '@plimsoll/model'
import type { Scenario } from '../program/scenario.js'
import { checkNames, checkScenario } from '../program/scenario.js'
import { volatilityFactors } from './volatility.js'

/**
 * Checks that every shock is a number of at least −1 and names something in the portfolio.
 *
 * @throws ScenarioError naming the shock.
 */
export function checkPortfolioScenario(portfolio: Portfolio, scenario: Scenario): void {
  checkScenario(scenario)
  const exposures = portfolio.assets.flatMap((asset) => asset.exposures)
  checkNames(scenario, {
    factors: new Set([...exposures.map(({ factor }) => factor), ...volatilityFactors(portfolio)]),
    assets: new Set(portfolio.marks.map(({ asset }) => asset)),
    marks: new Set(portfolio.marks.map(({ id }) => id)),
  })
}
