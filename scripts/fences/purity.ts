import { Visitor } from 'vite'
import type { Finding, Source } from './source.js'

// The clock, chance, the network and the process make an answer depend on more than its inputs.
const IMPURE_GLOBALS = new Set([
  'process',
  'fetch',
  'performance',
  'crypto',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'XMLHttpRequest',
  'WebSocket',
  'EventSource',
  'navigator',
  'window',
  'document',
  'localStorage',
  'globalThis',
  'console',
  'require',
])
const IMPURE_MEMBERS = new Set(['Date.now', 'Math.random'])
// ECMAScript leaves these to the engine: two engines may differ in the last bits.
const INEXACT_MATH = new Set([
  'acos',
  'acosh',
  'asin',
  'asinh',
  'atan',
  'atan2',
  'atanh',
  'cbrt',
  'cos',
  'cosh',
  'exp',
  'expm1',
  'hypot',
  'log',
  'log10',
  'log1p',
  'log2',
  'pow',
  'sin',
  'sinh',
  'tan',
  'tanh',
])

/** Rooms and files whose answer depends on their inputs alone. */
function isPure({ path, isTest }: Source): boolean {
  if (isTest) return false
  return (
    /^packages\/(model|risk)\/src\//.test(path) ||
    /^adapters\/src\/.*\/(margin|read)\.ts$/.test(path)
  )
}

/** Where an engine's own `Math.exp` would change the bits of a report. */
function isPortable({ path, isTest }: Source): boolean {
  return (
    !isTest &&
    (/^packages\/(model|risk)\/src\//.test(path) || /^adapters\/src\/.*\/margin\.ts$/.test(path))
  )
}

type Node = { readonly type: string; readonly start: number; readonly end: number }
type Report = (rule: string, node: Node, message: string) => void

/** Names that a file declares itself, and which therefore are not the globals of that name. */
function declaredNames(source: Source): ReadonlySet<string> {
  const names = new Set(source.imports.flatMap((imported) => imported.names))
  new Visitor({
    VariableDeclarator({ id }) {
      if (id.type === 'Identifier') names.add(id.name)
    },
    FunctionDeclaration({ id, params }) {
      if (id !== null) names.add(id.name)
      for (const param of params) if (param.type === 'Identifier') names.add(param.name)
    },
    ArrowFunctionExpression({ params }) {
      for (const param of params) if (param.type === 'Identifier') names.add(param.name)
    },
  }).visit(source.tree)
  return names
}

/** Offsets of identifiers that are property names, keys or types, not references to a variable. */
function nameOffsets(source: Source): ReadonlySet<number> {
  const offsets = new Set<number>()
  new Visitor({
    MemberExpression({ property, computed }) {
      if (!computed) offsets.add(property.start)
    },
    Property({ key, computed, shorthand }) {
      if (!computed && !shorthand) offsets.add(key.start)
    },
    PropertyDefinition({ key, computed }) {
      if (!computed) offsets.add(key.start)
    },
    MethodDefinition({ key, computed }) {
      if (!computed) offsets.add(key.start)
    },
    TSPropertySignature({ key, computed }) {
      if (!computed) offsets.add(key.start)
    },
    TSMethodSignature({ key, computed }) {
      if (!computed) offsets.add(key.start)
    },
    ImportSpecifier({ imported, local }) {
      offsets.add(imported.start)
      offsets.add(local.start)
    },
    ExportSpecifier({ exported }) {
      offsets.add(exported.start)
    },
  }).visit(source.tree)
  return offsets
}

function visitPure(source: Source, report: Report): void {
  const declared = declaredNames(source)
  const names = nameOffsets(source)
  new Visitor({
    Identifier(node) {
      if (!IMPURE_GLOBALS.has(node.name) || declared.has(node.name) || names.has(node.start)) return
      report('pure', node, `uses ${node.name}. Take what it gives as an argument.`)
    },
    MemberExpression(node) {
      const { object, property } = node
      if (object.type !== 'Identifier' || property.type !== 'Identifier') return
      const name = `${object.name}.${property.name}`
      if (!IMPURE_MEMBERS.has(name)) return
      report('pure', node, `uses ${name}. Take the instant or the random numbers as an argument.`)
    },
    NewExpression(node) {
      const isDate = node.callee.type === 'Identifier' && node.callee.name === 'Date'
      if (isDate && node.arguments.length === 0) {
        report('pure', node, 'reads the clock with new Date(). Take the instant as an argument.')
      }
    },
    CallExpression(node) {
      if (node.callee.type === 'Identifier' && node.callee.name === 'Date') {
        report('pure', node, 'reads the clock with Date(). Take the instant as an argument.')
      }
    },
  }).visit(source.tree)
}

function visitPortable(source: Source, report: Report): void {
  new Visitor({
    MemberExpression(node) {
      const { object, property } = node
      if (object.type !== 'Identifier' || object.name !== 'Math') return
      if (property.type !== 'Identifier' || !INEXACT_MATH.has(property.name)) return
      const message = `uses Math.${property.name}, whose last bits differ between engines. Use the function of @plimsoll/risk.`
      report('portable-math', node, message)
    },
    BinaryExpression(node) {
      if (node.operator !== '**') return
      const isNumber = [node.left, node.right].some(
        (side) => side.type === 'Literal' && typeof side.value === 'number',
      )
      if (isNumber) {
        const message =
          'raises a number with **, whose last bits differ between engines. Multiply, or use bigint.'
        report('portable-math', node, message)
      }
    },
  }).visit(source.tree)
}

/** No clock, chance, network, process or inexact mathematics where answers must be reproducible. */
export function checkPurity(sources: readonly Source[]): readonly Finding[] {
  return sources.flatMap((source) => {
    const findings: Finding[] = []
    const report: Report = (rule, node, message) => {
      findings.push({ rule, path: source.path, line: source.lineAt(node.start), message })
    }
    if (isPure(source)) visitPure(source, report)
    if (isPortable(source)) visitPortable(source, report)
    return findings
  })
}
