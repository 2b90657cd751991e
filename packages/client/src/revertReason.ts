import type { Hex } from 'viem'

const ERROR_STRING = '0x08c379a0'
const PANIC = '0x4e487b71'
const PANICS: { readonly [code: string]: string } = {
  '01': 'assertion failed',
  '11': 'arithmetic overflow',
  '12': 'division by zero',
  '21': 'invalid enum value',
  '31': 'pop of an empty array',
  '32': 'array index out of range',
  '41': 'out of memory',
  '51': 'call of an uninitialised function',
}

/** Why a contract reverted, in words, as far as its bytes say. */
export function revertReason(data: Hex): string {
  if (data === '0x') return 'without a reason'
  if (data.startsWith(PANIC)) {
    const code = data.slice(-2)
    return `with panic 0x${code} (${PANICS[code] ?? 'unknown'})`
  }
  if (data.startsWith(ERROR_STRING)) {
    const length = Number(`0x0${data.slice(74, 138)}`)
    const text = data.slice(138, 138 + Math.min(length, 200) * 2)
    return `with "${utf8(text)}"`
  }
  return `with custom error ${data.slice(0, 10)}`
}

function utf8(hex: string): string {
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
  return new TextDecoder().decode(bytes)
}
