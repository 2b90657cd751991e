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
  call: { readonly to: Address; readonly data: Hex },
): Promise<{ readonly status: Hex; readonly blockNumber: Hex }> {
  const request = client.request as (call: unknown) => Promise<unknown>
  return (await request({
    method: 'eth_sendTransactionSync',
    params: [{ from, gas: '0x1c9c380', ...call }],
  })) as { status: Hex; blockNumber: Hex }
}
