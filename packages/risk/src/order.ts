/** Order by id, the canonical order of accounts, marks and assets. */
export function byId<Item extends { readonly id: string }>(a: Item, b: Item): number {
  return compareText(a.id, b.id)
}

/** Order of UTF-16 code units: the same on every engine and in every locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
