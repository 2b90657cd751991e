import { readFileSync } from 'node:fs'
import {
  filteredReturns,
  garchVolatility,
  observationsOf,
  portfolioReturns,
} from '@plimsoll/risk/covariance'
import { inverseNormalCdf } from '@plimsoll/risk/pricing'
import { historicalTail } from '@plimsoll/risk/tail'
import { parseTruthFile, runTruth } from '@plimsoll/testkit'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { models } from './risk-covariance.js'
import { fittedGarch } from './risk-garch-fit.js'

const fileOf = (name: string) =>
  parseTruthFile(readFileSync(new URL(`../truth/${name}`, import.meta.url), 'utf8'), name)

describe('covariance and volatility', () => {
  it.each([
    // An eleventh of the published file needs a data set that is not ours to ship.
    ['risk.json', 10],
    ['risk-random.json', 62],
  ])('reproduce their cases of %s', async (name, passed) => {
    const report = await runTruth([{ name, file: fileOf(name) }], models, { allowUncovered: true })
    expect(report).toMatchObject({ passed, missed: 0 })
  })

  it('take the 3rd worst of 60 at 95 %, where fhs-ewma-60 recorded the 4th', () => {
    const { data, cases } = fileOf('risk.json')
    const { returns60x3 } = z
      .object({ returns60x3: z.object({ rows: z.array(z.array(z.number())) }) })
      .parse(data)
    const series = portfolioReturns(
      observationsOf(returns60x3.rows),
      Float64Array.of(0.5, 0.3, 0.2),
    )
    const losses = filteredReturns(series, { lambda: 0.94 }).map((value) => -value)
    const worst = [...losses].sort((a, b) => b - a)
    expect(historicalTail(losses, 0.95).valueAtRisk).toBe(worst[2])
    const recorded = z
      .object({ '0.95': z.object({ VaR_lower: z.number() }) })
      .parse(cases.find(({ id }) => id === 'fhs-ewma-60')?.expect)
    expect(recorded['0.95'].VaR_lower).toBeCloseTo(worst[3] ?? NaN, 14)
  })
})

describe('fittedGarch', () => {
  it('ends where no step in any parameter makes returns of a known GARCH likelier', () => {
    const start = { mean: 0, omega: 0.01, alpha: 0.15, beta: 0.8 }
    let seed = 7
    let variance = 0.2
    const returns = Float64Array.from({ length: 800 }, () => {
      seed = (seed * 48_271) % 2_147_483_647
      const value = Math.sqrt(variance) * inverseNormalCdf(seed / 2_147_483_647)
      variance = start.omega + start.alpha * value * value + start.beta * variance
      return value
    })
    const { parameters, standardErrors } = fittedGarch(returns, start)
    const { logLikelihood } = garchVolatility(returns, parameters)
    expect(logLikelihood).toBeGreaterThan(garchVolatility(returns, start).logLikelihood)
    for (const [at, name] of (['mean', 'omega', 'alpha', 'beta'] as const).entries()) {
      const error = standardErrors[at] ?? NaN
      for (const step of [-error / 20, error / 20]) {
        const moved = { ...parameters, [name]: parameters[name] + step }
        expect(garchVolatility(returns, moved).logLikelihood).toBeLessThan(logLikelihood)
      }
      expect(Math.abs(parameters[name] - start[name])).toBeLessThan(4 * error)
    }
  })
})
