import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin'

// A mutant that changes the words of an error, and nothing else, is no fault that a caller could fall over: he decides by the code.
// So texts within an error's message are left as they are. Names, codes and all other texts are mutated.

const ERRORS = new Set(['JoseError', 'TypeError', 'Error'])

/** Functions that make an error of a message. */
const MAKERS = new Set(['invalid', 'unavailable', 'error', 'mismatch', 'expired'])

function isMessage(path) {
  if (!path.isStringLiteral() && !path.isTemplateLiteral()) return false
  const call = path.findParent((parent) => parent.isNewExpression() || parent.isCallExpression() || parent.isFunction())
  if (!call || call.isFunction()) return false
  const name = call.node.callee.name ?? call.node.callee.property?.name
  if (call.isNewExpression()) return ERRORS.has(name) && !isCode(path)
  return MAKERS.has(name)
}

function isCode(path) {
  return path.isStringLiteral() && /^ERR_[A-Z_0-9]+$/.test(path.node.value)
}

export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, 'words', {
    shouldIgnore(path) {
      return isMessage(path) ? 'the words of a message' : undefined
    },
  }),
]
