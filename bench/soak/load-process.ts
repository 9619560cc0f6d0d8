import { Agent, get, type IncomingMessage } from 'node:http'
import { answerWith } from '../gateway/processes.ts'
import type { Answered, LoadAnswer, LoadQuestion, Shot } from './questions.ts'
import { seededRandom } from './random.ts'
import { KIND_NAMES, KINDS, VALIDATORS } from './scenario.ts'

// The clients in a process of their own. They come at a constant pace, as clients of the real world do, whether those before
// them have been answered or not; only where very many wait already, nobody joins them.

/** Milliseconds. */
const BEAT = 10
/** Requests to each validator in each beat. */
const PER_BEAT = 3
/** The most requests to each validator that may wait for an answer: all together fewer than Node's queue of new connections. */
const CONNECTIONS = 128
/** So many shots of a kind are in use, the newest: the older ones have been asked often enough. */
const MAGAZINE = 24
/** Milliseconds. Longer than any wait for the key server, also on a machine that has much other work. */
const TIMEOUT = 40_000

const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS * VALIDATORS.length })
const draw = KIND_NAMES.flatMap((kind) => Array<string>(KINDS[kind]).fill(kind))
const magazines = new Map<string, Shot[]>()
let answered: Answered[] = []
let errors: string[] = []
let isRunning = false

answerWith<LoadQuestion, LoadAnswer>(({ url, seed, add }) => {
  for (const shot of add) {
    const name = `${shot.validator} ${shot.kind}`
    magazines.set(name, [...(magazines.get(name) ?? []), shot].slice(-MAGAZINE))
  }
  if (!isRunning) start(url, seed)
  const answer = { answered, errors }
  answered = []
  errors = []
  return answer
})

function start(url: string, seed: number): void {
  isRunning = true
  const random = seededRandom(seed)
  for (const { name } of VALIDATORS) {
    let waiting = 0
    const ask = async () => {
      const shot = random.pick(magazines.get(`${name} ${random.pick(draw)}`) ?? [])
      if (!shot || waiting >= CONNECTIONS) return
      waiting++
      try {
        answered.push(await send(url, shot))
      } catch (error) {
        errors.push(String(error))
      }
      waiting--
    }
    setInterval(() => {
      for (let count = 0; count < PER_BEAT; count++) void ask()
    }, BEAT)
  }
}

function send(url: string, { id, validator, headers }: Shot): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const read = (response: IncomingMessage) => {
      const [from, to] = String(response.headers['x-window']).split(' ').map(Number)
      const verdict = String(response.headers['x-verdict'])
      const answer = { id, status: response.statusCode ?? 0, verdict, from: from as number, to: to as number }
      response
        .on('error', reject)
        .on('end', () => resolve(answer))
        .resume()
    }
    const request = get(`${url}/${validator}`, { agent, headers }, read).on('error', reject)
    // Not the socket's own timeout, which also counts the time for which a connection was not in use.
    const timer = setTimeout(() => request.destroy(new Error('no answer in time')), TIMEOUT)
    request.on('close', () => clearTimeout(timer))
  })
}
