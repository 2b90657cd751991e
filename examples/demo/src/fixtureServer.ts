import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

type Exchange = {
  readonly request: { readonly method: string; readonly path: string; readonly body?: unknown }
  readonly response: unknown
}

/** A local HTTP server that answers recorded exchanges; anything else is a 404 that names the request. */
export type FixtureServer = { readonly url: string; readonly stop: () => Promise<void> }

/** Serves the exchanges of a fixture file on a free loopback port. */
export async function serveFixture(file: URL): Promise<FixtureServer> {
  const exchanges: readonly Exchange[] = JSON.parse(await readFile(file, 'utf8')).exchanges
  const answers = new Map(
    exchanges.map(({ request, response }) => [
      keyOf(request.method, request.path, request.body),
      response,
    ]),
  )
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8')
    })
    request.on('end', () => {
      const body: unknown = text === '' ? undefined : JSON.parse(text)
      const answer = answers.get(keyOf(request.method ?? 'GET', request.url ?? '/', body))
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(answer ?? { error: `no fixture for ${request.url} ${text}` }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

function keyOf(method: string, path: string, body: unknown): string {
  return `${method} ${path} ${body === undefined ? '' : JSON.stringify(sorted(body))}`
}

/** Keys in order, so that the same body is the same key. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => [key, sorted(entry)]),
  )
}
