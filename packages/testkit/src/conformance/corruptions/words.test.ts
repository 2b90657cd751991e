import fc from 'fast-check'
import { encodeAbiParameters, parseAbiParameters } from 'viem'
import { describe, expect, it } from 'vitest'
import { MADE_UP_ADDRESS } from './corruption.js'
import { callCorruptions, isHexAnswer } from './words.js'

const scene = { nowMs: 1_700_000_000_000 }
const word = (value: bigint | string) =>
  (typeof value === 'bigint' ? value.toString(16) : value.slice(2)).padStart(64, '0')
const rawOf = (answer: `0x${string}`, what: string) => {
  const found = callCorruptions(answer, scene).find((corruption) => corruption.what === what)
  return found?.answer.ok === true ? found.answer.raw : undefined
}
const kindsOf = (answer: `0x${string}`) =>
  new Set(callCorruptions(answer, scene).map(({ kind }) => kind))

describe('callCorruptions', () => {
  it('always changes the answer, into whole bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (bytes) => {
        const answer = `0x${Buffer.from(bytes).toString('hex')}` as const
        for (const { answer: corrupt, what } of callCorruptions(answer, scene)) {
          expect(corrupt.ok && corrupt.raw, what).not.toBe(answer)
          expect(corrupt.ok && isHexAnswer(corrupt.raw), what).toBe(true)
        }
      }),
    )
  })

  it('empties and cuts the answer', () => {
    const answer = `0x${word(1n)}${word(2n)}` as const
    expect(rawOf(answer, 'answer 0x')).toBe('0x')
    expect(rawOf(answer, 'answer without its last byte')).toBe(answer.slice(0, -2))
    expect(rawOf(answer, 'answer without its last word')).toBe(`0x${word(1n)}`)
  })

  it('cuts nothing off that leaves nothing', () => {
    expect(rawOf('0x12', 'answer without its last byte')).toBeUndefined()
    expect(rawOf('0x1234', 'answer without its last byte')).toBe('0x12')
    expect(rawOf(`0x${word(1n)}`, 'answer without its last word')).toBeUndefined()
  })

  it('puts each word out of range, up and as a negative number', () => {
    const answer = `0x${word(1n)}${word(2n)}` as const
    expect(rawOf(answer, 'word 1 = 2^255')).toBe(`0x${word(1n)}${word(2n ** 255n)}`)
    expect(rawOf(answer, 'word 0 = 2^256 − 1')).toBe(`0x${'f'.repeat(64)}${word(2n)}`)
  })

  it('makes each word slightly wrong, and a zero cannot be', () => {
    const answer = `0x${word(1_000n)}${word(0n)}` as const
    expect(rawOf(answer, 'word 0 × 1.1')).toBe(`0x${word(1_100n)}${word(0n)}`)
    expect(rawOf(answer, 'word 0 × 0.9')).toBe(`0x${word(900n)}${word(0n)}`)
    expect(rawOf(answer, 'word 0 = 0')).toBe(`0x${word(0n)}${word(0n)}`)
    expect(rawOf(answer, 'word 1 = 0')).toBeUndefined()
    expect(rawOf(`0x${word(1n)}`, 'word 0 × 1.1')).toBe(`0x${word(2n)}`)
  })

  it('puts a made-up address in the place of an address, and leaves amounts alone', () => {
    const token = `0x${'ab'.repeat(20)}` as const
    const [found] = callCorruptions(
      encodeAbiParameters(parseAbiParameters('address'), [token]),
      scene,
    ).filter(({ kind }) => kind === 'wrong-id')
    expect(found?.answer).toEqual({ ok: true, raw: `0x${word(MADE_UP_ADDRESS)}` })
    expect(found?.madeUp).toBe(MADE_UP_ADDRESS)
    expect(kindsOf(`0x${word(10n ** 24n)}`)).not.toContain('wrong-id')
  })

  it('takes back a word that reads as a time of the last two years, and no other', () => {
    const time = 1_699_990_000n
    expect(rawOf(`0x${word(time)}`, 'word 0 40 days older')).toBe(`0x${word(time - 40n * 86_400n)}`)
    expect(kindsOf(`0x${word(1_600_000_000n)}`)).not.toContain('stale')
    expect(kindsOf(`0x${word(1_800_000_000n)}`)).not.toContain('stale')
  })

  it('changes no words of an answer that is not made of words', () => {
    expect(kindsOf('0x1234')).toEqual(new Set(['empty', 'truncated', 'wrong-length', 'wrong-type']))
  })
})

describe('isHexAnswer', () => {
  it('is true of whole bytes in hexadecimal only', () => {
    expect(['0x', '0x12', '0xAB'].every(isHexAnswer)).toBe(true)
    expect(['0x1', '12', '0xzz', '', 12, null].some(isHexAnswer)).toBe(false)
  })
})
