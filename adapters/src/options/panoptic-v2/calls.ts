import type { CallRequest } from '@plimsoll/client'
import { ask, MalformedCallAnswerError } from '@plimsoll/client'
import type { Address } from 'viem'
import { toFunctionSelector } from 'viem'
import { given, type Rounds } from '../../together.js'
import { MAX_TICK } from './ticks.js'

/** An answer, or arguments, as 32-byte words. */
export type Words = readonly bigint[]

/**
 * A call of a view by its signature, answered in words: exactly `length` of them, or any number where
 * the answer has parts of its own length.
 */
export function view(
  to: Address,
  signature: string,
  args: Words = [],
  length: number | null = 1,
): CallRequest<Words> {
  return {
    kind: 'call',
    to,
    data: `${toFunctionSelector(signature)}${args.map(hexWord).join('')}`,
    gas: length === null ? 200_000 + 300_000 * args.length : 80_000,
    answerBytes: 32 * (length ?? 8 + 3 * args.length),
    decode: (answer) => {
      const words = /^0x([0-9a-f]{64})+$/i.test(answer)
        ? (answer.match(/[0-9a-f]{64}/gi) ?? [])
        : []
      if (words.length > 0 && (length === null || words.length === length)) {
        return words.map((word) => BigInt(`0x${word}`))
      }
      throw malformed(`${to} answered ${signature} with ${answer.length / 2 - 1} bytes`)
    },
  }
}

const hexWord = (word: bigint): string => word.toString(16).padStart(64, '0')

/** Asks in one round and returns all answers. @throws the error of the first that has none */
export function* askAll(requests: readonly CallRequest<Words>[]): Rounds<readonly Words[]> {
  const answers = requests.length === 0 ? [] : yield* ask(requests)
  return answers.map(given)
}

/** The address in a word. @throws MalformedCallAnswerError when there is more in it */
export function addressOf(word = 0n): Address {
  if (word >> 160n === 0n) return `0x${word.toString(16).padStart(40, '0')}`
  throw malformed(`an address is answered as ${word}`)
}

/** An unsigned number of at most `most`. @throws MalformedCallAnswerError */
export function numberUpTo(most: bigint, word: bigint | undefined): bigint {
  if (word !== undefined && word <= most) return word
  throw malformed(`a number of at most ${most} is answered as ${word}`)
}

/** The largest amount that the venue can count. */
export const MOST: bigint = (1n << 128n) - 1n

/** A tick of the pool. @throws MalformedCallAnswerError when it is none */
export function tickOf(word = 0n): number {
  const tick = BigInt.asIntN(256, word)
  if (tick >= BigInt(-MAX_TICK) && tick <= BigInt(MAX_TICK)) return Number(tick)
  throw malformed(`a tick is answered as ${tick}`)
}

/** The printable part of a text of at most 32 characters. @throws MalformedCallAnswerError */
export function textOf(words: Words): string {
  const [offset, length = 0n, ...rest] = words
  const isText = offset === 32n && length <= 32n && rest.length === (length === 0n ? 0 : 1)
  if (!isText && words.length !== 1) throw malformed('a symbol is answered as no text')
  const bytes = (isText ? rest : words).map(hexWord).join('').match(/../g) ?? []
  return String.fromCharCode(...bytes.map((byte) => Number.parseInt(byte, 16)))
    .slice(0, isText ? Number(length) : 32)
    .replace(/[^!-~]/g, '')
}

/** An error about an answer that the venue cannot have given. */
export function malformed(what: string): MalformedCallAnswerError {
  return new MalformedCallAnswerError(
    `Panoptic: ${what}. Check the configured pool, and that the node is synced.`,
  )
}
