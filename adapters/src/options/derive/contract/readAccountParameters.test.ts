import type { Answer, CallRequest, Request } from '@plimsoll/client'
import { InvalidRuleError, PlimsollError } from '@plimsoll/model'
import type { Address } from 'viem'
import { encodeAbiParameters, parseAbiParameters, toFunctionSelector } from 'viem'
import { describe, expect, it } from 'vitest'
import type { AccountParameters } from './readAccountParameters.js'
import { readAccountParameters } from './readAccountParameters.js'

const MANAGER: Address = '0x00000000000000000000000000000000000000a1'
const DEFAULT: Address = '0x00000000000000000000000000000000000000b1'
const OWN: Address = '0x00000000000000000000000000000000000000b2'
const COIN: Address = '0x00000000000000000000000000000000000000c1'

const wei = (value: number): bigint => BigInt(Math.round(value * 1e9)) * 10n ** 9n
const words = (...values: readonly (number | bigint)[]) =>
  encodeAbiParameters(
    values.map(() => ({ type: 'int256' }) as const),
    values.map((value) => (typeof value === 'bigint' ? value : wei(value))),
  )

/** What the contracts answer, by address and function. */
const chain: { readonly [call: string]: `0x${string}` } = {
  [`${MANAGER} getScenarios()`]: encodeAbiParameters(
    parseAbiParameters('(uint256, uint8, uint256)[]'),
    [
      [
        [wei(1.18), 1, wei(1)],
        [wei(0.865), 2, wei(1)],
        [wei(1), 0, wei(1)],
        [wei(0.34), 1, wei(0.21)],
        [wei(1), 3, wei(1)],
        [wei(1), 4, wei(1)],
      ],
    ],
  ),
  [`${MANAGER} lib()`]: encodeAbiParameters(parseAbiParameters('address'), [DEFAULT]),
  [`${MANAGER} getAccountLib(uint256)`]: encodeAbiParameters(parseAbiParameters('address'), [OWN]),
  ...Object.fromEntries(
    [DEFAULT, OWN].flatMap((library, index) => [
      [`${library} getMarginParams()`, words(1, 0.8, 0.5, 1, 0.08, 0.07, 1.04, 0.95 + index / 100)],
      [`${library} getVolShockParams()`, words(0.5, 0.275, 0.3, 0.13, 86_400n, 0.45)],
      [`${library} getBasisContingencyParams()`, words(1.045, 0.955, 0.5, 2)],
      [
        `${library} getOtherContingencyParams()`,
        words(0.98, 2, 0.55, 1, 0.015, 0.005, 0.003, 0.002),
      ],
      [`${library} getSkewShockParams()`, words(0.15, 0.16, -0.05, -0.06, 0.01, 4, 0.6, -0.1)],
      [`${library} getCollateralParameters(address)`, words(1n, 1n, 0.02, 0.01)],
    ]),
  ),
}
const FUNCTIONS = [...new Set(Object.keys(chain).map((call) => call.split(' ')[1] ?? ''))]

class NotAnsweredError extends PlimsollError {
  override readonly name = 'NotAnsweredError'
}

/** Answers rounds from `answers` until the reading ends; counts the rounds. */
function run(
  reading: Generator<readonly Request[], AccountParameters, readonly Answer[]>,
  answers: { readonly [call: string]: `0x${string}` } = chain,
): { readonly result: AccountParameters; readonly rounds: number } {
  let rounds = 0
  let step = reading.next()
  while (step.done !== true) {
    rounds += 1
    step = reading.next(
      step.value.map((request): Answer => {
        const { to, data, decode } = request as CallRequest<unknown>
        const name = FUNCTIONS.find((entry) => toFunctionSelector(entry) === data.slice(0, 10))
        const answer = answers[`${to.toLowerCase()} ${name}`]
        return answer === undefined
          ? { ok: false, error: new NotAnsweredError(`No answer to ${name}.`) }
          : { ok: true, value: decode(answer) }
      }),
    )
  }
  return { result: step.value, rounds }
}

const request = {
  manager: MANAGER,
  generation: 'PMRM_2_1',
  accountId: 42n,
  collateral: { ETH: COIN },
} as const

describe('readAccountParameters', () => {
  it('asks the library of the account, in two rounds', () => {
    const { result, rounds } = run(readAccountParameters(request))
    expect(rounds).toBe(2)
    expect(result.library.toLowerCase()).toBe(OWN)
    expect(result.parameters.gainDiscount.base).toBe(0.96)
    expect(result.collateral).toEqual({
      ETH: { riskCancelling: true, maintenanceHaircut: 0.02, initialHaircut: 0.01 },
    })
  })

  it('asks the one library of an older manager', () => {
    const { result } = run(readAccountParameters({ ...request, generation: 'PMRM_2' }))
    expect(result.library.toLowerCase()).toBe(DEFAULT)
    expect(result.parameters.gainDiscount.base).toBe(0.95)
  })

  it('reads every parameter by its name', () => {
    const { parameters } = run(readAccountParameters(request)).result
    expect(parameters).toEqual({
      scenarios: [
        { spot: 1.18, volatility: 0.5, skew: 'none', weight: 1, extended: false },
        { spot: 0.865, volatility: -0.275, skew: 'none', weight: 1, extended: false },
        { spot: 1, volatility: 0, skew: 'none', weight: 1, extended: false },
        { spot: 0.34, volatility: 0.5, skew: 'none', weight: 0.21, extended: false },
        { spot: 1, volatility: 0, skew: 'linear', weight: 1, extended: false },
        { spot: 1, volatility: 0, skew: 'absolute', weight: 1, extended: false },
      ],
      volatilityShock: {
        shortPower: 0.3,
        longPower: 0.13,
        floorDays: 1,
        upFloor: { value: 0.45, of: 'shocked' },
      },
      skewShock: {
        linear: { cap: 0.15, capPerRoot: -0.05 },
        absolute: { cap: 0.16, capPerRoot: -0.06 },
        minimumWidth: 0.01,
        widthScale: 4,
        width: 0.6,
        widthPerRoot: -0.1,
      },
      forward: { up: 1.045, down: 0.955, rate: 0.5, ratePerYear: 2 },
      factors: { maintenance: 0.8, initial: 1 },
      depeg: { threshold: 0.98, factor: 2 },
      confidence: { threshold: 0.55, margin: 1 },
      static: {
        apply: 'added',
        both: { perp: 0.015, base: 0, nakedShort: 0.003 },
        initial: { perp: 0.005, base: 0, nakedShort: 0.002 },
      },
      discounted: true,
      gainDiscount: { base: 0.96, rateMultiplier: 1, rateAdd: 0.07 },
      lossDiscount: { base: 1.04, rateMultiplier: 0.5, rateAdd: 0.08 },
    })
  })

  it.each([
    `${MANAGER} getScenarios()`,
    `${MANAGER} getAccountLib(uint256)`,
    `${OWN} getMarginParams()`,
    `${OWN} getVolShockParams()`,
    `${OWN} getBasisContingencyParams()`,
    `${OWN} getOtherContingencyParams()`,
    `${OWN} getSkewShockParams()`,
    `${OWN} getCollateralParameters(address)`,
  ])('has no default where a call fails: %s', (call) => {
    const answers = Object.fromEntries(Object.entries(chain).filter(([key]) => key !== call))
    expect(() => run(readAccountParameters(request), answers)).toThrow(NotAnsweredError)
  })

  it('refuses a collateral that is not enabled', () => {
    const answers = {
      ...chain,
      [`${OWN} getCollateralParameters(address)`]: words(0n, 1n, 0.02, 0.01),
    }
    expect(() => run(readAccountParameters(request), answers)).toThrow('does not accept ETH')
  })

  it('refuses a shock of volatility that is not known', () => {
    const answers = {
      ...chain,
      [`${MANAGER} getScenarios()`]: encodeAbiParameters(
        parseAbiParameters('(uint256, uint8, uint256)[]'),
        [[[wei(1), 5, wei(1)]]],
      ),
    }
    expect(() => run(readAccountParameters(request), answers)).toThrow(InvalidRuleError)
  })
})
