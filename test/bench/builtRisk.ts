import { createRequire } from 'node:module'

/**
 * `@plimsoll/risk` as users run it: built, and loaded by the engine itself. Within a test every call
 * to another module goes through a getter, which an engine does not inline: a hot loop would take
 * several times as long, and allocate.
 */
export const risk: typeof import('@plimsoll/risk') = createRequire(import.meta.url)(
  '@plimsoll/risk',
)
