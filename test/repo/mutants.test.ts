import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { agrees, firstDisagreement, parseCases } from '../../scripts/mutants/run.js'
import { instrument, mutantsOf, round } from '../../scripts/mutants/sites.js'

const SOURCE = [
  "import { divDown, mulDivUp } from '@plimsoll/model'",
  'const a = mulDivUp(b, c, d) + mulDivUp(divDown(e, f), g, h)',
  'const rounding = { supply: (s) => mulDivHalfUp(s, 1n, 2n) }',
].join('\n')

const CALLS = ['mulDivDown', 'mulDivUp', 'mulDivHalfUp', 'divDown'] as const

describe('instrument', () => {
  it('finds every call that rounds, wherever it stands in a line', () => {
    const { sites } = instrument('file.ts', SOURCE, { firstId: 7, calls: CALLS })
    expect(sites.map(({ id, line, rounding }) => [id, line, rounding])).toEqual([
      [7, 2, 'mulDivUp'],
      [8, 2, 'mulDivUp'],
      [9, 2, 'divDown'],
      [10, 3, 'mulDivHalfUp'],
    ])
    expect(sites[1]?.code).toBe(`${SOURCE.split('\n')[1]} #2`)
  })

  it('leaves calls that are not asked for', () => {
    const { sites } = instrument('file.ts', SOURCE, { firstId: 0, calls: ['divDown'] })
    expect(sites.map(({ code }) => code)).toEqual([SOURCE.split('\n')[1]])
  })

  it('leaves everything else as it is', () => {
    const { code } = instrument('file.ts', SOURCE, { firstId: 0, calls: CALLS })
    expect(code.split('\n')[0]).toBe(SOURCE.split('\n')[0])
    expect(code).toContain("globalThis.__round(0, 'mulDivUp', b, c, d)")
  })
})

describe('mutantsOf', () => {
  it('is every other way to round', () => {
    const [first, , third] = instrument('file.ts', SOURCE, { firstId: 0, calls: CALLS }).sites
    expect(first && mutantsOf(first)).toEqual(['mulDivDown', 'mulDivHalfUp'])
    expect(third && mutantsOf(third)).toEqual(['divUp', 'divHalfUp'])
  })
})

describe('round', () => {
  it('floors, ceils and rounds half up', () => {
    fc.assert(
      fc.property(
        fc.bigInt(0n, 1n << 90n),
        fc.bigInt(0n, 999n),
        fc.bigInt(1n, 1n << 90n),
        (a, b, c) => {
          const down = round('mulDivDown', a, b, c)
          expect(down * c).toBeLessThanOrEqual(a * b)
          expect((down + 1n) * c).toBeGreaterThan(a * b)
          const isExact = down * c === a * b
          expect(round('mulDivUp', a, b, c)).toBe(isExact ? down : down + 1n)
          const isHalf = a * b - down * c + c / 2n >= c
          expect(round('mulDivHalfUp', a, b, c)).toBe(isHalf ? down + 1n : down)
          expect(round('divDown', a * b, c)).toBe(down)
        },
      ),
    )
  })
})

describe('round, of signed numbers', () => {
  const ONE = 10n ** 18n
  it.each([
    ['mulDivTrunc', 'mulDivFloor', 'mulDivCeiling', [-7n, 3n, 2n], [-10n, -11n, -10n]],
    ['mulDivTrunc', 'mulDivFloor', 'mulDivCeiling', [7n, 3n, 2n], [10n, 10n, 11n]],
    ['divTrunc', 'divFloor', 'divCeiling', [-7n, 2n], [-3n, -4n, -3n]],
    ['multiply', 'multiplyDown', 'multiplyUp', [-3n, ONE / 2n], [-1n, -2n, -1n]],
    ['multiply', 'multiplyDown', 'multiplyUp', [3n, ONE / 2n], [1n, 1n, 2n]],
    ['divide', 'divideDown', 'divideUp', [-1n, 3n * ONE], [0n, -1n, 0n]],
    ['shiftTrunc', 'shiftDown', 'shiftUp', [-5n, 1n], [-2n, -3n, -2n]],
    ['timesTrunc', 'times', 'timesUp', [-3n, 1n << 95n], [-1n, -2n, -1n]],
  ] as const)('%s, %s and %s differ', (trunc, down, up, args, expected) => {
    expect([trunc, down, up].map((name) => round(name, ...args))).toEqual(expected)
  })
})

describe('firstDisagreement', () => {
  const cases = parseCases([
    '{"cases":[{"id":"one","expect":{"a":"1"}},{"id":"two","expect":{"a":["2",true]}}]}',
  ])
  const model = (answer: (id: string) => unknown) => [
    { covers: () => true, run: (_file: never, { id }: { id: string }) => answer(id) },
  ]

  it('is the first case that is answered otherwise, or not at all', () => {
    const good = (id: string): unknown => ({ a: id === 'one' ? 1n : [2n, true] })
    expect(firstDisagreement(model(good) as never, cases)).toBeNull()
    expect(firstDisagreement(model(() => ({ a: 1n })) as never, cases)).toBe('two')
    const fails = (): never => {
      throw new RangeError('no')
    }
    expect(firstDisagreement(model(fails) as never, cases)).toBe('one')
    expect(firstDisagreement([], cases)).toBe('one')
  })

  it('compares integers by their digits and lists by their length', () => {
    expect(agrees(['1'], [1n])).toBe(true)
    expect(agrees(['1'], [1n, 2n])).toBe(false)
    expect(agrees({ a: '1' }, { a: 1n, b: 2n })).toBe(true)
    expect(agrees({ a: { b: '1' } }, { a: null })).toBe(false)
  })
})
