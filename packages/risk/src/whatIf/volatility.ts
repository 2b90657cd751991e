import type { Portfolio } from '@plimsoll/model'
import type { Program } from '../program/program.js'
import type { Scenario } from '../program/scenario.js'
import { withVolatility } from '../scenario/withVolatility.js'
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
  const multiplierOf = (spotMark: number): number => {
    const asset = program.marks[spotMark]?.asset
    return asset === undefined ? 1 : volatilityMultiplier(today, scenario, asset)
  }
  const standard = program.tests.standard.map((test) => {
    if (test === null) return null
    const markets = test.markets.map((market) => {
      const multiplier = multiplierOf(market.spotMark)
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
  const stressed = program.tests.scenario.map((test) => {
    if (test === null) return null
    const books = test.books.map((book) =>
      withVolatility(book, test.normalCdf !== 'exact', multiplierOf(book.spotMark)),
    )
    return { ...test, books }
  })
  return { ...program, tests: { ...program.tests, standard, scenario: stressed } }
}
