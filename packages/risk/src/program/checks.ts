import type { Term } from '@plimsoll/model'

/** How a field is checked: each fails with the account's name. */
export type Checks = {
  readonly fail: (what: string) => never
  readonly finite: (value: number, what: string) => void
  readonly fraction: (value: number, what: string) => void
  readonly mark: (index: number) => void
  readonly terms: (list: readonly (Term & { readonly weight?: number })[]) => void
}
