import type { Portfolio } from '@plimsoll/model'
import type { Program } from '../program/program.js'
import type { Scenario } from '../program/scenario.js'
import type { World } from '../valuation/world.js'
import { exposuresOf, SPOT, VOLATILITY, volatilityMultiplier } from '../valuation/world.js'

/** Factors `iv:<SYMBOL>` of the options in a portfolio. */
export function volatilityFactors(portfolio: Portfolio): readonly string[] {
  const assets = new Map(portfolio.assets.map((asset) => [asset.id, asset]))
  const factors = new Set<string>()
  for (const leg of portfolio.accounts.flatMap(({ legs }) => legs)) {
    if (leg.kind !== 'option') continue
    for (const { factor } of exposuresOf({ assets }, leg.asset)) {
      if (factor.startsWith(SPOT)) factors.add(`${VOLATILITY}${factor.slice(SPOT.length)}`)
    }
  }
  return [...factors].sort()
}

/** The program with the implied volatilities of a scenario in its options. */
export function shockVolatility(program: Program, today: World, scenario: Scenario): Program {
  const standard = program.tests.standard.map((test) => {
    if (test === null) return null
    const markets = test.markets.map((market) => {
      const asset = program.marks[market.spotMark]?.asset
      const multiplier = asset === undefined ? 1 : volatilityMultiplier(today, scenario, asset)
      const expiries = market.expiries.map((expiry) => ({
        ...expiry,
        options: expiry.options.map((option) => ({
          ...option,
          impliedVolatility: option.impliedVolatility * multiplier,
        })),
      }))
      return { ...market, expiries }
    })
    return { ...test, markets }
  })
  return { ...program, tests: { ...program.tests, standard } }
}
