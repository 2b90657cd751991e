/** How much goes into one `eth_call` and one generator; a plan beyond it is split. */
export type Limits = {
  /** Gas that one `eth_call` is expected to use; nodes allow 50 million by default. */
  readonly gas: number
  /** Bytes sent in one `eth_call`. */
  readonly calldataBytes: number
  /** Bytes that one `eth_call` is expected to return. */
  readonly answerBytes: number
  /** Owners given to one adapter at once. */
  readonly owners: number
  /** Rounds that an adapter may take. */
  readonly rounds: number
  /** Discoveries remembered between reads. */
  readonly memories: number
  /** Milliseconds for one request to a node, its own retries included. */
  readonly nodeTimeoutMs: number
}

/** Sized so that the ordinary read of one owner is one `eth_call` a chain and round. */
export const DEFAULT_LIMITS: Limits = {
  gas: 45_000_000,
  calldataBytes: 131_072,
  answerBytes: 1_000_000,
  owners: 100,
  rounds: 16,
  memories: 1024,
  nodeTimeoutMs: 30_000,
}
