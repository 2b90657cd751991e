import type { ChainReader, Pinned } from './chainReader.js'
import type { Clock } from './clock.js'
import { AdapterError, ChainError } from './errors.js'
import type { CallRequest } from './requests.js'
import type { Asked, RawAnswer, Source } from './source.js'
import type { AskWeb } from './web.js'

type AnyCall = CallRequest<unknown>

/** Answers from nodes and venues. */
export function networkSource(options: {
  readonly chains: ReadonlyMap<number, ChainReader>
  readonly web: AskWeb
  readonly auth: readonly string[]
  readonly clock: Clock
}): Source {
  const { chains, web, auth, clock } = options

  function readerOf(chain: number): ChainReader {
    const reader = chains.get(chain)
    if (reader !== undefined) return reader
    throw new ChainError(
      `Chain ${chain} has no connection. Pass { id: ${chain}, transport } to createClient.`,
    )
  }

  return {
    chains: [...chains.keys()],
    auth,
    live: { clock, head: async (chain, signal) => readerOf(chain).head(signal) },
    finish: () => {},
    open({ blockNumbers, signal }) {
      const pinned = new Map<number, { readonly reader: ChainReader; readonly at: Pinned }>()

      async function askNode(
        chain: number | null,
        calls: ReadonlyMap<string, AnyCall>,
      ): Promise<ReadonlyMap<string, RawAnswer>> {
        const node = chain === null ? undefined : pinned.get(chain)
        if (node === undefined || calls.size === 0) return new Map()
        const answers = await node.reader.call(node.at, [...calls.values()], signal)
        return new Map([...calls.keys()].map((key, index) => [key, answers[index] ?? noChain]))
      }

      return {
        nowMs: clock.now(),
        async pin(chain) {
          const reader = readerOf(chain)
          const at = await reader.pin(blockNumbers[chain], signal)
          pinned.set(chain, { reader, at })
          return at.block
        },
        async ask(chain, asked) {
          const called = askNode(chain, distinctCalls(asked))
          return Promise.all(
            asked.map(async ({ task, request }) =>
              request.kind === 'call'
                ? ((await called).get(callKey(request)) ?? noChain)
                : web(task.adapter, request, signal),
            ),
          )
        },
        async confirm(chain) {
          const node = pinned.get(chain)
          await node?.reader.confirm(node.at, signal)
        },
        close: () => {},
      }
    },
  }
}

const noChain: RawAnswer = {
  ok: false,
  error: new AdapterError(
    'An adapter that is read without a chain made a contract call. Name its chains in the manifest.',
  ),
}

// Adapters that ask the same of the same contract share the answer.
function distinctCalls(asked: readonly Asked[]): ReadonlyMap<string, AnyCall> {
  const calls = new Map<string, AnyCall>()
  for (const { request } of asked) {
    if (request.kind === 'call' && !calls.has(callKey(request)))
      calls.set(callKey(request), request)
  }
  return calls
}

function callKey({ to, data }: AnyCall): string {
  return `${to}${data}`.toLowerCase()
}
