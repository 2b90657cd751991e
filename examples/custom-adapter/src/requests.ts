import type { CallRequest, GraphqlRequest } from '@plimsoll/client'
import { contractCall, decodeBy, SchemaError } from '@plimsoll/client'
import type { Address } from 'viem'
import { parseAbi } from 'viem'
import * as z from 'zod/mini'
import { COLLATERAL_TOKEN, DEBT_TOKEN, HARBOUR_CONTRACT } from './market.js'

const abi = parseAbi([
  'function positionOf(address owner) view returns (uint256 collateral, uint256 debt, uint256 priceE8, uint256 pricedAt, uint256 healthE18)',
])
/** No token of this market comes near it: a larger number is a broken answer. */
const LARGEST_AMOUNT = 2n ** 112n
const LARGEST_PRICE = 10n ** 18n
const LARGEST_TIME = 2n ** 40n

/** What the contract says of one owner. Times are Unix seconds. */
export type Position = {
  readonly collateral: bigint
  readonly debt: bigint
  readonly priceE8: bigint
  readonly pricedAt: number
  /** The venue's own health; 0 without debt. */
  readonly healthE18: bigint
}

/** One owner's position and the price at which the venue judges it. */
export function positionCall(owner: Address): CallRequest<Position> {
  const call = contractCall({
    address: HARBOUR_CONTRACT,
    abi,
    functionName: 'positionOf',
    args: [owner],
  })
  return {
    ...call,
    decode: (answer) => {
      const [collateral, debt, priceE8, pricedAt, healthE18] = call.decode(answer)
      const absurd =
        collateral > LARGEST_AMOUNT ||
        debt > LARGEST_AMOUNT ||
        priceE8 === 0n ||
        priceE8 > LARGEST_PRICE ||
        pricedAt > LARGEST_TIME
      if (absurd) {
        throw new SchemaError(
          `Harbour says that ${owner} has ${collateral} against ${debt} at price ${priceE8} of ${pricedAt}, which cannot be. Check the contract address and the node.`,
        )
      }
      return { collateral, debt, priceE8, pricedAt: Number(pricedAt), healthE18 }
    },
  }
}

/** Parameters of the market, from its indexer. In a frozen market nothing can be borrowed. */
export type Market = { readonly thresholdBps: bigint; readonly frozen: boolean }

const address = z.string().check(z.regex(/^0x[0-9a-fA-F]{40}$/))
const marketSchema = z.object({
  market: z.object({
    collateral: address,
    debt: address,
    thresholdBps: z.int().check(z.minimum(1), z.maximum(10_000)),
    // A status that is not known here is refused: nobody knows what it would mean for an account.
    status: z.enum(['ACTIVE', 'FROZEN']),
  }),
})
const decodeMarket = decodeBy(marketSchema, 'the Harbour market query')

/** The market's parameters; they must be of the market that this adapter is written for. */
export const marketQuery: GraphqlRequest<Market> = {
  kind: 'graphql',
  host: 'indexer',
  document: 'query Market($id: ID!) { market(id: $id) { collateral debt thresholdBps status } }',
  variables: { id: HARBOUR_CONTRACT },
  decode: (answer) => {
    const { market } = decodeMarket(answer)
    const same =
      market.collateral.toLowerCase() === COLLATERAL_TOKEN &&
      market.debt.toLowerCase() === DEBT_TOKEN
    if (!same) {
      throw new SchemaError(
        `The indexer answered with the market of ${market.collateral} and ${market.debt}. Check the indexer's address.`,
      )
    }
    return { thresholdBps: BigInt(market.thresholdBps), frozen: market.status === 'FROZEN' }
  },
}
