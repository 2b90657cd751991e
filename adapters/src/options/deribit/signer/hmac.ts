import type { Hex } from 'viem'
import { bytesToHex, concat, sha256, stringToBytes } from 'viem'

const BLOCK_BYTES = 64

/** HMAC-SHA-256 of a text under a secret, as 64 hex digits. Formula: RFC 2104. */
export function hmacSha256Hex(secret: string, text: string): string {
  const given = stringToBytes(secret)
  const key = new Uint8Array(BLOCK_BYTES)
  key.set(given.length > BLOCK_BYTES ? sha256(given, 'bytes') : given)
  const padded = (byte: number): Hex => bytesToHex(key.map((part) => part ^ byte))
  const inner = sha256(concat([padded(0x36), bytesToHex(stringToBytes(text))]))
  return sha256(concat([padded(0x5c), inner])).slice(2)
}
