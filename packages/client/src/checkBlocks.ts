import { ChainError } from './errors.js'

/** @throws ChainError when a block number is negative, or of a chain without a connection. */
export function checkBlocks(
  blockNumbers: { readonly [chain: number]: bigint },
  chains: readonly number[],
): void {
  for (const [chain, number] of Object.entries(blockNumbers)) {
    if (!chains.includes(Number(chain))) {
      throw new ChainError(
        `A block number is given for chain ${chain}, which has no connection. Pass its transport to createClient, or drop the number.`,
      )
    }
    if (number < 0n) {
      throw new ChainError(`Block ${number} of chain ${chain} is negative. Pass a block number.`)
    }
  }
}
