import type { Hex, Transport } from 'viem'
import {
  custom,
  decodeFunctionData,
  encodeFunctionResult,
  multicall3Abi,
  numberToHex,
  RpcRequestError,
} from 'viem'
import { MULTICALL3 } from '../connection.js'

/** What a contract does with calldata: return bytes, or revert with bytes. */
export type Contract = (data: Hex) => Hex | { readonly revert: Hex }

export type NodeRequest = { readonly method: string; readonly params: readonly unknown[] }

export type FakeNode = {
  readonly chain: number
  readonly transport: Transport
  /** All requests, in order. */
  readonly requests: NodeRequest[]
  readonly count: (method: string) => number
  /** The JSON-RPC result, or throws `RpcFault`. */
  readonly answer: (method: string, params: readonly unknown[]) => unknown
}

/** An error that the node answers with. */
export class RpcFault extends Error {
  readonly code: number
  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

export type FakeNodeOptions = {
  readonly chain: number
  readonly contracts?: { readonly [address: string]: Contract }
  readonly blockNumber?: bigint | (() => bigint)
  /** Unix seconds of a block. */
  readonly timestamp?: (number: bigint) => number
  readonly blockHash?: Hex
  readonly hasMulticall?: boolean
  readonly takesHash?: boolean
  /** Looks at every request first: undefined lets it pass, a thrown RpcFault is the answer. */
  readonly intercept?: (request: NodeRequest) => unknown
  readonly delayMs?: () => number
}

const AGGREGATOR_BYTES = 119

/** A node in memory that takes Multicall3's `aggregate3` and deployless aggregates apart. */
export function fakeNode(options: FakeNodeOptions): FakeNode {
  const { chain, contracts = {}, hasMulticall = true, takesHash = true } = options
  const { blockNumber = 100n, timestamp = () => 0x6553f100 } = options
  const newest = () => (typeof blockNumber === 'bigint' ? blockNumber : blockNumber())
  const requests: NodeRequest[] = []

  function callOne(to: string, data: Hex): { success: boolean; returnData: Hex } {
    const contract = contracts[to.toLowerCase()]
    if (contract === undefined) return { success: true, returnData: '0x' }
    const answer = contract(data)
    return typeof answer === 'string'
      ? { success: true, returnData: answer }
      : { success: false, returnData: answer.revert }
  }

  function ethCall([transaction, block]: readonly unknown[]): Hex {
    const { to, data } = transaction as { to?: string; data: Hex }
    if (typeof block === 'object' && !takesHash) {
      throw new RpcFault(-32602, 'invalid argument 1: json: cannot unmarshal object')
    }
    if (to === undefined) return deployless(data)
    if (to.toLowerCase() !== MULTICALL3 || !hasMulticall) return '0x'
    const { args } = decodeFunctionData({ abi: multicall3Abi, data })
    const [calls] = args as readonly [readonly { target: string; callData: Hex }[]]
    return encodeFunctionResult({
      abi: multicall3Abi,
      functionName: 'aggregate3',
      result: calls.map(({ target, callData }) => callOne(target, callData)),
    })
  }

  function deployless(data: Hex): Hex {
    let rest = data.slice(2 + AGGREGATOR_BYTES * 2)
    let answer: Hex = '0x'
    while (rest.length > 0) {
      const to = `0x${rest.slice(0, 40)}`
      const length = Number.parseInt(rest.slice(40, 48), 16) * 2
      const { success, returnData } = callOne(to, `0x${rest.slice(48, 48 + length)}`)
      rest = rest.slice(48 + length)
      const size = ((returnData.length - 2) / 2).toString(16).padStart(8, '0')
      answer = `${answer}${success ? '01' : '00'}${size}${returnData.slice(2)}`
    }
    return answer
  }

  function answer(method: string, params: readonly unknown[]): unknown {
    const request = { method, params }
    requests.push(request)
    const intercepted = options.intercept?.(request)
    if (intercepted !== undefined) return intercepted
    switch (method) {
      case 'eth_chainId':
        return numberToHex(chain)
      case 'eth_getBlockByNumber': {
        const [tag] = params
        const number = newest()
        const wanted = tag === 'latest' ? number : BigInt(tag as string)
        if (wanted > number) return null
        const given = wanted === number ? options.blockHash : undefined
        return {
          number: numberToHex(wanted),
          hash: given ?? numberToHex(wanted, { size: 32 }),
          timestamp: numberToHex(timestamp(wanted)),
        }
      }
      case 'eth_blockNumber':
        return numberToHex(newest())
      case 'eth_getCode':
        return hasMulticall ? '0x6001' : '0x'
      case 'eth_call':
        return ethCall(params)
      default:
        throw new RpcFault(-32601, `the method ${method} does not exist`)
    }
  }

  return {
    chain,
    requests,
    count: (method) => requests.filter((request) => request.method === method).length,
    answer,
    transport: custom(
      {
        async request({ method, params }: { method: string; params?: readonly unknown[] }) {
          const delay = options.delayMs?.()
          if (delay !== undefined) await new Promise((resolve) => setTimeout(resolve, delay))
          try {
            return answer(method, params ?? [])
          } catch (error) {
            if (!(error instanceof RpcFault)) throw error
            throw new RpcRequestError({
              body: { method },
              error: { code: error.code, message: error.message },
              url: 'http://key-in-address.test/secret-key',
            })
          }
        },
      },
      { retryCount: 0 },
    ),
  }
}
