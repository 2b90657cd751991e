import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Finding } from './source.js'

const VENUE_ROOMS = ['index.ts', 'read.ts', 'margin.ts', 'actions.ts', 'README.md']
const SOURCE_ROOMS = ['index.ts', 'read.ts', 'README.md']
const ROOMS_OF_FAMILY: Readonly<Record<string, readonly string[]>> = {
  lending: VENUE_ROOMS,
  perps: VENUE_ROOMS,
  options: VENUE_ROOMS,
  vaults: VENUE_ROOMS,
  wallet: SOURCE_ROOMS,
  markets: SOURCE_ROOMS,
  routes: SOURCE_ROOMS,
}

const CONFIGURATION_ROOMS = ['index.ts', 'README.md']
const MARGIN_SYSTEM_ROOMS = ['index.ts', 'margin.ts', 'README.md']

/** Whether a venue is another venue's code with its own addresses: it then needs no code. */
function isConfiguration(root: string, folder: string): boolean {
  const index = join(root, folder, 'index.ts')
  return existsSync(index) && /from '\.\.\/[a-z0-9-]+\//.test(readFileSync(index, 'utf8'))
}

/** Whether a folder holds a margin system alone: its index neither reads nor defines an adapter. */
function isMarginSystem(root: string, folder: string): boolean {
  const index = join(root, folder, 'index.ts')
  return existsSync(index) && !/defineAdapter|'\.\/read\.js'/.test(readFileSync(index, 'utf8'))
}

/** Rooms that a folder of a family with the rooms `full` needs. */
function roomsOf(root: string, folder: string, full: readonly string[]): readonly string[] {
  if (isConfiguration(root, folder)) return CONFIGURATION_ROOMS
  return full === VENUE_ROOMS && isMarginSystem(root, folder) ? MARGIN_SYSTEM_ROOMS : full
}

/** Every venue's folder has the same rooms and a test, so that one visit teaches all. */
export function checkVenueRooms(root: string): readonly Finding[] {
  const folders = globSync('adapters/src/*/*/', { cwd: root }).map((path) =>
    path.replaceAll('\\', '/').replace(/\/$/, ''),
  )
  return folders.sort().flatMap((folder) => {
    const family = folder.split('/')[2] ?? ''
    const full = Object.hasOwn(ROOMS_OF_FAMILY, family) ? ROOMS_OF_FAMILY[family] : undefined
    if (full === undefined) return []
    const rooms = roomsOf(root, folder, full)
    const missing = rooms.filter((room) => !existsSync(join(root, folder, room)))
    const hasTest = globSync('**/*.test.ts', { cwd: join(root, folder) }).length > 0
    return [...missing, ...(hasTest ? [] : ['a test'])].map((room) => ({
      rule: 'venue-rooms',
      path: folder,
      line: 1,
      message: `lacks ${room}. A folder of ${family} has ${rooms.join(', ')} and tests.`,
    }))
  })
}
