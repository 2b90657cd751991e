import { arithmetic } from './arithmetic.js'
import { assets } from './assets.js'
import {
  contract,
  failClosed,
  identity,
  plausible,
  staleness,
  typedErrors,
  visible,
} from './corruption.js'
import { coverage } from './coverage.js'
import { equity } from './equity.js'
import { existence } from './existence.js'
import { manifest } from './manifest.js'
import { memory } from './memory.js'
import { owners } from './owners.js'
import { reconciliation } from './reconciliation.js'
import { economy, order, replay } from './replay.js'
import type { Rule } from './rule.js'
import { serialisation } from './serialisation.js'

export type { Rule } from './rule.js'

/** Every rule of the suite, in the order in which they are worth reading. */
export const rules: readonly Rule[] = [
  manifest,
  coverage,
  replay,
  economy,
  order,
  serialisation,
  existence,
  owners,
  equity,
  assets,
  arithmetic,
  reconciliation,
  memory,
  ...failClosed,
  visible,
  staleness,
  typedErrors,
  contract,
  identity,
  plausible,
]
