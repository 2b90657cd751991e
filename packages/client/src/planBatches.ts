import type { CallRequest } from './requests.js'

/** A call as the planner sees it. */
export type PlannedCall = Pick<CallRequest<unknown>, 'to' | 'data' | 'gas' | 'answerBytes'>

/** What one `eth_call` may hold. */
export type BatchLimits = {
  readonly calls: number
  readonly gas: number
  readonly calldataBytes: number
  readonly answerBytes: number
}

const GAS_PER_CALL = 50_000
const ANSWER_BYTES_PER_CALL = 64
// Address, flag, offsets and padding of one call in an aggregate.
const OVERHEAD_BYTES = 192

/**
 * Splits calls, in their order, into as few `eth_call`s as the limits allow: each takes the next
 * call unless its count, estimated gas, calldata or estimated answer would exceed its limit. A call
 * that exceeds a limit alone goes alone.
 */
export function planBatches<Call extends PlannedCall>(
  calls: readonly Call[],
  limits: BatchLimits,
): readonly (readonly Call[])[] {
  const batches: Call[][] = []
  let used = { calls: 0, gas: 0, calldataBytes: 0, answerBytes: 0 }
  for (const call of calls) {
    const cost = {
      calls: 1,
      gas: call.gas ?? GAS_PER_CALL,
      calldataBytes: call.data.length / 2 + OVERHEAD_BYTES,
      answerBytes: call.answerBytes ?? ANSWER_BYTES_PER_CALL,
    }
    const batch = batches.at(-1)
    const fits =
      used.calls + cost.calls <= limits.calls &&
      used.gas + cost.gas <= limits.gas &&
      used.calldataBytes + cost.calldataBytes <= limits.calldataBytes &&
      used.answerBytes + cost.answerBytes <= limits.answerBytes
    if (batch !== undefined && fits) {
      batch.push(call)
      used = {
        calls: used.calls + cost.calls,
        gas: used.gas + cost.gas,
        calldataBytes: used.calldataBytes + cost.calldataBytes,
        answerBytes: used.answerBytes + cost.answerBytes,
      }
    } else {
      batches.push([call])
      used = cost
    }
  }
  return batches
}
