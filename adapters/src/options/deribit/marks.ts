import type { MarkId, Term } from '@plimsoll/model'

/** The marks of a compiled account, numbered as they are met. */
export type MarkList = {
  readonly marks: readonly MarkId[]
  readonly place: (mark: MarkId) => number
  /** An amount at a price, as a term that moves with it. */
  readonly term: (held: {
    readonly mark: MarkId
    readonly price: number
    readonly amount: number
  }) => Term
}

/** An empty list of marks. */
export function markList(): MarkList {
  const marks: MarkId[] = []
  const place = (mark: MarkId): number => {
    const known = marks.indexOf(mark)
    return known >= 0 ? known : marks.push(mark) - 1
  }
  return {
    marks,
    place,
    term: ({ mark, price, amount }) => ({ mark: place(mark), value: amount * price }),
  }
}
