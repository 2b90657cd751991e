import { BlockPinError, MalformedCallAnswerError } from './errors.js'
import type { Block } from './source.js'

/**
 * Reads a node's block.
 *
 * @throws BlockPinError when the node has no such block, or answers with another one.
 * @throws MalformedCallAnswerError when a field that is needed is missing.
 */
export function parseBlock(answer: unknown, chain: number, wanted: bigint | undefined): Block {
  const name = wanted === undefined ? 'latest block' : `block ${wanted}`
  if (answer === null || answer === undefined) {
    throw new BlockPinError(
      `Chain ${chain} has no ${name}. Ask for a block that exists, or use a node that is synced.`,
    )
  }
  const { number, hash, timestamp } = answer as { readonly [field: string]: unknown }
  if (!isQuantity(number) || !isQuantity(timestamp) || !isHash(hash)) {
    throw new MalformedCallAnswerError(
      `The ${name} of chain ${chain} has no number, hash or timestamp. Check that the address is a JSON-RPC endpoint of an EVM chain.`,
    )
  }
  if (wanted !== undefined && BigInt(number) !== wanted) {
    throw new BlockPinError(
      `Asked for block ${wanted} of chain ${chain}, the node answered with block ${BigInt(number)}. Use another node.`,
    )
  }
  return {
    kind: 'block',
    chain,
    number: BigInt(number),
    hash: hash.toLowerCase() as `0x${string}`,
    timestamp: Number(timestamp),
  }
}

/**
 * Reads the number of a node's newest block.
 *
 * @throws MalformedCallAnswerError when the answer is no quantity.
 */
export function parseBlockNumber(answer: unknown, chain: number): bigint {
  if (isQuantity(answer)) return BigInt(answer)
  throw new MalformedCallAnswerError(
    `The node of chain ${chain} does not say its newest block. Check that the address is a JSON-RPC endpoint of an EVM chain.`,
  )
}

function isQuantity(value: unknown): value is string {
  return typeof value === 'string' && /^0x[0-9a-fA-F]{1,16}$/.test(value)
}

function isHash(value: unknown): value is string {
  return typeof value === 'string' && /^0x[0-9a-fA-F]{64}$/.test(value)
}
