import { toCanonicalJson } from '@plimsoll/model'
import type { Hex } from 'viem'
import { sha256, stringToHex } from 'viem'

/**
 * The hash of a report, recording or market state: SHA-256 of its canonical JSON. Equal contents have
 * equal hashes on every engine, whatever the order of their keys.
 *
 * @example
 * contentHash(report) // '0x9f86d0…'
 */
export function contentHash(value: unknown): Hex {
  return sha256(stringToHex(toCanonicalJson(value)))
}
