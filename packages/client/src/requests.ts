import type { Native, PlimsollError } from '@plimsoll/model'
import { describeIssues } from '@plimsoll/model'
import type {
  Abi,
  Address,
  ContractFunctionArgs,
  ContractFunctionName,
  ContractFunctionReturnType,
  Hex,
} from 'viem'
import { decodeFunctionResult, encodeFunctionData } from 'viem'
import * as z from 'zod/mini'
import { MalformedCallAnswerError, SchemaError } from './errors.js'

/** A contract call, on the chain that the adapter is being read on, at the pinned block. */
export type CallRequest<Value> = {
  readonly kind: 'call'
  readonly to: Address
  readonly data: Hex
  /** Gas it is expected to use; 50,000 unless said. Only the planning of batches reads it. */
  readonly gas?: number
  /** Bytes it is expected to return; 64 unless said. Only the planning of batches reads it. */
  readonly answerBytes?: number
  /** Turns the returned bytes into the value. @throws PlimsollError */
  readonly decode: (answer: Hex) => Value
}

/** An HTTP request to one of the adapter's hosts. */
export type HttpRequest<Value> = {
  readonly kind: 'http'
  /** Key in the adapter's `hosts`; the client knows the address. */
  readonly host: string
  readonly method: 'GET' | 'POST'
  /** Begins with `/`; query included. */
  readonly path: string
  readonly body?: Native
  /** Name of the signer that must authorise it. */
  readonly auth?: string
  /** Cost in the host's rate budget; 1 unless said. */
  readonly weight?: number
  /** Longest answer accepted; 2 MiB unless said. */
  readonly maxBytes?: number
  readonly decode: (answer: unknown) => Value
}

/** A GraphQL query to one of the adapter's hosts. */
export type GraphqlRequest<Value> = {
  readonly kind: 'graphql'
  readonly host: string
  readonly document: string
  readonly variables: { readonly [name: string]: Native }
  readonly auth?: string
  readonly weight?: number
  readonly maxBytes?: number
  readonly decode: (answer: unknown) => Value
}

export type Request<Value = unknown> =
  | CallRequest<Value>
  | HttpRequest<Value>
  | GraphqlRequest<Value>

/** The decoded answer to a request, or why there is none. */
export type Answer<Value = unknown> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: PlimsollError }

type ValueOf<R> = R extends { readonly decode: (answer: never) => infer Value } ? Value : never
type AnswersOf<Requests extends readonly Request[]> = {
  readonly [Index in keyof Requests]: Answer<ValueOf<Requests[Index]>>
}

/**
 * One round: asks all requests at once and returns their answers in the same order and types.
 *
 * @example
 * const [balance, price] = yield* ask([balanceCall, priceCall])
 */
export function* ask<const Requests extends readonly Request[]>(
  requests: Requests,
): Generator<readonly Request[], AnswersOf<Requests>, readonly Answer[]> {
  const answers = yield requests
  return answers as AnswersOf<Requests>
}

/** A typed call of a contract's view. Decoding failures are `MalformedCallAnswerError`. */
export function contractCall<
  const abi extends Abi,
  functionName extends ContractFunctionName<abi, 'pure' | 'view'>,
  const args extends ContractFunctionArgs<abi, 'pure' | 'view', functionName>,
>(call: {
  readonly address: Address
  readonly abi: abi
  readonly functionName: functionName
  readonly args?: args
  readonly gas?: number
  readonly answerBytes?: number
}): CallRequest<ContractFunctionReturnType<abi, 'pure' | 'view', functionName, args>> {
  const { address, abi, functionName, args } = call
  return {
    kind: 'call',
    to: address,
    ...(call.gas === undefined ? {} : { gas: call.gas }),
    ...(call.answerBytes === undefined ? {} : { answerBytes: call.answerBytes }),
    data: encodeFunctionData({ abi, functionName, args } as Parameters<
      typeof encodeFunctionData
    >[0]),
    decode: (data) => {
      try {
        return decodeFunctionResult({ abi, functionName, args, data } as Parameters<
          typeof decodeFunctionResult
        >[0]) as ContractFunctionReturnType<abi, 'pure' | 'view', functionName, args>
      } catch (cause) {
        throw new MalformedCallAnswerError(
          `${functionName} of ${address} answered ${(data.length - 2) / 2} bytes that do not decode. Check that the address is this contract on this chain and that the node is synced.`,
          { cause },
        )
      }
    },
  }
}

/** Decodes an answer by a schema; for `decode` of HTTP and GraphQL requests. */
export function decodeBy<Value>(
  schema: z.ZodMiniType<Value>,
  what: string,
): (answer: unknown) => Value {
  return (answer) => {
    const result = z.safeParse(schema, answer)
    if (result.success) return result.data
    throw new SchemaError(
      `The answer to ${what} does not have the expected form. The venue may have changed its API: update the adapter, or report the fields below.`,
      { details: describeIssues(result.error) },
    )
  }
}
