import type { Anvil } from '@plimsoll/testkit/anvil'
import { type Address, type Hex, keccak256, numberToHex } from 'viem'
import { nodeRequest } from '../contracts/aave-v3/transact.js'

/**
 * Code that answers calldata with what is stored under its hash: a count of words, then the words in the
 * slots that follow. It reverts on calldata that it was told nothing about.
 *
 * CALLDATACOPY; KECCAK256; if no words REVERT; for each word MSTORE(32 i, SLOAD(hash + 1 + i)); RETURN
 */
const CODE: Hex =
  '0x365f5f37365f208054806010575f5ffd5b5f5b818114602d5780600101808401549160051b91825290506012565b60051b5ff3'

const MAX_WORD = (1n << 256n) - 1n

/** Makes a contract at `address` answer these bytes of calldata with these words from now on. */
export async function tell(
  { client }: Anvil,
  address: Address,
  calldata: Hex,
  words: readonly bigint[],
): Promise<void> {
  await nodeRequest(client, 'anvil_setCode', address, CODE)
  const slot = BigInt(keccak256(calldata))
  for (const [index, word] of [BigInt(words.length), ...words].entries()) {
    const at = numberToHex((slot + BigInt(index)) & MAX_WORD, { size: 32 })
    await nodeRequest(
      client,
      'anvil_setStorageAt',
      address,
      at,
      numberToHex(word & MAX_WORD, { size: 32 }),
    )
  }
}
