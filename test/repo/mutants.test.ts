import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { agrees, firstDisagreement, parseCases } from '../../scripts/mutants/run.js'
import { instrument, mutantsOf, round } from '../../scripts/mutants/sites.js'

const SOURCE = [
  "import { divDown, mulDivUp } from '@plimsoll/model'",
  'const a = mulDivUp(b, c, d) + mulDivUp(divDown(e, f), g, h)',
  'const rounding = { supply: (s) => mulDivHalfUp(s, 1n, 2n) }',
].join('\n')

describe('instrument', () => {
  it('finds every call that rounds, wherever it stands in a line', () => {
    const { sites } = instrument('file.ts', SOURCE, 7)
    expect(sites.map(({ id, line, rounding }) => [id, line, rounding])).toEqual([
      [7, 2, 'mulDivUp'],
      [8, 2, 'mulDivUp'],
      [9, 2, 'divDown'],
      [10, 3, 'mulDivHalfUp'],
    ])
    expect(sites[1]?.code).toBe(`${SOURCE.split('\n')[1]} #2`)
  })

  it('leaves everything else as it is', () => {
    const { code } = instrument('file.ts', SOURCE, 0)
    expect(code.split('\n')[0]).toBe(SOURCE.split('\n')[0])
    expect(code).toContain("globalThis.__round(0, 'mulDivUp', b, c, d)")
  })
})

describe('mutantsOf', () => {
  it('is every other way to round', () => {
    const [first, , third] = instrument('file.ts', SOURCE, 0).sites
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
