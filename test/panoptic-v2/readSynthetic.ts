import type { Adapter, ReadContext, ReadResult, Recording, Request } from '@plimsoll/client'
import { CallRevertedError, RECORDING_FORMAT } from '@plimsoll/client'
import type { Native } from '@plimsoll/model'
import { PlimsollError, parseOwner } from '@plimsoll/model'
import type { Address } from 'viem'
import { answerOf, type SyntheticPool } from './syntheticPool.js'

export const CHAIN = 42_161
export const NOW_MS = 1_800_000_012_000
export const BLOCK: NonNullable<ReadContext['block']> = {
  kind: 'block',
  chain: CHAIN,
  number: 400_000_000n,
  hash: `0x${'5e'.repeat(32)}`,
  timestamp: 1_800_000_000,
}

type RecordedRead = Recording['reads'][number]
type Exchange = RecordedRead['tasks'][number]['rounds'][number][number]

/** A read of made-up pools: what came of it, and the exchanges of each round. */
export type SyntheticRead = {
  readonly result: ReadResult
  readonly rounds: readonly (readonly Exchange[])[]
}

/** Lets an adapter read made-up pools, as the client would. */
export async function readSynthetic(
  adapter: Adapter,
  pools: readonly SyntheticPool[],
  owners: readonly Address[],
  memory?: Native,
): Promise<SyntheticRead> {
  const reading = await adapter.read({
    owners: owners.map((owner) => parseOwner(owner)),
    block: BLOCK,
    nowMs: NOW_MS,
    memory,
    auth: [],
  })
  const rounds: Exchange[][] = []
  let step = reading.next([])
  while (step.done !== true) {
    const exchanges = step.value.map((request) => exchangeOf(pools, request))
    rounds.push(exchanges)
    const answers = step.value.map((request, index) => decoded(request, exchanges[index]))
    step = reading.next(answers)
  }
  return { result: step.value, rounds }
}

/** A read in the form that the client records, labelled by nothing but its made-up addresses. */
export async function recordSynthetic(
  adapter: Adapter,
  pools: readonly SyntheticPool[],
  addresses: readonly Address[],
): Promise<Recording> {
  const { rounds } = await readSynthetic(adapter, pools, addresses)
  const owners = addresses.map((address) => parseOwner(address).id)
  return {
    format: RECORDING_FORMAT,
    reads: [
      {
        owners,
        nowMs: NOW_MS,
        auth: [],
        blockNumbers: {},
        chains: [{ chain: CHAIN, block: { ok: true, value: BLOCK }, replaced: null }],
        tasks: [{ adapter: adapter.id, chain: CHAIN, owners, rounds }],
      },
    ],
  }
}

function exchangeOf(pools: readonly SyntheticPool[], request: Request): Exchange {
  if (request.kind !== 'call') throw new PlimsollError('Only contracts are asked.')
  const { to, data } = request
  const value = answerOf(pools, to, data)
  return {
    request: { kind: 'call', to, data },
    answer:
      value === null
        ? { ok: false, error: 'CallRevertedError', message: `${to} reverted.` }
        : { ok: true, value },
  }
}

function decoded(request: Request, exchange: Exchange | undefined) {
  const answer = exchange?.answer
  if (request.kind !== 'call' || answer?.ok !== true) {
    return { ok: false, error: new CallRevertedError('The contract reverted.') } as const
  }
  try {
    return { ok: true, value: request.decode(answer.value as `0x${string}`) } as const
  } catch (error) {
    if (!(error instanceof PlimsollError)) throw error
    return { ok: false, error } as const
  }
}
