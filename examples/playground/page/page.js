import { enableCopying } from './copy.js'
import { startInspection } from './inspect.js'
import { startMaking } from './make.js'
import { enableTheme } from './theme.js'

enableTheme()
enableCopying(document)
startInspection()
startMaking()
