import { checkActionsApart, checkArrows } from './arrows.js'
import { checkDependencies } from './dependencies.js'
import { checkPublished } from './published.js'
import { checkPurity } from './purity.js'
import { type Finding, readSources } from './source.js'
import { checkVenueRooms } from './venue-rooms.js'
import { checkVenueNames } from './venues.js'

export type { Finding } from './source.js'

/** Every breach of the architecture's fences in the workspace at `root`. */
export function checkFences(root: string): readonly Finding[] {
  const sources = readSources(root)
  return [
    ...checkArrows(sources),
    ...checkActionsApart(sources),
    ...checkPurity(sources),
    ...checkVenueNames(root, sources),
    ...checkPublished(sources),
    ...checkVenueRooms(root),
    ...checkDependencies(root, sources),
  ]
}
