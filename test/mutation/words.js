import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin'

// A mutant that changes the words of an error, and nothing else, is no fault that a caller could fall over: he decides by
// the code. So an error's message is left as it is. Codes, the names of claims and options, and all other texts are mutated.

/** Which argument is the message, of what makes an error. */
const MESSAGE_AT = {
  JoseError: 1,
  TypeError: 0,
  Error: 0,
  invalid: 0,
  unavailable: 0,
  failed: 0,
  expired: 1,
  mismatch: 1,
  error: 1,
}

function isMessage(path) {
  if (!path.isStringLiteral() && !path.isTemplateLiteral()) return false
  const isCall = (parent) => parent.isNewExpression() || parent.isCallExpression()
  const argument = path.find(({ parentPath }) => !parentPath || isCall(parentPath) || parentPath.isFunction())
  if (argument?.listKey !== 'arguments') return false
  const { callee } = argument.parent
  return MESSAGE_AT[callee.name ?? callee.property?.name] === argument.key
}

export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, 'words', {
    shouldIgnore(path) {
      return isMessage(path) ? 'the words of a message' : undefined
    },
  }),
]
