import { compile, evaluateMultipliers, scenarioMultipliers } from '@plimsoll/risk'
import { populationOfProgram, sweepHealths } from '@plimsoll/risk/sweep'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lendingAccount, move, perpsAccount, RUNS } from './arbitraries.js'
import { MODULES } from './toyModules.js'
import { BTC, ETH, NOW, portfolioOf } from './toyWorld.js'

const programOf = (accounts: Parameters<typeof portfolioOf>[0]) =>
  compile(portfolioOf(accounts), { modules: MODULES, at: NOW })

const plain = (id: string) =>
  lendingAccount(id).map((each) => ({
    ...each,
    rule: {
      ...each.rule,
      parameters: { ...Object(each.rule.parameters), averaged: false },
    },
  }))

describe('populationOfProgram', () => {
  it('has the healths of the program, to the last bit', () => {
    fc.assert(
      fc.property(plain('toy/1/a'), plain('toy/1/b'), move, move, (a, b, eth, btc) => {
        const program = programOf([a, b])
        const known = { [ETH]: eth, [BTC]: btc }
        const factors = Object.fromEntries(
          program.factors.flatMap((factor) =>
            known[factor] === undefined ? [] : [[factor, known[factor]]],
          ),
        )
        const multipliers = scenarioMultipliers(program, { factors })
        expect(
          sweepHealths(populationOfProgram(program), multipliers, new Float64Array(2)),
        ).toEqual(evaluateMultipliers(program, multipliers, new Float64Array(2)))
      }),
      { numRuns: RUNS },
    )
  })

  it('refuses what is no plain loan, by name', () => {
    fc.assert(
      fc.property(perpsAccount('toy/1/perps'), (perps) => {
        expect(() => populationOfProgram(programOf([perps]))).toThrow(
          /"toy\/1\/perps" is no plain loan/,
        )
      }),
      { numRuns: 5 },
    )
  })
})
