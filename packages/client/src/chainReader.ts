import { aggregate } from './aggregate.js'
import type { Clock } from './clock.js'
import type { Connection } from './connection.js'
import { MULTICALL3 } from './connection.js'
import { DEPLOYLESS_LIMITS, decodeDeployless, encodeDeployless } from './deployless.js'
import { BlockPinError, ChainError } from './errors.js'
import type { Limits } from './limits.js'
import { decodeAggregate3, encodeAggregate3 } from './multicall.js'
import type { NodeAnswer } from './node.js'
import { askNode } from './node.js'
import { isBlockGone, refusesBlockHash } from './nodeError.js'
import { parseBlock, parseBlockNumber } from './parseBlock.js'
import type { BatchLimits, PlannedCall } from './planBatches.js'
import { planBatches } from './planBatches.js'
import type { Block, RawAnswer } from './source.js'

/** A chain's block while it is being read. */
export type Pinned = {
  readonly block: Block
  /** Whether no Multicall3 stands at this block. */
  readonly isDeployless: boolean
}

/** Reads one chain; what it learns of the node is kept from read to read. */
export type ChainReader = {
  /** @throws PlimsollError */
  readonly pin: (wanted: bigint | undefined, signal: AbortSignal | undefined) => Promise<Pinned>
  /** The answers of all calls, in one `eth_call` unless they exceed the limits. */
  readonly call: (
    pinned: Pinned,
    calls: readonly PlannedCall[],
    signal: AbortSignal | undefined,
  ) => Promise<readonly RawAnswer[]>
  /** Number of the newest block. @throws PlimsollError */
  readonly head: (signal: AbortSignal | undefined) => Promise<bigint>
  /** @throws BlockPinError when calls were made by number and the block has been replaced since. */
  readonly confirm: (pinned: Pinned, signal: AbortSignal | undefined) => Promise<void>
}

// A node behind a load balancer may get the newest block a moment later.
const WAITS_FOR_BLOCK_MS = [250, 750] as const

/** Reads the chain of `connection`. */
export function createChainReader(
  connection: Connection,
  clock: Clock,
  limits: Limits,
): ChainReader {
  const { id: chain, multicall } = connection
  const ask = askNode(connection, clock, limits.nodeTimeoutMs)
  let isVerified = false
  let takesHash = true
  // Contracts stay: code seen once is there in every later block.
  let codeSince: bigint | undefined
  let noCodeUntil: bigint | undefined
  let callsPerBatch = Number.MAX_SAFE_INTEGER

  async function verifyChain(signal: AbortSignal | undefined): Promise<void> {
    if (isVerified) return
    const answer = required(await ask('eth_chainId', [], signal))
    if (typeof answer !== 'string' || Number(answer) !== chain) {
      const served = typeof answer === 'string' ? Number(answer) : 'none'
      throw new ChainError(
        `The node given for chain ${chain} serves chain ${served}. Give each chain a node of its own.`,
      )
    }
    isVerified = true
  }

  async function readBlock(
    number: bigint | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Block> {
    const tag = number === undefined ? 'latest' : toHex(number)
    return parseBlock(
      required(await ask('eth_getBlockByNumber', [tag, false], signal)),
      chain,
      number,
    )
  }

  async function lacksMulticall(number: bigint, signal: AbortSignal | undefined): Promise<boolean> {
    if (codeSince !== undefined && number >= codeSince) return false
    // A chain that had none is aggregated without it for as long as the client lives.
    if (noCodeUntil !== undefined && (codeSince === undefined || number <= noCodeUntil)) return true
    const code = required(await ask('eth_getCode', [multicall, toHex(number)], signal))
    const isMissing = code === '0x'
    if (isMissing) noCodeUntil = number
    else codeSince = number
    return isMissing
  }

  async function ethCall(
    { block, isDeployless }: Pinned,
    calls: readonly PlannedCall[],
    signal: AbortSignal | undefined,
  ): Promise<NodeAnswer> {
    const transaction = isDeployless
      ? { data: encodeDeployless(calls) }
      : { to: multicall, data: encodeAggregate3(calls.map((call) => relocated(call, multicall))) }
    if (takesHash) {
      const tag = { blockHash: block.hash, requireCanonical: true }
      let answer = await ask('eth_call', [transaction, tag], signal)
      for (const wait of WAITS_FOR_BLOCK_MS) {
        if (answer.ok || answer.failure === null || !isBlockGone(answer.failure)) break
        await clock.sleep(wait, signal)
        answer = await ask('eth_call', [transaction, tag], signal)
      }
      if (answer.ok || answer.failure === null || !refusesBlockHash(answer.failure)) return answer
    }
    const answer = await ask('eth_call', [transaction, toHex(block.number)], signal)
    if (answer.ok) takesHash = false
    return answer
  }

  return {
    async pin(wanted, signal) {
      const [block] = await Promise.all([readBlock(wanted, signal), verifyChain(signal)])
      return { block, isDeployless: await lacksMulticall(block.number, signal) }
    },
    async call(pinned, calls, signal) {
      const how = {
        chain,
        send: (batch: readonly PlannedCall[]) => ethCall(pinned, batch, signal),
        decode: pinned.isDeployless ? decodeDeployless : decodeAggregate3,
        learn: (count: number) => {
          callsPerBatch = Math.min(callsPerBatch, count)
        },
      }
      const batches = planBatches(calls, batchLimits(limits, pinned.isDeployless, callsPerBatch))
      return (await Promise.all(batches.map((batch) => aggregate(how, batch)))).flat()
    },
    async head(signal) {
      const [answer] = await Promise.all([ask('eth_blockNumber', [], signal), verifyChain(signal)])
      return parseBlockNumber(required(answer), chain)
    },
    async confirm(pinned, signal) {
      if (takesHash) return
      const { number, hash } = pinned.block
      const now = await readBlock(number, signal)
      if (now.hash === hash) return
      throw new BlockPinError(
        `Block ${number} of chain ${chain} was replaced while it was being read (${hash} by ${now.hash}). Read again.`,
      )
    },
  }
}

function batchLimits(limits: Limits, isDeployless: boolean, calls: number): BatchLimits {
  const { gas, calldataBytes, answerBytes } = limits
  if (!isDeployless) return { calls, gas, calldataBytes, answerBytes }
  return {
    calls,
    gas,
    calldataBytes: Math.min(calldataBytes, DEPLOYLESS_LIMITS.calldataBytes),
    answerBytes: Math.min(answerBytes, DEPLOYLESS_LIMITS.answerBytes),
  }
}

// Adapters name Multicall3 by its usual address; some chains have it elsewhere.
function relocated(call: PlannedCall, multicall: string): { to: string; data: string } {
  const { to, data } = call
  return { to: to.toLowerCase() === MULTICALL3 ? multicall : to.toLowerCase(), data }
}

function required(answer: NodeAnswer): unknown {
  if (answer.ok) return answer.value
  throw answer.error
}

function toHex(value: bigint): string {
  return `0x${value.toString(16)}`
}
