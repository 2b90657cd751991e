import type { Native } from '@plimsoll/model'
import { PlimsollError } from '@plimsoll/model'
import { ClientError, GraphQLClient } from 'graphql-request'
import { GraphqlError } from './errors.js'
import type { GraphqlRequest } from './requests.js'
import { scrub } from './scrub.js'

/**
 * Asks a GraphQL query; `post` sends the body and returns the parsed answer.
 *
 * @throws GraphqlError when the endpoint answers with errors, even beside data.
 */
export async function queryGraphql(
  url: string,
  what: string,
  request: GraphqlRequest<unknown>,
  post: (body: string) => Promise<Native>,
): Promise<Native> {
  let answer: Native = null
  const client = new GraphQLClient(url, {
    // Limits, retries and signatures are those of every other request; only the form is GraphQL's.
    fetch: async (_url, init) => {
      answer = await post(typeof init?.body === 'string' ? init.body : '')
      return new Response('{}', { headers: { 'content-type': 'application/json' } })
    },
    jsonSerializer: { parse: () => answer, stringify: (value: unknown) => JSON.stringify(value) },
  })
  try {
    return await client.request<Native>(request.document, request.variables)
  } catch (thrown) {
    if (thrown instanceof PlimsollError) throw thrown
    if (thrown instanceof ClientError) {
      const messages = thrown.response.errors?.map(({ message }) => message).join('; ') ?? 'no data'
      throw new GraphqlError(
        `${what} answered with errors. The venue may have changed its schema: update the adapter.`,
        { details: scrub(messages) },
      )
    }
    throw new GraphqlError(
      `${what} did not answer as a GraphQL endpoint, or the query is malformed. Check the host's address and the adapter's query.`,
      { details: scrub(thrown instanceof Error ? thrown.message : String(thrown)) },
    )
  }
}
