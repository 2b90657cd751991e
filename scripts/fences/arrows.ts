import { posix } from 'node:path'
import { isNode, isRelative, isRoom, packageOf, ROOMS, type Room, roomOf } from './rooms.js'
import { COMPUTED, type Finding, type Import, type Source } from './source.js'

function allowsPackage(room: Room, specifier: string): boolean {
  return room.packages.some((allowed) =>
    // A row that names a subpath allows that subpath alone; one that names a package, all of it.
    packageOf(allowed) === allowed ? packageOf(specifier) === allowed : specifier === allowed,
  )
}

function escapes(source: Source, room: Room, specifier: string): boolean {
  const target = posix.join(posix.dirname(source.path), specifier)
  const home = room.folder === 'examples' ? source.path.split('/', 2).join('/') : room.folder
  return !target.startsWith(`${home}/`)
}

function breach(source: Source, room: Room, { specifier }: Import): string | null {
  if (isRelative(specifier)) {
    return escapes(source, room, specifier)
      ? `reaches out of ${room.folder} with ${specifier}. Import the package by its name.`
      : null
  }
  if (specifier === COMPUTED) {
    return room.node ? null : 'imports a computed name, which no bundler can follow.'
  }
  if (isNode(specifier)) {
    return room.node ? null : `imports ${specifier}, but ${room.name} runs in browsers too.`
  }
  if (isRoom(specifier)) {
    return room.rooms.includes(packageOf(specifier))
      ? null
      : `imports ${specifier}, against the arrows: ${room.name} may import ${room.rooms.join(', ') || 'no other room'}.`
  }
  return allowsPackage(room, specifier)
    ? null
    : `imports ${specifier}: ${room.name} may use ${room.packages.join(', ') || 'no package'}. Correct the import, or the table in scripts/fences/rooms.ts and docs/architecture.md.`
}

/** Every arrow between rooms points the one way that the architecture draws. */
export function checkArrows(sources: readonly Source[]): readonly Finding[] {
  return sources
    .filter((source) => !source.isTest)
    .flatMap((source) => {
      const room = roomOf(source.path)
      if (room === null) {
        const known = ROOMS.map(({ folder }) => folder).join(', ')
        const message = `stands in no known room (${known}). Add its row to scripts/fences/rooms.ts.`
        return [{ rule: 'arrow', path: source.path, line: 1, message }]
      }
      return source.imports.flatMap((imported) => {
        const message = breach(source, room, imported)
        return message === null
          ? []
          : [{ rule: 'arrow', path: source.path, line: imported.line, message }]
      })
    })
}

/** The reading side of a venue never loads its actions, which browsers fetch on their own subpath. */
export function checkActionsApart(sources: readonly Source[]): readonly Finding[] {
  return sources
    .filter(
      ({ path, isTest }) =>
        path.startsWith('adapters/src/') && !isTest && !path.endsWith('/actions.ts'),
    )
    .flatMap(({ path, imports }) =>
      imports
        .filter(({ specifier, kind }) => kind !== 'type' && /(^|\/)actions\.js$/.test(specifier))
        .map(({ line, specifier }) => ({
          rule: 'actions-apart',
          path,
          line,
          message: `imports ${specifier}. Actions stand on their own subpath; let them import this file.`,
        })),
    )
}
