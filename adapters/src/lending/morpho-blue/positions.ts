import type { GraphqlRequest } from '@plimsoll/client'
import { ask, decodeBy, SchemaError } from '@plimsoll/client'
import type { Address, Hex } from 'viem'
import * as z from 'zod/mini'
import type { Rounds } from '../../together.js'

/** Most positions that the interface gives in one answer. */
const PAGE = 1000
/** No group of owners that is read together has more. */
const MOST_PAGES = 20

const DOCUMENT = `query MarketPositions($first: Int!, $skip: Int!, $where: MarketPositionFilters!) {
  marketPositions(first: $first, skip: $skip, where: $where) {
    pageInfo { countTotal count }
    items { user { address } market { marketId chain { id } } }
  }
}`

const hex = (digits: number): z.ZodMiniType<Hex> =>
  z.pipe(
    z.string().check(z.regex(new RegExp(`^0x[0-9a-fA-F]{${digits}}$`))),
    z.transform((text) => text.toLowerCase() as Hex),
  )
const whole = z.int().check(z.gte(0))
const pageSchema = z.object({
  marketPositions: z.object({
    pageInfo: z.object({ countTotal: whole, count: whole }),
    items: z.array(
      z.object({
        user: z.object({ address: hex(40) }),
        market: z.object({ marketId: hex(64), chain: z.object({ id: whole }) }),
      }),
    ),
  }),
})

type Page = z.infer<typeof pageSchema>['marketPositions']

function pageRequest(
  chain: number,
  owners: readonly Address[],
  skip: number,
): GraphqlRequest<Page> {
  const decode = decodeBy(pageSchema, 'the positions of Morpho’s interface')
  return {
    kind: 'graphql',
    host: 'api',
    document: DOCUMENT,
    variables: {
      first: PAGE,
      skip,
      where: { userAddress_in: [...owners].sort(), chainId_in: [chain] },
    },
    decode: (answer) => {
      const page = decode(answer).marketPositions
      const isAsked = page.items.every(
        ({ user, market }) => owners.includes(user.address) && market.chain.id === chain,
      )
      const isWhole =
        page.pageInfo.count === page.items.length &&
        page.items.length === Math.min(PAGE, Math.max(0, page.pageInfo.countTotal - skip))
      if (isAsked && isWhole) return page
      throw new SchemaError(
        'Morpho’s interface answered with positions that are missing, or of owners or chains that were not asked for. Try again; report the adapter if it goes on.',
      )
    },
  }
}

/** In which markets each owner has or had a position. */
export type FoundPositions = ReadonlyMap<Address, readonly Hex[]>

/**
 * Asks Morpho's GraphQL interface in which markets of a chain the owners are. It indexes the chain a
 * few blocks late, and says nothing of positions that it does not know.
 *
 * @throws PlimsollError when any page is missing or malformed
 */
export function* findPositions(chain: number, owners: readonly Address[]): Rounds<FoundPositions> {
  const found = new Map<Address, Hex[]>(owners.map((owner) => [owner, []]))
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const skip = page * PAGE
    const [answer] = yield* ask([pageRequest(chain, owners, skip)])
    if (answer === undefined || !answer.ok) {
      throw (
        answer?.error ??
        new SchemaError('Morpho’s interface did not answer. Try again, or report the adapter.')
      )
    }
    const { items, pageInfo } = answer.value
    for (const { user, market } of items) {
      const own = found.get(user.address)
      if (own !== undefined && !own.includes(market.marketId)) own.push(market.marketId)
    }
    if (skip + items.length >= pageInfo.countTotal) return found
  }
  throw new SchemaError(
    `Morpho’s interface counts more than ${MOST_PAGES * PAGE} positions of these owners. Read fewer owners together.`,
  )
}
