import { createServer } from 'node:http'

/** A position of the list that Morpho's interface keeps. */
export type ListedPosition = {
  readonly owner: string
  readonly market: string
  readonly chain: number
}

/** A local server of Morpho's list of positions. */
export type PositionServer = {
  readonly url: string
  /** Variables of the queries so far. */
  readonly queries: readonly Variables[]
  readonly stop: () => Promise<void>
}

type Variables = {
  readonly first: number
  readonly skip: number
  readonly where: {
    readonly userAddress_in: readonly string[]
    readonly chainId_in: readonly number[]
  }
}

/** Serves the list; `status` may refuse. Addresses are as the interface prints them, in mixed case. */
export async function servePositions(
  positions: readonly ListedPosition[],
  status: () => number = () => 200,
): Promise<PositionServer> {
  const queries: Variables[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { variables } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as {
        variables: Variables
      }
      queries.push(variables)
      const { first, skip, where } = variables
      const all = positions.filter(
        ({ owner, chain }) =>
          where.userAddress_in.includes(owner.toLowerCase()) && where.chainId_in.includes(chain),
      )
      const items = all.slice(skip, skip + first).map(({ owner, market, chain }) => ({
        user: { address: owner },
        market: { marketId: market, chain: { id: chain } },
      }))
      const pageInfo = { countTotal: all.length, count: items.length }
      response.writeHead(status(), { 'content-type': 'application/json' })
      response.end(JSON.stringify({ data: { marketPositions: { pageInfo, items } } }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    queries,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** Where the owners of a local world are. */
export function listOf(
  owners: readonly [string, string, string],
  markets: readonly [{ readonly id: string }, { readonly id: string }],
  chain: number,
): readonly ListedPosition[] {
  const [borrower, both] = owners
  const [first, second] = markets
  return [
    { owner: borrower, market: first.id, chain },
    { owner: borrower, market: second.id, chain },
    { owner: both, market: first.id, chain },
    { owner: both, market: second.id, chain },
  ]
}
