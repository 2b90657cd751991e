import { AdapterError } from '@plimsoll/client'
import { PlimsollError } from '@plimsoll/model'
import type { Address } from 'viem'
import { decodeTokenId, type Token } from './token-id.js'

/** A pool to read, and the positions in it that are known. */
export type PanopticPool = {
  readonly chain: number
  /** The Panoptic pool, not the Uniswap pool under it. */
  readonly address: Address
  /** Shown to people: `ETH/USDC 5 bps`. */
  readonly name: string
  /** The token that prices are stated in: its unit counts as one unit of the numeraire. */
  readonly quote: Token
  /** `USD` where the quote token is a dollar. */
  readonly numeraire: string
  /** Ids of the positions of each owner, by address: the contracts list them nowhere. */
  readonly positions: { readonly [owner: Address]: readonly bigint[] }
}

/** Ids by lower-case owner. */
export type KnownPool = Omit<PanopticPool, 'positions'> & {
  readonly positions: ReadonlyMap<string, readonly bigint[]>
}

const ADDRESS = /^0x[0-9a-f]{40}$/i

/**
 * Checks the configured pools.
 *
 * @throws AdapterError for an address, chain or position id that cannot be one, or one twice
 */
export function knownPools(pools: readonly PanopticPool[]): readonly KnownPool[] {
  const seen = new Set<string>()
  return pools.map(({ positions, ...pool }) => {
    const address = pool.address.toLowerCase() as Address
    const key = `${pool.chain} ${address}`
    if (!ADDRESS.test(address) || !Number.isSafeInteger(pool.chain) || pool.chain < 1) {
      throw refused(`${pool.address} on chain ${pool.chain} is no pool. Pass 0x and 40 hex digits`)
    }
    if (pool.numeraire === '') throw refused(`pool ${address} has no numeraire. Pass "USD", say`)
    if (seen.has(key)) throw refused(`pool ${address} is named twice. Name it once`)
    seen.add(key)
    const entries = Object.entries(positions).map(([owner, ids]) => {
      if (!ADDRESS.test(owner)) throw refused(`"${owner}" is no owner. Pass 0x and 40 hex digits`)
      if (new Set(ids).size !== ids.length) throw refused(`${owner} has a position twice`)
      ids.forEach(checkId)
      return [owner.toLowerCase(), ids] as const
    })
    if (new Set(entries.map(([owner]) => owner)).size !== entries.length) {
      throw refused(`an owner of pool ${address} is named twice. Name all positions together`)
    }
    return { ...pool, address, positions: new Map(entries) }
  })
}

function checkId(tokenId: bigint): void {
  try {
    decodeTokenId(tokenId)
  } catch (cause) {
    if (!(cause instanceof PlimsollError)) throw cause
    throw new AdapterError(cause.shortMessage, { cause })
  }
}

function refused(what: string): AdapterError {
  return new AdapterError(`Panoptic cannot be read: ${what}.`)
}
