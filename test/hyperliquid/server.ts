import { createServer } from 'node:http'
import type { Question, Venue } from './venue.js'

/** An answer that is not JSON with status 200. */
export type Refusal = {
  readonly status: number
  readonly body: string
  readonly type?: string
  readonly headers?: { readonly [name: string]: string }
}

/** A local server of POST /info. */
export type VenueServer = {
  readonly url: string
  readonly questions: readonly Question[]
  readonly stop: () => Promise<void>
}

/** Serves a venue over HTTP; `refuse` may answer a question in another way. */
export async function serveVenue(
  venue: Venue,
  refuse: (question: Question, asked: number) => Refusal | undefined = () => undefined,
): Promise<VenueServer> {
  const questions: Question[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      if (request.method !== 'POST' || request.url !== '/info') {
        response.writeHead(404).end()
        return
      }
      const question = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Question
      questions.push(question)
      const asked = questions.filter(({ type }) => type === question.type).length
      const refusal = refuse(question, asked)
      if (refusal !== undefined) {
        const { status, body, type = 'text/plain', headers = {} } = refusal
        response.writeHead(status, { 'content-type': type, ...headers }).end(body)
        return
      }
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(venue(question)))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    questions,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
