import { inspect } from 'node:util'

/** A value that must not be printed: logs, JSON and inspection show `[redacted]`; only `reveal()` gives it away. */
export interface Secret<Value> {
  reveal(): Value
}

export function secret<Value>(value: Value): Secret<Value> {
  const shown = () => '[redacted]'
  return Object.freeze({ reveal: () => value, toString: shown, toJSON: shown, [inspect.custom]: shown })
}
