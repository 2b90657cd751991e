import { PlimsollError } from '@plimsoll/model'
import { BlockPinError, CallRevertedError, MalformedCallAnswerError } from './errors.js'
import type { InnerAnswer } from './multicall.js'
import type { NodeAnswer } from './node.js'
import { isBlockGone, isTooMuch } from './nodeError.js'
import type { PlannedCall } from './planBatches.js'
import { revertReason } from './revertReason.js'
import type { RawAnswer } from './source.js'

/** Sends calls as one `eth_call` and takes its answer apart. */
export type Aggregate = {
  readonly chain: number
  readonly send: (calls: readonly PlannedCall[]) => Promise<NodeAnswer>
  /** @throws MalformedCallAnswerError */
  readonly decode: (answer: unknown, count: number) => readonly InnerAnswer[]
  /** Told the size that went through after a larger one was too much. */
  readonly learn: (calls: number) => void
}

// Enough to find two bad calls among a thousand; a node that refuses everything is soon left alone.
const SPLITS = 24

/**
 * Answers of all calls, in their order. When the node says that it is too much for one `eth_call`,
 * both halves are asked one after the other, down to single calls, so that one bad call does not
 * take others along; after 24 splits what is left fails.
 */
export async function aggregate(
  how: Aggregate,
  calls: readonly PlannedCall[],
  splits: { left: number } = { left: SPLITS },
): Promise<readonly RawAnswer[]> {
  const answer = await how.send(calls)
  if (answer.ok) return decodeAll(how, answer.value, calls)
  const { failure, error } = answer
  if (failure !== null && isTooMuch(failure)) {
    if (calls.length === 1) return [failed(onlyCall(how.chain, calls[0], failure.text))]
    if (splits.left-- > 0) {
      const middle = Math.ceil(calls.length / 2)
      const first = await aggregate(how, calls.slice(0, middle), splits)
      const all = [...first, ...(await aggregate(how, calls.slice(middle), splits))]
      if (all.every(({ ok }) => ok)) how.learn(middle)
      return all
    }
  }
  const gone = failure !== null && isBlockGone(failure)
  const reason = gone ? blockGone(how.chain, error) : error
  return calls.map(() => failed(reason))
}

function decodeAll(
  how: Aggregate,
  value: unknown,
  calls: readonly PlannedCall[],
): readonly RawAnswer[] {
  try {
    return how
      .decode(value, calls.length)
      .map((answer, index) => innerAnswer(answer, calls[index], how.chain))
  } catch (error) {
    if (!(error instanceof PlimsollError)) throw error
    return calls.map(() => failed(error))
  }
}

function innerAnswer(
  { success, data }: InnerAnswer,
  call: PlannedCall | undefined,
  chain: number,
): RawAnswer {
  const where = describe(call, chain)
  if (!success) {
    return failed(
      new CallRevertedError(
        `${where} reverted ${revertReason(data)}. Check that the contract has this function and accepts these arguments.`,
      ),
    )
  }
  if (data === '0x') {
    return failed(
      new MalformedCallAnswerError(
        `${where} answered nothing (0x): there is no contract, or it lacks the function. Check the address and the chain.`,
      ),
    )
  }
  return { ok: true, value: data }
}

function onlyCall(chain: number, call: PlannedCall | undefined, details: string): PlimsollError {
  return new CallRevertedError(
    `${describe(call, chain)} uses up the node's gas or size limit on its own. Use a node with higher limits, or report the adapter.`,
    { details: details.slice(0, 300) },
  )
}

function blockGone(chain: number, cause: PlimsollError): PlimsollError {
  return new BlockPinError(
    `The node of chain ${chain} does not have the pinned block or its state. Read again, or use a node that keeps it (an archive node for old blocks).`,
    cause.details === undefined ? {} : { details: cause.details },
  )
}

function describe(call: PlannedCall | undefined, chain: number): string {
  const selector = call?.data.slice(0, 10) ?? ''
  return `The call ${selector} of ${call?.to ?? 'a contract'} on chain ${chain}`
}

function failed(error: PlimsollError): RawAnswer {
  return { ok: false, error }
}
