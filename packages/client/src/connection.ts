import type { Transport } from 'viem'
import { ChainError } from './errors.js'

/** The requests that the client makes of a node; a viem client or transport can answer them. */
export type NodeRequest = (
  request: { readonly method: string; readonly params: readonly unknown[] },
  options?: { readonly signal?: AbortSignal },
) => Promise<unknown>

/** Anything with a viem client's `request` and, where it knows its chain, the chain's contracts. */
export type NodeClient = {
  readonly request: (...parameters: never[]) => Promise<unknown>
  readonly chain?:
    | {
        readonly id: number
        readonly contracts?: { readonly [name: string]: unknown } | undefined
      }
    | undefined
}

/** How to reach a chain: a viem transport, or a viem client that exists already. */
export type ChainConnection =
  | { readonly id: number; readonly transport: Transport }
  | { readonly id: number; readonly client: NodeClient }

/** A chain that can be asked. */
export type Connection = {
  readonly id: number
  readonly request: NodeRequest
  readonly multicall: string
}

/** Address of Multicall3 on nearly every chain. */
export const MULTICALL3 = '0xca11bde05977b3631167028862be2a173976ca11'

/** @throws ChainError when the id is not a chain id or the client is of another chain. */
export function connect(entry: ChainConnection): Connection {
  const { id } = entry
  if (!Number.isSafeInteger(id) || id < 1) {
    throw new ChainError(`${id} is not a chain id. Pass a positive integer, 1 for Ethereum.`)
  }
  if ('transport' in entry) {
    const { request } = entry.transport({})
    return { id, request: request as NodeRequest, multicall: MULTICALL3 }
  }
  const { client } = entry
  if (client.chain !== undefined && client.chain.id !== id) {
    throw new ChainError(
      `The client given for chain ${id} is of chain ${client.chain.id}. Pass each client under its own chain id.`,
    )
  }
  const contract = client.chain?.contracts?.multicall3 as { readonly address?: string } | undefined
  return {
    id,
    request: (request, options) => (client.request as NodeRequest)(request, options),
    multicall: (contract?.address ?? MULTICALL3).toLowerCase(),
  }
}
