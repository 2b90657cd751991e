import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TruthCase, TruthFile, TruthTolerance } from './envelope.js'
import { formatTruthReport } from './format.js'
import type { TruthModel } from './model.js'
import { runTruth } from './run.js'

const fileOf = (cases: readonly TruthCase[], extra: Partial<TruthFile> = {}) => ({
  name: 'file.json',
  file: { format: 'plimsoll-truth/1', kind: 'k', about: 'a', cases, ...extra } as const,
})

const answering = (got: unknown, extra: Partial<TruthModel> = {}): TruthModel => ({
  name: 'model',
  covers: () => true,
  run: () => got,
  ...extra,
})

/** Whether one case with this expectation passes when the model answers `got`. */
const agrees = async (
  expected: unknown,
  got: unknown,
  { tolerance, derived }: { tolerance?: TruthTolerance; derived?: TruthTolerance } = {},
) => {
  const truthCase =
    tolerance === undefined
      ? { id: 'c', expect: expected }
      : { id: 'c', expect: expected, tolerance }
  const model = answering(got, derived === undefined ? {} : { tolerance: () => derived })
  return (await runTruth([fileOf([truthCase])], [model])).ok
}

describe('integers', () => {
  it.each([
    ['7', 7n, true],
    ['7', '7', true],
    ['7', 7, true],
    [7, 7, true],
    [7, 7n, true],
    ['7', 8n, false],
    ['-7', 7n, false],
    ['7', '7.0000000000001', false],
    ['7', 7.000000000001, false],
    [7, 8, false],
    ['7', undefined, false],
    ['7', null, false],
    ['7', true, false],
    ['0', '', false],
    [
      '115792089237316195423570985008687907853269984665640564039457584007913129639935',
      2n ** 256n - 1n,
      true,
    ],
    [
      '115792089237316195423570985008687907853269984665640564039457584007913129639935',
      2 ** 256,
      false,
    ],
    [9007199254740991, 9007199254740990, false],
    [7, 7.0000000000001, true],
    [7, 7.0000000001, false],
    [7, '7.0000000000001', false],
  ])('%s answered by %s: %s', async (expected, got, ok) => {
    expect(await agrees(expected, got)).toBe(ok)
  })

  it('are equal or wrong, whatever tolerance the case states', async () => {
    await fc.assert(
      fc.asyncProperty(fc.bigInt(), fc.bigInt(), async (expected, got) => {
        expect(await agrees(expected.toString(), got, { tolerance: 0.5 })).toBe(expected === got)
      }),
    )
  })

  it('follow a tolerance that the model derives for the leaf', async () => {
    expect(await agrees('100', 101n, { derived: { absolute: '1' } })).toBe(true)
    expect(await agrees('100', 102n, { derived: { absolute: '1' } })).toBe(false)
  })
})

describe('floats', () => {
  it.each<[unknown, unknown, boolean]>([
    [0.1, 0.1 * (1 + 9e-13), true],
    [0.1, 0.1 * (1 + 1.2e-12), false],
    [1.5, 1.5000000000001, true],
    [1.5, '1.5000000000001', true],
    [1.5, '1.50000000001', false],
    ['0.333333333333333333333333', 1 / 3, true],
    ['0.333333333333333333333333', '0.333333333333333333333333', true],
    ['0.333333333333333333333333', '0.333333333333333333333334', false],
    ['3.847299313353209673169517e-26', 3.8472993133532e-26, true],
    ['3.847299313353209673169517e-26', 0, false],
    ['165/112', 165 / 112, true],
    ['165/112', '330/224', true],
    ['165/112', '166/112', false],
    [0.5, Number.NaN, false],
    [1e300, Number.POSITIVE_INFINITY, false],
    [0, 1e-13, false],
    [0, -0, true],
  ])('%s answered by %s: %s', async (expected, got, ok) => {
    expect(await agrees(expected, got)).toBe(ok)
  })

  it.each<[number, number, TruthTolerance, boolean]>([
    [1000.5, 1000.6, 1e-3, true],
    [1000.5, 1002, 1e-3, false],
    [0, 1e-4, 1e-3, true],
    [335434066, 335434067, 1, true],
    [335434066, 335434068, 1, false],
    [1.5, 1.5000000000001, 0, false],
    [5, 6, { absolute: 1 }, true],
    [5, 6.1, { absolute: '1.0' }, false],
    [5, 5.1, { relative: 0.02 }, true],
    [0, 1e-9, { relative: 0.02 }, false],
    [5, 5, {}, true],
    [5.5, 5.500001, {}, false],
  ])('%s answered by %s within %j: %s', async (expected, got, tolerance, ok) => {
    expect(await agrees(expected, got, { tolerance })).toBe(ok)
  })

  it('agree exactly when the relative distance is within the limit', async () => {
    const value = fc.double({ min: 1e-6, max: 1e6, noNaN: true })
    await fc.assert(
      fc.asyncProperty(value, fc.double({ min: 0, max: 2e-9, noNaN: true }), async (x, error) => {
        fc.pre(!Number.isInteger(x) && Math.abs(error - 1e-9) > 1e-14)
        const ok = await agrees(x, x * (1 + error), { tolerance: { relative: 1e-9 } })
        expect(ok).toBe(error <= 1e-9)
      }),
    )
  })

  it('takes the tolerance of the file when the case states none', async () => {
    const run = async (cases: readonly TruthCase[]) =>
      (await runTruth([fileOf(cases, { tolerance: 0.1 })], [answering(1.55)])).ok
    expect(await run([{ id: 'a', expect: 1.5 }])).toBe(true)
    expect(await run([{ id: 'a', expect: 1.5, tolerance: 1e-9 }])).toBe(false)
  })
})

describe('shapes', () => {
  it.each<[string, unknown, unknown, boolean]>([
    ['null only by null', null, null, true],
    ['null not by nothing', null, undefined, false],
    ['null not by zero', null, 0, false],
    ['zero not by null', 0, null, false],
    ['text by the same text', 'found', 'found', true],
    ['text not by another', 'found', 'Found', false],
    ['a truth value', true, true, true],
    ['a truth value not by its text', true, 'true', false],
    ['false not by nothing', false, undefined, false],
    ['nested values', { a: [{ b: '1' }] }, { a: [{ b: 1n }] }, true],
    ['a further key', { a: 1 }, { a: 1, b: 2 }, true],
    ['a missing key', { a: 1, b: 2 }, { a: 1 }, false],
    ['a missing key that expects null', { a: null }, {}, false],
    ['a key of the prototype', { toString: null }, {}, false],
    ['a shorter list', [1, 2], [1], false],
    ['a longer list', [1], [1, 2], false],
    ['an empty list', [], [], true],
    ['an empty list not by a filled one', { a: [] }, { a: [1] }, false],
    ['an empty list not by nothing', { a: [] }, {}, false],
    ['an empty object', { a: {} }, { a: {} }, true],
    ['an empty object not by a filled one', { a: {} }, { a: { b: 1 } }, false],
    ['a list not by an object', [1], { 0: 1 }, false],
    ['an object not by a list', { 0: 1 }, [1], false],
    ['an object not by a number', { a: 1 }, 1, false],
  ])('%s', async (_what, expected, got, ok) => {
    expect(await agrees(expected, got)).toBe(ok)
  })

  it('compares x_exact with x when the model answers x alone', async () => {
    const expected = { share: 1.4732142857142858, share_exact: '165/112' }
    expect(await agrees(expected, { share: 165 / 112 })).toBe(true)
    expect(await agrees(expected, { share: 1.4732142857142858, share_exact: '166/112' })).toBe(
      false,
    )
    expect(await agrees({ share_exact: '165/112' }, {})).toBe(false)
  })

  it('misses when any single leaf of a nested expectation is changed', async () => {
    const scalar = fc.oneof(fc.bigInt().map(String), fc.boolean(), fc.constant(null), fc.integer())
    const tree = fc.letrec((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        scalar,
        fc.array(tie('node'), { minLength: 1, maxLength: 3 }),
        fc.dictionary(fc.string({ minLength: 1 }), tie('node'), {
          minKeys: 1,
          maxKeys: 3,
          noNullPrototype: true,
        }),
      ),
    })).node
    const paths = (node: unknown): readonly (readonly string[])[] =>
      typeof node === 'object' && node !== null
        ? Object.entries(node).flatMap(([key, child]) => paths(child).map((rest) => [key, ...rest]))
        : [[]]
    const replaceAt = (node: unknown, [key, ...rest]: readonly string[]): unknown => {
      if (key === undefined) return 'changed'
      if (Array.isArray(node)) {
        return node.map((child: unknown, index) =>
          String(index) === key ? replaceAt(child, rest) : child,
        )
      }
      if (typeof node !== 'object' || node === null) return node
      return Object.fromEntries(
        Object.entries(node).map(([name, child]) => [
          name,
          name === key ? replaceAt(child, rest) : child,
        ]),
      )
    }
    await fc.assert(
      fc.asyncProperty(tree, fc.nat(), async (expected, seed) => {
        expect(await agrees(expected, expected)).toBe(true)
        const all = paths(expected)
        const path = all[seed % all.length] ?? []
        expect(await agrees(expected, replaceAt(expected, path))).toBe(false)
      }),
    )
  })
})

describe('runTruth', () => {
  const covered: TruthCase = { id: 'covered', expect: '1' }
  const other: TruthCase = { id: 'other', expect: '1' }
  const partial = answering(1n, { covers: (_file, { id }) => id === 'covered' })

  it('fails on a case that no model covers, or lists it when told to', async () => {
    const strict = await runTruth([fileOf([covered, other])], [partial])
    expect(strict).toMatchObject({ ok: false, passed: 1, missed: 0, uncovered: 1 })
    const listed = await runTruth([fileOf([covered, other])], [partial], { allowUncovered: true })
    expect(listed).toMatchObject({ ok: true, passed: 1, missed: 0, uncovered: 1 })
    expect(listed.results[1]).toMatchObject({ id: 'other', status: 'uncovered', model: null })
  })

  it('counts a case that expects nothing as not covered', async () => {
    const report = await runTruth([fileOf([covered, { id: 'data' }])], [answering(1n)])
    expect(report).toMatchObject({ ok: false, uncovered: 1 })
  })

  it('fails when there is nothing to run', async () => {
    expect((await runTruth([], [answering(1n)])).ok).toBe(false)
  })

  it('runs every model that covers a case, and each must agree', async () => {
    const report = await runTruth(
      [fileOf([covered])],
      [answering(1n), answering(2n, { name: 'second' })],
    )
    expect(report).toMatchObject({ ok: false, passed: 1, missed: 1 })
  })

  it('reports what a model throws, and goes on', async () => {
    const failing: TruthModel = {
      ...partial,
      run: () => {
        throw new RangeError('no price')
      },
    }
    const rest = answering(1n, { name: 'rest', covers: (_file, { id }) => id === 'other' })
    const report = await runTruth([fileOf([covered, other])], [failing, rest], {
      allowUncovered: true,
    })
    expect(report).toMatchObject({ ok: false, passed: 1, missed: 1 })
    expect(report.results[0]).toMatchObject({ status: 'error', reason: 'RangeError: no price' })
  })

  it('waits for a model that answers later', async () => {
    const later = answering(undefined, { run: async () => '1' })
    expect((await runTruth([fileOf([covered])], [later])).ok).toBe(true)
  })

  it('gives the path of each leaf to the tolerance of the model', async () => {
    const paths: string[] = []
    const model = answering(
      { options: { BTC: [{ price: 1 }] } },
      {
        tolerance: (_file, _case, path) => {
          paths.push(path)
          return undefined
        },
      },
    )
    await runTruth([fileOf([{ id: 'a', expect: { options: { BTC: [{ price: 1 }] } } }])], [model])
    expect(paths).toEqual(['options.BTC[0].price'])
  })
})

describe('formatTruthReport', () => {
  const report = () =>
    runTruth(
      [
        fileOf([
          { id: 'a', expect: { x: '10', y: 2 } },
          { id: 'b', expect: 1 },
        ]),
      ],
      [answering({ x: 12n, y: 2 }, { covers: (_file, { id }) => id === 'a' })],
    )

  it('prints case, expected, got and residual of every leaf, then the totals', async () => {
    expect(formatTruthReport(await report())).toEqual([
      'MISS file.json a [model]: 1 of 2 agree',
      '    MISS x: expected 10 got 12 residual 2 (exact)',
      '    ok   y: expected 2 got 2 residual 0 (exact)',
      'uncovered file.json b: no model covers the case',
      '0 cases agree, 1 miss, 1 not covered: FAIL',
    ])
  })

  it('leaves out what agrees when asked to be quiet', async () => {
    expect(formatTruthReport(await report(), { quiet: true })).not.toContainEqual(
      expect.stringContaining('ok   y'),
    )
  })

  it.each<[unknown, unknown, string]>([
    ['7', undefined, 'MISS (value): expected 7 got nothing (exact)'],
    ['7', 'seven', 'MISS (value): expected 7 got seven (exact)'],
    ['7', null, 'MISS (value): expected 7 got null (exact)'],
    ['7', true, 'MISS (value): expected 7 got true (exact)'],
    ['7', () => 7n, 'MISS (value): expected 7 got a function (exact)'],
    [0.5, Number.NaN, 'MISS (value): expected 0.5 got NaN (within 1e-12 relative)'],
    ['7', { a: [1n, 2] }, 'MISS (value): expected 7 got {"a":["1",2]} (exact)'],
    [true, false, 'MISS (value): expected true got false (exact)'],
    [null, 1n, 'MISS (value): expected null got 1 (exact)'],
    [0.5, -0, 'MISS (value): expected 0.5 got -0 residual -5.00e-1 (within 1e-12 relative)'],
    ['found', 'lost', 'MISS (value): expected found got lost (exact)'],
    [[1, 2], [1], 'MISS (value): expected 2 items got [1] (exact)'],
    [{ a: 1, b: 2 }, 3, 'MISS (value): expected fields a, b got 3 (exact)'],
    [{}, 3, 'MISS (value): expected no fields got 3 (exact)'],
  ])('prints %j answered by %s', async (expected, got, line) => {
    const missing = await runTruth([fileOf([{ id: 'a', expect: expected }])], [answering(got)])
    expect(formatTruthReport(missing)[1]?.trim()).toBe(line)
  })

  it.each<[TruthTolerance, string]>([
    [0, 'exact'],
    [0.001, 'within 0.001'],
    [2, 'within 2 absolute'],
    [{}, 'exact'],
    [{ relative: 0.01 }, 'within 0.01 relative'],
    [{ absolute: '0.5' }, 'within 0.5 absolute'],
  ])('prints the tolerance %j as %s', async (tolerance, printed) => {
    const exact = await runTruth([fileOf([{ id: 'a', expect: 1.5, tolerance }])], [answering(1.5)])
    expect(formatTruthReport(exact)[1]).toContain(`(${printed})`)
  })

  it('says of an error what it was, and prints no leaves for it', async () => {
    const model = answering(1, { run: () => Promise.reject(new RangeError('no price')) })
    const failed = await runTruth([fileOf([{ id: 'a', expect: 1 }])], [model])
    expect(formatTruthReport(failed)).toEqual([
      'ERROR file.json a [model]: RangeError: no price',
      '0 cases agree, 1 miss, 0 not covered: FAIL',
    ])
  })

  it('says of a case that expects nothing that it does', async () => {
    const data = await runTruth([fileOf([{ id: 'a' }])], [answering(1)], { allowUncovered: true })
    expect(formatTruthReport(data)).toEqual([
      'uncovered file.json a: the case has no `expect`',
      '0 cases agree, 0 miss, 1 not covered: PASS',
    ])
  })

  it('says which tolerance let a leaf pass', async () => {
    const passing = await runTruth(
      [fileOf([{ id: 'a', expect: 1.5 }])],
      [answering(1.6, { tolerance: () => ({ relative: 0.01, absolute: '0.2' }) })],
    )
    expect(formatTruthReport(passing)[1]).toContain('(within 0.01 relative or 0.2 absolute)')
  })
})
