import type { Answer, HttpRequest, Request } from '@plimsoll/client'
import { ask } from '@plimsoll/client'
import type { AnswerType, Decoded } from './answers.js'
import { decoderOf } from './answers.js'

/** The body of a POST /info request. */
export type Question<Type extends AnswerType = AnswerType> = {
  readonly type: Type
  readonly user?: string
  readonly dex?: string
}

/** Answers by question; a question that was not asked has none. */
export type Answers = Map<string, Answer>

/** The metas of all dexes and spotMeta are the largest answers. */
const MAX_BYTES = 4_194_304

function requestOf(question: Question): HttpRequest<unknown> {
  return {
    kind: 'http',
    host: 'info',
    method: 'POST',
    path: '/info',
    body: question,
    // Hyperliquid docs, "Rate limits and user limits", 2026.
    weight: /State$|Mids$/.test(question.type) ? 2 : 20,
    maxBytes: MAX_BYTES,
    decode: decoderOf(question.type),
  }
}

/** Asks in one round what has not been asked yet. */
export function* askAll(
  answers: Answers,
  questions: readonly Question[],
): Generator<readonly Request[], void, readonly Answer[]> {
  const fresh = questions.filter((question) => !answers.has(JSON.stringify(question)))
  if (fresh.length === 0) return
  const given = yield* ask(fresh.map(requestOf))
  for (const [index, question] of fresh.entries()) {
    const answer = given[index]
    if (answer !== undefined) answers.set(JSON.stringify(question), answer)
  }
}

/** The question about an owner's state on a dex; the main dex is asked for without a name. */
export function aboutDex(user: string, dex: string): Question<'clearinghouseState'> {
  return { type: 'clearinghouseState', user, ...(dex === '' ? {} : { dex }) }
}

/** The answer to a question, or undefined where it was not asked. */
export function answerTo<Type extends AnswerType>(
  answers: Answers,
  question: Question<Type>,
): Answer<Decoded[Type]> | undefined {
  return answers.get(JSON.stringify(question)) as Answer<Decoded[Type]> | undefined
}

/** The value that answers a question, or undefined where there is none. */
export function valueTo<Type extends AnswerType>(
  answers: Answers,
  question: Question<Type>,
): Decoded[Type] | undefined {
  const answer = answerTo(answers, question)
  return answer?.ok === true ? answer.value : undefined
}
