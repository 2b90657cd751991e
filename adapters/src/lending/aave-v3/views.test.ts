import { type Answer, MalformedCallAnswerError, type Request } from '@plimsoll/client'
import { type Hex, hexToString, numberToHex, stringToHex, toFunctionSelector } from 'viem'
import { describe, expect, it } from 'vitest'
import { type Rounds, together } from '../../together.js'
import { addressOf, newRound, textOf } from '../words.js'
import { VIEWS } from './views.js'

const POOL = '0x1111111111111111111111111111111111111111'
const word = (value: bigint | number): string => numberToHex(value, { size: 32 }).slice(2)
const answer = (...words: readonly (bigint | number)[]): Hex => `0x${words.map(word).join('')}`

/** The contracts' own names of the views. */
const SIGNATURES: { readonly [view in keyof typeof VIEWS]: string } = {
  revision: 'POOL_REVISION()',
  reserves: 'getReservesList()',
  reserve: 'getReserveData(address)',
  gracePeriod: 'getLiquidationGracePeriod(address)',
  configuration: 'getUserConfiguration(address)',
  mode: 'getUserEMode(address)',
  account: 'getUserAccountData(address)',
  oracle: 'getPriceOracle()',
  sentinel: 'getPriceOracleSentinel()',
  liquidationAllowed: 'isLiquidationAllowed()',
  borrowAllowed: 'isBorrowAllowed()',
  baseCurrency: 'BASE_CURRENCY()',
  baseUnit: 'BASE_CURRENCY_UNIT()',
  price: 'getAssetPrice(address)',
  prices: 'getAssetsPrices(address[])',
  category: 'getEModeCategoryData(uint8)',
  modeRatios: 'getEModeCategoryCollateralConfig(uint8)',
  modeCollateral: 'getEModeCategoryCollateralBitmap(uint8)',
  modeBorrowable: 'getEModeCategoryBorrowableBitmap(uint8)',
  modeLtvZero: 'getEModeCategoryLtvzeroBitmap(uint8)',
  modeIsolated: 'getIsEModeCategoryIsolated(uint8)',
  scaledBalance: 'scaledBalanceOf(address)',
  scaledTotal: 'scaledTotalSupply()',
  balance: 'balanceOf(address)',
  symbol: 'symbol()',
}

describe('VIEWS', () => {
  it.each(Object.entries(SIGNATURES))('asks %s by the selector of %s', (view, signature) => {
    const { selector } = VIEWS[view as keyof typeof VIEWS]
    expect(selector).toBe(toFunctionSelector(`function ${signature}`))
  })
})

/** The decoder of one question. */
function decoder(view: (typeof VIEWS)[keyof typeof VIEWS]): (data: Hex) => unknown {
  const round = newRound()
  round.ask(POOL, view)
  const [request] = round.send().next().value as readonly { decode: (data: Hex) => unknown }[]
  if (request === undefined) throw new RangeError('nothing was asked')
  return request.decode
}

describe('a view', () => {
  it('is answered by exactly its number of words', () => {
    expect(decoder(VIEWS.account)(answer(1, 2, 3, 4, 5, 6))).toEqual([1n, 2n, 3n, 4n, 5n, 6n])
    for (const wrong of [
      '0x',
      answer(1, 2, 3, 4, 5),
      answer(1, 2, 3, 4, 5, 6, 7),
      '0x12',
    ] as const) {
      expect(() => decoder(VIEWS.account)(wrong)).toThrow(MalformedCallAnswerError)
    }
  })

  it('that answers a list is answered by an offset, a length and that many words', () => {
    expect(decoder(VIEWS.prices)(answer(32, 2, 7, 8))).toEqual([7n, 8n])
    expect(decoder(VIEWS.prices)(answer(32, 0))).toEqual([])
    for (const wrong of [answer(32, 3, 7, 8), answer(64, 2, 7, 8), answer(32), '0x'] as const) {
      expect(() => decoder(VIEWS.prices)(wrong)).toThrow(MalformedCallAnswerError)
    }
  })
})

describe('textOf', () => {
  it('reads a string, and the bytes32 of old tokens', () => {
    const padded = BigInt(stringToHex('WETH', { size: 32 }))
    expect(textOf([32n, 4n, padded])).toBe('WETH')
    expect(textOf([BigInt(stringToHex('MKR', { size: 32 }))])).toBe('MKR')
  })

  it('leaves out what cannot be printed', () => {
    expect(textOf([BigInt(stringToHex('A\u0000B \u007f', { size: 32 }))])).toBe('AB')
  })
})

describe('addressOf', () => {
  it('is the address in a word, in lower case', () => {
    expect(addressOf(BigInt('0xABcdef'))).toBe('0x0000000000000000000000000000000000abcdef')
  })

  it('rejects a word that holds more', () => {
    expect(() => addressOf(1n << 160n)).toThrow(MalformedCallAnswerError)
  })
})

describe('together', () => {
  it('makes one round of what the parts ask at the same time, and gives each its own answers', () => {
    const question = (name: string): Request => ({
      kind: 'call',
      to: POOL,
      data: stringToHex(name),
      decode: () => name,
    })
    function* part(...rounds: readonly (readonly string[])[]): Rounds<readonly Answer[]> {
      const told: Answer[] = []
      for (const round of rounds) told.push(...(yield round.map(question)))
      return told
    }
    const said = (requests: readonly Request[]) =>
      requests.map((request) => (request.kind === 'call' ? hexToString(request.data) : ''))
    const all = together([part(['a', 'b'], ['c']), part(['d']), part()])
    const asked: (readonly string[])[] = []
    let step = all.next()
    while (step.done !== true) {
      const names = said(step.value)
      asked.push(names)
      step = all.next(names.map((name) => ({ ok: true, value: `${name}!` })))
    }
    const told = step.value.map((answers) =>
      answers.map((given) => (given.ok ? given.value : null)),
    )
    expect(asked).toEqual([['a', 'b', 'd'], ['c']])
    expect(told).toEqual([['a!', 'b!', 'c!'], ['d!'], []])
  })
})
