import {
  type Abi,
  type Address,
  type Chain,
  type Client,
  encodeFunctionData,
  type Hex,
  type Transport,
} from 'viem'

/** Sends a transaction from an account that the local node holds; a revert throws the node's error. */
export async function transact(
  client: Client<Transport, Chain>,
  from: Address,
  to: Address,
  abi: Abi,
  functionName: string,
  args: readonly unknown[],
): Promise<{ readonly status: Hex; readonly blockNumber: Hex }> {
  const data = encodeFunctionData({ abi, functionName, args: [...args] })
  return sendCall(client, from, { to, data })
}

/** Sends an encoded call as a transaction and returns its receipt. */
export async function sendCall(
  client: Client<Transport, Chain>,
  from: Address,
  { to, data }: { readonly to: Address; readonly data: Hex },
): Promise<{ readonly status: Hex; readonly blockNumber: Hex }> {
  const transaction = { from, to, data, gas: '0x1c9c380' }
  return (await nodeRequest(client, 'eth_sendTransactionSync', transaction)) as {
    status: Hex
    blockNumber: Hex
  }
}

/** Sets the time of the next block, Unix seconds. */
export async function nextBlockAt(
  client: Client<Transport, Chain>,
  timestamp: number,
): Promise<void> {
  await nodeRequest(client, 'evm_setNextBlockTimestamp', timestamp)
}

/** Any method of the node. */
export function nodeRequest(
  client: Client<Transport, Chain>,
  method: string,
  ...params: readonly unknown[]
): Promise<unknown> {
  return (client.request as (call: unknown) => Promise<unknown>)({ method, params })
}
