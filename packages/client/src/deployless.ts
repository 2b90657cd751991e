import type { Hex } from 'viem'
import { MULTICALL3 } from './connection.js'
import type { InnerAnswer, InnerCall } from './multicall.js'
import { bytesOf, malformed, readBytes, readInteger } from './multicall.js'

/**
 * Init code that makes the calls packed behind it and returns their answers as its "code": an
 * `eth_call` without `to` then aggregates where no Multicall3 stands. In, each call: to (20 bytes),
 * length (4), data; `to` zero asks the balance of the address in data. Out, each answer: success
 * (1), length (4), data. The tests run it on a node and compare it with Multicall3.
 *
 *           PUSH1 size  DUP1 CODESIZE SUB  DUP1 SWAP2 RETURNDATASIZE CODECOPY   calls to memory 0…n
 *           DUP1 RETURNDATASIZE                                                 [n, out = n, in = 0]
 * loop:     DUP3 DUP2 LT PUSH1 body JUMPI  POP DUP2 SWAP1 SUB SWAP1 RETURN
 * body:     DUP1 MLOAD  SWAP1 PUSH1 24 ADD SWAP1                                [n, out, in, word]
 *           DUP1 PUSH1 64 SHR PUSH4 ffffffff AND  SWAP1 PUSH1 96 SHR            [n, out, in, length, to]
 *           DUP1 PUSH1 call JUMPI
 *           POP DUP2 MLOAD BALANCE  DUP4 PUSH1 5 ADD MSTORE                     success 1, length 32
 *           PUSH1 1 DUP4 MSTORE8  PUSH1 32 DUP4 PUSH1 4 ADD MSTORE8
 *           ADD SWAP1 PUSH1 37 ADD SWAP1  PUSH1 loop JUMP
 * call:     PUSH1 0 DUP1 DUP4 DUP6 PUSH1 0 DUP6 GAS CALL  DUP5 MSTORE8  POP ADD SWAP1
 *           RETURNDATASIZE DUP1 PUSH1 224 SHL DUP3 PUSH1 1 ADD MSTORE
 *           SWAP1 PUSH1 5 ADD  DUP2 PUSH1 0 DUP3 RETURNDATACOPY  ADD SWAP1  PUSH1 loop JUMP
 */
const AGGREGATOR: Hex =
  '0x607780380380913d39803d5b8281106018575081900390f35b805190601801908060401c63ffffffff169060601c80604f575081513183600501526001835360208360040153019060250190600b565b60008083856000855af184535001903d8060e01b826001015290600501816000823e0190600b56'

const GET_ETH_BALANCE = '0x4d2301cc'

/** Init code may be 49,152 bytes (EIP-3860) and what it returns 24,576 (EIP-170). */
export const DEPLOYLESS_LIMITS = { calldataBytes: 49_000, answerBytes: 24_000 } as const

/** Calldata of a call without `to` that makes all `calls`. */
export function encodeDeployless(calls: readonly InnerCall[]): Hex {
  const packed = calls.map((call) => {
    const { to, data } = asBalance(call)
    return `${to.slice(2)}${((data.length - 2) / 2).toString(16).padStart(8, '0')}${data.slice(2)}`
  })
  return `${AGGREGATOR}${packed.join('')}`
}

/** What the calls returned, in their order. @throws MalformedCallAnswerError when bytes are missing or left over. */
export function decodeDeployless(answer: unknown, count: number): readonly InnerAnswer[] {
  const hex = bytesOf(answer)
  let offset = 0
  const answers = Array.from({ length: count }, () => {
    const success = readInteger(hex, offset, 1)
    if (success > 1) throw malformed('a success flag is neither 0 nor 1')
    const length = readInteger(hex, offset + 1, 4)
    const data = readBytes(hex, offset + 5, length)
    offset += 5 + length
    return { success: success === 1, data }
  })
  if (offset * 2 !== hex.length) throw malformed('bytes are left over')
  return answers
}

// Where no Multicall3 stands, its balance function must be answered by the aggregator itself.
function asBalance(call: InnerCall): InnerCall {
  return call.to.toLowerCase() === MULTICALL3 && call.data.startsWith(GET_ETH_BALANCE)
    ? { to: `0x${'0'.repeat(40)}`, data: `0x${call.data.slice(10)}` }
    : call
}
