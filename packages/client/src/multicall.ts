import type { Hex } from 'viem'
import { MalformedCallAnswerError } from './errors.js'

/** One call inside an aggregate. */
export type InnerCall = { readonly to: string; readonly data: string }

/** What one call inside an aggregate returned. */
export type InnerAnswer = { readonly success: boolean; readonly data: Hex }

const AGGREGATE3 = '0x82ad56cb'
const WORD = 64

/** Calldata of Multicall3's `aggregate3`, every call allowed to fail. */
export function encodeAggregate3(calls: readonly InnerCall[]): Hex {
  const heads: string[] = []
  const bodies: string[] = []
  let offset = calls.length * 32
  for (const { to, data } of calls) {
    const bytes = (data.length - 2) / 2
    const padded = data.slice(2).padEnd(Math.ceil(bytes / 32) * WORD, '0')
    const body = `${to.slice(2).padStart(WORD, '0')}${word(1)}${word(96)}${word(bytes)}${padded}`
    heads.push(word(offset))
    bodies.push(body)
    offset += body.length / 2
  }
  return `${AGGREGATE3}${word(32)}${word(calls.length)}${heads.join('')}${bodies.join('')}`
}

/**
 * What `aggregate3` returned, in the order of the calls.
 *
 * @throws MalformedCallAnswerError when bytes are missing or an offset, flag or length is out of range.
 */
export function decodeAggregate3(answer: unknown, count: number): readonly InnerAnswer[] {
  const hex = bytesOf(answer)
  const list = readInteger(hex, 0)
  if (readInteger(hex, list) !== count) throw malformed(`it does not hold ${count} answers`)
  return Array.from({ length: count }, (_, index) => {
    const entry = list + 32 + readInteger(hex, list + 32 + index * 32)
    const success = readInteger(hex, entry)
    if (success > 1) throw malformed('a success flag is neither 0 nor 1')
    const start = entry + readInteger(hex, entry + 32)
    return { success: success === 1, data: readBytes(hex, start + 32, readInteger(hex, start)) }
  })
}

/** The hexadecimal digits of an answer, without `0x`. @throws MalformedCallAnswerError */
export function bytesOf(answer: unknown): string {
  if (typeof answer !== 'string' || !/^0x([0-9a-fA-F]{2})*$/.test(answer)) {
    throw malformed('it is not a string of whole bytes')
  }
  if (answer === '0x') throw malformed('it is empty (0x)')
  return answer.slice(2)
}

/** `length` bytes from `offset`. @throws MalformedCallAnswerError when they are not all there. */
export function readBytes(hex: string, offset: number, length: number): Hex {
  if ((offset + length) * 2 > hex.length) {
    throw malformed(`it ends after ${hex.length / 2} bytes, before byte ${offset + length}`)
  }
  return `0x${hex.slice(offset * 2, (offset + length) * 2)}`
}

/** The big-endian integer of `size` bytes at `offset`. @throws MalformedCallAnswerError when it is absurd. */
export function readInteger(hex: string, offset: number, size = 32): number {
  const value = Number(readBytes(hex, offset, size))
  if (value > 0xff_ff_ff_ff) throw malformed(`an offset or length at byte ${offset} is absurd`)
  return value
}

/** The error for an aggregate whose bytes cannot be its answer. */
export function malformed(why: string): MalformedCallAnswerError {
  return new MalformedCallAnswerError(
    `The node's answer to the aggregated call cannot be read: ${why}. Check that the node is synced and serves this chain, or use another node.`,
  )
}

function word(value: number): string {
  return value.toString(16).padStart(WORD, '0')
}
