import type { Answer, MarketAdapter, MarketContext, MarketResult, Request } from '@plimsoll/client'
import type { FactorId } from '@plimsoll/model'
import { factorId, PlimsollError } from '@plimsoll/model'

/** What a source is asked, in words; the rest of the context is none of its business. */
export type Asked = {
  readonly factors: readonly string[]
  readonly fromMs?: number
  readonly intervalMs?: number
  readonly nowMs: number
  readonly block?: MarketContext['block']
  readonly memory?: MarketContext['memory']
}

/** A raw answer to a request, before it is decoded, or a promise of it. @throws PlimsollError for a request that fails */
export type Respond = (request: Request) => unknown

const DAY_MS = 86_400_000

/** Runs the rounds of a source against answers that a test makes up. */
export async function play(
  source: MarketAdapter,
  { factors, nowMs, fromMs = 0, intervalMs = DAY_MS, block = null, memory }: Asked,
  respond: Respond,
): Promise<{ readonly result: MarketResult; readonly rounds: readonly (readonly Request[])[] }> {
  const query = { factors: factors.map((text): FactorId => factorId(text)), fromMs, intervalMs }
  const steps = await source.read({ block, nowMs, memory, auth: [], query })
  const rounds: (readonly Request[])[] = []
  let step = steps.next([])
  while (step.done !== true) {
    const requests = step.value
    rounds.push(requests)
    const answers = requests.map((request) => answerOf(request, respond))
    step = steps.next(await Promise.all(answers))
  }
  return { result: step.value, rounds }
}

async function answerOf(request: Request, respond: Respond): Promise<Answer> {
  try {
    const decode = request.decode as (answer: unknown) => unknown
    return { ok: true, value: decode(await respond(request)) }
  } catch (error) {
    if (!(error instanceof PlimsollError)) throw error
    return { ok: false, error }
  }
}
