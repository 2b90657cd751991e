import type { Native } from '@plimsoll/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MADE_UP_ADDRESS, MADE_UP_NAME } from './corruption.js'
import { jsonCorruptions } from './json.js'
import { placesOf, replaceAt } from './paths.js'

const scene = { nowMs: 1_700_000_000_000 }
const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Native>

const raws = (answer: Native, kind: string) =>
  jsonCorruptions(answer, scene).flatMap((corruption) =>
    corruption.kind === kind && corruption.answer.ok
      ? [[corruption.what, corruption.answer.raw] as const]
      : [],
  )
const rawOf = (answer: Native, what: string) => {
  const found = jsonCorruptions(answer, scene).find((corruption) => corruption.what === what)
  return found?.answer.ok === true ? found.answer.raw : undefined
}

describe('jsonCorruptions', () => {
  it('always changes the answer', () => {
    fc.assert(
      fc.property(json, (answer) => {
        for (const { answer: corrupt, what } of jsonCorruptions(answer, scene)) {
          expect(corrupt.ok && JSON.stringify(corrupt.raw), what).not.toBe(JSON.stringify(answer))
        }
      }),
    )
  })

  it('leaves the answer itself untouched', () => {
    fc.assert(
      fc.property(json, (answer) => {
        const before = JSON.stringify(answer)
        jsonCorruptions(answer, scene)
        expect(JSON.stringify(answer)).toBe(before)
      }),
    )
  })

  it('empties, mistypes and cuts the answer as a whole', () => {
    expect(raws({ a: 1 }, 'empty').map(([, raw]) => raw)).toEqual([{}, [], null, '', { a: null }])
    expect(rawOf({ a: 1 }, 'answer cut in half as text')).toBe('{"a":1')
    expect(rawOf({ a: 1 }, 'answer in a list')).toEqual([{ a: 1 }])
  })

  it('mistypes every field, and never by a value of its own type', () => {
    expect(raws({ isolated: true, size: 1 }, 'wrong-type').map(([what]) => what)).toEqual([
      'answer 0',
      'answer true',
      'answer in a list',
      'answer in an object',
      'isolated {}',
      'isolated "no"',
      'size true',
      'size {}',
      'size = "NaN"',
      'size = "0x"',
    ])
    expect(rawOf({ a: 1 }, 'answer true')).toBe(true)
    expect(rawOf({ a: 1 }, 'a true')).toEqual({ a: true })
  })

  it('takes away every field, at every depth', () => {
    const answer = { a: { b: 1 }, list: [{ c: 'x' }] }
    expect(raws(answer, 'truncated').map(([what]) => what)).toEqual([
      'answer cut in half as text',
      'a missing',
      'a.b missing',
      'list missing',
      'list[0].c missing',
    ])
    expect(rawOf(answer, 'list[0].c missing')).toEqual({ a: { b: 1 }, list: [{}] })
  })

  it('puts numbers out of range, in the type that they came in', () => {
    expect(rawOf({ a: '1.5' }, 'a = 1e40')).toEqual({ a: `1${'0'.repeat(40)}` })
    expect(rawOf({ a: 1.5 }, 'a = −1e40')).toEqual({ a: -1e40 })
  })

  it('makes numbers slightly wrong, exactly, and whole numbers stay whole', () => {
    expect(rawOf({ a: '1.5' }, 'a × 1.1')).toEqual({ a: '1.65' })
    expect(rawOf({ a: '-1.5' }, 'a × 0.9')).toEqual({ a: '-1.35' })
    expect(rawOf({ a: '-1.5' }, 'a with its sign turned')).toEqual({ a: '1.5' })
    expect(rawOf({ a: 7 }, 'a × 1.1')).toEqual({ a: 8 })
    expect(rawOf({ a: '7' }, 'a = 0')).toEqual({ a: '0' })
    expect(raws({ a: '0' }, 'plausible')).toEqual([])
  })

  it('names the field of a slightly wrong number without its indices', () => {
    const fields = jsonCorruptions({ list: [{ a: 3 }] }, scene).flatMap(({ field }) => field ?? [])
    expect(new Set(fields)).toEqual(new Set(['list[].a']))
  })

  it('puts made-up identities in the place of addresses and names', () => {
    const owner = `0x${'aB'.repeat(20)}`
    expect(rawOf({ user: owner }, `user = ${MADE_UP_ADDRESS}`)).toEqual({ user: MADE_UP_ADDRESS })
    expect(rawOf({ coin: 'ETH' }, `coin = ${MADE_UP_NAME}`)).toEqual({ coin: MADE_UP_NAME })
  })

  it('takes times back, in seconds, milliseconds, microseconds and nanoseconds, and nothing else', () => {
    const seconds = 1_699_999_000
    for (const scale of ['', '000', '000000', '000000000']) {
      expect(raws({ at: `${seconds}${scale}` }, 'stale')).toEqual([
        ['at 40 days older', { at: `${seconds - 40 * 86_400}${scale}` }],
      ])
    }
    expect(raws({ size: 1_200_000, at: 1_900_000_000 }, 'stale')).toEqual([])
  })

  it('shortens lists; it must show where another list has the same length', () => {
    const kinds = (answer: Native) =>
      new Set(
        jsonCorruptions(answer, scene)
          .filter(({ what }) => what.includes('element'))
          .map(({ kind }) => kind),
      )
    expect(kinds({ a: [1, 2, 3] })).toEqual(new Set(['plausible']))
    expect(kinds({ a: [1, 2], b: [3, 4] })).toEqual(new Set(['plausible']))
    expect(kinds({ a: [1, 2, 3], b: [4, 5, 6] })).toEqual(new Set(['wrong-length']))
    expect(rawOf({ a: [1, 2, 3] }, 'a without its first element')).toEqual({ a: [2, 3] })
    expect(rawOf({ a: [1, 2, 3] }, 'a without its last element')).toEqual({ a: [1, 2] })
  })

  it('turns yes into no where a field is either', () => {
    expect(rawOf({ isolated: true }, 'isolated turned')).toEqual({ isolated: false })
  })
})

describe('replaceAt', () => {
  it('puts a value where placesOf found one, and only there', () => {
    fc.assert(
      fc.property(json, fc.nat(), (answer, choice) => {
        const places = [...placesOf(answer)]
        const place = places[choice % places.length]
        if (place === undefined) return
        expect(replaceAt(answer, place.path, place.value)).toEqual(answer)
        const put = replaceAt(answer, place.path, 'put')
        expect([...placesOf(put)].find(({ value }) => value === 'put')).toBeDefined()
      }),
    )
  })

  it('takes away a key or an element when there is nothing to put', () => {
    expect(replaceAt({ a: [1, 2], b: 3 }, ['a', 0], undefined)).toEqual({ a: [2], b: 3 })
    expect(replaceAt({ a: [1, 2], b: 3 }, ['b'], undefined)).toEqual({ a: [1, 2] })
  })
})
