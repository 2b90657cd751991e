import type { Client } from 'viem'

type TestRequest = (parameters: { method: string; params: readonly unknown[] }) => Promise<unknown>

/**
 * Runs `task` and takes the node back to where it was, whether the task succeeds or fails; the
 * time of the next block is taken back too.
 *
 * @example
 * await withSnapshot(anvil.client, async () => { await setBalance(anvil.client, …) })
 */
export async function withSnapshot<Result>(
  client: Client,
  task: () => Promise<Result>,
): Promise<Result> {
  const request = client.request as TestRequest
  const snapshot = await request({ method: 'evm_snapshot', params: [] })
  try {
    return await task()
  } finally {
    await request({ method: 'evm_revert', params: [snapshot] })
  }
}
