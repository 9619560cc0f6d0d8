// The packed tarball in an empty project: used as the README says, compiled as users compile, and each example run.

import { after, before } from 'node:test'
import { testCommandLine } from './command-line.js'
import { testExamples } from './examples.js'
import { testNewcomer } from './newcomer.js'
import { createProject } from './project.js'
import { testResolution } from './resolution.js'
import { copyConsumers, testTypes } from './types.js'

let project
before(async () => {
  project = await createProject()
  copyConsumers(project)
})
after(() => project.remove())

for (const suite of [testNewcomer, testCommandLine, testExamples, testTypes, testResolution]) suite(() => project)
