import type { Corruption, CorruptionKind, CorruptionScene } from './corruption.js'
import { MADE_UP_ADDRESS, STALE_BY_SECONDS } from './corruption.js'

const WORD = 64
const LARGEST = 2n ** 256n - 1n
const HALF = 2n ** 255n
/** `Error(string)` with the text "bad": what a node without error handling may hand on as data. */
const REVERT_DATA = `0x08c379a0${'20'.padStart(WORD, '0')}${'3'.padStart(WORD, '0')}${'626164'.padEnd(WORD, '0')}`
const PAST_SECONDS = 800 * 86_400

/** Whether a raw answer is what a contract call returns: whole bytes in hexadecimal. */
export function isHexAnswer(raw: unknown): raw is `0x${string}` {
  return typeof raw === 'string' && /^0x([0-9a-fA-F]{2})*$/.test(raw)
}

/**
 * Every way to spoil the bytes that a contract returned: cut short, another's error data, and each
 * 32-byte word out of range, of another address, of an older time, or slightly wrong.
 */
export function callCorruptions(raw: `0x${string}`, scene: CorruptionScene): readonly Corruption[] {
  const digits = raw.slice(2)
  const whole = (kind: CorruptionKind, what: string, bytes: string): Corruption => ({
    kind,
    what,
    pattern: what,
    answer: { ok: true, raw: bytes },
  })
  const spoiled = [whole('empty', 'answer 0x', '0x')]
  if (digits.length > 2) {
    spoiled.push(whole('truncated', 'answer without its last byte', `0x${digits.slice(0, -2)}`))
  }
  if (digits.length > WORD) {
    spoiled.push(
      whole('truncated', 'answer without its last word', `0x${digits.slice(0, -WORD)}`),
      whole('truncated', 'first word of the answer alone', `0x${digits.slice(0, WORD)}`),
    )
  }
  spoiled.push(
    whole('wrong-length', 'answer with 7 more bytes', `0x${digits}00000000000000`),
    whole('wrong-type', 'error data in place of the answer', REVERT_DATA),
  )
  if (digits.length % WORD !== 0) return spoiled
  for (let index = 0; index < digits.length / WORD; index++) {
    spoiled.push(...wordCorruptions(digits, index, scene))
  }
  return spoiled
}

function wordCorruptions(
  digits: string,
  index: number,
  scene: CorruptionScene,
): readonly Corruption[] {
  const value = BigInt(`0x${digits.slice(index * WORD, (index + 1) * WORD)}`)
  const field = `word ${index}`
  const put = (kind: CorruptionKind, what: string, word: bigint): Corruption => ({
    kind,
    what: `${field} ${what}`,
    pattern: `${field} ${what}`,
    field,
    answer: {
      ok: true,
      raw: `0x${digits.slice(0, index * WORD)}${word.toString(16).padStart(WORD, '0')}${digits.slice((index + 1) * WORD)}`,
    },
  })
  const spoiled: Corruption[] = []
  if (value !== HALF) spoiled.push(put('out-of-range', '= 2^255', HALF))
  if (value !== LARGEST) spoiled.push(put('out-of-range', '= 2^256 − 1', LARGEST))
  if (looksLikeAddress(value)) {
    spoiled.push({
      ...put('wrong-id', '= another address', BigInt(MADE_UP_ADDRESS)),
      madeUp: MADE_UP_ADDRESS,
    })
    return spoiled
  }
  const nowSeconds = BigInt(Math.floor(scene.nowMs / 1000))
  if (value <= nowSeconds + 86_400n && value > nowSeconds - BigInt(PAST_SECONDS)) {
    spoiled.push(put('stale', '40 days older', value - BigInt(STALE_BY_SECONDS)))
    return spoiled
  }
  if (value === 0n) return spoiled
  spoiled.push(
    put('plausible', '× 1.1', (value * 11n + 9n) / 10n),
    put('plausible', '× 0.9', (value * 9n) / 10n),
    put('plausible', '= 0', 0n),
  )
  return spoiled
}

/** An address has 12 leading zero bytes and, unlike an amount, no run of zeros behind them. */
function looksLikeAddress(value: bigint): boolean {
  return value >> 160n === 0n && value >> 140n !== 0n
}
