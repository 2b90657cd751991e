import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as z from 'zod/mini'
import { parseTruthFile, TruthFormatError, truthFileSchema } from './envelope.js'

const file = {
  format: 'plimsoll-truth/1',
  kind: 'k',
  about: 'a',
  cases: [{ id: 'one', expect: 1 }],
}
const parse = (value: unknown) => parseTruthFile(JSON.stringify(value), 'file.json')

describe('parseTruthFile', () => {
  it('keeps every field of the file and its cases', () => {
    const full = {
      ...file,
      units: { price: 'USD' },
      tolerance: 1e-9,
      cases: [{ id: 'one', venue: 'v', inputs: { amounts: ['1'] }, expect: { health: null } }],
    }
    expect(parse(full)).toEqual(full)
  })

  it.each([
    ['another format', { ...file, format: 'plimsoll-truth/2' }],
    ['no kind', { ...file, kind: undefined }],
    ['an empty about', { ...file, about: '' }],
    ['no cases', { ...file, cases: undefined }],
    ['an empty list of cases', { ...file, cases: [] }],
    ['a case without id', { ...file, cases: [{ expect: 1 }] }],
    ['a numeric id', { ...file, cases: [{ id: 1, expect: 1 }] }],
    ['a negative tolerance', { ...file, tolerance: -1 }],
    [
      'an unknown kind of tolerance',
      { ...file, cases: [{ id: 'a', expect: 1, tolerance: { bps: 1 } }] },
    ],
    ['a list', [file]],
    ['two cases of one id', { ...file, cases: [...file.cases, ...file.cases] }],
  ])('refuses %s', (_what, value) => {
    expect(() => parse(value)).toThrow(TruthFormatError)
  })

  it('names the broken field', () => {
    expect(() => parse({ ...file, cases: [{ id: '', expect: 1 }] })).toThrow(/cases\.0\.id/)
  })

  it('names the file that is broken as a whole, and every issue', () => {
    expect(() => parse([file])).toThrow(/file: /)
    expect(() => parse({ ...file, kind: '', about: '' })).toThrow(/kind: .*; about: /)
    expect(() => parse({ ...file, cases: [...file.cases, ...file.cases] })).toThrow(
      'file.json has two cases "one"',
    )
  })

  it('names itself', () => {
    expect(new TruthFormatError('x').name).toBe('TruthFormatError')
  })

  it('refuses text that is not JSON', () => {
    expect(() => parseTruthFile('{', 'file.json')).toThrow(/file\.json is not JSON/)
  })

  it('refuses an integer that a double cannot hold, but not one in a string', () => {
    const text = (amount: string) =>
      JSON.stringify(file).replace('"expect":1', `"expect":${amount}`)
    expect(() => parseTruthFile(text('9007199254740993'), 'f')).toThrow(/9007199254740993.*string/)
    expect(parseTruthFile(text('"9007199254740993"'), 'f').cases[0]?.expect).toBe(
      '9007199254740993',
    )
    expect(parseTruthFile(text('9007199254740991'), 'f').cases[0]?.expect).toBe(9007199254740991)
    for (const number of [
      '12345678901234567890.5',
      '1.12345678901234567890',
      '1e22',
      '-1.5E+20',
      '12345678901234567890e-30',
    ]) {
      expect(parseTruthFile(text(number), 'f').cases[0]?.expect).toBe(Number(number))
    }
    expect(parseTruthFile(text('1.5e300'), 'f').cases[0]?.expect).toBe(1.5e300)
  })
})

describe('truth.schema.json', () => {
  it('is the JSON Schema of the envelope that the runner validates', () => {
    const committed: unknown = JSON.parse(
      readFileSync(new URL('./truth.schema.json', import.meta.url), 'utf8'),
    )
    expect(committed).toEqual({
      ...z.toJSONSchema(truthFileSchema),
      title: 'plimsoll-truth/1',
      description: expect.any(String),
    })
  })
})
