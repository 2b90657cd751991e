import { createRequire } from 'node:module'

const load = createRequire(import.meta.url)

/**
 * `@plimsoll/risk` as users run it: built, and loaded by the engine itself. Within a test every call
 * to another module goes through a getter, which an engine does not inline: a hot loop would take
 * several times as long, and allocate.
 */
export const risk: typeof import('@plimsoll/risk') = load('@plimsoll/risk')
/** `@plimsoll/risk/live` in the same way. */
export const live: typeof import('@plimsoll/risk/live') = load('@plimsoll/risk/live')
/** `@plimsoll/risk/sweep` in the same way. */
export const sweep: typeof import('@plimsoll/risk/sweep') = load('@plimsoll/risk/sweep')
