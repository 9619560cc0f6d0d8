// The resolvers of bundlers, asked as their bundlers ask them.

import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import enhancedResolve from 'enhanced-resolve'
import metroResolver from 'metro-resolver'

/** webpack's, with the conditions that Next.js and others have. */
export function webpack(directory, conditionNames) {
  const resolve = enhancedResolve.create.sync({ conditionNames })
  return (specifier) => resolve(directory, specifier)
}

/** React Native's, with the conditions that it has for each platform. */
export function metro(directory, platform) {
  const packageIn = (folder) => {
    const path = join(folder, 'package.json')
    return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null
  }
  const context = {
    allowHaste: false,
    assetExts: new Set(),
    customResolverOptions: {},
    dev: false,
    disableHierarchicalLookup: false,
    doesFileExist: existsSync,
    extraNodeModules: null,
    fileSystemLookup(path) {
      if (!existsSync(path)) return { exists: false }
      return { exists: true, type: statSync(path).isDirectory() ? 'd' : 'f', realPath: realpathSync(path) }
    },
    getPackage: (path) => packageIn(dirname(path)),
    getPackageForModule(path) {
      for (let folder = path; folder !== dirname(folder); folder = dirname(folder)) {
        const packageJson = packageIn(folder)
        if (packageJson) return { packageJson, rootPath: folder, packageRelativePath: relative(folder, path) }
      }
      return null
    },
    isESMImport: true,
    mainFields: ['react-native', 'browser', 'main'],
    nodeModulesPaths: [],
    originModulePath: join(directory, 'app.js'),
    preferNativePlatform: platform !== 'web',
    resolveHasteModule: () => undefined,
    resolveHastePackage: () => undefined,
    sourceExts: ['js', 'ts'],
    unstable_conditionNames: ['require', 'import', 'react-native'],
    unstable_conditionsByPlatform: { web: ['browser'] },
    unstable_enablePackageExports: true,
    unstable_logWarning(message) {
      throw new Error(message)
    },
  }
  return (specifier) => metroResolver.resolve(context, specifier, platform).filePath
}
