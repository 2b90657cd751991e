import type { Model } from './load.js'

/** A case with the file that it stands in. */
export type MutantCase = {
  readonly id: string
  readonly file: { readonly cases: readonly { readonly id: string }[] }
  readonly truthCase: { readonly id: string; readonly expect: unknown }
}

/** The cases of truth files. */
export function parseCases(texts: readonly string[]): readonly MutantCase[] {
  return texts.flatMap((text) => {
    const file = JSON.parse(text) as { readonly cases: readonly MutantCase['truthCase'][] }
    return file.cases.map((truthCase) => ({ id: truthCase.id, file, truthCase }))
  })
}

/** What the models say of a case; an error is told by its name. */
export function answerOf(models: readonly Model[], file: unknown, truthCase: unknown): unknown {
  try {
    const model = models.find(({ covers }) => covers(file as never, truthCase as never))
    return model === undefined ? 'no model' : model.run(file as never, truthCase as never)
  } catch (error) {
    return error instanceof Error ? error.name : 'an error'
  }
}

/** The first case that the code does not reproduce exactly; null for none. */
export function firstDisagreement(
  models: readonly Model[],
  cases: readonly MutantCase[],
): string | null {
  const first = cases.find(
    ({ file, truthCase }) => !agrees(truthCase.expect, answerOf(models, file, truthCase)),
  )
  return first?.id ?? null
}

/** Whether everything expected is there; integers are compared by their digits. */
export function agrees(expected: unknown, got: unknown): boolean {
  if (typeof expected !== 'object' || expected === null) return String(expected) === String(got)
  if (typeof got !== 'object' || got === null) return false
  const answer = new Map(Object.entries(got))
  if (Array.isArray(expected) && expected.length !== answer.size) return false
  return Object.entries(expected).every(([key, value]) => agrees(value, answer.get(key)))
}
