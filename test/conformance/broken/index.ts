import { contractBreakers } from './contract.js'
import { failOpenAdapters } from './failOpen.js'
import { marginBreakers } from './margin.js'
import type { BrokenAdapter } from './spoil.js'

export { adaptersThatAskOtherwise } from './contract.js'
export type { BrokenAdapter } from './spoil.js'

/** Every broken adapter that the suite must find. */
export const brokenAdapters: readonly BrokenAdapter[] = [
  ...contractBreakers,
  ...marginBreakers,
  ...failOpenAdapters,
]
